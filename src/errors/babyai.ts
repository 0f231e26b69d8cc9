import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `babyai.`. */
export const babyaiErrors = {} as const satisfies ErrorTexts;
