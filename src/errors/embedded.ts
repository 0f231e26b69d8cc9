import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `embedded.`. */
export const embeddedErrors = {} as const satisfies ErrorTexts;
