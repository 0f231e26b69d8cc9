import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `trajectory.`. */
export const trajectoriesErrors = {} as const satisfies ErrorTexts;
