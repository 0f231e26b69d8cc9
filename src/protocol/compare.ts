import type { ActionValue } from '../lac/events';
import type { Aspect, SetupDifference, SideSummary } from '../trajectories/comparedFacts';

/**
 * What the page that compares two trajectories is told: which steps differ at once, the actions of steps that are seen and
 * a step in full when they are looked at.
 */

export type { Aspect, SetupDifference, SideSummary } from '../trajectories/comparedFacts';

export interface ComparedName {
  /** File name, for people. */
  readonly file: string;
  /** Episode, branch and task. */
  readonly place: string;
}

/** The actions of a step; null where none was executed or the side has no such step. */
export interface ComparedActions {
  readonly left: string | null;
  readonly right: string | null;
}

export interface ComparedSummary extends SideSummary {
  /** How many steps can be looked at: one more than were executed where something was decided last. */
  readonly shown: number;
}

export interface ComparisonState {
  readonly left: ComparedName & { readonly summary: ComparedSummary };
  readonly right: ComparedName & { readonly summary: ComparedSummary };
  readonly setup: readonly SetupDifference[];
  readonly equal: boolean;
  /** First step that differs; null when none does. */
  readonly first: number | null;
  /** From this step on the sides stand in different places; null when they never part. */
  readonly parted: number | null;
  /** In what steps can differ. */
  readonly aspects: readonly Aspect[];
  /** In what each step differs: bit k stands for the aspect k. */
  readonly differs: Uint16Array;
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

export type ComparePageMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'step'; readonly step: number }
  /** Of the steps from one on, up to another. */
  | { readonly kind: 'actions'; readonly from: number; readonly to: number };

export type CompareHostMessage =
  | { readonly kind: 'comparison'; readonly state: ComparisonState }
  /** How far the comparison of long recordings has come, 0 to 1. */
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'step'; readonly pair: ComparedStepPair }
  | { readonly kind: 'actions'; readonly from: number; readonly actions: readonly ComparedActions[] }
  /** Why there is nothing to be compared, in words. */
  | { readonly kind: 'failed'; readonly message: string };
