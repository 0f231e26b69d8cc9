import { describe, expect, test } from 'vitest';
import {
  areaUnderCurve,
  mcnemarExact,
  pairedDifference,
  quantile,
  wilson,
  type Labelled,
} from '../../src/evaluation/statistics';
import { seededRandom } from '../../src/lac/random';

describe("Wilson's interval", () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is the published one', (successes, n, low, high) => {
    const interval = wilson(successes, n);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test('of everything ends at 1, of nothing is none', () => {
    expect(wilson(20, 20)?.high).toBe(1);
    expect(wilson(0, 0)).toBeNull();
  });
});

describe("McNemar's exact test", () => {
  // Twice the binomial tail, by hand: 2 (1 + 6) / 2^6; 2 (1 + 10 + 45) / 2^10.
  test.each([
    [0, 0, 1],
    [5, 5, 1],
    [1, 5, 14 / 64],
    [8, 2, 112 / 1024],
    [0, 10, 2 / 1024],
  ])('of %i against %i', (onlyFirst, onlySecond, p) => {
    expect(mcnemarExact({ onlyFirst, onlySecond })).toBeCloseTo(p, 12);
  });

  test('agrees with the binomial sum in whole numbers, also where it is tiny', () => {
    const choose = (n: bigint, k: bigint): bigint => {
      let result = 1n;
      for (let i = 1n; i <= k; i++) result = (result * (n - k + i)) / i;
      return result;
    };
    for (const [a, b] of [
      [59, 121],
      [3, 300],
    ]) {
      let sum = 0n;
      for (let k = 0; k <= a; k++) sum += choose(BigInt(a + b), BigInt(k));
      const exact = Math.exp(Math.log(2 * Number(sum)) - (a + b) * Math.LN2);
      expect(mcnemarExact({ onlyFirst: a, onlySecond: b }) / exact).toBeCloseTo(1, 9);
    }
  });
});

describe('the difference of paired proportions', () => {
  test('has the published interval', () => {
    // Newcombe 1998, "... based on paired data", table II, method 10.
    const found = pairedDifference({ both: 20, onlyFirst: 12, onlySecond: 2, neither: 16 });
    expect(found?.difference).toBeCloseTo(0.2, 12);
    expect(found?.interval.low).toBeCloseTo(0.0562, 4);
    expect(found?.interval.high).toBeCloseTo(0.329, 3);
  });

  test('turns its sign with the methods, and stands for tables with empty margins', () => {
    const one = pairedDifference({ both: 7, onlyFirst: 9, onlySecond: 1, neither: 3 });
    const other = pairedDifference({ both: 7, onlyFirst: 1, onlySecond: 9, neither: 3 });
    expect(other?.interval.low).toBeCloseTo(-(one?.interval.high ?? 0), 12);
    const all = pairedDifference({ both: 0, onlyFirst: 30, onlySecond: 0, neither: 0 });
    expect(all?.difference).toBe(1);
    expect(all?.interval.high).toBe(1);
    expect(all?.interval.low).toBeGreaterThan(0.8);
    expect(pairedDifference({ both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 })).toBeNull();
  });
});

describe('the area under the curve', () => {
  test('counts ties one half', () => {
    const at = (score: number, positive: boolean): Labelled => ({ score, positive });
    expect(areaUnderCurve([at(1, true), at(1, false)])).toBe(0.5);
    expect(areaUnderCurve([at(2, true), at(1, false), at(1, true), at(0, false)])).toBe(0.875);
    expect(areaUnderCurve([at(1, true), at(2, true)])).toBeNull();
  });

  test('equals the share of ordered pairs', () => {
    const random = seededRandom(11);
    const points = Array.from({ length: 300 }, (): Labelled => {
      return { score: Math.floor(random.next() * 20), positive: random.next() < 0.3 };
    });
    const positives = points.filter(({ positive }) => positive);
    const negatives = points.filter(({ positive }) => !positive);
    let won = 0;
    for (const { score } of positives) {
      for (const other of negatives) won += score > other.score ? 1 : score === other.score ? 0.5 : 0;
    }
    expect(areaUnderCurve(points)).toBeCloseTo(won / (positives.length * negatives.length), 12);
  });
});

test('quantiles are values that were seen', () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([4, 1, 2, 3], 0.5)).toBe(2);
  expect(quantile([4, 1], 1)).toBe(4);
  expect(quantile([], 0.5)).toBeNull();
});
