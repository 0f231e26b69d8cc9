import type { CallId } from './calls';
import type { Given, Kept } from './decide';
import type { Decision } from './decision';
import { depthInForce, methodRules, thoughtsInForce } from './methods';
import type { Parameters } from './parameters';
import { mostThoughts } from './proposal';
import { reaches } from './redecide';
import { verdictInForce } from './values';

/** Least, likely and most of something; `expected` lies between the others. */
export interface Range {
  readonly min: number;
  readonly expected: number;
  readonly max: number;
}

/** What calls are made for, as far as their cost differs. */
export const callKinds = ['proposal', 'action', 'observation', 'reflection', 'reading', 'value'] as const;
export type CallKind = (typeof callKinds)[number];

/** Tokens of the recorded calls of one kind. */
export interface KindStatistics {
  readonly calls: number;
  readonly promptTokens: Range;
  readonly generatedTokens: Range;
}

/** What recorded decisions teach about the cost of the next. */
export interface DecisionStatistics {
  readonly decisions: number;
  /** Proposal calls for each candidate that was wanted; null where none was recorded. */
  readonly callsPerCandidate: number | null;
  /** Share of the imagined steps at which a rollout stopped by itself; null where none was recorded. */
  readonly stopShare: number | null;
  readonly kinds: Readonly<Record<CallKind, KindStatistics>>;
}

/** Calls and tokens that a decision or a change will cost; a range, as rollouts may stop early. */
export interface CostForecast {
  /** Calls that the model has to answer. */
  readonly calls: Range;
  readonly byKind: Readonly<Record<CallKind, Range>>;
  /** Tokens sent and written; null where nothing recorded tells how long the calls are. */
  readonly promptTokens: Range | null;
  readonly generatedTokens: Range | null;
  /** Recorded calls that stand, so that they cost nothing. */
  readonly reused: number;
}

const none: Range = { min: 0, expected: 0, max: 0 };

function plus(...ranges: readonly Range[]): Range {
  return ranges.reduce(
    (sum, { min, expected, max }) => ({ min: sum.min + min, expected: sum.expected + expected, max: sum.max + max }),
    none,
  );
}

function times(range: Range, factor: Range | number): Range {
  const by = typeof factor === 'number' ? { min: factor, expected: factor, max: factor } : factor;
  return { min: range.min * by.min, expected: range.expected * by.expected, max: range.max * by.max };
}

function exactly(count: number): Range {
  return { min: count, expected: count, max: count };
}

/** What a decision costs that is made first one way, then another: at least the first, as calls of it may stand. */
export function bothForecasts(first: CostForecast, second: CostForecast): CostForecast {
  const both = (a: Range, b: Range): Range => ({ min: a.min, expected: a.expected + b.expected, max: a.max + b.max });
  const known = (a: Range | null, b: Range | null): Range | null => (a === null || b === null ? null : both(a, b));
  const kinds = callKinds.map((kind) => [kind, both(first.byKind[kind], second.byKind[kind])] as const);
  return {
    calls: both(first.calls, second.calls),
    byKind: Object.fromEntries(kinds) as Record<CallKind, Range>,
    promptTokens: known(first.promptTokens, second.promptTokens),
    generatedTokens: known(first.generatedTokens, second.generatedTokens),
    reused: first.reused + second.reused,
  };
}

/** One recorded decision with the token counts of its calls. */
export interface CostRecord {
  readonly decision: Decision;
  readonly parameters: Parameters;
  readonly usage: (call: CallId) => { readonly promptTokens: number; readonly generatedTokens: number } | undefined;
}

/** Gathers what recorded decisions teach about cost. */
export function decisionStatistics(records: readonly CostRecord[]): DecisionStatistics {
  const tokens: Record<CallKind, { prompt: number[]; generated: number[] }> = {
    proposal: { prompt: [], generated: [] },
    action: { prompt: [], generated: [] },
    observation: { prompt: [], generated: [] },
    reflection: { prompt: [], generated: [] },
    reading: { prompt: [], generated: [] },
    value: { prompt: [], generated: [] },
  };
  let proposalCalls = 0;
  let wanted = 0;
  let steps = 0;
  let stopped = 0;
  for (const { decision, parameters, usage } of records) {
    const add = (kind: CallKind, calls: readonly CallId[]): void => {
      for (const call of calls) {
        const used = usage(call);
        if (used === undefined) continue;
        tokens[kind].prompt.push(used.promptTokens);
        tokens[kind].generated.push(used.generatedTokens);
      }
    };
    const proposed = new Set(decision.candidates.flatMap(({ proposal }) => proposal.calls));
    add('proposal', [...proposed]);
    if (parameters.proposal !== 'admissible') {
      proposalCalls += proposed.size;
      wanted += parameters.candidates;
    }
    for (const { steps: walked, verdicts, own } of decision.candidates) {
      for (const step of walked) {
        // Calls stand in the order in which they are made: action (after depth 1), observation, reflection.
        const [action, rest] = step.depth > 1 ? [step.calls.slice(0, 1), step.calls.slice(1)] : [[], step.calls];
        add('action', action);
        add('observation', rest.slice(0, 1));
        add(step.reflection === null ? 'value' : 'reflection', rest.slice(1, 2));
        steps++;
        if (step.says === 'GOOD' || step.says === 'BAD' || step.reward === 1) stopped++;
      }
      for (const { calls } of verdicts) add('reading', calls);
      if (own !== null && (own.method === 'lac-direct' || own.method === 'rafa')) add('value', own.calls.slice(-1));
    }
  }
  const kind = (name: CallKind): KindStatistics => ({
    calls: tokens[name].prompt.length,
    promptTokens: spread(tokens[name].prompt),
    generatedTokens: spread(tokens[name].generated),
  });
  return {
    decisions: records.length,
    callsPerCandidate: wanted === 0 ? null : proposalCalls / wanted,
    stopShare: steps === 0 ? null : stopped / steps,
    kinds: {
      proposal: kind('proposal'),
      action: kind('action'),
      observation: kind('observation'),
      reflection: kind('reflection'),
      reading: kind('reading'),
      value: kind('value'),
    },
  };
}

function spread(values: readonly number[]): Range {
  if (values.length === 0) return none;
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { min, expected: sum / values.length, max };
}

/** What a forecast is asked for. */
export interface ForecastInputs {
  readonly parameters: Parameters;
  readonly statistics: DecisionStatistics;
  /** An earlier decision of which a part stands; null for a fresh one. */
  readonly given?: Given | null;
  /** Number of actions to be scored under proposal `admissible`; null when unknown. */
  readonly admissible?: number | null;
  /** Number of candidates to be added by hand. */
  readonly added?: number;
}

/** Without records: proposals for each candidate, and the share of imagined steps that end a rollout. */
const assumedCallsPerCandidate = 1.3;
const assumedStopShare = 0.5;

/** The cost of one decision, or of what is missing from a given one. */
export function forecastDecision(inputs: ForecastInputs): CostForecast {
  const { parameters, statistics, given = null, added = 0 } = inputs;
  const keep: Kept = given === null || given.decision.candidates.length === 0 ? 'nothing' : given.keep;
  const old = keep === 'nothing' || given === null ? [] : given.decision.candidates;
  const rule = methodRules[parameters.method];
  const depth = depthInForce(parameters);
  const reads = rule.value === 'verdict' || rule.value === 'log-good';
  const asksOwn = rule.value === 'probability' || rule.value === 'subgoals';
  const byKind: Record<CallKind, Range> = {
    proposal: plus(keep === 'nothing' ? proposalCalls(inputs) : none, exactly(added)),
    action: none,
    observation: none,
    reflection: none,
    reading: none,
    value: none,
  };
  let reused = 0;
  const count = (kind: CallKind, range: Range): void => {
    byKind[kind] = plus(byKind[kind], range);
  };
  /** A rollout from a depth on that already stands. */
  const walk = (standing: number): void => {
    const steps = stepsFrom(standing, depth, statistics, rule.rollouts === 'reflected' || rule.rollouts === 'rewarded');
    const later = standing > 0 ? steps : plus(steps, steps.max > 0 ? exactly(-1) : none);
    count('action', later);
    count('observation', steps);
    if (rule.rollouts === 'reflected') count('reflection', steps);
    if (rule.rollouts === 'rewarded') count('value', steps);
    if (reads) count('reading', { ...steps, max: 2 * steps.max });
  };
  if (rule.value !== 'none') {
    const one = { min: 1, expected: 1, max: 2 };
    for (const candidate of old) {
      const steps = keep === 'proposals' ? [] : candidate.steps.filter((step) => step.depth <= depth);
      reused += steps.reduce((sum, { calls }) => sum + calls.length, 0);
      if (!reaches({ steps }, depth)) walk(steps.length);
      if (reads) {
        const wanted = depth === 0 ? [0] : steps.map((step) => step.depth);
        for (const at of wanted) {
          const verdict = verdictInForce(candidate.verdicts, at);
          if (keep === 'values' && verdict?.depth === at) reused += verdict.calls.length;
          else count('reading', one);
        }
      }
      if (asksOwn && (keep !== 'values' || candidate.own === null)) count('value', exactly(1));
    }
    const fresh: Range = keep === 'nothing' ? freshCandidates(inputs) : exactly(added);
    const before = { ...byKind };
    for (const kind of callKinds) byKind[kind] = none;
    walk(0);
    if (depth === 0 && reads) count('reading', one);
    if (asksOwn) count('value', exactly(1));
    for (const kind of callKinds) byKind[kind] = plus(before[kind], times(byKind[kind], fresh));
    if (rule.value === 'subgoals' && byKind.value.max > 0) {
      count('value', { min: 1, expected: parameters.subgoals, max: parameters.subgoals });
    }
  }
  if (old.length > 0) reused += new Set(old.flatMap(({ proposal }) => proposal.calls)).size;
  return {
    calls: plus(...callKinds.map((kind) => byKind[kind])),
    byKind,
    promptTokens: tokensOf(byKind, statistics, 'promptTokens'),
    generatedTokens: tokensOf(byKind, statistics, 'generatedTokens'),
    reused,
  };
}

function proposalCalls({ parameters, statistics, admissible = null }: ForecastInputs): Range {
  const n = parameters.candidates;
  const thoughts = thoughtsInForce(parameters) === 'off' ? none : { min: 0, expected: 1, max: mostThoughts + 1 };
  if (parameters.proposal === 'admissible') {
    return plus(thoughts, admissible === null ? { min: 1, expected: n, max: Math.max(n, 200) } : exactly(admissible));
  }
  // A scoring of all candidates again may follow.
  const expected = n * Math.max(1 / n, statistics.callsPerCandidate ?? assumedCallsPerCandidate);
  return plus(thoughts, { min: 1, expected: Math.min(expected, 4 * n), max: 4 * n });
}

function freshCandidates({ parameters, admissible = null, added = 0 }: ForecastInputs): Range {
  const most =
    parameters.proposal === 'admissible' && admissible !== null
      ? Math.min(parameters.candidates, admissible)
      : parameters.candidates;
  return plus({ min: Math.min(1, most), expected: most, max: most }, exactly(added));
}

/** Number of imagined steps that a rollout still takes: at least one, as it may stop at each. */
function stepsFrom(standing: number, depth: number, { stopShare }: DecisionStatistics, stops: boolean): Range {
  const left = depth - standing;
  if (left <= 0) return none;
  if (!stops) return exactly(left);
  const p = stopShare ?? assumedStopShare;
  return { min: 1, expected: p === 0 ? left : (1 - (1 - p) ** left) / p, max: left };
}

function tokensOf(
  byKind: Readonly<Record<CallKind, Range>>,
  { kinds }: DecisionStatistics,
  which: 'promptTokens' | 'generatedTokens',
): Range | null {
  let sum = none;
  for (const kind of callKinds) {
    if (byKind[kind].max === 0) continue;
    if (kinds[kind].calls === 0) return null;
    sum = plus(sum, times(byKind[kind], kinds[kind][which]));
  }
  return sum;
}
