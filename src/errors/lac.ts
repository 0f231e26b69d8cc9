import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `lac.`. */
export const lacErrors = {} as const satisfies ErrorTexts;
