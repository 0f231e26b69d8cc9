import type { Weights } from './improvement';
import type { Method, Parameters } from './parameters';

/** What a candidate's rollout consists of, besides imagined actions and observations. */
export type RolloutKind =
  /** No rollout. */
  | 'none'
  /** A reflection after each observation; it ends at GOOD or BAD. */
  | 'reflected'
  /** Nothing more. */
  | 'plain'
  /** A reward after each observation; it ends at 1. */
  | 'rewarded';

/** Where a candidate's value comes from. */
export type ValueKind =
  /** There is none. */
  | 'none'
  /** log P(GOOD) - log P(BAD) at the verdict slot. */
  | 'verdict'
  /** log P(GOOD) at the verdict slot. */
  | 'log-good'
  /** The model prints a probability p; log(p / (1 - p)). */
  | 'probability'
  /** Sum of the log-probabilities of the rollout's actions. */
  | 'action-logprobs'
  /** Discounted sum of the imagined rewards. */
  | 'return'
  /** Share of the goal's sub-goals that the model judges satisfied at the rollout's end. */
  | 'subgoals';

/** A method as a rule over the same machinery. */
export interface MethodRule {
  /** Whether reflections are written after real steps and stand in the history. */
  readonly reflections: boolean;
  readonly rollouts: RolloutKind;
  readonly value: ValueKind;
  /** Which term the choice maximises: the prior, the value, or log prior + alpha x value. */
  readonly chooses: 'prior' | 'value' | 'sum';
  /** True: thoughts are on even where the parameter says off. */
  readonly thinks: boolean;
  /** True: the values are shuffled among the candidates, by the seed (control). */
  readonly shuffled: boolean;
  /** One line for people. */
  readonly description: string;
}

const lac: MethodRule = {
  reflections: true,
  rollouts: 'reflected',
  value: 'verdict',
  chooses: 'sum',
  thinks: false,
  shuffled: false,
  description: 'LAC: the greatest log prior + alpha x Q, with Q from one rollout of each candidate.',
};

const prior: MethodRule = {
  reflections: false,
  rollouts: 'none',
  value: 'none',
  chooses: 'prior',
  thinks: false,
  shuffled: false,
  description: 'The likeliest action, without reflections.',
};

export const methodRules: Readonly<Record<Method, MethodRule>> = {
  lac,
  prior,
  react: { ...prior, thinks: true, description: 'ReAct: the likeliest action, with thoughts and without reflections.' },
  reflection: {
    ...prior,
    reflections: true,
    description: 'LAC without critic: the likeliest action, with reflections.',
  },
  'critic-only': { ...lac, chooses: 'value', description: 'The greatest Q; the prior only proposes.' },
  'lac-no-rollout': { ...lac, rollouts: 'none', description: 'LAC with Q from history and action alone, no rollouts.' },
  'lac-no-reflection': { ...lac, reflections: false, description: 'LAC without reflections in the history.' },
  'lac-log-good': { ...lac, value: 'log-good', description: 'LAC with Q = log P(GOOD).' },
  'lac-direct': {
    ...lac,
    value: 'probability',
    description: 'LAC with a probability p that the model prints: Q = log(p / (1 - p)).',
  },
  'lac-shuffled': { ...lac, shuffled: true, description: 'Control: LAC with the Qs shuffled among the candidates.' },
  rap: {
    ...prior,
    rollouts: 'plain',
    value: 'action-logprobs',
    chooses: 'value',
    description: "RAP, simplified: the greatest sum of log-probabilities of a greedy rollout's actions.",
  },
  icpi: {
    ...prior,
    rollouts: 'rewarded',
    value: 'return',
    chooses: 'value',
    description: 'ICPI: the greatest discounted return of a rollout that prints its rewards.',
  },
  rafa: {
    ...prior,
    rollouts: 'plain',
    value: 'subgoals',
    chooses: 'value',
    description: 'RAFA: the greatest share of sub-goals satisfied at the end of a rollout.',
  },
};

/** True where the choice is the upper envelope of lines in alpha, so that flip points exist. */
export function isLinearInAlpha(method: Method): boolean {
  return methodRules[method].chooses === 'sum';
}

/** Number of imagined observations of a full rollout; 0 where there is none. Rollouts with values of their own need one. */
export function depthInForce({ method, depth }: Parameters): number {
  const { rollouts } = methodRules[method];
  switch (rollouts) {
    case 'none':
      return 0;
    case 'reflected':
      return depth;
    case 'plain':
    case 'rewarded':
      return Math.max(1, depth);
  }
}

/** Whether thoughts are allowed, the method's own wish included. */
export function thoughtsInForce({ method, thoughts }: Parameters): Parameters['thoughts'] {
  return thoughts === 'off' && methodRules[method].thinks ? 'free' : thoughts;
}

/** How the prior is scored: sums for `admissible` always. */
export function priorScoreInForce({ proposal, priorScore }: Parameters): Parameters['priorScore'] {
  return proposal === 'admissible' ? 'sum' : priorScore;
}

/** What log prior and Q weigh in a candidate's score: one alone, or the sum log prior + alpha x Q. */
export function weightsOf({ method, alpha }: Parameters): Weights {
  switch (methodRules[method].chooses) {
    case 'prior':
      return { prior: 1, value: 0 };
    case 'value':
      return { prior: 0, value: 1 };
    case 'sum':
      return { prior: 1, value: alpha };
  }
}
