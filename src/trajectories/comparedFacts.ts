import type { Agreement } from '../lac/events';

/** Plain facts of a comparison, which a page may know without what they are made from. */

/** In what two steps can differ, in the order in which things happen. */
export const aspects = [
  'observation',
  'prompts',
  'parameters',
  'thoughts',
  'candidates',
  'prior',
  'Q',
  'choice',
  'action',
  'outcome',
  'reward',
  'reflection',
  'status',
] as const;
export type Aspect = (typeof aspects)[number];

export interface SideSummary {
  readonly steps: number;
  /** null where the recording does not say. */
  readonly reward: number | null;
  /** null while the episode is open. */
  readonly end: string | null;
  readonly success: boolean | null;
  readonly decisions: number;
  readonly calls: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly seconds: number;
  /** Share of decisions, 0 to 1, by who alone would have chosen the same; null without decisions. */
  readonly agreement: Readonly<Record<Agreement, number>> | null;
  readonly invalid: number;
  readonly useless: number;
  readonly loops: number;
}

/** A fact of the whole trajectory that differs: task, goal, a parameter. */
export interface SetupDifference {
  readonly field: string;
  readonly left: string;
  readonly right: string;
}
