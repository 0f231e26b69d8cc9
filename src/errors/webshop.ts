import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `webshop.`. */
export const webshopErrors = {} as const satisfies ErrorTexts;
