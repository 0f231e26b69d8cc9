import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `lac.`. */
export const lacErrors = {
  'lac.parameter': {
    what: '{source}: "{name}" is {value}, but must be {expected}.',
    toDo: 'Correct "{name}".',
  },
  'lac.parameter-unknown': {
    what: '{source}: there is no parameter "{name}".',
    toDo: '{hint}',
  },
  'lac.parameters-shape': {
    what: '{source}: the parameters are {found}, but must be an object of names and values.',
    toDo: 'Write them as {example}.',
  },
  'lac.no-scores': {
    what: 'Model {model} cannot score a given text, which {reason} needs.',
    toDo: 'Use proposal "branch" or "sample" without added candidates, or a model that scores continuations.',
  },
  'lac.no-admissible': {
    what: 'Proposal "admissible" needs a list of the admissible actions, and the environment gives none here.',
    toDo: 'Use proposal "branch" or "sample".',
  },
  'lac.no-candidates': {
    what: 'Model {model} proposed no usable action in {calls} calls (its first answer: "{answer}").',
    toDo: 'Look at the actor prompt and the raw answer of these calls; a longer "lineTokens" or another prompt set may help.',
  },
} as const satisfies ErrorTexts;
