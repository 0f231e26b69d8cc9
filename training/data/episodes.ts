import { Episode } from '../../src/environments/babyai/episode';
import { generateLevel, type LevelName, type MixedKind } from '../../src/environments/babyai/levels';
import { nameOfCode } from '../../src/environments/babyai/descriptions';
import { copyMemory } from '../../src/environments/babyai/mission';
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
  { name: 'go to', level: 'MixedTrainLocal', kind: 'goto', share: 0.15 },
  { name: 'pick up', level: 'MixedTrainLocal', kind: 'pickup', share: 0.15 },
  { name: 'pick up then go to', level: 'PickUpThenGoToLocal', kind: 'seq', share: 0.15 },
  { name: 'go to after pick up', level: 'GoToAfterPickUpLocal', kind: 'seq', share: 0.15 },
  { name: 'put next to', level: 'MixedTrainLocal', kind: 'putnext', share: 0.18 },
  { name: 'open door', level: 'MixedTrainLocal', kind: 'open', share: 0.22 },
];

export function startEpisode({ level, kind }: TaskType, seed: number): Episode {
  return new Episode(generateLevel(level, kind, seed));
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
