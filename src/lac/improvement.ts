import type { ActionValue, FlipPoint } from './events';
import { logSumExp } from './labels';

/**
 * Policy improvement: `pi(a) = pi_LLM(a) exp(alpha Q(a)) / Z`. A candidate's score is a straight line in alpha,
 * `(log prior - penalty) + alpha q`, computed with + and x only and always in this order, so that a choice is equal to
 * the bit wherever it is made. `exp` and division serve display alone.
 */

/** What decides between equal scores: the higher prior and then the lower index, or the lower index at once. */
export type TieRule = 'prior' | 'index';

/** What the improvement needs to know of one candidate. */
export interface ScoreLine {
  readonly logPrior: number;
  /** What the loop guard takes off, at least 0. */
  readonly penalty: number;
  readonly value: ActionValue;
}

/** A stretch of alpha's axis with one choice: above `from`, up to `to` (infinite in the last). */
export interface EnvelopeSegment {
  readonly candidate: number;
  readonly from: number;
  readonly to: number;
}

/** Value of a candidate whose value is not known: nothing is known of it. */
export const undefinedValue: ActionValue = Object.freeze({ q: null, bound: 'none' });

/** The slope of a candidate's line. A candidate with undefined Q is judged by its prior alone: its line is flat. */
export function slopeOf(value: ActionValue): number {
  return value.q ?? 0;
}

/** `(log prior - penalty) + alpha q`, in this order of operations. */
export function scoreAt(line: ScoreLine, alpha: number): number {
  return line.logPrior - line.penalty + alpha * slopeOf(line.value);
}

/** True when candidate `a` wins over `b` although their scores are equal. */
function winsTie(lines: readonly ScoreLine[], tieRule: TieRule, a: number, b: number): boolean {
  if (tieRule === 'prior' && lines[a].logPrior !== lines[b].logPrior) return lines[a].logPrior > lines[b].logPrior;
  return a < b;
}

/** Index of the greatest score under the tie rule; -1 for no candidates. */
export function argmax(scores: readonly number[], lines: readonly ScoreLine[], tieRule: TieRule): number {
  let best = -1;
  for (let i = 0; i < scores.length; i++) {
    if (best < 0 || scores[i] > scores[best]) best = i;
    else if (scores[i] === scores[best] && winsTie(lines, tieRule, i, best)) best = i;
  }
  return best;
}

/**
 * The choice at an alpha; `Infinity` asks the critic alone (t = 1), where equal values are parted by the score at
 * alpha 0 and then by the tie rule. -1 for no candidates.
 */
export function choiceAt(lines: readonly ScoreLine[], alpha: number, tieRule: TieRule): number {
  if (alpha !== Infinity) {
    return argmax(
      lines.map((line) => scoreAt(line, alpha)),
      lines,
      tieRule,
    );
  }
  let best = -1;
  for (let i = 0; i < lines.length; i++) if (best < 0 || beatsAbove(lines, tieRule, i, best)) best = i;
  return best;
}

/** For lines that are equal at some alpha or asked at infinity: true when `a` is chosen over `b` above it. */
function beatsAbove(lines: readonly ScoreLine[], tieRule: TieRule, a: number, b: number): boolean {
  const difference = slopeOf(lines[a].value) - slopeOf(lines[b].value);
  if (difference !== 0) return difference > 0;
  const bases = scoreAt(lines[a], 0) - scoreAt(lines[b], 0);
  return bases !== 0 ? bases > 0 : winsTie(lines, tieRule, a, b);
}

/**
 * The upper envelope of the score lines over alpha > 0, as stretches with one choice each. Parallel lines never cross;
 * of equal lines the tie rule keeps one; a line that touches the envelope in a corner only has no stretch. At a corner
 * itself the scores are equal and the tie rule decides.
 */
export function envelope(lines: readonly ScoreLine[], tieRule: TieRule): EnvelopeSegment[] {
  if (lines.length === 0) return [];
  const base = lines.map((line) => scoreAt(line, 0));
  // The choice right above 0: the highest base, of equal bases the steepest line.
  let current = 0;
  for (let i = 1; i < lines.length; i++) {
    if (base[i] > base[current] || (base[i] === base[current] && beatsAbove(lines, tieRule, i, current))) current = i;
  }
  const segments: EnvelopeSegment[] = [];
  let from = 0;
  for (;;) {
    const slope = slopeOf(lines[current].value);
    let next = -1;
    let corner = Infinity;
    for (let i = 0; i < lines.length; i++) {
      const steeper = slopeOf(lines[i].value) - slope;
      if (steeper <= 0) continue;
      const alpha = (base[current] - base[i]) / steeper;
      if (alpha < corner || (alpha === corner && next >= 0 && beatsAbove(lines, tieRule, i, next))) {
        corner = alpha;
        next = i;
      }
    }
    // Rounding can put a corner a hair before the one that it follows; beyond the largest number there is none.
    const to = Math.max(corner, from);
    if (next < 0 || to === Infinity) {
      segments.push({ candidate: current, from, to: Infinity });
      return segments;
    }
    if (to > from) segments.push({ candidate: current, from, to });
    from = to;
    current = next;
  }
}

/** Where the choice changes as alpha grows from 0, in order: the corners of the upper envelope. */
export function flipPoints(lines: readonly ScoreLine[], tieRule: TieRule): FlipPoint[] {
  const segments = envelope(lines, tieRule);
  return segments
    .slice(1)
    .map(({ candidate, from }, i) => ({ alpha: from, from: segments[i].candidate, to: candidate }));
}

/** The axis on which alpha is drawn: t = alpha / (1 + alpha), from 0 (prior alone) to 1 (critic alone). */
export function axisOf(alpha: number): number {
  return alpha === Infinity ? 1 : alpha / (1 + alpha);
}

/** The alpha at a place of the axis; `Infinity` at t = 1. */
export function alphaAt(t: number): number {
  return t >= 1 ? Infinity : t / (1 - t);
}

/** A score line on that axis, straight from `(log prior - penalty)` at t = 0 to `q` at t = 1; for drawing. */
export function axisScore(line: ScoreLine, t: number): number {
  return (1 - t) * scoreAt(line, 0) + t * slopeOf(line.value);
}

/** Probabilities in proportion to exp(score); for display. Equal shares where every score is -Infinity. */
export function softmax(scores: readonly number[]): number[] {
  const total = logSumExp(scores);
  return total === -Infinity ? scores.map(() => 1 / scores.length) : scores.map((score) => Math.exp(score - total));
}

/** Logarithm of the softmax. */
export function logSoftmax(scores: readonly number[]): number[] {
  const total = logSumExp(scores);
  return total === -Infinity ? scores.map(() => -Math.log(scores.length)) : scores.map((score) => score - total);
}

/** Least and greatest value that the bound allows. */
export function valueRange({ q, bound }: ActionValue): readonly [number, number] {
  if (q === null) return [-Infinity, Infinity];
  switch (bound) {
    case 'exact':
      return [q, q];
    case 'lower':
      return [q, Infinity];
    case 'upper':
      return [-Infinity, q];
    case 'none':
      return [-Infinity, Infinity];
  }
}

/** How a method weighs prior and value; both at least 0. LAC: 1 and alpha. Prior alone: 1 and 0. Values alone: 0 and 1. */
export interface Weights {
  readonly prior: 0 | 1;
  readonly value: number;
}

/** A candidate's score under a method's weights; equal to `scoreAt` for (1, alpha). */
export function weighedScore(line: ScoreLine, weights: Weights): number {
  return weights.prior === 1 ? scoreAt(line, weights.value) : weights.value * slopeOf(line.value) - line.penalty;
}

/**
 * True when no value within the bounds could change the choice: at its worst the chosen candidate still wins over
 * every other at its best.
 */
export function isCertain(lines: readonly ScoreLine[], choice: number, weights: Weights, tieRule: TieRule): boolean {
  if (choice < 0) return false;
  const extreme = (line: ScoreLine, side: 0 | 1): number => {
    // 0 x infinity has no value: with no weight on it, the value cannot matter.
    if (weights.value === 0) return weighedScore(line, weights);
    const q = valueRange(line.value)[side];
    if (q === Infinity || q === -Infinity) return q;
    return weighedScore({ ...line, value: { q, bound: 'exact' } }, weights);
  };
  const worst = extreme(lines[choice], 0);
  return lines.every((line, i) => {
    if (i === choice) return true;
    const best = extreme(line, 1);
    if (worst === -Infinity || best === Infinity) return false;
    return worst > best || (worst === best && winsTie(lines, tieRule, choice, i));
  });
}

/** Candidates other than the chosen one with exactly the same score. */
export function tiedWith(scores: readonly number[], choice: number): number[] {
  return scores.flatMap((score, i) => (i !== choice && score === scores[choice] ? [i] : []));
}
