import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `model.`. */
export const modelsErrors = {} as const satisfies ErrorTexts;
