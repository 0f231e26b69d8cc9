import { foldDecision } from '../../lac/decision';
import { topGap } from '../../lac/diagnostics';
import type { ActionValue } from '../../lac/events';
import type { BranchId, NodeId } from '../../trajectories/ids';
import { bounds } from '../../trajectories/index/indexData';
import { IndexedTimeline } from '../../trajectories/index/indexedTimeline';
import { lengthAndReward } from '../../trajectories/outcome';
import { type NodeEntry, type Timeline, decisionShown } from '../../trajectories/timeline';

/** What a line of the transcript is. `next` is the empty last line, where the coming step will stand; `note` is none of the agent's. */
export type TranscriptLineKind = 'note' | 'goal' | 'observation' | 'step' | 'reflection' | 'end' | 'next';

/** A stretch of a line, offsets in UTF-16 code units. */
export interface TranscriptSpan {
  readonly what: 'step' | 'action' | 'q' | 'prior' | 'margin' | 'mark' | 'verdict';
  readonly start: number;
  readonly end: number;
}

export interface TranscriptTextLine {
  readonly text: string;
  readonly kind: TranscriptLineKind;
  /** The step that the line belongs to: a breakpoint on the line stops before this step's decision. */
  readonly step: number;
  /** The node at which the step's decision is made. */
  readonly node: NodeId;
  readonly spans: readonly TranscriptSpan[];
}

/** A stretch of lines that folds under its first, from 0. */
export interface TranscriptFold {
  readonly start: number;
  readonly end: number;
}

/**
 * What a transcript prints of an executed step. `prior` and `q` are those of the executed action, null where it was no
 * candidate.
 */
interface ExecutedStep {
  readonly action: string;
  readonly q: number | null;
  readonly bound: ActionValue['bound'];
  readonly prior: number | null;
  readonly margin: number | null;
}

/**
 * A branch as the text that one steps through: the goal and the first observation, then a line a step with action, Q,
 * prior and margin, under it the observation and the reflection, folded. Append-only: what was written stays as it is
 * while the branch grows; the last line is empty, the next step's place. Of a recording that is too long to be in memory
 * observations and reflections are left to the panel, and the first line says so.
 */
export class TranscriptText {
  readonly lines: readonly TranscriptTextLine[];
  readonly folds: readonly TranscriptFold[];
  private readonly headers: readonly number[];
  private whole: string | null = null;

  constructor(
    timeline: Timeline,
    readonly branch: BranchId,
  ) {
    const lines: TranscriptTextLine[] = [];
    const folds: TranscriptFold[] = [];
    const headers: number[] = [];
    const nodes = timeline.line(branch);
    const long = timeline instanceof IndexedTimeline ? timeline : null;
    if (long !== null) lines.push({ text: shortForm, kind: 'note', step: 0, node: 0, spans: [] });
    const goal = lines.length;
    lines.push({ text: `Goal: ${inert(timeline.goal)}`, kind: 'goal', step: 0, node: 0, spans: [] });
    lines.push(...observationLines(timeline.start, 0, 0));
    folds.push({ start: goal, end: lines.length - 1 });
    for (const [step, node] of nodes.entries()) {
      const next = nodes.at(step + 1);
      if (next === undefined) break;
      headers.push(lines.length);
      if (long !== null) {
        lines.push(stepLine(node, next, columnStep(long, node, next) ?? executedStep(node, next)));
        continue;
      }
      lines.push(...executedLines(node, next));
      if (next.reflection !== null) lines.push(reflectionLine(next, step, node.id));
      folds.push({ start: headers[step], end: lines.length - 1 });
    }
    const tip = nodes.at(-1) ?? timeline.start;
    if (tip.end !== null) {
      const text = `Episode over: ${tip.end.reason} ${lengthAndReward(tip.end)}`;
      headers.push(lines.length);
      lines.push({ text, kind: 'end', step: tip.step, node: tip.id, spans: [] });
    } else {
      headers.push(lines.length);
      lines.push({ text: '', kind: 'next', step: tip.step, node: tip.id, spans: [] });
    }
    this.lines = lines;
    this.folds = folds;
    this.headers = headers;
  }

  get text(): string {
    return (this.whole ??= this.lines.map(({ text }) => text).join('\n'));
  }

  /** The line (from 0) at which a step stands, or will stand; the last line for steps beyond the branch's end. */
  lineOfStep(step: number): number {
    return this.headers.at(Math.max(0, step)) ?? this.lines.length - 1;
  }

  /** The step that a line (from 0) belongs to; null beyond the text. */
  stepOfLine(line: number): number | null {
    return this.lines.at(line < 0 ? this.lines.length : line)?.step ?? null;
  }
}

/** Text of models and environments on one line: controls and marks of direction are shown, not obeyed. */
function inert(text: string): string {
  return text
    .replace(/[\r\n]+/gu, ' ')
    .replace(/\t/gu, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return `\\u{${code.toString(16)}}`;
    });
}

const shortForm =
  '# Short form, a line a step: this recording is too long to be held in memory. The panel shows each step whole.';

const indent = '      ';

function observationLines(node: NodeEntry, step: number, at: NodeId): TranscriptTextLine[] {
  const mark = node.arrival !== null && node.arrival.edited !== null ? '[edited] ' : '';
  return node.observation
    .split(/\r\n|\r|\n/u)
    .map((line, index) => `${indent}${index === 0 ? mark : ''}${inert(line)}`)
    .map((text) => ({ text, kind: 'observation', step, node: at, spans: [] }));
}

function reflectionLine(node: NodeEntry, step: number, at: NodeId): TranscriptTextLine {
  const text = `${indent}Critic: ${inert(node.reflection?.text ?? '')}`;
  const says = node.reflection?.says ?? null;
  const start = says === null ? -1 : text.lastIndexOf(says);
  const spans = says === null || start < 0 ? [] : [{ what: 'verdict', start, end: start + says.length } as const];
  return { text, kind: 'reflection', step, node: at, spans };
}

/** The lines of executed steps, which never change. */
const executed = new WeakMap<NodeEntry, readonly TranscriptTextLine[]>();

function executedLines(node: NodeEntry, next: NodeEntry): readonly TranscriptTextLine[] {
  let lines = executed.get(next);
  if (lines === undefined) {
    lines = [stepLine(node, next, executedStep(node, next)), ...observationLines(next, node.step, node.id)];
    executed.set(next, lines);
  }
  return lines;
}

function executedStep(node: NodeEntry, next: NodeEntry): ExecutedStep {
  const entry = decisionShown(node, next);
  const decision = entry === undefined ? null : foldDecision(entry.events);
  const action = next.arrival?.action ?? '';
  const candidate = decision?.candidates.find((each) => each.action === action);
  const policies = (decision?.candidates ?? []).flatMap(({ policy }) => (policy === null ? [] : [policy]));
  const { q = null, bound = 'none' } = candidate?.value ?? {};
  return { action, q, bound, prior: candidate?.prior ?? null, margin: topGap(policies) };
}

/** The same from columns alone; null where they do not tell which candidate was executed. */
function columnStep(
  timeline: IndexedTimeline,
  { id }: NodeEntry,
  { id: next, arrival }: NodeEntry,
): ExecutedStep | null {
  if (arrival === null || arrival.by === 'person') return null;
  const { decisions, candidates } = timeline.index.data;
  const row = timeline.decisionRow(id, next);
  const chosen = row < 0 ? -1 : decisions.chosen[row];
  if (chosen < 0) return null;
  const at = decisions.candidates[row];
  const policies = candidates.policy.subarray(at, at + decisions.count[row]).filter((policy) => !Number.isNaN(policy));
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const logPrior = known(candidates.logPrior[at + chosen]);
  return {
    action: arrival.action,
    q: known(candidates.q[at + chosen]),
    bound: bounds[candidates.bound[at + chosen]],
    prior: logPrior === null ? null : Math.exp(logPrior),
    margin: topGap([...policies]),
  };
}

/** `12    turn left    Q +1.20  prior 0.45  margin 0.30  (by hand)` */
function stepLine(
  node: NodeEntry,
  { arrival }: NodeEntry,
  { action, q, bound, prior, margin }: ExecutedStep,
): TranscriptTextLine {
  const spans: TranscriptSpan[] = [];
  let text = '';
  const put = (what: TranscriptSpan['what'], lead: string, piece: string, width: number): void => {
    const start = text.length + lead.length;
    spans.push({ what, start, end: start + piece.length });
    text += (lead + piece).padEnd(width);
  };
  put('step', '', String(node.step), 6);
  put('action', '', inert(action), 24);
  if (q !== null) put('q', '  Q ', boundSign(bound) + signed(q), 12);
  if (prior !== null) put('prior', '  prior ', prior.toFixed(2), 12);
  if (margin !== null) put('margin', '  margin ', margin.toFixed(2), 13);
  const marks = [
    arrival?.by === 'person' ? 'by hand' : '',
    arrival?.invalid === true ? 'invalid' : '',
    arrival?.useless === true ? 'no effect' : '',
  ].filter((mark) => mark !== '');
  if (marks.length > 0) put('mark', '  ', `(${marks.join(', ')})`, 0);
  return { text: text.trimEnd(), kind: 'step', step: node.step, node: node.id, spans };
}

function boundSign(bound: 'exact' | 'lower' | 'upper' | 'none'): string {
  return bound === 'lower' ? '>=' : bound === 'upper' ? '<=' : '';
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
}
