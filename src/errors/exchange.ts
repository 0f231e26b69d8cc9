import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `exchange.`. */
export const exchangeErrors = {} as const satisfies ErrorTexts;
