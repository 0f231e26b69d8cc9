import type { CostView } from '../expressions';
import type { CallId } from '../lac/calls';
import type { CallLine } from './schema';
import type { DecisionEntry, NodeEntry } from './timeline';

/** Looks a recorded call up; undefined where the recording lacks it. */
export type CallLookup = (id: CallId) => CallLine | undefined;

/** Every call that a node's decision and the reflection that led to it rest on, each once. */
export function callsOf(node: NodeEntry, decision: DecisionEntry | undefined): ReadonlySet<CallId> {
  const ids = new Set<CallId>(node.reflection?.calls ?? []);
  for (const event of decision?.events ?? []) {
    if ('calls' in event) for (const id of event.calls) ids.add(id);
  }
  return ids;
}

function secondsOf(call: CallLine | undefined): number {
  const duration = call?.at?.['durationMs'];
  return typeof duration === 'number' ? duration / 1000 : 0;
}

export interface MeasuredCost extends CostView {
  readonly seconds: number;
}

/** `fresh`: the calls that no earlier step rests on; `reused`: how many others. */
export function costView(fresh: readonly CallId[], reused: number, lookup: CallLookup): MeasuredCost {
  const calls = fresh.map(lookup);
  const sum = (value: (call: CallLine | undefined) => number): number =>
    calls.reduce((all, call) => all + value(call), 0);
  return {
    calls: fresh.length,
    reused,
    promptTokens: sum((call) => call?.answer?.usage.promptTokens ?? 0),
    cachedTokens: 0,
    generatedTokens: sum((call) => call?.answer?.usage.generatedTokens ?? 0),
    seconds: sum(secondsOf),
  };
}
