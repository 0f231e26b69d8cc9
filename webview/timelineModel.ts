import { chooseAll, decisionColumns, type DecisionColumns } from '../src/lac/decisionColumns';
import type { TieRule } from '../src/lac/improvement';
import type { TimelineStep } from '../src/protocol/panel';

/** The recorded steps in flat arrays, for drawing and for deciding all of them again in one frame. */
export interface TimelineModel {
  readonly steps: readonly TimelineStep[];
  readonly columns: DecisionColumns;
  /** Recorded choices; -1 where there is none to differ from. */
  readonly recorded: Int32Array;
  /** Q of the choice; NaN where it is not known. */
  readonly q: Float64Array;
  /** Range of Q that is drawn: holds 0, and nearly all of the values. */
  readonly low: number;
  readonly high: number;
}

/** @param hiddenNode the node whose choice is not to be told; null where all may be seen. */
export function timelineModel(steps: readonly TimelineStep[], hiddenNode: number | null): TimelineModel {
  const columns = decisionColumns(steps);
  const recorded = Int32Array.from(steps, ({ node, choice }) => (node === hiddenNode ? -1 : (choice ?? -1)));
  const q = Float64Array.from(steps, ({ node, choice, candidates }) =>
    choice === null || node === hiddenNode ? NaN : (candidates[choice]?.value.q ?? NaN),
  );
  const known = q.filter(Number.isFinite).sort();
  // One value beyond all others, as bounds give, must not flatten the rest.
  const at = (share: number): number => known[Math.round((known.length - 1) * share)] ?? 0;
  const spread = Math.max(at(0.95) - at(0.05), 1);
  const low = Math.min(0, Math.max(known[0] ?? 0, at(0.05) - spread));
  const high = Math.max(0, Math.min(known.at(-1) ?? 0, at(0.95) + spread));
  return { steps, columns, recorded, q, low, high: high - low < 0.5 ? low + 0.5 : high };
}

export interface Differences {
  /** 1 where the choice under the alpha is not the recorded one. */
  readonly differs: Uint8Array;
  readonly count: number;
}

/** Where another alpha would choose otherwise, given the recorded history. Writes into `into` and `choices`. */
export function differencesAt(
  { columns, recorded }: TimelineModel,
  rule: { readonly alpha: number; readonly loopGuard: number; readonly tieRule: TieRule },
  into: Uint8Array,
  choices: Int32Array,
): Differences {
  chooseAll(columns, rule, choices);
  let count = 0;
  for (let s = 0; s < recorded.length; s++) {
    const differs = recorded[s] >= 0 && choices[s] >= 0 && choices[s] !== recorded[s] ? 1 : 0;
    into[s] = differs;
    count += differs;
  }
  return { differs: into, count };
}
