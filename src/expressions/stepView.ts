import type { Decision } from '../lac/decision';
import type { ActionValue, Agreement, ChoiceNote } from '../lac/events';
import type { TieRule } from '../lac/improvement';
import type { Role, Verdict } from '../lac/transcript';

/** One candidate as expressions see it; null is what is not known (yet, or to a foreign file). */
export interface CandidateView {
  readonly action: string | null;
  readonly logPrior: number | null;
  readonly q: number | null;
  readonly bound: ActionValue['bound'];
  /** What the loop guard takes off. */
  readonly penalty: number | null;
  readonly score: number | null;
  /** Probability under the improved policy, 0 to 1. */
  readonly policy: number | null;
  /** What the last reflection of its rollout says. */
  readonly says: Verdict | null;
  /** P(GOOD) + P(BAD) at the verdict slot that Q was read from. */
  readonly mass: number | null;
}

/** What a step, or the part of it that a breakpoint looks at, cost. */
export interface CostView {
  readonly calls: number;
  /** Calls that the call log answered. */
  readonly reused: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly generatedTokens: number;
  readonly seconds: number | null;
}

/** Where a session stands inside a decision. */
export interface CursorView {
  readonly role: Role;
  /** Index of the candidate that is being looked at; null when the call serves the whole decision. */
  readonly candidate: number | null;
  readonly depth: number | null;
}

/**
 * One recorded step, as breakpoints, watch, filters and log points see it. Everything may be missing (null): a foreign
 * file has no Q, a running step no outcome, the column index no texts. Whoever holds steps implements this; properties
 * may be getters, they are read only when an expression needs them.
 */
export interface StepView {
  /** Index of the step along its branch, from 0. */
  readonly step: number;
  readonly episode: string | null;
  readonly branch: string | null;
  readonly goal: string | null;
  /** Kind of task, for example `go to`. */
  readonly taskType: string | null;
  readonly method: string | null;
  readonly alpha: number | null;
  readonly tieRule: TieRule;
  /** The observation that the decision was made at. */
  readonly observation: string | null;
  /** The executed action (before that the chosen one). */
  readonly action: string | null;
  /** The observation that the action led to. */
  readonly outcome: string | null;
  readonly reflection: string | null;
  readonly says: Verdict | null;
  readonly thoughts: readonly string[] | null;
  readonly reward: number | null;
  /** `running`, `success`, `failure`, `limit`: where the episode stands after the step. */
  readonly status: string | null;
  readonly invalid: boolean | null;
  readonly useless: boolean | null;
  /** The same action at the same observation was executed before in this episode. */
  readonly loop: boolean | null;
  /** The observation was edited by hand. */
  readonly edited: boolean | null;
  readonly candidates: readonly CandidateView[] | null;
  /** Index of the chosen candidate. */
  readonly chosen: number | null;
  readonly certain: boolean | null;
  readonly agreement: Agreement | null;
  readonly notes: readonly ChoiceNote[] | null;
  readonly cost: CostView | null;
  readonly cursor: CursorView | null;
  /** The step of an index on the same branch; null where there is none. */
  at(step: number): StepView | null;
}

/** The part of a step view that a decision gives. */
export type DecisionView = Pick<StepView, 'candidates' | 'chosen' | 'certain' | 'agreement' | 'notes'>;

/** A decision, finished or not, in the form that expressions read. */
export function decisionView(decision: Decision): DecisionView {
  return {
    candidates: decision.candidates.map((candidate): CandidateView => ({
      action: candidate.action,
      logPrior: candidate.logPrior,
      q: candidate.value?.q ?? null,
      bound: candidate.value?.bound ?? 'none',
      penalty: candidate.penalty,
      score: candidate.score,
      policy: candidate.policy,
      says: candidate.steps.at(-1)?.says ?? null,
      mass: candidate.verdicts.at(-1)?.mass ?? null,
    })),
    chosen: decision.choice?.candidate ?? null,
    certain: decision.choice?.certain ?? null,
    agreement: decision.choice?.agreement ?? null,
    notes: decision.choice?.notes ?? null,
  };
}

/** A step of which nothing but its index is known; spread over by what is. */
export const unknownStep: Omit<StepView, 'step' | 'at'> = Object.freeze({
  episode: null,
  branch: null,
  goal: null,
  taskType: null,
  method: null,
  alpha: null,
  tieRule: 'prior',
  observation: null,
  action: null,
  outcome: null,
  reflection: null,
  says: null,
  thoughts: null,
  reward: null,
  status: null,
  invalid: null,
  useless: null,
  loop: null,
  edited: null,
  candidates: null,
  chosen: null,
  certain: null,
  agreement: null,
  notes: null,
  cost: null,
  cursor: null,
});
