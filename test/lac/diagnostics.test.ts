import { describe, expect, it } from 'vitest';
import { agreementOf, earlierUses, notesOn, pearson, repeats, topGap, valueTrend } from '../../src/lac/diagnostics';
import type { ScoreLine } from '../../src/lac/improvement';
import { splitReflection } from '../../src/lac/reflectionText';
import { readCount, readProbability, readReward } from '../../src/lac/values';

const line = (logPrior: number, q: number | null): ScoreLine => ({
  logPrior,
  penalty: 0,
  value: q === null ? { q, bound: 'none' } : { q, bound: 'exact' },
});

describe('diagnostics', () => {
  it('classes the agreement of prior and critic with the choice', () => {
    const lines = [line(-1, 0), line(-2, 3), line(-1.5, 1)];
    expect([0, 1, 2].map((choice) => agreementOf(lines, choice, 'prior'))).toEqual(['prior', 'critic', 'neither']);
    expect(agreementOf([line(-1, 3), line(-2, 0)], 0, 'prior')).toBe('both');
    // An undefined Q is no opinion of the critic's.
    expect(agreementOf([line(-1, null), line(-2, -5)], 0, 'prior')).toBe('prior');
    expect(topGap([0.2, 0.5, 0.3])).toBeCloseTo(0.2, 12);
    expect(topGap([1])).toBeNull();
  });

  it('correlates Q with the step', () => {
    expect(valueTrend([1, 2, 3])).toBeCloseTo(1, 12);
    expect(valueTrend([3, null, 1, 0])).toBeCloseTo(-1, 12);
    expect(valueTrend([null, 3, 1])).toBeNull();
    expect(
      pearson([
        [1, 2],
        [2, 2],
      ]),
    ).toBeNull();
    // By hand: sums of squares 2 and 2, of products 1.
    expect(
      pearson([
        [0, 1],
        [1, 0],
        [2, 2],
      ]),
    ).toBeCloseTo(0.5, 12);
  });

  it('counts loops by observation and action', () => {
    const step = (action: string, observation: string) => ({ thoughts: [], action, observation, reflection: null });
    const transcript = {
      goal: 'g',
      firstObservation: 'hall',
      steps: [step('go', 'hall'), step('Go ', 'hall'), step('look', 'hall'), step('go', 'cellar'), step('go', 'hall')],
      thoughts: [],
    };
    expect(repeats(transcript)).toEqual([0, 1, 0, 2, 0]);
    expect(earlierUses(transcript, ['GO', 'look', 'jump'])).toEqual([3, 1, 0]);
  });

  it('notes all-bad by what the rollouts say, and without them by Q', () => {
    const facts = { valued: true, masses: [], usesOfChoice: 0 };
    const values = [line(0, -1).value, line(0, 2).value];
    expect(notesOn({ ...facts, values, says: ['BAD', 'BAD'] })).toEqual(['all-bad']);
    expect(notesOn({ ...facts, values, says: [null, null] })).toEqual([]);
    expect(notesOn({ ...facts, values: [values[0], values[0]], says: [null, null] })).toEqual(['all-bad', 'all-equal']);
    expect(notesOn({ ...facts, values, says: [null, null], masses: [0.01, null] })).toEqual(['low-verdict-mass']);
  });
});

describe('what the model writes', () => {
  it('splits a reflection at its verdict', () => {
    const lead = 'This step is';
    expect(splitReflection(' I saw it. This step is GOOD.', lead)).toEqual({
      head: 'I saw it. This step is',
      whole: 'I saw it. This step is GOOD.',
      says: 'GOOD',
    });
    expect(splitReflection('this step is *bad*', lead).says).toBe('BAD');
    expect(splitReflection('This step is BAD. No: This step is GOOD.', lead).says).toBe('GOOD');
    expect(splitReflection('This step is GOODISH, odd', lead)).toEqual({
      head: 'This step is',
      whole: null,
      says: null,
    });
    expect(splitReflection('Nothing seen', lead).head).toBe('Nothing seen This step is');
    expect(splitReflection('', lead).head).toBe('This step is');
  });

  it('reads printed numbers and refuses the rest', () => {
    expect(['0.7', 'p = .7', '70%', '70 %', '1', '7', 'maybe'].map(readProbability)).toEqual([
      0.7,
      0.7,
      0.7,
      0.7,
      1,
      null,
      null,
    ]);
    expect(['0', 'Reward: 1', '0.5', 'none', '1.0'].map(readReward)).toEqual([0, 1, null, null, 1]);
    expect(['2 of them', '5', 'none'].map((text) => readCount(text, 4))).toEqual([2, null, null]);
  });
});
