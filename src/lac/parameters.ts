/**
 * Everything about the method that a person can set. `parameterSpecs` is the one source from which launch attributes,
 * settings, command-line flags and the journal's schema derive; a test holds them together.
 */

export const methods = [
  'lac',
  'prior',
  'react',
  'reflection',
  'critic-only',
  'lac-no-rollout',
  'lac-no-reflection',
  'lac-log-good',
  'lac-direct',
  'lac-shuffled',
  'rap',
  'icpi',
  'rafa',
] as const;
export type Method = (typeof methods)[number];

export interface Parameters {
  readonly method: Method;
  readonly candidates: number;
  readonly proposal: 'branch' | 'sample' | 'admissible';
  readonly proposalTemperature: number;
  readonly priorScore: 'mean' | 'sum';
  readonly depth: number;
  readonly rolloutTemperature: number;
  readonly alpha: number;
  readonly tieRule: 'prior' | 'index';
  readonly loopGuard: number;
  readonly thoughts: 'off' | 'free' | 'counted';
  readonly gamma: number;
  readonly subgoals: number;
  readonly horizon: number;
  readonly seed: number;
  readonly lineTokens: number;
  readonly reflectionTokens: number;
}

/**
 * What has to be computed again when a parameter changes (architecture: the decision as a data flow).
 * `improvement`: nothing is asked; `rollouts`: the missing imagined steps; `decision`: all of it; `episode`: from the next step on.
 */
export type Invalidates = 'improvement' | 'rollouts' | 'decision' | 'episode';

interface SpecBase {
  /** One sentence for settings, launch attributes and `--help`. */
  readonly description: string;
  readonly invalidates: Invalidates;
}
export interface NumberSpec extends SpecBase {
  readonly kind: 'number' | 'integer';
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}
export interface ChoiceSpec extends SpecBase {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
}
export type ParameterSpec = NumberSpec | ChoiceSpec;

export const parameterSpecs = {
  method: {
    kind: 'choice',
    default: 'lac',
    choices: methods,
    invalidates: 'decision',
    description: 'How the action is decided: LAC, or one of the methods it is compared with.',
  },
  candidates: {
    kind: 'integer',
    default: 5,
    minimum: 1,
    maximum: 50,
    invalidates: 'decision',
    description: 'Number of candidate actions (n in the paper).',
  },
  proposal: {
    kind: 'choice',
    default: 'branch',
    choices: ['branch', 'sample', 'admissible'],
    invalidates: 'decision',
    description:
      'How candidates arise: best distinct lines by lazy deviation, samples, or the actions that the environment admits.',
  },
  proposalTemperature: {
    kind: 'number',
    default: 1,
    minimum: 0.01,
    maximum: 5,
    invalidates: 'decision',
    description: 'Temperature at which proposal "sample" draws; scores stay untempered.',
  },
  priorScore: {
    kind: 'choice',
    default: 'mean',
    choices: ['mean', 'sum'],
    invalidates: 'improvement',
    description:
      'Score of a candidate before the softmax: log-probability per token, or their sum. Proposal "admissible" always uses the sum.',
  },
  depth: {
    kind: 'integer',
    default: 4,
    minimum: 0,
    maximum: 20,
    invalidates: 'rollouts',
    description: "Rollout depth: number of imagined observations; 1 is the candidate's own outcome, 0 no rollout.",
  },
  rolloutTemperature: {
    kind: 'number',
    default: 0,
    minimum: 0,
    maximum: 5,
    invalidates: 'rollouts',
    description: 'Temperature of the imagined lines; 0 is greedy.',
  },
  alpha: {
    kind: 'number',
    default: 1,
    minimum: 0,
    maximum: 1e6,
    invalidates: 'improvement',
    description: 'Weight of the critic: score = log prior + alpha x Q. 0 is the prior alone.',
  },
  tieRule: {
    kind: 'choice',
    default: 'prior',
    choices: ['prior', 'index'],
    invalidates: 'improvement',
    description: 'Which of equal scores wins: the higher prior (then the lower index), or the lower index at once.',
  },
  loopGuard: {
    kind: 'number',
    default: 0,
    minimum: 0,
    maximum: 1e6,
    invalidates: 'improvement',
    description:
      'Penalty for each earlier use of the same action after the same observation in this episode; 0 is off, as in the paper.',
  },
  thoughts: {
    kind: 'choice',
    default: 'off',
    choices: ['off', 'free', 'counted'],
    invalidates: 'decision',
    description: 'Whether "think: ..." lines are allowed, and whether each of them uses up a step of the horizon.',
  },
  gamma: {
    kind: 'number',
    default: 0.99,
    minimum: 0,
    maximum: 1,
    invalidates: 'improvement',
    description: 'Discount of method "icpi".',
  },
  subgoals: {
    kind: 'integer',
    default: 4,
    minimum: 1,
    maximum: 20,
    invalidates: 'decision',
    description: 'Number of sub-goals into which method "rafa" splits the goal.',
  },
  horizon: {
    kind: 'integer',
    default: 30,
    minimum: 1,
    maximum: 10000,
    invalidates: 'episode',
    description: 'Steps after which an episode ends without success.',
  },
  seed: {
    kind: 'integer',
    default: 0,
    minimum: 0,
    maximum: 4294967295,
    invalidates: 'decision',
    description: 'Seed of everything that is drawn: sampled proposals and rollouts, shuffled controls.',
  },
  lineTokens: {
    kind: 'integer',
    default: 160,
    minimum: 4,
    maximum: 4096,
    invalidates: 'decision',
    description: 'Most tokens of one action or imagined observation.',
  },
  reflectionTokens: {
    kind: 'integer',
    default: 120,
    minimum: 4,
    maximum: 4096,
    invalidates: 'decision',
    description: 'Most tokens of one reflection.',
  },
} as const satisfies { readonly [K in keyof Parameters]: ParameterSpec };

export type ParameterName = keyof Parameters;

export const parameterNames = Object.keys(parameterSpecs) as readonly ParameterName[];

export const defaultParameters: Parameters = Object.freeze(
  Object.fromEntries(parameterNames.map((name) => [name, parameterSpecs[name].default])) as unknown as Parameters,
);
