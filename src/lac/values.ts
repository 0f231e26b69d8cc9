import type { ActionValue, RolloutStepEvent, VerdictEvent } from './events';
import { undefinedValue } from './improvement';
import type { LabelProbability } from './languageModel';

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

/** Method `icpi`: discounted sum of the imagined rewards up to a depth; the first reward is not discounted. */
export function discountedReturn(steps: readonly RolloutStepEvent[], gamma: number, depth: number): number {
  return steps.reduce(
    (sum, step) => (step.depth <= depth ? sum + gamma ** (step.depth - 1) * (step.reward ?? 0) : sum),
    0,
  );
}
