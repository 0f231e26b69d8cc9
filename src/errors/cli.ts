import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `cli.`. */
export const cliErrors = {} as const satisfies ErrorTexts;
