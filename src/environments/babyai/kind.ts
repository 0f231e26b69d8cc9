import { LacError } from '../../errors/lacError';
import type { EnvironmentKind, EnvironmentResources } from '../environment';
import { BabyAiTextEnvironment } from './environment';
import { allTaskSets, makeTask, parseTaskId } from './tasks';

/** What is made without files. Throws `babyai.no-data` where somebody expects a folder to be read. */
function madeFromSeeds<T>({ dataFolder }: EnvironmentResources, make: () => T): Promise<T> {
  return new Promise((resolve) => {
    if (dataFolder !== null) throw new LacError('babyai.no-data', { folder: dataFolder });
    resolve(make());
  });
}

/** BabyAI-Text needs no files: its levels are made from seeds, exactly as the original makes them. */
export const babyAiText: EnvironmentKind = {
  id: 'babyai-text',
  title: 'BabyAI-Text',
  description: 'A grid world told in sentences: go to, pick up, put next to and open, seen through a 7 by 7 window.',
  defaults: { horizon: 30, alpha: 2, candidates: 5, depth: 4 },
  taskSets: (resources) => madeFromSeeds(resources, allTaskSets),
  task: (id, resources) => madeFromSeeds(resources, () => makeTask(parseTaskId(id))),
  open: (resources) => madeFromSeeds(resources, () => new BabyAiTextEnvironment()),
};
