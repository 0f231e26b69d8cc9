import { Episode } from '../../src/environments/babyai/episode';
import { generateLevel, type LevelName, type MixedKind } from '../../src/environments/babyai/levels';
import { copyMemory } from '../../src/environments/babyai/mission';

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

/** A copy that can be played on without touching the original. */
export function copyEpisode(episode: Episode): Episode {
  const copy = Object.create(Episode.prototype) as Episode;
  return Object.assign(copy, episode, { world: episode.world.clone(), memory: copyMemory(episode.memory) });
}
