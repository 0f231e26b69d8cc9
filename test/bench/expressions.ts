import { unknownStep, compileCondition, type CandidateView, type StepView } from '../../src/expressions';
import type { Bench } from './figure';

/** Evaluations of conditions per second over steps with five candidates. */
export const bench: Bench = async () => {
  const candidates: CandidateView[] = ['a', 'b', 'open drawer 1', 'd', 'e'].map((action, index) => ({
    action,
    logPrior: -1 - index,
    q: index - 2,
    bound: 'exact',
    penalty: 0,
    score: -1,
    policy: 0.2,
    says: 'GOOD',
    mass: 0.9,
  }));
  const views: StepView[] = Array.from({ length: 1000 }, (_, step) => ({
    ...unknownStep,
    step,
    at: () => null,
    candidates,
    chosen: step % 5,
    action: candidates[step % 5].action,
  }));
  const rate = (text: string): number => {
    const condition = compileCondition(text);
    let hits = 0;
    for (let warm = 0; warm < 100; warm += 1) for (const view of views) if (condition(view) === true) hits += 1;
    const rounds = 1000;
    const start = performance.now();
    for (let round = 0; round < rounds; round += 1) for (const view of views) if (condition(view) === true) hits += 1;
    const seconds = (performance.now() - start) / 1000;
    return hits < 0 ? 0 : (rounds * views.length) / seconds;
  };
  return Promise.resolve([
    {
      name: 'expressions.comparisons',
      value: rate('Q < 0'),
      unit: 'evaluations/s',
      aim: { direction: 'at-least', value: 1_000_000 },
      note: 'Q < 0',
    },
    {
      name: 'expressions.conditions',
      value: rate('Q < 0 and action ~ "open"'),
      unit: 'evaluations/s',
      note: 'Q < 0 and action ~ "open"',
    },
  ]);
};
