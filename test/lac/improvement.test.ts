import { describe, expect, it } from 'vitest';
import { chooseAll, decisionColumns } from '../../src/lac/decisionColumns';
import type { ActionValue } from '../../src/lac/events';
import {
  alphaAt,
  axisOf,
  axisScore,
  choiceAt,
  envelope,
  flipPoints,
  isCertain,
  scoreAt,
  softmax,
  undefinedValue,
  type ScoreLine,
  type TieRule,
} from '../../src/lac/improvement';
import { seededRandom, type Random } from '../../src/lac/random';

const exact = (q: number): ActionValue => ({ q, bound: 'exact' });
const line = (logPrior: number, q: number | null, penalty = 0): ScoreLine => ({
  logPrior,
  penalty,
  value: q === null ? undefinedValue : exact(q),
});
const fromTable = (prior: readonly number[], critic: readonly number[]): ScoreLine[] =>
  prior.map((p, i) => line(Math.log(p), Math.log(critic[i])));

/** Rows of the paper's figure 10: prior with reflection, softmax(Q), LAC, and who is picked by LAC, prior and critic. */
const figure10 = [
  {
    prior: [0.49, 0.241, 0.269],
    critic: [0.287, 0.457, 0.256],
    lac: [0.44, 0.345, 0.216],
    picks: 0,
    byPrior: 0,
    byCritic: 1,
    flip: 1.525,
  },
  {
    prior: [0.421, 0.402, 0.177],
    critic: [0.337, 0.359, 0.305],
    lac: [0.417, 0.424, 0.159],
    picks: 1,
    byPrior: 0,
    byCritic: 1,
    flip: 0.73,
  },
  {
    prior: [0.525, 0.26, 0.215],
    critic: [0.36, 0.353, 0.288],
    lac: [0.551, 0.268, 0.181],
    picks: 0,
    byPrior: 0,
    byCritic: 0,
    flip: null,
  },
  {
    prior: [0.278, 0.281, 0.231, 0.21],
    critic: [0.334, 0.212, 0.234, 0.22],
    lac: [0.367, 0.237, 0.214, 0.182],
    picks: 0,
    byPrior: 1,
    byCritic: 0,
    flip: 0.024,
  },
];

describe('the paper’s numbers', () => {
  it.each(figure10)(
    'figure 10: picks $picks, flips at $flip',
    ({ prior, critic, lac, picks, byPrior, byCritic, flip }) => {
      const lines = fromTable(prior, critic);
      expect(choiceAt(lines, 1, 'prior')).toBe(picks);
      expect(choiceAt(lines, 0, 'prior')).toBe(byPrior);
      expect(choiceAt(lines, Infinity, 'prior')).toBe(byCritic);
      const policy = softmax(lines.map((each) => scoreAt(each, 1)));
      policy.forEach((p, i) => expect(Math.abs(p - lac[i])).toBeLessThan(0.004));
      const flips = flipPoints(lines, 'prior');
      if (flip === null) expect(flips).toEqual([]);
      else {
        expect(flips).toHaveLength(1);
        expect(flips[0].alpha.toFixed(3)).toBe(flip.toFixed(3));
        expect([flips[0].from, flips[0].to]).toEqual([byPrior, byCritic]);
      }
    },
  );

  it('softmax', () => {
    expect(softmax([0.81355, 0.79087, 0.59058]).map((p) => p.toFixed(4))).toEqual(['0.3600', '0.3519', '0.2881']);
  });
});

describe('flip points', () => {
  it('leaves out a line that touches the envelope in a corner only', () => {
    // Three lines through (1, 0): the middle one wins nowhere.
    const lines = [line(0, 0), line(-1, 1), line(-2, 2)];
    expect(flipPoints(lines, 'prior')).toEqual([{ alpha: 1, from: 0, to: 2 }]);
    expect(choiceAt(lines, 1, 'prior')).toBe(0);
    expect(choiceAt(lines, 1, 'index')).toBe(0);
  });

  it('keeps one of equal lines and the upper of parallel ones', () => {
    expect(envelope([line(-1, 1), line(-1, 1), line(-2, 1)], 'prior')).toEqual([
      { candidate: 0, from: 0, to: Infinity },
    ]);
    // Equal scores everywhere, but one has the higher prior and a penalty.
    expect(envelope([line(-2, 1), line(-1, 1, 1)], 'prior')[0].candidate).toBe(1);
    expect(envelope([line(-2, 1), line(-1, 1, 1)], 'index')[0].candidate).toBe(0);
  });

  it('lists no flip at alpha 0, where equal priors are parted by Q at once', () => {
    const lines = [line(-1, -1), line(-1, 1)];
    expect(choiceAt(lines, 0, 'prior')).toBe(0);
    expect(envelope(lines, 'prior')).toEqual([{ candidate: 1, from: 0, to: Infinity }]);
    expect(flipPoints(lines, 'prior')).toEqual([]);
  });

  it('moves a flip by the penalty', () => {
    expect(flipPoints([line(-1, 0), line(-2, 1)], 'prior')[0].alpha).toBe(1);
    expect(flipPoints([line(-1, 0), line(-2, 1, 3)], 'prior')[0].alpha).toBe(4);
  });

  it('judges an undefined Q by the prior alone', () => {
    const lines = [line(-1, null), line(-2, 1), line(-0.5, -1)];
    expect(flipPoints(lines, 'prior')).toEqual([
      { alpha: 0.5, from: 2, to: 0 },
      { alpha: 1, from: 0, to: 1 },
    ]);
  });

  it('has none without candidates or with one', () => {
    expect(flipPoints([], 'prior')).toEqual([]);
    expect(choiceAt([], 1, 'prior')).toBe(-1);
    expect(flipPoints([line(-1, 3)], 'prior')).toEqual([]);
  });
});

/** Lines on a coarse dyadic grid: all sums and products are exact, and ties of every kind are frequent. */
function gridLines(random: Random): ScoreLine[] {
  const quarter = (range: number): number => Math.floor(random.next() * range) / 4;
  return Array.from({ length: 1 + Math.floor(random.next() * 7) }, () =>
    line(-quarter(16), random.next() < 0.15 ? null : quarter(24) - 3, random.next() < 0.2 ? quarter(8) : 0),
  );
}

function smoothLines(random: Random): ScoreLine[] {
  return Array.from({ length: 1 + Math.floor(random.next() * 50) }, () =>
    line(-8 * random.next(), random.next() < 0.1 ? null : 12 * (random.next() - 0.5), random.next() < 0.1 ? 3 : 0),
  );
}

describe('the envelope against argmax', () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const tieRules: readonly TieRule[] = ['prior', 'index'];

  it.each([
    ['exact grid', gridLines, 0],
    ['smooth', smoothLines, 1e-9],
  ] as const)(`agrees on a grid of alphas: %s lines (seed ${seed})`, (_, make, margin) => {
    const random = seededRandom(seed);
    for (let round = 0; round < 200; round++) {
      const lines = make(random);
      const tieRule = tieRules[round % 2];
      const segments = envelope(lines, tieRule);
      expect(segments[0].from).toBe(0);
      expect(segments.at(-1)?.to).toBe(Infinity);
      for (let i = 1; i < segments.length; i++) {
        expect(segments[i].from).toBe(segments[i - 1].to);
        expect(segments[i].from).toBeGreaterThan(segments[i - 1].from);
        expect(segments[i].candidate).not.toBe(segments[i - 1].candidate);
      }
      expect(choiceAt(lines, Infinity, tieRule)).toBe(segments.at(-1)?.candidate);
      for (let alpha = 1 / 16; alpha <= 16; alpha += margin === 0 ? 1 / 16 : 0.37 * random.next()) {
        const near = segments.some(({ from }) => from > 0 && Math.abs(alpha - from) <= margin * Math.max(1, alpha));
        if (near) continue;
        const segment = segments.find(({ from, to }) => alpha > from && alpha <= to);
        const corner = margin === 0 && segment?.to === alpha;
        const choice = choiceAt(lines, alpha, tieRule);
        if (corner) expect(scoreAt(lines[choice], alpha)).toBe(scoreAt(lines[segment.candidate], alpha));
        else expect(choice).toBe(segment?.candidate);
      }
    }
  });

  it(`columns choose the same to the bit (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const steps = Array.from({ length: 3000 }, () => ({
      candidates: gridLines(random).map(({ logPrior, value }) => ({
        logPrior,
        value,
        uses: random.next() < 0.2 ? 1 : 0,
      })),
      fixed: null,
    }));
    const columns = decisionColumns(steps);
    for (const tieRule of tieRules) {
      for (const alpha of [0, 0.25, 1, 1.5, 2, 7, Infinity]) {
        const chosen = chooseAll(columns, { alpha, loopGuard: 0.75, tieRule });
        const expected = steps.map(({ candidates }) =>
          choiceAt(
            candidates.map(({ logPrior, value, uses }) => ({ logPrior, value, penalty: 0.75 * uses })),
            alpha,
            tieRule,
          ),
        );
        expect([...chosen]).toEqual(expected);
      }
    }
  });

  it('keeps the recorded choice of a step that alpha does not decide', () => {
    const columns = decisionColumns([
      {
        candidates: [
          { logPrior: 0, uses: 0, value: exact(1) },
          { logPrior: -9, uses: 0, value: exact(0) },
        ],
        fixed: 1,
      },
      { candidates: [], fixed: null },
    ]);
    expect([...chooseAll(columns, { alpha: 1, loopGuard: 0, tieRule: 'prior' })]).toEqual([1, -1]);
  });
});

describe('the axis t = alpha / (1 + alpha)', () => {
  it('is straight and ends at the critic alone', () => {
    const each = line(-2, 3, 1);
    expect(axisScore(each, 0)).toBe(-3);
    expect(axisScore(each, 1)).toBe(3);
    expect(axisScore(each, 0.5)).toBe(0);
    expect(axisOf(alphaAt(0.25))).toBe(0.25);
    expect([axisOf(Infinity), alphaAt(1)]).toEqual([1, Infinity]);
  });
});

describe('certainty under bounds', () => {
  const weights = { prior: 1, value: 1 } as const;
  const lower = (q: number): ActionValue => ({ q, bound: 'lower' });
  const upper = (q: number): ActionValue => ({ q, bound: 'upper' });
  const of = (logPrior: number, value: ActionValue): ScoreLine => ({ logPrior, penalty: 0, value });

  it('holds while the worst of the choice beats the best of the others', () => {
    expect(isCertain([of(-1, exact(2)), of(-1, exact(1))], 0, weights, 'prior')).toBe(true);
    expect(isCertain([of(-1, lower(2)), of(-1, upper(1))], 0, weights, 'prior')).toBe(true);
    expect(isCertain([of(-1, exact(2)), of(-1, lower(1))], 0, weights, 'prior')).toBe(false);
    expect(isCertain([of(-1, upper(2)), of(-1, exact(1))], 0, weights, 'prior')).toBe(false);
    expect(isCertain([of(-1, exact(2)), of(-1, undefinedValue)], 0, weights, 'prior')).toBe(false);
  });

  it('does not depend on values that have no weight', () => {
    expect(isCertain([of(-1, undefinedValue), of(-2, lower(5))], 0, { prior: 1, value: 0 }, 'prior')).toBe(true);
  });

  it('gives a tie at the extremes to the tie rule', () => {
    expect(isCertain([of(-1, exact(1)), of(-1, upper(1))], 0, weights, 'prior')).toBe(true);
    expect(isCertain([of(-1, upper(1)), of(-1, exact(1))], 1, weights, 'prior')).toBe(false);
  });
});
