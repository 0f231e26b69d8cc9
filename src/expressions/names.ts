import { flipPoints, choiceAt, softmax, scoreAt, undefinedValue, type ScoreLine } from '../lac/improvement';
import { roles } from '../lac/transcript';
import type { CandidateView, StepView } from './stepView';

/** Type of a value: one number, truth or text, or a list of them. */
export type ValueType = 'number' | 'boolean' | 'text' | 'numbers' | 'texts';

/** What an expression reads from: a step, and in it a candidate (-1: the one that the step itself stands for). */
export interface Scope {
  readonly view: StepView;
  readonly candidate: number;
}

/** Reads a value of a scope: NaN is a number that is not known, null anything else that is not. */
export type Read<T> = (scope: Scope) => T;

/** What the column index has of every step; an expression that needs no more runs on it. */
export type Column = 'step' | 'prior' | 'Q' | 'bound' | 'choice' | 'reward' | 'alpha';

interface SpecBase {
  readonly description: string;
  /** `candidate`: of one candidate, so that a candidate can be named in brackets; `step`: of the step. */
  readonly of: 'candidate' | 'step';
  /** Columns that suffice; null: the whole record is needed. */
  readonly columns: readonly Column[] | null;
  /** All values that a text can have. */
  readonly values?: readonly string[];
}
/** Numbers are NaN and everything else null where they are not known. */
export type NameSpec =
  | (SpecBase & {
      readonly type: 'number';
      readonly read: Read<number>;
      readonly readAt?: (scope: Scope, alpha: number) => number;
    })
  | (SpecBase & { readonly type: 'boolean'; readonly read: Read<boolean | null> })
  | (SpecBase & {
      readonly type: 'text';
      readonly read: Read<string | null>;
      readonly readAt?: (scope: Scope, alpha: number) => string | null;
    })
  | (SpecBase & {
      readonly type: 'numbers';
      readonly read: Read<readonly number[] | null>;
      readonly readAt?: (scope: Scope, alpha: number) => readonly number[] | null;
    })
  | (SpecBase & { readonly type: 'texts'; readonly read: Read<readonly string[] | null> });

/**
 * The candidate that a scope stands for: the one named, else the one in whose rollout the session stands, else the chosen one.
 */
export function candidateIndex({ view, candidate }: Scope): number {
  return candidate !== -1 ? candidate : (view.cursor?.candidate ?? view.chosen ?? -1);
}

function candidateOf(scope: Scope): CandidateView | undefined {
  return scope.view.candidates?.[candidateIndex(scope)];
}

function linesOf(view: StepView): ScoreLine[] | null {
  const { candidates } = view;
  if (candidates === null || candidates.length === 0) return null;
  const lines: ScoreLine[] = [];
  for (const { logPrior, penalty, q, bound } of candidates) {
    if (logPrior === null) return null;
    lines.push({ logPrior, penalty: penalty ?? 0, value: q === null ? undefinedValue : { q, bound } });
  }
  return lines;
}

function policyAt(view: StepView, alpha: number): number[] | null {
  const lines = linesOf(view);
  return lines === null ? null : softmax(lines.map((line) => scoreAt(line, alpha)));
}

function topGap(values: readonly (number | null)[]): number {
  let first = -Infinity;
  let second = -Infinity;
  for (const value of values) {
    if (value === null) return NaN;
    if (value > first) [first, second] = [value, first];
    else if (value > second) second = value;
  }
  return second === -Infinity ? NaN : first - second;
}

function listOf(view: StepView, pick: (candidate: CandidateView) => number | null): number[] | null {
  return view.candidates?.map((candidate) => pick(candidate) ?? NaN) ?? null;
}

function probability(logarithm: number | null | undefined): number {
  return logarithm === null || logarithm === undefined ? NaN : Math.exp(logarithm);
}

function number(
  of: SpecBase['of'],
  columns: SpecBase['columns'],
  description: string,
  read: (scope: Scope) => number | null | undefined,
): NameSpec {
  return { type: 'number', of, columns, description, read: (scope) => read(scope) ?? NaN };
}
function truth(description: string, read: (view: StepView) => boolean | null): NameSpec {
  return { type: 'boolean', of: 'step', columns: null, description, read: (scope) => read(scope.view) };
}
function text(description: string, read: (view: StepView) => string | null, values?: readonly string[]): NameSpec {
  const spec = {
    type: 'text',
    of: 'step',
    columns: null,
    description,
    read: (scope: Scope) => read(scope.view),
  } as const;
  return values === undefined ? spec : { ...spec, values };
}

const verdictWords = ['GOOD', 'BAD', 'UNKNOWN'];

/** Every name that an expression can use, in the order in which completion shows them. */
export const names: Readonly<Record<string, NameSpec>> = {
  Q: number(
    'candidate',
    ['Q', 'choice'],
    'Value that the critic gives the candidate: log P(GOOD) - log P(BAD). Q("open drawer 1") names a candidate; without one it is the chosen.',
    (s) => candidateOf(s)?.q,
  ),
  prior: number('candidate', ['prior', 'choice'], "The candidate's probability under the actor alone, 0 to 1.", (s) =>
    probability(candidateOf(s)?.logPrior),
  ),
  policy: {
    type: 'number',
    of: 'candidate',
    columns: ['prior', 'Q', 'choice', 'alpha'],
    description:
      "The candidate's probability under the improved policy, 0 to 1. policy(alpha=2) is what it would be under another alpha.",
    read: (scope) => candidateOf(scope)?.policy ?? NaN,
    readAt: (scope, alpha) => policyAt(scope.view, alpha)?.[candidateIndex(scope)] ?? NaN,
  },
  score: {
    type: 'number',
    of: 'candidate',
    columns: ['prior', 'Q', 'choice', 'alpha'],
    description:
      'log prior - penalty + alpha x Q of the candidate. score(alpha=2) is what it would be under another alpha.',
    read: (scope) => candidateOf(scope)?.score ?? NaN,
    readAt: (scope, alpha) => {
      const line = linesOf(scope.view)?.[candidateIndex(scope)];
      return line === undefined ? NaN : scoreAt(line, alpha);
    },
  },
  penalty: number('candidate', null, 'What the loop guard takes off the score.', (s) => candidateOf(s)?.penalty),
  mass: number(
    'candidate',
    null,
    'P(GOOD) + P(BAD) at the verdict slot: a tiny mass means that the model expected no verdict there.',
    (s) => candidateOf(s)?.mass,
  ),
  bound: {
    type: 'text',
    of: 'candidate',
    columns: ['bound', 'choice'],
    description: 'How well Q is known: exact, lower (it is at least that), upper (at most), none.',
    values: ['exact', 'lower', 'upper', 'none'],
    read: (scope) => candidateOf(scope)?.bound ?? null,
  },
  imagined: {
    type: 'text',
    of: 'candidate',
    columns: null,
    description: "What the last reflection of the candidate's rollout says.",
    values: verdictWords,
    read: (scope) => candidateOf(scope)?.says ?? null,
  },
  candidate: {
    type: 'text',
    of: 'candidate',
    columns: null,
    description: 'The text of the candidate that is being looked at; outside a rollout the chosen one.',
    read: (scope) => candidateOf(scope)?.action ?? null,
  },
  choice: {
    type: 'text',
    of: 'step',
    columns: null,
    description:
      'The action that the decision chose. choice(alpha=2) is what it would have chosen; choice@12 that of step 12.',
    read: ({ view }) => (view.chosen === null ? null : (view.candidates?.[view.chosen]?.action ?? null)),
    readAt: ({ view }, alpha) => {
      const lines = linesOf(view);
      return lines === null ? null : (view.candidates?.[choiceAt(lines, alpha, view.tieRule)]?.action ?? null);
    },
  },
  margin: number(
    'step',
    ['prior', 'Q', 'alpha'],
    "Gap of the policy's best two candidates, 0 to 1; small means a close decision.",
    ({ view }) => (view.candidates === null ? NaN : topGap(view.candidates.map((candidate) => candidate.policy))),
  ),
  flips: {
    type: 'numbers',
    of: 'step',
    columns: ['prior', 'Q'],
    description: 'The alphas at which the choice changes, ascending.',
    read: ({ view }) => {
      const lines = linesOf(view);
      return lines === null ? null : flipPoints(lines, view.tieRule).map((flip) => flip.alpha);
    },
  },
  agreement: text('Which source picks the chosen action when asked alone.', (view) => view.agreement, [
    'both',
    'prior',
    'critic',
    'neither',
  ]),
  certain: truth('Whether no bound of a Q could change the choice.', (view) => view.certain),
  notes: {
    type: 'texts',
    of: 'step',
    columns: null,
    description:
      'What is remarkable about the decision: all-bad, all-equal, loop, undefined-values, low-verdict-mass, single-candidate.',
    read: ({ view }) => view.notes,
  },
  action: {
    type: 'text',
    of: 'candidate',
    columns: null,
    description: 'The executed action; inside any(candidates, ...) the action of the candidate.',
    read: (scope) => (scope.candidate === -1 ? scope.view.action : (candidateOf(scope)?.action ?? null)),
  },
  observation: text('The observation that the decision was made at.', (view) => view.observation),
  outcome: text('The observation that the action led to.', (view) => view.outcome),
  reflection: text('What the model wrote about the executed step.', (view) => view.reflection),
  says: text("The verdict of the step's reflection.", (view) => view.says, verdictWords),
  thoughts: {
    type: 'texts',
    of: 'step',
    columns: null,
    description: 'The thoughts before the action.',
    read: ({ view }) => view.thoughts,
  },
  reward: number('step', ['reward'], "The environment's reward of the step.", ({ view }) => view.reward),
  step: number('step', ['step'], 'Index of the step along its branch, from 0.', ({ view }) => view.step),
  status: text('Where the episode stands after the step.', (view) => view.status, [
    'running',
    'success',
    'failure',
    'limit',
  ]),
  invalid: truth('The text was no action of the environment.', (view) => view.invalid),
  useless: truth('The action was understood and changed nothing.', (view) => view.useless),
  loop: truth('The same action at the same observation was executed before.', (view) => view.loop),
  edited: truth('The observation was edited by hand.', (view) => view.edited),
  alpha: number('step', ['alpha'], 'Weight of the critic in force.', ({ view }) => view.alpha),
  method: text('The method that decided: lac, react, ...', (view) => view.method),
  goal: text("The episode's goal.", (view) => view.goal),
  task: text('The kind of task, for example "go to".', (view) => view.taskType),
  episode: text('Id of the episode.', (view) => view.episode),
  branch: text('Id of the branch.', (view) => view.branch),
  role: text('The part that the model is about to play.', (view) => view.cursor?.role ?? null, roles),
  depth: number('step', null, 'Imagined depth at which the session stands, from 1.', ({ view }) => view.cursor?.depth),
  candidates: {
    type: 'texts',
    of: 'step',
    columns: null,
    description: 'The candidate actions. any(candidates, Q < 0), count(candidates), max(candidates, Q).',
    read: ({ view }) => view.candidates?.map((candidate) => candidate.action ?? '') ?? null,
  },
  priors: {
    type: 'numbers',
    of: 'step',
    columns: ['prior'],
    description: 'The prior of every candidate.',
    read: ({ view }) => view.candidates?.map((candidate) => probability(candidate.logPrior)) ?? null,
  },
  Qs: {
    type: 'numbers',
    of: 'step',
    columns: ['Q'],
    description: 'The Q of every candidate.',
    read: ({ view }) => listOf(view, (candidate) => candidate.q),
  },
  policies: {
    type: 'numbers',
    of: 'step',
    columns: ['prior', 'Q', 'alpha'],
    description: 'The improved policy over all candidates; policies(alpha=2) under another alpha.',
    read: ({ view }) => listOf(view, (candidate) => candidate.policy),
    readAt: ({ view }, alpha) => policyAt(view, alpha),
  },
  'cost.calls': number('step', null, 'Model calls.', ({ view }) => view.cost?.calls),
  'cost.reused': number('step', null, 'Calls that were answered from the record.', ({ view }) => view.cost?.reused),
  'cost.tokens': number('step', null, 'Tokens sent and generated.', ({ view: { cost } }) =>
    cost === null ? NaN : cost.promptTokens + cost.generatedTokens,
  ),
  'cost.prompt': number('step', null, 'Prompt tokens sent.', ({ view }) => view.cost?.promptTokens),
  'cost.cached': number(
    'step',
    null,
    'Prompt tokens that the server is expected to have had cached.',
    ({ view }) => view.cost?.cachedTokens,
  ),
  'cost.generated': number('step', null, 'Tokens generated.', ({ view }) => view.cost?.generatedTokens),
  'cost.seconds': number(
    'step',
    null,
    'Seconds; compare with durations: cost.seconds > 1.5s.',
    ({ view }) => view.cost?.seconds,
  ),
};

export interface FunctionSpec {
  readonly usage: string;
  readonly description: string;
}

/** Every function, by name. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  any: {
    usage: 'any(candidates, Q < 0) or any(steps, invalid)',
    description: 'True when the condition holds for one of them. steps: this step and those before it.',
  },
  all: { usage: 'all(candidates, Q < 0)', description: 'True when the condition holds for each of them.' },
  count: {
    usage: 'count(flips), count(candidates) or count(candidates, Q < 0)',
    description: 'How many there are, or for how many the condition holds.',
  },
  max: { usage: 'max(Qs), max(candidates, Q) or max(a, b)', description: 'The greatest.' },
  min: { usage: 'min(Qs), min(candidates, Q) or min(a, b)', description: 'The least.' },
  sum: { usage: 'sum(Qs) or sum(steps, reward)', description: 'The sum.' },
  mean: { usage: 'mean(Qs) or mean(steps, Q)', description: 'The mean.' },
  abs: { usage: 'abs(Q)', description: 'The absolute value.' },
  log: { usage: 'log(prior)', description: 'The natural logarithm.' },
  exp: { usage: 'exp(Q)', description: 'The exponential function.' },
  round: { usage: 'round(Q)', description: 'The nearest whole number.' },
  length: { usage: 'length(observation)', description: 'Number of characters of a text.' },
  has: { usage: 'has(notes, "all-bad")', description: 'Whether a list of texts has one.' },
  known: { usage: 'known(Q)', description: 'Whether a value is there; never unknown itself.' },
};
