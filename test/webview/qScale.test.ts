import { describe, expect, it } from 'vitest';
import { reachOf, shareOf } from '../../webview/qScale';

describe('the scale of the Q bars', () => {
  it('ends at the next 1, 2 or 5 that holds every Q', () => {
    expect([[], [0.2], [-1], [1.01], [-2.9], [5], [-7.8], [12], [-99], [100.1]].map(reachOf)).toEqual([
      1, 1, 1, 2, 5, 5, 10, 20, 100, 200,
    ]);
  });

  it('leaves what is not finite out of the reach, and draws it to the end', () => {
    expect(reachOf([-Infinity, 3, NaN])).toBe(5);
    expect(shareOf(-Infinity, 5)).toBe(1);
  });

  it('keeps order and shows a small Q beside a large one', () => {
    const lengths = [0, 0.4, 1.38, 4.36, 12].map((q) => shareOf(q, reachOf([12])));
    expect([...lengths].sort((a, b) => a - b)).toEqual(lengths);
    expect(new Set(lengths).size).toBe(lengths.length);
    expect(shareOf(0.4, 20)).toBeGreaterThan(0.1);
    expect(shareOf(-4, 20)).toBe(shareOf(4, 20));
  });
});
