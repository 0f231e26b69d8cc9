import { foldDecision } from '../../lac/decision';
import type { DecisionEntry } from '../../trajectories/timeline';

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

function interval(values: readonly number[]): Pick<QSample, 'mean' | 'low' | 'high'> {
  const n = values.length;
  if (n === 0) return { mean: null, low: null, high: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: null, high: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const reach = (quantiles.at(n - 2) ?? 1.96) * Math.sqrt(variance / n);
  return { mean, low: mean - reach, high: mean + reach };
}
