import { chooseAll, decisionColumns, type DecisionColumns } from '../src/lac/decisionColumns';
import type { TieRule } from '../src/lac/improvement';
import { longTimelineWords, type LongTimeline, type TimelineSection, type TimelineStep } from '../src/protocol/panel';

/** The steps of a timeline, however they were told. */
export interface StepList {
  readonly length: number;
  at(index: number): TimelineStep | undefined;
}

/** The recorded steps in flat arrays, for drawing and for deciding all of them again in one frame. */
export interface TimelineModel {
  readonly steps: StepList;
  /** Indices of the steps at which something else than the choice is to be seen: hits, breakpoints, branches. */
  readonly marked: readonly number[];
  /** 1 where the critic overruled the prior. */
  readonly overruled: Uint8Array;
  readonly columns: DecisionColumns;
  /** Recorded choices; -1 where there is none to differ from. */
  readonly recorded: Int32Array;
  /** Q of the choice; NaN where it is not known. */
  readonly q: Float64Array;
  /** Range of Q that is drawn: holds 0, and nearly all of the values. */
  readonly low: number;
  readonly high: number;
}

/** The steps of a timeline; those of a long one are made from its columns as they are asked for. */
export function stepsOf({ steps, long }: Pick<TimelineSection, 'steps' | 'long'>): StepList {
  return long === undefined ? steps : longSteps(long);
}

/** @param hiddenNode the node whose choice is not to be told; null where all may be seen. */
export function timelineModel(
  { steps, long }: Pick<TimelineSection, 'steps' | 'long'>,
  hiddenNode: number | null,
): TimelineModel {
  return long === undefined ? shortModel(steps, hiddenNode) : longModel(long, hiddenNode);
}

function shortModel(steps: readonly TimelineStep[], hiddenNode: number | null): TimelineModel {
  const recorded = Int32Array.from(steps, ({ node, choice }) => (node === hiddenNode ? -1 : (choice ?? -1)));
  const q = Float64Array.from(steps, ({ node, choice, candidates }) =>
    choice === null || node === hiddenNode ? NaN : (candidates[choice]?.value.q ?? NaN),
  );
  const marked = steps.flatMap(({ hits, breakpoint, branches }, i) =>
    hits.length > 0 || breakpoint || branches.length > 0 ? [i] : [],
  );
  const overruled = Uint8Array.from(steps, ({ agreement }) => (agreement === 'critic' ? 1 : 0));
  return { steps, marked, overruled, columns: decisionColumns(steps), recorded, q, ...rangeOf(q) };
}

const criticCode = longTimelineWords.agreements.indexOf('critic');

function longModel(long: LongTimeline, hiddenNode: number | null): TimelineModel {
  const hidden = hiddenNode === null ? -1 : long.node.indexOf(hiddenNode);
  const recorded = hidden < 0 ? long.choice : long.choice.slice();
  const q = hidden < 0 ? long.q : long.q.slice();
  if (hidden >= 0) {
    recorded[hidden] = -1;
    q[hidden] = NaN;
  }
  const marked = [...new Set(long.branches.map(({ step }) => step))].sort((a, b) => a - b);
  const overruled = long.agreement.map((code) => (code === criticCode ? 1 : 0));
  return { steps: longSteps(long), marked, overruled, columns: long.columns, recorded, q, ...rangeOf(q) };
}

/** Range of Q that is drawn. */
function rangeOf(q: Float64Array): Pick<TimelineModel, 'low' | 'high'> {
  const known = q.filter(Number.isFinite).sort();
  // One value beyond all others, as bounds give, must not flatten the rest.
  const at = (share: number): number => known[Math.round((known.length - 1) * share)] ?? 0;
  const spread = Math.max(at(0.95) - at(0.05), 1);
  const low = Math.min(0, Math.max(known[0] ?? 0, at(0.05) - spread));
  const high = Math.max(0, Math.min(known.at(-1) ?? 0, at(0.95) + spread));
  return { low, high: high - low < 0.5 ? low + 0.5 : high };
}

const nothing: readonly string[] = [];

/** Steps made from the columns as they are asked for; their actions are texts and not among them. */
function longSteps(long: LongTimeline): StepList {
  const { agreements, bounds, statuses } = longTimelineWords;
  const length = long.node.length;
  const at = (index: number): TimelineStep | undefined => {
    if (index < 0 || index >= length) return undefined;
    const choice = long.choice[index];
    const q = long.q[index];
    const value = { q: Number.isNaN(q) ? null : q, bound: bounds[long.bound[index]] ?? 'none' };
    return {
      node: long.node[index],
      step: index,
      action: '',
      // The one candidate that is told is the chosen one.
      choice: choice < 0 ? null : 0,
      candidates: choice < 0 ? [] : [{ logPrior: NaN, uses: 0, value }],
      fixed: null,
      agreement: agreements[long.agreement[index]] ?? null,
      certain: choice < 0 || long.certain[index] === 1,
      reward: long.reward[index],
      status: statuses[long.status[index]] ?? 'running',
      invalid: long.invalid[index] === 1,
      useless: long.useless[index] === 1,
      hits: nothing,
      breakpoint: false,
      branches: long.branches.flatMap(({ step, branch }) => (step === index ? [branch] : [])),
    };
  };
  return { length, at };
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
