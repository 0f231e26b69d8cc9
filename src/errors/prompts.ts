import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `prompt.`. */
export const promptsErrors = {} as const satisfies ErrorTexts;
