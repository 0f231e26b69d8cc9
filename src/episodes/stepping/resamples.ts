import { foldDecision } from '../../lac/decision';
import { parameterNames } from '../../lac/parameters';
import type { DecisionEntry, NodeEntry } from '../../trajectories/timeline';

/** An action's Q over several decisions of one step. */
export interface QSample {
  readonly action: string;
  /** The Qs that are defined, in the order of the decisions. */
  readonly values: readonly number[];
  readonly mean: number | null;
  /** 95% interval of the mean (Student's t); null with fewer than two values. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Quantile 0.975 of Student's t by degrees of freedom from 1; the normal's beyond. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The Qs of each action over decisions that differ in nothing but what was drawn. */
export function qSamples(decisions: readonly DecisionEntry[]): readonly QSample[] {
  const byAction = new Map<string, number[]>();
  for (const { events } of decisions) {
    for (const { action, value } of foldDecision(events).candidates) {
      const values = byAction.get(action) ?? [];
      byAction.set(action, values);
      if (value !== null && value.q !== null) values.push(value.q);
    }
  }
  return [...byAction].map(([action, values]) => ({ action, values, ...interval(values) }));
}

/** What sampling alone does to an action's Q, and what an edit of the prompts did to it. */
export interface ActionNoise extends QSample {
  /** Q under the prompts before the edit; null where the action was not valued, or nothing was edited. */
  readonly before: number | null;
  /** Whether `before` lies outside of what a single draw of these values would be in 95 of 100; null where that is open. */
  readonly standsOut: boolean | null;
}

/** The re-samples of a step under the prompts of one of its decisions. */
export interface Noise {
  readonly times: number;
  readonly temperature: number;
  readonly actions: readonly ActionNoise[];
}

/** What re-samples tell of a decision's prompts; null where there are none. Those with other parameters than the last are left out. */
export function noiseOf({ decisions }: Pick<NodeEntry, 'decisions'>, { prompts }: DecisionEntry): Noise | null {
  const drawn = decisions.filter((each) => each.complete && each.resample > 0 && each.prompts === prompts);
  const last = drawn.at(-1);
  if (last === undefined) return null;
  const alike = drawn.filter(({ parameters }) =>
    parameterNames.every((name) => parameters[name] === last.parameters[name]),
  );
  const earlier = decisions.findLast((each) => each.complete && each.resample === 0 && each.prompts !== prompts);
  const known = new Map((earlier === undefined ? [] : qSamples([earlier])).map(({ action, mean }) => [action, mean]));
  const actions = qSamples(alike).map((sample): ActionNoise => {
    const before = known.get(sample.action) ?? null;
    const range = singleDraw(sample.values);
    const standsOut = before === null || range === null ? null : before < range[0] || before > range[1];
    return { ...sample, before, standsOut };
  });
  return { times: alike.length, temperature: last.parameters.rolloutTemperature, actions };
}

function deviation(values: readonly number[], mean: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function quantile(freedom: number): number {
  return quantiles.at(freedom - 1) ?? 1.96;
}

/** Where one more draw would lie in 95 of 100; null with fewer than two. */
function singleDraw(values: readonly number[]): readonly [number, number] | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const reach = quantile(n - 1) * deviation(values, mean) * Math.sqrt(1 + 1 / n);
  return [mean - reach, mean + reach];
}

function interval(values: readonly number[]): Pick<QSample, 'mean' | 'low' | 'high'> {
  const n = values.length;
  if (n === 0) return { mean: null, low: null, high: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: null, high: null };
  const reach = (quantile(n - 1) * deviation(values, mean)) / Math.sqrt(n);
  return { mean, low: mean - reach, high: mean + reach };
}
