import type { Task, TaskSet } from '../environments/environment';
import type { Method } from '../lac/parameters';
import { crossed, type Suite, type TaskGroup } from './plan';

/** The first tasks of a set. */
export function groupOf(set: TaskSet, first: number, count: number): TaskGroup {
  const size = Math.max(0, Math.min(count, set.size - first));
  return { set: set.id, tasks: Array.from({ length: size }, (_, i): Task => set.at(first + i)) };
}

/** Names of `lac eval --preset`. */
export const presetNames = ['babyai-table'] as const;
export type PresetName = (typeof presetNames)[number];

const tasksByType: readonly (readonly [type: string, count: number])[] = [
  ['go to', 100],
  ['pick up', 100],
  ['put next to', 50],
  ['pick up then go to', 50],
  ['go to after pick up', 50],
  ['open door', 50],
];

/** Tasks before this one were used while prompts and training were worked out: the table is made on others. */
const firstTask = 1000;

const tableMethods: readonly Method[] = [
  'prior',
  'react',
  'reflection',
  'critic-only',
  'lac',
  'lac-no-rollout',
  'lac-no-reflection',
  'lac-shuffled',
  'rap',
  'icpi',
];

/** A weight of the loop guard that no value outweighs. */
const guard = 30;
const sweptAlphas = [0, 0.1, 0.25, 0.5, 1, 2, 5, 10, 100];
const sweptTasksByType = 10;

/**
 * The table of BabyAI-Text: every method without and with the loop guard on tasks of the test level, and a sweep of alpha
 * on 60 of them.
 * @param thinks whether the model may think, so that ReAct is more than the prior: one that knows a single text may not.
 */
export function babyAiTable(sets: readonly TaskSet[], thinks: boolean): readonly Suite[] {
  const set = (type: string): TaskSet[] => sets.filter(({ id }) => id === `MixedTestLocal/${type}`);
  const baseline = { name: 'method', value: 'prior' } as const;
  return [
    {
      id: 'methods',
      title: 'Methods, without and with the loop guard',
      groups: tasksByType.flatMap(([type, count]) => set(type).map((each) => groupOf(each, firstTask, count))),
      variants: crossed([
        { name: 'loopGuard', values: [0, guard] },
        { name: 'method', values: tableMethods.filter((method) => method !== 'react' || thinks) },
      ]),
      baseline,
    },
    {
      id: 'alpha',
      title: 'LAC by alpha',
      groups: tasksByType.flatMap(([type]) => set(type).map((each) => groupOf(each, firstTask, sweptTasksByType))),
      variants: crossed([
        { name: 'method', values: ['lac'] },
        { name: 'loopGuard', values: [0, guard] },
        { name: 'alpha', values: sweptAlphas },
      ]),
      baseline: { name: 'alpha', value: 0 },
    },
  ];
}
