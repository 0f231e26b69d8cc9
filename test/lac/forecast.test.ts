import { describe, expect, it } from 'vitest';
import { decide, keptUnder, type Given } from '../../src/lac/decide';
import type { Decision } from '../../src/lac/decision';
import { decisionStatistics, forecastDecision } from '../../src/lac/forecast';
import { defaultParameters, methods, type Parameters } from '../../src/lac/parameters';
import { plainPrompter, TinyCalls } from './tinyModel';

async function run(
  goal: string,
  parameters: Parameters,
  calls: TinyCalls,
  given: Given | null = null,
): Promise<Decision> {
  const transcript = { goal, firstObservation: 'a room', steps: [], thoughts: [] };
  const running = decide({ transcript, admissible: null }, { calls, prompter: plainPrompter }, parameters, {
    signal: new AbortController().signal,
    given,
  });
  for (;;) {
    const next = await running.next();
    if (next.done === true) return next.value;
  }
}

const untold = decisionStatistics([]);

describe('the forecast', () => {
  it.each(methods)('holds the calls that a decision really takes: %s', async (method) => {
    for (const depth of [0, 1, 4]) {
      const parameters = { ...defaultParameters, method, depth };
      const records = [];
      for (let i = 0; i < 8; i++) {
        const calls = new TinyCalls();
        const decision = await run(`goal ${i}`, parameters, calls);
        const { calls: range } = forecastDecision({ parameters, statistics: untold });
        expect(calls.asked.length).toBeGreaterThanOrEqual(range.min);
        expect(calls.asked.length).toBeLessThanOrEqual(range.max);
        expect(range.expected).toBeGreaterThanOrEqual(range.min);
        expect(range.expected).toBeLessThanOrEqual(range.max);
        records.push({
          decision,
          parameters,
          usage: () => ({ promptTokens: 100, generatedTokens: 5 }),
          asked: calls.asked.length,
        });
      }
      // Having seen decisions, the likely number is near what they took, and tokens follow from calls.
      const told = forecastDecision({ parameters, statistics: decisionStatistics(records) });
      const mean = records.reduce((sum, { asked }) => sum + asked, 0) / records.length;
      expect(Math.abs(told.calls.expected - mean)).toBeLessThan(0.35 * mean);
      expect(told.promptTokens?.expected).toBeCloseTo(100 * told.calls.expected, 6);
    }
  });

  it('tells what stands from what is missing after a change', async () => {
    const from = { ...defaultParameters, depth: 2 };
    const changes: Partial<Parameters>[] = [
      { alpha: 3 },
      { depth: 1 },
      { depth: 4 },
      { depth: 0 },
      { rolloutTemperature: 1 },
      { candidates: 3 },
      { method: 'lac-direct' },
      { method: 'critic-only' },
      { method: 'prior' },
    ];
    for (let i = 0; i < 6; i++) {
      const decision = await run(`goal ${i}`, from, new TinyCalls());
      for (const change of changes) {
        const to = { ...from, ...change };
        const { calls: range, reused } = forecastDecision({
          parameters: to,
          statistics: untold,
          given: { decision, keep: keptUnder(from, to) },
        });
        const calls = new TinyCalls();
        await run(`goal ${i}`, to, calls, { decision, keep: keptUnder(from, to) });
        expect([change, calls.asked.length >= range.min, calls.asked.length <= range.max]).toEqual([
          change,
          true,
          true,
        ]);
        expect(reused > 0).toBe(keptUnder(from, to) !== 'nothing');
      }
      for (const free of [{ alpha: 3 }, { depth: 1 }, { method: 'critic-only' } as const]) {
        const to = { ...from, ...free };
        const given = { decision, keep: keptUnder(from, to) };
        expect(forecastDecision({ parameters: to, statistics: untold, given }).calls.max).toBe(0);
      }
    }
  });

  it('asks one read of each slot when the critic alone changed', async () => {
    const decision = await run('x', defaultParameters, new TinyCalls());
    const { byKind, calls } = forecastDecision({
      parameters: defaultParameters,
      statistics: untold,
      given: { decision, keep: 'rollouts' },
    });
    expect(byKind.reading.min).toBe(decision.candidates.reduce((sum, { steps }) => sum + steps.length, 0));
    expect(calls.min).toBe(byKind.reading.min);
  });
});
