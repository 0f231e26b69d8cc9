import { describe, expect, test } from 'vitest';
import { foldDecision, scoreLines } from '../../src/lac/decision';
import { choiceAt, type ScoreLine } from '../../src/lac/improvement';
import { defaultParameters } from '../../src/lac/parameters';
import { shallowerLines, whatElse } from '../../webview/whatElse';
import { writtenDecision, type Written } from './harness/decisions';

const line = (logPrior: number, q: number): ScoreLine => ({ logPrior, penalty: 0, value: { q, bound: 'exact' } });
const rules = { method: 'lac', tieRule: 'prior' } as const;

describe('what would change a choice', () => {
  // Chosen in turn: 0 below 0.5, 1 from there to 2, 2 beyond.
  const lines = [line(0, 0), line(-1, 2), line(-5, 4)];

  test.each([
    [0.2, null, { alpha: 0.5, candidate: 1 }],
    [1, { alpha: 0.5, candidate: 0 }, { alpha: 2, candidate: 2 }],
    [7, { alpha: 2, candidate: 1 }, null],
  ])('at alpha %d are the flips on both sides', (alpha, below, above) => {
    expect(whatElse(lines, [], alpha, rules)).toMatchObject({ below, above });
  });

  test('is the Q that the next candidate needs, to the hair', () => {
    const next = whatElse(lines, [], 1, rules)?.runnerUp;
    if (next === null || next === undefined) throw new Error('there is a next candidate');
    expect(next.candidate).toBe(0);
    const raised = (by: number): readonly ScoreLine[] =>
      lines.map((each, i) => (i === next.candidate ? line(each.logPrior, next.q + by) : each));
    expect(choiceAt(raised(-1e-6), 1, 'prior')).toBe(1);
    expect(choiceAt(raised(1e-6), 1, 'prior')).toBe(0);
  });

  test('is no Q at alpha 0, and nothing for a method that alpha does not enter', () => {
    expect(whatElse(lines, [], 0, rules)?.runnerUp).toBeNull();
    expect(whatElse(lines, [], 1, { ...rules, method: 'prior' })).toBeNull();
  });

  const candidates = (early: Pick<Written, 'early'>): readonly Written[] => [
    {
      action: 'a',
      weight: 1,
      rollout: [
        ['x', 'GOOD'],
        ['y', 'BAD', 'b'],
      ],
      ...early,
      good: 0.1,
      bad: 0.8,
    },
    { action: 'b', weight: 1, rollout: [['x', 'GOOD']], good: 0.6, bad: 0.3 },
  ];

  test('is a shallower rollout, where every candidate was read there', () => {
    const parameters = { ...defaultParameters, depth: 2 };
    const decision = foldDecision(writtenDecision(candidates({ early: [0.9, 0.05] }), parameters));
    const shallower = shallowerLines(decision, parameters);
    expect(shallower.map(({ depth }) => depth)).toEqual([1]);
    const found = whatElse(scoreLines(decision), shallower, 1, parameters);
    expect(decision.choice?.candidate).toBe(1);
    expect(found?.shallower).toEqual({ depth: 1, candidate: 0 });
    const unread = foldDecision(writtenDecision(candidates({}), parameters));
    expect(shallowerLines(unread, parameters)).toEqual([]);
  });
});
