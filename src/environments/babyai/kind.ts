import type { EnvironmentKind } from '../environment';
import { BabyAiTextEnvironment } from './environment';
import { allTaskSets, makeTask, parseTaskId } from './tasks';

/** BabyAI-Text needs no files: its levels are made from seeds, exactly as the original makes them. */
export const babyAiText: EnvironmentKind = {
  id: 'babyai-text',
  title: 'BabyAI-Text',
  description: 'A grid world told in sentences: go to, pick up, put next to and open, seen through a 7 by 7 window.',
  defaults: { horizon: 30, alpha: 2, candidates: 5, depth: 4 },
  taskSets: () => Promise.resolve(allTaskSets()),
  task: (id) =>
    new Promise((resolve) => {
      resolve(makeTask(parseTaskId(id)));
    }),
  open: () => Promise.resolve(new BabyAiTextEnvironment()),
};
