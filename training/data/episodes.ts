import { Episode } from '../../src/environments/babyai/episode';
import { generateLevel, type LevelName, type MixedKind } from '../../src/environments/babyai/levels';
import { nameOfCode } from '../../src/environments/babyai/descriptions';
import { copyMemory, type Instruction, type ObjectDescription } from '../../src/environments/babyai/mission';
import { codeOf, colors, formOf, isMovable } from '../../src/environments/babyai/world';
import type { Random } from '../../src/lac/random';

/** A kind of training task; `share` of all episodes. */
export interface TaskType {
  readonly name: string;
  readonly level: LevelName;
  readonly kind: MixedKind;
  readonly share: number;
}

/** Only levels whose missions never name what MixedTest asks for. */
export const taskTypes: readonly TaskType[] = [
  { name: 'go to', level: 'MixedTrainLocal', kind: 'goto', share: 0.17 },
  { name: 'pick up', level: 'MixedTrainLocal', kind: 'pickup', share: 0.17 },
  { name: 'pick up then go to', level: 'PickUpThenGoToLocal', kind: 'seq', share: 0.16 },
  { name: 'go to after pick up', level: 'GoToAfterPickUpLocal', kind: 'seq', share: 0.16 },
  { name: 'put next to', level: 'MixedTrainLocal', kind: 'putnext', share: 0.18 },
  { name: 'open door', level: 'MixedTrainLocal', kind: 'open', share: 0.16 },
];

export function startEpisode({ level, kind }: TaskType, seed: number): Episode {
  return new Episode(generateLevel(level, kind, seed));
}

/**
 * The same with a mission that names things by colour alone ("the red object") or type alone ("a key"): so colour and
 * type are learnt each for itself, also of things that no mission names by both. null where that makes no task.
 */
export function startVagueEpisode({ level, kind }: TaskType, seed: number, random: Random): Episode | null {
  if (kind === 'putnext' || kind === 'open') return null;
  const generated = generateLevel(level, kind, seed);
  const vague = (desc: ObjectDescription): ObjectDescription =>
    random.next() < 0.7 && desc.color !== 'grey' ? { ...desc, type: null } : { ...desc, color: null };
  const soften = (part: Instruction): Instruction => {
    switch (part.kind) {
      case 'goto':
      case 'pickup':
        return { ...part, desc: vague(part.desc) };
      case 'before':
      case 'after':
        return { ...part, a: soften(part.a), b: soften(part.b) };
      case 'putnext':
      case 'open':
      case 'and':
        return part;
    }
  };
  return new Episode({ ...generated, instruction: soften(generated.instruction) });
}

/** A copy that can be played on without touching the original. */
export function copyEpisode(episode: Episode): Episode {
  const copy = Object.create(Episode.prototype) as Episode;
  return Object.assign(copy, episode, { world: episode.world.clone(), memory: copyMemory(episode.memory) });
}

/** What MixedTest's missions name; missions here never do. */
const reserved: ReadonlySet<string> = new Set(['yellow box', 'red key', 'green ball']);

/** True for the name of a thing, colour and type, that missions of MixedTest ask for. */
export function isReservedName(name: string): boolean {
  return reserved.has(name);
}

/** True when a thing that is reserved for missions of MixedTest lies somewhere or is carried. */
function isReserved(code: number): boolean {
  return isMovable(code) && reserved.has(nameOfCode(code));
}

/**
 * Paints the reserved things, which are only scenery here, in other colours, so that nothing teaches the model that
 * such a thing is never what is meant.
 */
export function repaintReserved(episode: Episode, random: Random): void {
  const { world, mission } = episode;
  const meant = new Set(mission.tracked.flatMap(({ members }) => members.map((id) => world.codes[id])));
  world.codes.forEach((code, id) => {
    if (!isReserved(code)) return;
    for (;;) {
      const painted = codeOf(formOf(code), Math.floor(random.next() * colors.length));
      if (isReserved(painted) || meant.has(painted)) continue;
      world.codes[id] = painted;
      return;
    }
  });
}

/** True when a reserved thing is among the scenery. */
export function hasReserved(episode: Episode): boolean {
  return episode.world.codes.some(isReserved);
}
