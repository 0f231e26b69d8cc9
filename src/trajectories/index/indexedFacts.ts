import type { DecisionEvent } from '../../lac/events';
import type { Parameters } from '../../lac/parameters';
import type { JournalWindow } from '../journalWindow';
import type { BranchId } from '../ids';
import type { JournalLine } from '../schema';
import type { StepFacts } from '../stepFacts';
import type { NodeEntry } from '../timeline';
import { offsetOfKey } from './growing';
import { agreements, candidateNumbers, known, type IndexData } from './indexData';
import type { IndexedTimeline } from './indexedTimeline';
import { beforeState, LineStart } from './lineStart';

/** A line of a file, copied, and where in it that begins which does not depend on its place. */
interface KeptLine {
  readonly line: Buffer;
  readonly offset: number;
  readonly rest: number;
}

/** What of a decision's lines is needed for a comparison. */
interface RawDecision {
  readonly begun: KeptLine;
  /** Events that may hold texts; the numbers of the others stand in columns. */
  readonly events: readonly KeptLine[];
  /** By the numbers of their ids, each call once: where its line begins, undefined where the journal lacks it. */
  readonly calls: ReadonlyMap<number, number | undefined>;
}

interface RawNode {
  readonly line: Buffer;
  readonly reflection: Buffer | null;
}

type Cost = NonNullable<StepFacts['cost']>;

/** Events of which a comparison needs nothing but columns. Of other events their texts count. */
const columnEvents: ReadonlySet<string> = new Set([
  'prior',
  'rollout-step',
  'verdict',
  'value',
  'improvement',
  'choice',
]);

const callsMark = Buffer.from('"calls":["');
const idLength = 64;
/** `","` between two ids. */
const betweenIds = 3;
/** How much of a call's end is looked at for what it cost. */
const callEnd = 1024;
const costPattern =
  /"usage":\{"promptTokens":(\d+),"generatedTokens":(\d+)\}\},"at":\{"startedAt":"[^"]*","durationMs":([\d.e+-]+)[,}]/;

/**
 * The steps of a branch of which only an index is in memory, read for a comparison: texts stay the bytes that the file has,
 * and are parsed where somebody asks for them. Steps are best asked for in their order.
 */
export class IndexedFacts {
  private readonly data: IndexData;
  private readonly line: readonly NodeEntry[];
  private readonly loops: Uint8Array;
  private readonly window: JournalWindow;
  private readonly start = new LineStart();
  /** The node that was read last, by its row. */
  private last: { readonly row: number; readonly node: RawNode } | null = null;

  constructor(
    private readonly timeline: IndexedTimeline,
    branch: BranchId,
  ) {
    this.data = timeline.index.data;
    this.line = timeline.line(branch);
    this.loops = timeline.loops(branch);
    this.window = timeline.index.window.another();
  }

  /**
   * A step; null where the columns and lines of the usual form don't tell all of it: in imported recordings, of decisions
   * that were broken off or made on top of the record. Throws `trajectory.changed`.
   */
  at(step: number): StepFacts | null {
    const { data, timeline } = this;
    const node = this.line.at(step);
    if (node === undefined || data.header.source !== undefined || timeline.isAddedTo(node.id)) return null;
    const next = this.line.at(step + 1);
    const decision = timeline.decisionRow(node.id, next?.id);
    if (decision >= 0 && (data.decisions.count[decision] === 0 || data.decisions.chosen[decision] < 0)) return null;
    const here = this.node(timeline.episode.rows[node.id]);
    const raw = decision < 0 ? undefined : this.decision(decision);
    if (raw === null) return null;
    const calls = new Map<number, number | undefined>();
    if (here.reflection !== null && !this.addCalls(here.reflection, calls)) return null;
    raw?.calls.forEach((offset, id) => calls.set(id, offset));
    const cost = this.costOf(node, calls);
    const after = next === undefined ? null : this.node(timeline.episode.rows[next.id]);
    const decided = raw === undefined ? null : { raw, row: decision };
    return new RawFacts(this.window, data, {
      node,
      next,
      here,
      after,
      decided,
      cost,
      loop: this.loops[step + 1] === 1,
    });
  }

  private node(row: number): RawNode {
    const { nodes } = this.data;
    if (this.last?.row === row) return this.last.node;
    const line = Buffer.from(beforeState(this.window.lineBytes(nodes.offset[row])));
    const reflection = nodes.reflection[row] < 0 ? null : Buffer.from(this.window.lineBytes(nodes.reflection[row]));
    const node: RawNode = { line, reflection };
    this.last = { row, node };
    return node;
  }

  /** null where its lines are not of the usual form. */
  private decision(row: number): RawDecision | null {
    const { decisions } = this.data;
    const { start } = this;
    const from = decisions.start[row];
    const bytes = this.window.bytesBetween(from, decisions.end[row]);
    const events: KeptLine[] = [];
    const calls = new Map<number, number | undefined>();
    let begun: KeptLine | undefined;
    let episode = '';
    let node = -1;
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(10, at);
      const line = bytes.subarray(at, newline < 0 ? bytes.length : newline);
      const offset = from + at;
      at += line.length + 1;
      start.read(line);
      if (begun === undefined) {
        if (start.kind !== 'decision') return null;
        ({ episode, node } = start);
        begun = { line: Buffer.from(line), offset, rest: start.rest };
        continue;
      }
      if (start.kind === 'other') return null;
      if (start.kind !== 'event' || start.episode !== episode || start.node !== node) continue;
      if (start.decision !== decisions.index[row]) continue;
      if (!columnEvents.has(start.event)) events.push({ line: Buffer.from(line), offset, rest: start.rest });
      if (!this.addCalls(line, calls)) return null;
    }
    return begun === undefined ? null : { begun, events, calls };
  }

  /** Adds the calls that an event's line names; false where these are no ids. */
  private addCalls(line: Uint8Array, calls: Map<number, number | undefined>): boolean {
    const { start } = this;
    const bytes = Buffer.from(line.buffer, line.byteOffset, line.length);
    const found = bytes.indexOf(callsMark);
    if (found < 0) return true;
    for (let at = found + callsMark.length; ; at += idLength + betweenIds) {
      if (!start.id(bytes, at)) return false;
      const { high, low } = start;
      // 53 of the id's bits, which are enough to tell the calls of a step apart.
      calls.set(high * 2 ** 21 + (low >>> 11), offsetOfKey(this.data.calls, high, low));
      if (bytes[at + idLength + 1] !== 0x2c) return true;
    }
  }

  /** A call is a step's own where its line does not stand before the step's. */
  private costOf(node: NodeEntry, calls: ReadonlyMap<number, number | undefined>): Cost {
    const from = this.timeline.offsetOf(node.id);
    const sum = { calls: 0, promptTokens: 0, generatedTokens: 0, seconds: 0 };
    for (const offset of calls.values()) {
      if (offset !== undefined && offset < from) continue;
      sum.calls++;
      if (offset === undefined) continue;
      const { promptTokens, generatedTokens, seconds } = this.callCost(offset);
      sum.promptTokens += promptTokens;
      sum.generatedTokens += generatedTokens;
      sum.seconds += seconds;
    }
    return sum;
  }

  private callCost(offset: number): Omit<Cost, 'calls'> {
    const line = this.window.lineBytes(offset);
    const end = line.subarray(Math.max(0, line.length - callEnd));
    const found = costPattern.exec(Buffer.from(end.buffer, end.byteOffset, end.length).toString('latin1'));
    if (found !== null) {
      const [, promptTokens, generatedTokens, durationMs] = found;
      return {
        promptTokens: Number(promptTokens),
        generatedTokens: Number(generatedTokens),
        seconds: Number(durationMs) / 1000,
      };
    }
    const call = this.window.lineAt(offset);
    if (call.type !== 'call' || call.status !== 'complete' || call.answer === null) return noCost;
    const duration = call.at?.['durationMs'];
    return { ...call.answer.usage, seconds: typeof duration === 'number' ? duration / 1000 : 0 };
  }
}

const noCost: Omit<Cost, 'calls'> = { promptTokens: 0, generatedTokens: 0, seconds: 0 };

/** What was read of a step. */
interface RawStep extends Pick<StepFacts, 'cost' | 'loop'> {
  readonly node: NodeEntry;
  readonly next: NodeEntry | undefined;
  readonly here: RawNode;
  readonly after: RawNode | null;
  readonly decided: { readonly raw: RawDecision; readonly row: number } | null;
}

/** A step of columns and bytes. */
class RawFacts implements StepFacts {
  readonly lines: readonly Uint8Array[];
  readonly cost: StepFacts['cost'];
  readonly loop: boolean;
  private readonly node: NodeEntry;
  private readonly next: NodeEntry | undefined;
  private readonly decided: RawStep['decided'];
  private parsed: { readonly decision: JournalLine; readonly events: readonly DecisionEvent[] } | null = null;

  constructor(
    private readonly window: JournalWindow,
    private readonly data: IndexData,
    { node, next, here, after, decided, cost, loop }: RawStep,
  ) {
    this.node = node;
    this.next = next;
    this.decided = decided;
    this.cost = cost;
    this.loop = loop;
    const decision = decided === null ? [] : [decided.raw.begun, ...decided.raw.events];
    this.lines = [
      here.line,
      ...decision.map(({ line, rest }) => line.subarray(rest)),
      ...(after === null ? [] : [after.line]),
      ...(after === null || after.reflection === null ? [] : [after.reflection]),
    ];
  }

  private get texts(): NonNullable<RawFacts['parsed']> | null {
    const { decided } = this;
    if (decided === null) return null;
    const { begun, events } = decided.raw;
    const { window } = this;
    return (this.parsed ??= {
      decision: window.parsed(begun.line, begun.offset),
      events: events.flatMap((kept) => {
        const line = window.parsed(kept.line, kept.offset);
        return line.type === 'event' ? [line.event] : [];
      }),
    });
  }

  get observation(): string {
    return this.node.observation;
  }

  get prompts(): string | null {
    const decision = this.texts?.decision;
    return decision?.type === 'decision' ? decision.prompts : null;
  }

  get parameters(): Parameters | null {
    const decision = this.texts?.decision;
    return decision?.type === 'decision' ? decision.parameters : null;
  }

  get thoughts(): readonly string[] {
    return this.texts?.events.flatMap((event) => (event.type === 'thought' ? [event.text] : [])) ?? [];
  }

  get actions(): readonly (string | null)[] | null {
    const { texts, decided, data } = this;
    if (texts === null || decided === null) return null;
    const actions = new Array<string | null>(data.decisions.count[decided.row]).fill(null);
    for (const event of texts.events)
      if (event.type === 'proposal' && event.candidate < actions.length) actions[event.candidate] = event.action;
    return actions;
  }

  get candidates(): StepFacts['candidates'] {
    const { decided, data } = this;
    if (decided === null) return [];
    const { count, candidates } = data.decisions;
    return Array.from({ length: count[decided.row] }, (_, index) =>
      candidateNumbers(data, candidates[decided.row] + index),
    );
  }

  get chosen(): number | null {
    return this.decided === null ? null : this.data.decisions.chosen[this.decided.row];
  }

  get action(): string | null {
    const { next, chosen } = this;
    if (next !== undefined) return next.arrival?.action ?? null;
    return chosen === null ? null : (this.actions?.[chosen] ?? null);
  }

  get outcome(): string | null {
    return this.next?.observation ?? null;
  }

  get reward(): number | null {
    const arrival = this.next?.arrival ?? null;
    return arrival === null ? null : known(arrival.reward);
  }

  get reflection(): string | null {
    return this.next?.reflection?.text ?? null;
  }

  get status(): string {
    return (this.next ?? this.node).status;
  }

  get agreement(): StepFacts['agreement'] {
    return this.decided === null ? null : agreements[this.data.decisions.agreement[this.decided.row]];
  }

  get invalid(): boolean {
    return this.next?.arrival?.invalid === true;
  }

  get useless(): boolean {
    return this.next?.arrival?.useless === true;
  }
}
