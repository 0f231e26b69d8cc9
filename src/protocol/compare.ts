import type { ActionValue, Agreement } from '../lac/events';
import type { Aspect, SetupDifference, SideSummary } from '../trajectories/comparedFacts';

/**
 * What the page that compares two trajectories is told: all steps in short at once, a step in full when somebody looks at
 * it.
 */

export type { Aspect, SetupDifference, SideSummary } from '../trajectories/comparedFacts';

export interface ComparedName {
  /** File name, for people. */
  readonly file: string;
  /** Episode, branch and task. */
  readonly place: string;
}

/** A step of one side in a line. */
export interface ComparedStepLine {
  readonly action: string | null;
  readonly agreement: Agreement | null;
  readonly reward: number | null;
}

export interface ComparedStep {
  readonly step: number;
  readonly differs: readonly Aspect[];
  /** null where the side has no such step. */
  readonly left: ComparedStepLine | null;
  readonly right: ComparedStepLine | null;
}

export interface ComparisonState {
  readonly left: ComparedName & { readonly summary: SideSummary };
  readonly right: ComparedName & { readonly summary: SideSummary };
  readonly setup: readonly SetupDifference[];
  readonly equal: boolean;
  /** First step that differs; null when none does. */
  readonly first: number | null;
  /** From this step on the sides stand in different places; null when they never part. */
  readonly parted: number | null;
  readonly steps: readonly ComparedStep[];
}

export interface ComparedCandidate {
  readonly action: string;
  /** Probability, 0 to 1; null where it is unknown. */
  readonly prior: number | null;
  readonly value: ActionValue;
  readonly policy: number | null;
}

/** A step of one side in full. */
export interface ComparedStepDetail {
  readonly observation: string | null;
  readonly thoughts: readonly string[];
  readonly candidates: readonly ComparedCandidate[] | null;
  readonly chosen: string | null;
  readonly action: string | null;
  readonly outcome: string | null;
  readonly reflection: string | null;
  readonly reward: number | null;
  readonly status: string | null;
}

export interface ComparedPrompt {
  readonly purpose: string;
  readonly left: string | null;
  readonly right: string | null;
}

export interface ComparedStepPair {
  readonly step: number;
  readonly left: ComparedStepDetail | null;
  readonly right: ComparedStepDetail | null;
  readonly parameters: readonly { readonly name: string; readonly left: string; readonly right: string }[];
  /** Of prompts that are equal on both sides only the purpose is told. */
  readonly prompts: readonly ComparedPrompt[];
  readonly equalPrompts: number;
}

export type ComparePageMessage = { readonly kind: 'ready' } | { readonly kind: 'step'; readonly step: number };

export type CompareHostMessage =
  | { readonly kind: 'comparison'; readonly state: ComparisonState }
  /** How far the comparison of long recordings has come, 0 to 1. */
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'step'; readonly pair: ComparedStepPair }
  /** Why there is nothing to be compared, in words. */
  | { readonly kind: 'failed'; readonly message: string };
