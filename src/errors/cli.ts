import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `cli.`. */
export const cliErrors = {
  'cli.file': {
    what: '{file} cannot be read: {reason}.',
    toDo: 'Check the path given with {option}.',
  },
  'cli.assets': {
    what: 'The files that ship with this program are missing: there is no {path}.',
    toDo: 'Install it again, or build it with npm run build.',
  },
  'cli.no-task-set': {
    what: 'There is no task or task set "{name}" in {environment}.',
    toDo: 'See lac tasks {environment}.',
  },
  'cli.past-the-set': {
    what: 'The task set "{set}" has {size} tasks, and none at index {first}.',
    toDo: 'Give --first a number below {size}.',
  },
  'cli.task-range': {
    what: '"{range}" is no range of tasks.',
    toDo: 'Write the first and the last number, for example MixedTestLocal/goto/0..9; at most {limit} tasks.',
  },
  'cli.conflict': {
    what: '{first} and {second} cannot be given together.',
    toDo: '{hint}',
  },
  'cli.needs': {
    what: '{flag} has no effect without {needed}.',
    toDo: 'Give {needed} too, or leave {flag} out.',
  },
} as const satisfies ErrorTexts;
