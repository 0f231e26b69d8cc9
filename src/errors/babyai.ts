import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `babyai.`. */
export const babyaiErrors = {
  'babyai.no-data': {
    what: 'BabyAI-Text makes its levels from seeds and takes no data folder, but {folder} was given.',
    toDo: 'Leave the data folder out (--data, or "data" of a launch), or name the environment that it is for.',
  },
} as const satisfies ErrorTexts;
