import { LacError } from '../../errors/lacError';
import type { Task, TaskSet } from '../environment';
import { generateLevel, kindsOf, levelNames, mixedKinds, type LevelName, type MixedKind } from './levels';
import type { Instruction } from './mission';

/** A task is a level, a kind and a seed: `MixedTrainLocal/goto/17`. */
export interface TaskName {
  readonly level: LevelName;
  readonly kind: MixedKind;
  readonly seed: number;
}

/** The paper's six task types. */
export const taskTypes = [
  'go to',
  'pick up',
  'put next to',
  'pick up then go to',
  'go to after pick up',
  'open door',
] as const;
export type TaskType = (typeof taskTypes)[number];

function taskId({ level, kind, seed }: TaskName): string {
  return `${level}/${kind}/${seed}`;
}

/** Reads an id; the original's spellings of level (`BabyAI-…-v0`) and kind are taken too. */
export function parseTaskId(id: string): TaskName {
  const unknown = (hint: string): LacError =>
    new LacError('environment.unknown-task', { task: id, environment: 'BabyAI-Text', hint });
  const [writtenLevel = '', writtenKind = '', writtenSeed = '', ...rest] = id.split('/');
  const level = levelNames.find((name) => writtenLevel === name || writtenLevel === `BabyAI-${name}-v0`);
  if (level === undefined) {
    throw unknown(`Write it as <level>/<kind>/<seed>; the levels are ${levelNames.join(', ')}.`);
  }
  const kind = mixedKinds.find(
    (name) => writtenKind === name || (name === 'seq' && writtenKind === 'pick up seq go to'),
  );
  if (kind === undefined || !kindsOf(level).includes(kind)) {
    throw unknown(`The kinds of ${level} are ${kindsOf(level).join(', ')}.`);
  }
  const seed = Number(writtenSeed);
  if (!/^\d+$/.test(writtenSeed) || !Number.isSafeInteger(seed) || rest.length > 0) {
    throw unknown(`End it with a seed from 0 to ${Number.MAX_SAFE_INTEGER}: ${level}/${kind}/0.`);
  }
  return { level, kind, seed };
}

export function taskTypeOf(instruction: Instruction): TaskType {
  switch (instruction.kind) {
    case 'goto':
      return 'go to';
    case 'pickup':
      return 'pick up';
    case 'open':
      return 'open door';
    case 'putnext':
      return 'put next to';
    case 'before':
    case 'and':
      return 'pick up then go to';
    case 'after':
      return 'go to after pick up';
  }
}

/** Makes the level to learn its mission; the sequence kinds have their type from it. */
export function makeTask(name: TaskName): Task {
  const { instruction, mission } = generateLevel(name.level, name.kind, name.seed);
  return {
    environment: 'babyai-text',
    id: taskId(name),
    type: taskTypeOf(instruction),
    title: mission,
  };
}

const setSize = 10_000;
const kindOfType: Readonly<Record<TaskType, MixedKind>> = {
  'go to': 'goto',
  'pick up': 'pickup',
  'put next to': 'putnext',
  'pick up then go to': 'seq',
  'go to after pick up': 'seq',
  'open door': 'open',
};

function taskSet(level: LevelName, title: string, type: TaskType): TaskSet {
  const kind = kindOfType[type];
  return {
    id: `${level}/${type}`,
    title: `${type} (${title})`,
    size: setSize,
    at(index) {
      if (!Number.isInteger(index) || index < 0 || index >= setSize) {
        throw new RangeError(`no task ${index} in a set of ${setSize}`);
      }
      // Where a level mixes both orders, the seeds index, index + 10,000, ... are tried until one has this order.
      for (let seed = index; ; seed += setSize) {
        const task = makeTask({ level, kind, seed });
        if (task.type === type) return task;
      }
    },
  };
}

/** For each type the tasks of the test level, then of the training level, then the sequence types' own levels. */
export function allTaskSets(): TaskSet[] {
  return [
    ...taskTypes.map((type) => taskSet('MixedTestLocal', 'test', type)),
    ...taskTypes.map((type) => taskSet('MixedTrainLocal', 'train', type)),
    taskSet('PickUpThenGoToLocal', 'own level', 'pick up then go to'),
    taskSet('GoToAfterPickUpLocal', 'own level', 'go to after pick up'),
  ];
}
