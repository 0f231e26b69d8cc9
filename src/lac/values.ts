import type { ActionValue, ProposalEvent, RolloutStepEvent, ValueEvent, VerdictEvent } from './events';
import { undefinedValue } from './improvement';
import type { LabelProbability } from './languageModel';
import { depthInForce, methodRules } from './methods';
import type { Parameters } from './parameters';

/** Labels that are asked for at a verdict slot, in this order. */
export const verdictLabels = ['GOOD', 'BAD', 'UNKNOWN'] as const;

/**
 * Q = log P(GOOD) - log P(BAD). A label that is only bounded makes Q a bound: BAD missing, Q is at least the number;
 * GOOD missing, at most; both missing, Q is undefined.
 */
export function verdictValue(good: LabelProbability, bad: LabelProbability): ActionValue {
  if (good.logprob !== null && bad.logprob !== null) return { q: good.logprob - bad.logprob, bound: 'exact' };
  if (good.logprob !== null) return { q: good.logprob - bad.bound, bound: 'lower' };
  if (bad.logprob !== null) return { q: good.bound - bad.logprob, bound: 'upper' };
  return undefinedValue;
}

/** Q = log P(GOOD), at most its bound where GOOD is not shown. */
export function logGoodValue(good: LabelProbability): ActionValue {
  return good.logprob !== null ? { q: good.logprob, bound: 'exact' } : { q: good.bound, bound: 'upper' };
}

/** P(GOOD) + P(BAD), of what is known. */
export function verdictMass(good: LabelProbability, bad: LabelProbability): number {
  return known(good) + known(bad);
}

/** P(GOOD) + P(BAD) + P(UNKNOWN), of what is known: how far the model expected any verdict at the slot. */
export function slotMass({ good, bad, unknown }: Pick<VerdictEvent, 'good' | 'bad' | 'unknown'>): number {
  return known(good) + known(bad) + known(unknown);
}

function known({ logprob }: LabelProbability): number {
  return logprob === null ? 0 : Math.exp(logprob);
}

/** A printed probability is kept this far from 0 and 1, so that its log-odds stay finite. */
const probabilityMargin = 1e-6;

/**
 * The first number of a printed probability, 0 to 1: `0.7`, `.7`, `70 %`, `p = 0.7`; null when there is none in range.
 */
export function readProbability(text: string): number | null {
  const found = /(\d+(?:\.\d+)?|\.\d+)\s*(%?)/.exec(text);
  if (found === null) return null;
  const number = Number(found[1]) / (found[2] === '%' ? 100 : 1);
  return number <= 1 ? number : null;
}

/** log(p / (1 - p)), with p kept a millionth away from 0 and 1. */
export function logOdds(probability: number): number {
  const p = Math.min(Math.max(probability, probabilityMargin), 1 - probabilityMargin);
  return Math.log(p / (1 - p));
}

/** The first number of a printed reward that is 0 or 1; null when there is none. */
export function readReward(text: string): 0 | 1 | null {
  const found = /\d+(?:\.\d+)?/.exec(text);
  const number = found === null ? null : Number(found[0]);
  return number === 0 || number === 1 ? number : null;
}

/** The first whole number of a text, at most `k`; null when there is none in range. */
export function readCount(text: string, k: number): number | null {
  const found = /\d+/.exec(text);
  const number = found === null ? null : Number(found[0]);
  return number !== null && number <= k ? number : null;
}

/** Method `rap`: log-probability of the candidate and of every imagined action up to a depth. */
export function actionLogprobs(own: number, steps: readonly RolloutStepEvent[], depth: number): number {
  return steps.reduce((sum, step) => (step.depth <= depth ? sum + (step.actionLogprob ?? 0) : sum), own);
}

/**
 * Method `icpi`: discounted sum of the imagined rewards up to a depth, the first not discounted; null where there is no
 * reward or one could not be read.
 */
export function discountedReturn(steps: readonly RolloutStepEvent[], gamma: number, depth: number): number | null {
  let sum = 0;
  let read = 0;
  for (const step of steps) {
    if (step.depth > depth) continue;
    if (step.reward === undefined) return null;
    sum += gamma ** (step.depth - 1) * step.reward;
    read++;
  }
  return read === 0 ? null : sum;
}

/** What is known of one candidate when its value is asked for. */
export interface CandidateFacts {
  readonly proposal: ProposalEvent;
  /** By depth. */
  readonly steps: readonly RolloutStepEvent[];
  /** By depth. */
  readonly verdicts: readonly VerdictEvent[];
  /** What a method with values of its own computed; null elsewhere. */
  readonly own: ValueEvent | null;
}

/** The verdict that counts at a depth: that of the deepest reflection up to it; null when none was read. */
export function verdictInForce(verdicts: readonly VerdictEvent[], depth: number): VerdictEvent | null {
  let found: VerdictEvent | null = null;
  for (const verdict of verdicts) {
    const counts = depth === 0 ? verdict.depth === 0 : verdict.depth >= 1 && verdict.depth <= depth;
    if (counts && (found === null || verdict.depth > found.depth)) found = verdict;
  }
  return found;
}

/** A candidate's value by the method's rule, from what is recorded; undefined where nothing is known of it. */
export function candidateValue(facts: CandidateFacts, parameters: Parameters): ActionValue {
  const depth = depthInForce(parameters);
  const rule = methodRules[parameters.method];
  switch (rule.value) {
    case 'none':
      return undefinedValue;
    case 'verdict': {
      const verdict = verdictInForce(facts.verdicts, depth);
      return verdict === null ? undefinedValue : verdictValue(verdict.good, verdict.bad);
    }
    case 'log-good': {
      const verdict = verdictInForce(facts.verdicts, depth);
      return verdict === null ? undefinedValue : logGoodValue(verdict.good);
    }
    case 'action-logprobs':
      return { q: actionLogprobs(facts.proposal.logprob, facts.steps, depth), bound: 'exact' };
    case 'return': {
      const value = discountedReturn(facts.steps, parameters.gamma, depth);
      return value === null ? undefinedValue : { q: value, bound: 'exact' };
    }
    case 'probability':
    case 'subgoals':
      return facts.own?.value ?? undefinedValue;
  }
}
