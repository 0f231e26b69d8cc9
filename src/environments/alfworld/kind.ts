import type { EnvironmentKind } from '../environment';
import { variantNamed } from '../variants';
import { openAlfworld } from './environment';
import { gameSource, unknownTask } from './games/source';
import { readTaskId, taskOf, taskSetsOf } from './games/taskSets';

const variants = { file: "each game in its file's own language, the newer `move X to Y` included" } as const;

/** ALFWorld: household tasks in text. Games come from the user's folder of game files, else those that ship. */
export const alfworld: EnvironmentKind = {
  id: 'alfworld',
  title: 'ALFWorld',
  description: 'Household tasks in text: find, clean, heat, cool and place things in a room of receptacles.',
  defaults: { alpha: 1, horizon: 40, thoughts: 'free' },
  variants,
  taskSets: async (resources, signal) => taskSetsOf((await (await gameSource(resources)).list(signal)).games),
  task: async (id, resources, signal) => {
    const source = await gameSource(resources);
    const { game, human } = readTaskId(id);
    const found = await source.find(game);
    signal?.throwIfAborted();
    if (found === undefined) throw unknownTask(id, await source.ids(signal));
    if (human !== null && found.entry.humanGoals[human - 1] === undefined) throw unknownTask(id, [game]);
    return taskOf(found.entry, human);
  },
  /** Plays the old language, as the paper does, unless the variant says otherwise. */
  open: (resources) =>
    openAlfworld(resources, { language: variantNamed('ALFWorld', variants, resources.variant) ?? 'old' }),
};
