import { foldDecision } from '../lac/decision';
import { decisionStatistics, forecastDecision, type CostForecast, type CostRecord } from '../lac/forecast';
import type { Parameters } from '../lac/parameters';
import type { CallLookup } from '../trajectories/callCosts';
import { latestDecisions, type Timeline } from '../trajectories/timeline';

/** What each step costs that is gone on with. */
export interface StepForecast {
  readonly cost: CostForecast;
  /** Seconds that a model works for it, by the recorded calls; null where they do not say. */
  readonly seconds: number | null;
}

/** How many recorded decisions tell what the next costs. */
const tellingDecisions = 20;

/** What a fresh decision costs under these parameters, as recorded ones tell. */
export function forecastStep(
  timeline: Timeline,
  lookup: CallLookup,
  parameters: Parameters,
  admissible: number | null,
): StepForecast {
  const entries = latestDecisions(timeline, tellingDecisions);
  const records = entries.map((entry): CostRecord => ({
    decision: foldDecision(entry.events),
    parameters: entry.parameters,
    usage: (call) => lookup(call)?.answer?.usage,
  }));
  const cost = forecastDecision({ parameters, statistics: decisionStatistics(records), admissible });
  const ids = new Set(
    entries.flatMap(({ events }) => events.flatMap((event) => ('calls' in event ? event.calls : []))),
  );
  const durations = [...ids].flatMap((id) => {
    const duration = lookup(id)?.at?.['durationMs'];
    return typeof duration === 'number' ? [duration / 1000] : [];
  });
  const mean = durations.reduce((sum, each) => sum + each, 0) / durations.length;
  return { cost, seconds: durations.length === 0 ? null : mean * cost.calls.expected };
}
