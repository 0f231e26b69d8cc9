import type { CallId } from './calls';
import type { LabelProbability, ScoredToken, TokenProbability } from './languageModel';
import type { Verdict } from './transcript';

/** How a candidate came to be: a method of proposal, or a person. */
export type CandidateSource = 'branch' | 'sample' | 'admissible' | 'hand';

/** A thought of the actor inside a step, answered `OK.` without an environment step. */
export interface ThoughtEvent {
  readonly type: 'thought';
  readonly text: string;
  readonly calls: readonly CallId[];
}

/** One candidate action and what the actor's prior says of it. */
export interface ProposalEvent {
  readonly type: 'proposal';
  /** Index of the candidate in its decision, from 0. */
  readonly candidate: number;
  /** The action's text, white space normalised. */
  readonly action: string;
  readonly source: CandidateSource;
  /** The line's tokens, terminator included; of merged spellings those with the greatest log-probability per token. */
  readonly tokens: readonly ScoredToken[];
  /** Sum of the tokens' log-probabilities, terminator included, merged spellings added by log-sum-exp. */
  readonly logprob: number;
  /** Number of `tokens`. */
  readonly tokenCount: number;
  readonly score: 'exact' | 'lower-bound' | 'partial';
  /** Other spellings that were merged into this candidate. */
  readonly merged: readonly string[];
  readonly calls: readonly CallId[];
}

/** The prior over all candidates, once they are all known. */
export interface PriorEvent {
  readonly type: 'prior';
  readonly score: 'mean' | 'sum';
  /** Logarithm of the prior, by candidate; sums to 1 after exp. */
  readonly logPrior: readonly number[];
}

/** One imagined step of a candidate's rollout. */
export interface RolloutStepEvent {
  readonly type: 'rollout-step';
  readonly candidate: number;
  /** Number of imagined observations up to here, from 1. */
  readonly depth: number;
  /** The candidate itself at depth 1, an imagined action after that. */
  readonly action: string;
  /** Sum of the imagined action's log-probabilities; null at depth 1, where the prior has it. */
  readonly actionLogprob: number | null;
  readonly observation: string;
  /** The whole reflection with its verdict; null where the method has none. */
  readonly reflection: string | null;
  readonly says: Verdict | null;
  /** True when the reflection lacked the verdict slot, was cut at its end and the slot appended. */
  readonly forced: boolean;
  /** The imagined reward (method `icpi`); absent elsewhere. */
  readonly reward?: number;
  readonly calls: readonly CallId[];
}

/** An action value and how well it is known. */
export interface ActionValue {
  /** The number used in scores; null when both labels are outside what the model shows. */
  readonly q: number | null;
  /** `lower`: the true value is at least `q`; `upper`: at most; `none`: nothing is known. */
  readonly bound: 'exact' | 'lower' | 'upper' | 'none';
}

/** The critic's reading of a verdict slot. */
export interface VerdictEvent {
  readonly type: 'verdict';
  readonly candidate: number;
  /** Depth of the reflection that was read; 0 for a method without rollout. */
  readonly depth: number;
  readonly value: ActionValue;
  readonly good: LabelProbability;
  readonly bad: LabelProbability;
  readonly unknown: LabelProbability;
  /** P(GOOD) + P(BAD), of what is known: a tiny mass means that the model expected no verdict here. */
  readonly mass: number;
  readonly top: readonly TokenProbability[];
  readonly calls: readonly CallId[];
}

/** A value that a comparison method computes in its own way. */
export interface ValueEvent {
  readonly type: 'value';
  readonly candidate: number;
  readonly method: 'lac-direct' | 'rap' | 'icpi' | 'rafa';
  readonly value: ActionValue;
  /** How it came about, for people. */
  readonly explanation: string;
  readonly calls: readonly CallId[];
}

/** A place on alpha's axis where the choice changes. */
export interface FlipPoint {
  /** The choice is `from` below this alpha and `to` above it; greater than 0. */
  readonly alpha: number;
  readonly from: number;
  readonly to: number;
}

/** The improved policy over all candidates. */
export interface ImprovementEvent {
  readonly type: 'improvement';
  /** The alpha in force: 0 for a method that asks the prior alone, the parameter's value (unused) for one that asks the values alone. */
  readonly alpha: number;
  readonly values: readonly ActionValue[];
  /** Earlier uses, in this episode, of the same action after the same observation, by candidate. */
  readonly uses: readonly number[];
  /** What the loop guard takes off each score: its weight times the uses. */
  readonly penalties: readonly number[];
  /** Control `lac-shuffled` only: candidate i was given the value of candidate `permutation[i]`. */
  readonly permutation?: readonly number[];
  /**
   * The method's score by candidate, computed with + and x only: log prior - penalty + alpha q for LAC,
   * q - penalty for a method that asks the values alone. An undefined q adds nothing.
   */
  readonly scores: readonly number[];
  /** Softmax of the scores, for display. */
  readonly policy: readonly number[];
  /** Where the choice changes as alpha grows from 0; empty for rules that are not linear in alpha. */
  readonly flips: readonly FlipPoint[];
}

/** Which source picks the chosen action when it is asked alone. */
export type Agreement = 'both' | 'prior' | 'critic' | 'neither';

export interface ChoiceEvent {
  readonly type: 'choice';
  readonly candidate: number;
  readonly action: string;
  /** False when a bound could still change the choice. */
  readonly certain: boolean;
  /** Candidates with exactly the same score as the chosen one. */
  readonly tied: readonly number[];
  readonly agreement: Agreement;
  /** Gap of the best two: of the prior, of the critic's softmax(Q), of the policy; null with one candidate. */
  readonly confidence: {
    readonly prior: number | null;
    readonly critic: number | null;
    readonly policy: number | null;
  };
  /** What a person should notice about the candidates' values. */
  readonly notes: readonly ChoiceNote[];
}

export type ChoiceNote =
  'all-bad' | 'all-equal' | 'loop' | 'undefined-values' | 'low-verdict-mass' | 'single-candidate';

/** What the model wrote about a real step. */
export interface ReflectionEvent {
  readonly type: 'reflection';
  readonly text: string;
  readonly says: Verdict | null;
  readonly forced: boolean;
  readonly calls: readonly CallId[];
}

/** What the decision yields, each with the calls that produced it. */
export type DecisionEvent =
  | ThoughtEvent
  | ProposalEvent
  | PriorEvent
  | RolloutStepEvent
  | VerdictEvent
  | ValueEvent
  | ImprovementEvent
  | ChoiceEvent;
