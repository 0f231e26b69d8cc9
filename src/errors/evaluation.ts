import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `evaluation.`. */
export const evaluationErrors = {} as const satisfies ErrorTexts;
