import { describe, expect, it } from 'vitest';
import { censoredBound, logFloor, logSumExp, openPrefixes, readLabels } from '../../src/lac/labels';

const labels = ['GOOD', 'BAD', 'UNKNOWN'];
const log = Math.log;

describe('reading labels from the best next tokens', () => {
  it('merges whole-word variants by log-sum-exp and leaves longer words alone', () => {
    const top = [
      { token: ' GOOD', logprob: log(0.5) },
      { token: 'Good', logprob: log(0.2) },
      { token: ' good.', logprob: log(0.1) },
      { token: ' goods', logprob: log(0.05) },
      { token: ' BAD', logprob: log(0.04) },
    ];
    const [good, bad, unknown] = readLabels(top, labels, { complete: false });
    expect(good.logprob).toBeCloseTo(log(0.8), 12);
    expect(good.bound).toBe(good.logprob);
    expect(good.variants).toEqual([' GOOD', 'Good', ' good.']);
    expect(bad.logprob).toBeCloseTo(log(0.04), 12);
    expect(unknown).toEqual({ label: 'UNKNOWN', logprob: null, bound: log(0.04), variants: [] });
  });

  it('bounds a label outside the top by the smaller of the last entry and the mass left over', () => {
    expect(censoredBound([{ token: 'a', logprob: log(0.6) }])).toBeCloseTo(log(0.4), 12);
    expect(
      censoredBound([
        { token: 'a', logprob: log(0.6) },
        { token: 'b', logprob: log(0.1) },
      ]),
    ).toBeCloseTo(log(0.1), 12);
    expect(
      censoredBound([
        { token: 'a', logprob: log(0.7) },
        { token: 'b', logprob: log(0.25) },
      ]),
    ).toBeCloseTo(log(0.05), 12);
  });

  it('keeps a finite bound when rounding lets the sum pass 1', () => {
    const bound = censoredBound([{ token: 'a', logprob: 1e-8 }]);
    expect(Number.isFinite(bound)).toBe(true);
    expect(bound).toBeLessThan(-16);
  });

  it('takes a strict prefix for a bound only, until a completion makes it exact', () => {
    const top = [
      { token: ' GOOD', logprob: log(0.5) },
      { token: ' B', logprob: log(0.3) },
      { token: ' x', logprob: log(0.1) },
    ];
    const before = readLabels(top, labels, { complete: false })[1];
    expect(before.logprob).toBeNull();
    expect(before.bound).toBeCloseTo(log(0.4), 12);
    const open = openPrefixes(top, labels);
    expect(open).toEqual([{ token: ' B', logprob: log(0.3), rests: [null, 'AD', null] }]);
    const after = readLabels(top, labels, {
      complete: false,
      completions: [{ token: ' B', labels: [null, { logprob: log(0.9), bound: log(0.9) }, null] }],
    })[1];
    expect(after.logprob).toBeCloseTo(log(0.27), 12);
  });

  it('lets a lone blank stand for every label, and ignores a prefix that holds next to nothing', () => {
    const top = [
      { token: ' GOOD', logprob: log(0.9) },
      { token: ' ', logprob: log(0.05) },
      { token: ' G', logprob: -12 },
    ];
    expect(openPrefixes(top, labels)).toEqual([{ token: ' ', logprob: log(0.05), rests: ['GOOD', 'BAD', 'UNKNOWN'] }]);
  });

  it('wants the rest of a label at once, without a blank', () => {
    const top = [
      { token: ' AD', logprob: log(0.5) },
      { token: 'AD', logprob: log(0.4) },
    ];
    expect(readLabels(top, ['AD'], { complete: false, inside: true })[0].logprob).toBeCloseTo(log(0.4), 12);
  });

  it('knows that a label absent from a whole distribution cannot come', () => {
    expect(readLabels([{ token: 'a', logprob: 0 }], ['GOOD'], { complete: true })[0].bound).toBe(logFloor);
  });

  it('sums nothing to nothing', () => {
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.log(2), 9);
  });
});
