import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `environment.`. */
export const environmentsErrors = {
  'environment.unknown': {
    what: 'There is no environment "{name}".',
    toDo: 'Use one of: {known}.',
  },
  'environment.unknown-variant': {
    what: '{environment} has no variant "{variant}".',
    toDo: 'Use one of: {known}.',
  },
  'environment.no-variants': {
    what: '{environment} is played in one way only; it has no variant "{variant}".',
    toDo: 'Leave the variant out.',
  },
  'environment.unknown-task': {
    what: 'There is no task "{task}" in {environment}.',
    toDo: '{hint}',
  },
  'environment.not-started': {
    what: '{environment} was asked before a task was started.',
    toDo: 'Start a task first.',
  },
  'environment.snapshot': {
    what: 'The snapshot does not fit {environment}: {reason}.',
    toDo: 'Restore by replaying the actions, or start the task again.',
  },
} as const satisfies ErrorTexts;
