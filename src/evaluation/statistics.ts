/** Statistics of success counts and scores. Everything here is pure. */

/** Both ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The standard normal quantile of two-sided 95 %. */
const z95 = 1.959963984540054;

/** Wilson's score interval (95 %) of a proportion; null of nothing. Source: Wilson 1927. */
export function wilson(successes: number, n: number): Interval | null {
  if (n === 0) return null;
  const z2 = z95 * z95;
  const centre = (2 * successes + z2) / (2 * (n + z2));
  const half = (z95 * Math.sqrt(z2 + 4 * successes * (1 - successes / n))) / (2 * (n + z2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Two methods on the same tasks: how many tasks each solved. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/**
 * McNemar's exact test, two-sided: the probability, were both methods equally good, of a split of the tasks that only one
 * of them solved at least as uneven as the one seen; 1 where there is no such task.
 */
export function mcnemarExact({ onlyFirst, onlySecond }: Pick<PairedCounts, 'onlyFirst' | 'onlySecond'>): number {
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

/**
 * Difference of two paired proportions (first minus second) with its 95 % interval; null of nothing.
 * Source: Newcombe 1998, "Improved confidence intervals for the difference between binomial proportions based on paired
 * data", method 10: Wilson's intervals squared and added, with the continuity-corrected correlation of the pairs.
 */
export function pairedDifference({ both, onlyFirst, onlySecond, neither }: PairedCounts): {
  readonly difference: number;
  readonly interval: Interval;
} | null {
  const n = both + onlyFirst + onlySecond + neither;
  const first = wilson(both + onlyFirst, n);
  const second = wilson(both + onlySecond, n);
  if (first === null || second === null) return null;
  const p1 = (both + onlyFirst) / n;
  const p2 = (both + onlySecond) / n;
  const difference = (onlyFirst - onlySecond) / n;
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  const product = both * neither - onlyFirst * onlySecond;
  const corrected = product > 0 ? Math.max(product - n / 2, 0) : product;
  const phi = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  const distance = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const low = difference - distance(p1 - first.low, second.high - p2);
  const high = difference + distance(first.high - p1, p2 - second.low);
  return { difference, interval: { low: Math.max(-1, low), high: Math.min(1, high) } };
}

/** A score and whether what it should foretell came true. */
export interface Labelled {
  readonly score: number;
  readonly positive: boolean;
}

/**
 * Area under the receiver operating characteristic: the probability that a random positive scores higher than a random
 * negative, ties counting one half; null where either is missing.
 */
export function areaUnderCurve(points: readonly Labelled[]): number | null {
  const sorted = [...points].sort((a, b) => a.score - b.score);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end < sorted.length && sorted[end].score === sorted[start].score) end++;
    const tied = sorted.slice(start, end).filter(({ positive }) => positive).length;
    positives += tied;
    rankSum += tied * ((start + 1 + end) / 2);
    start = end;
  }
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value at a share (0 to 1) of the sorted values, the nearest rank; null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}
