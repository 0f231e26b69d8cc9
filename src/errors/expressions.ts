import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `expression.`. */
export const expressionsErrors = {} as const satisfies ErrorTexts;
