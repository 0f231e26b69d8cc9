import type {
  ActionValue,
  ChoiceEvent,
  DecisionEvent,
  ImprovementEvent,
  PriorEvent,
  ProposalEvent,
  RolloutStepEvent,
  ThoughtEvent,
  ValueEvent,
  VerdictEvent,
} from './events';
import type { ScoreLine } from './improvement';
import { undefinedValue } from './improvement';
import { verdictValue } from './values';

/** One candidate as far as the decision has come; null is what is not known yet. */
export interface DecisionCandidate {
  readonly index: number;
  readonly action: string;
  readonly proposal: ProposalEvent;
  readonly logPrior: number | null;
  /** Probability under the prior, 0 to 1. */
  readonly prior: number | null;
  /** Imagined steps by depth. */
  readonly steps: readonly RolloutStepEvent[];
  /** Critic readings by depth. */
  readonly verdicts: readonly VerdictEvent[];
  /** What a method with values of its own computed. */
  readonly own: ValueEvent | null;
  /** The value in force: that of the improvement, before it that of the deepest reading so far. */
  readonly value: ActionValue | null;
  readonly uses: number | null;
  readonly penalty: number | null;
  readonly score: number | null;
  /** Probability under the improved policy, 0 to 1. */
  readonly policy: number | null;
  /** 1 for the likeliest under the prior; equal ones in order of index. */
  readonly priorRank: number | null;
  /** 1 for the likeliest under the improved policy; equal ones in order of index. */
  readonly policyRank: number | null;
}

/** A decision as a record: folded from its events, whole or in the middle of one. */
export interface Decision {
  readonly thoughts: readonly ThoughtEvent[];
  readonly candidates: readonly DecisionCandidate[];
  readonly prior: PriorEvent | null;
  readonly improvement: ImprovementEvent | null;
  readonly choice: ChoiceEvent | null;
  /** The chosen candidate; null before the choice. */
  readonly winner: DecisionCandidate | null;
}

/** 1 for the greatest; equal values in order of index. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
  const result = new Array<number>(values.length).fill(0);
  order.forEach((index, place) => (result[index] = place + 1));
  return result;
}

/**
 * Folds events into the decision that they make so far; any beginning of the list and any order of different candidates'
 * events will do. Of events about the same thing the later one counts.
 */
export function foldDecision(events: readonly DecisionEvent[]): Decision {
  const thoughts: ThoughtEvent[] = [];
  const proposals = new Map<number, ProposalEvent>();
  const steps = new Map<number, Map<number, RolloutStepEvent>>();
  const verdicts = new Map<number, Map<number, VerdictEvent>>();
  const own = new Map<number, ValueEvent>();
  let prior: PriorEvent | null = null;
  let improvement: ImprovementEvent | null = null;
  let choice: ChoiceEvent | null = null;
  const put = <E extends RolloutStepEvent | VerdictEvent>(into: Map<number, Map<number, E>>, event: E): void => {
    const byDepth = into.get(event.candidate) ?? new Map<number, E>();
    byDepth.set(event.depth, event);
    into.set(event.candidate, byDepth);
  };
  for (const event of events) {
    switch (event.type) {
      case 'thought':
        thoughts.push(event);
        break;
      case 'proposal':
        proposals.set(event.candidate, event);
        break;
      case 'prior':
        prior = event;
        break;
      case 'rollout-step':
        put(steps, event);
        break;
      case 'verdict':
        put(verdicts, event);
        break;
      case 'value':
        own.set(event.candidate, event);
        break;
      case 'improvement':
        improvement = event;
        break;
      case 'choice':
        choice = event;
        break;
    }
  }
  const priorRanks = prior === null ? null : ranks(prior.logPrior);
  const policyRanks = improvement === null ? null : ranks(improvement.scores);
  const candidates = [...proposals.values()]
    .sort((a, b) => a.candidate - b.candidate)
    .map((proposal): DecisionCandidate => {
      const index = proposal.candidate;
      const readings = byDepth(verdicts.get(index));
      const deepest = readings.at(-1);
      const logPrior = prior?.logPrior[index] ?? null;
      return {
        index,
        action: proposal.action,
        proposal,
        logPrior,
        prior: logPrior === null ? null : Math.exp(logPrior),
        steps: byDepth(steps.get(index)),
        verdicts: readings,
        own: own.get(index) ?? null,
        value:
          improvement?.values[index] ??
          own.get(index)?.value ??
          (deepest === undefined ? null : verdictValue(deepest.good, deepest.bad)),
        uses: improvement?.uses[index] ?? null,
        penalty: improvement?.penalties[index] ?? null,
        score: improvement?.scores[index] ?? null,
        policy: improvement?.policy[index] ?? null,
        priorRank: priorRanks?.[index] ?? null,
        policyRank: policyRanks?.[index] ?? null,
      };
    });
  const chosen = choice?.candidate;
  const winner = candidates.find(({ index }) => index === chosen) ?? null;
  return { thoughts, candidates, prior, improvement, choice, winner };
}

function byDepth<E extends { readonly depth: number }>(entries: ReadonlyMap<number, E> | undefined): E[] {
  return [...(entries?.values() ?? [])].sort((a, b) => a.depth - b.depth);
}

/** The candidates' score lines, for drawing and for solving alpha; empty before the prior is known. */
export function scoreLines({ candidates }: Pick<Decision, 'candidates'>): ScoreLine[] {
  if (candidates.some(({ logPrior }) => logPrior === null)) return [];
  return candidates.map(({ logPrior, penalty, value }) => ({
    logPrior: logPrior ?? 0,
    penalty: penalty ?? 0,
    value: value ?? undefinedValue,
  }));
}

/** The decision's events again, in canonical order. */
export function eventsOf(decision: Decision): DecisionEvent[] {
  const { thoughts, candidates, prior, improvement, choice } = decision;
  return [
    ...thoughts,
    ...candidates.map(({ proposal }) => proposal),
    ...(prior === null ? [] : [prior]),
    ...candidates.flatMap(candidateEvents),
    ...(improvement === null ? [] : [improvement]),
    ...(choice === null ? [] : [choice]),
  ];
}

/** A candidate's rollout in order of depth, each step before its reading, the value of its own last. */
function candidateEvents({ steps, verdicts, own }: DecisionCandidate): DecisionEvent[] {
  const alone = verdicts.filter(({ depth }) => depth === 0);
  const walked = steps.flatMap((step) => [step, ...verdicts.filter(({ depth }) => depth === step.depth)]);
  return [...alone, ...walked, ...(own === null ? [] : [own])];
}

/**
 * The order in which a run at parallel 1 yields the same events: thoughts, proposals, prior, then candidate by candidate
 * and depth by depth, improvement, choice. Whatever order answers streamed in, the canonical order is the same.
 */
export function canonicalOrder(events: readonly DecisionEvent[]): DecisionEvent[] {
  const key = (event: DecisionEvent): readonly [phase: number, candidate: number, depth: number, kind: number] => {
    switch (event.type) {
      case 'thought':
        return [0, 0, 0, 0];
      case 'proposal':
        return [1, event.candidate, 0, 0];
      case 'prior':
        return [2, 0, 0, 0];
      case 'rollout-step':
        return [3, event.candidate, event.depth, 0];
      case 'verdict':
        return [3, event.candidate, event.depth, 1];
      case 'value':
        return [3, event.candidate, Infinity, 2];
      case 'improvement':
        return [4, 0, 0, 0];
      case 'choice':
        return [5, 0, 0, 0];
    }
  };
  return events
    .map((event) => ({ event, key: key(event) }))
    .sort((a, b) => {
      for (let i = 0; i < a.key.length; i++) if (a.key[i] !== b.key[i]) return a.key[i] < b.key[i] ? -1 : 1;
      return 0;
    })
    .map(({ event }) => event);
}
