import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `episode.`. */
export const episodesErrors = {} as const satisfies ErrorTexts;
