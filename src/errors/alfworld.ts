import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `alfworld.`. */
export const alfworldErrors = {} as const satisfies ErrorTexts;
