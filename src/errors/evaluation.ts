import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `evaluation.`. */
export const evaluationErrors = {
  'evaluation.parameters': {
    what: '{file} was recorded with other parameters than are asked for now.',
    toDo: 'Give the parameters of the first time, or another folder with --out.',
  },
  'evaluation.variation': {
    what: '"{value}" names no values to compare: {reason}.',
    toDo: 'Write --vary <parameter>=<value>,<value>, for example --vary alpha=0,1,2.',
  },
  'evaluation.nothing': {
    what: 'Nothing is left to play: no {what} matches.',
    toDo: 'Known are: {known}.',
  },
  'evaluation.baseline': {
    what: 'The baseline "{value}" is none of the variants.',
    toDo: 'Write --baseline <parameter>=<value> with a value that --vary or --methods tries, or --baseline none.',
  },
} as const satisfies ErrorTexts;
