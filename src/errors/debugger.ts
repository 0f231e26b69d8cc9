import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `debugger.`. */
export const debuggerErrors = {} as const satisfies ErrorTexts;
