import {
  compileMessage,
  Expression,
  messageRequires,
  requires,
  unknownStep,
  type CandidateView,
  type CostView,
  type Requirements,
  type StepView,
} from '../../expressions';
import { chooseAll, type DecisionColumns } from '../../lac/decisionColumns';
import { foldDecision } from '../../lac/decision';
import { decisionView } from '../../expressions';
import { slopeOf, type TieRule } from '../../lac/improvement';
import type { PromptSegments } from '../../lac/languageModel';
import { LacError } from '../../errors/lacError';
import type { ByteSource } from '../byteSource';
import type { BranchId, EpisodeId } from '../ids';
import type { RecordedAnswers } from '../journal';
import { JournalWindow } from '../journalWindow';
import { scanLines } from '../lines';
import type {
  CallLine,
  DecisionLine,
  EpisodeLine,
  EventLine,
  PromptsLine,
  ReflectionLine,
  SegmentLine,
  StepLine,
} from '../schema';
import { SegmentStore } from '../segments';
import { offsetOf } from './growing';
import { IndexBuilder } from './indexBuilder';
import {
  agreements,
  bounds,
  candidateNumbers,
  flags,
  known,
  statuses,
  type IndexData,
  type IndexedEpisode,
} from './indexData';

/** One decision with its events, read from the file. */
export interface ReadDecision {
  readonly line: DecisionLine;
  readonly events: readonly EventLine[];
}

/** Everything the file says of one step, read by window. */
export interface StepRecord {
  /** The line that made the node at which was decided. */
  readonly node: EpisodeLine | StepLine;
  /** The reflection on the step that led to the node. */
  readonly arrival: ReflectionLine | null;
  /** All decisions at the node in order, probes included. */
  readonly decisions: readonly ReadDecision[];
  /** Index of the decision that the step shows; -1 without. */
  readonly shown: number;
  /** The step that was executed; null at the end of the branch. */
  readonly next: StepLine | null;
  /** The reflection on that step. */
  readonly reflection: ReflectionLine | null;
  /** Calls that were made for the step, as far as they stand beside it. */
  readonly calls: readonly CallLine[];
  /** The step with all its texts; of other steps it knows what the columns know. */
  readonly view: StepView;
}

/** A branch from its episode's start to its tip. */
export interface Track {
  readonly episode: IndexedEpisode;
  readonly branch: BranchId;
  /** Row of the node at each step. */
  readonly rows: Int32Array;
}

export interface SearchOptions {
  readonly signal?: AbortSignal;
  /** 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** A walk through many steps works so long at a time. */
const turnMs = 8;

/** A journal of any size: columns in memory, everything else read from the file where it is wanted. */
export class TrajectoryIndex {
  readonly window: JournalWindow;

  constructor(
    private current: IndexData,
    private readonly source: ByteSource,
  ) {
    this.window = new JournalWindow(source);
  }

  get data(): IndexData {
    return this.current;
  }

  /**
   * Takes in what was written since (a run that is under way). True when there is more than before. Throws
   * `trajectory.changed` when the file is now shorter than what was indexed.
   */
  async extend(signal?: AbortSignal): Promise<boolean> {
    const { end, lines } = this.current;
    const size = await this.source.size();
    if (size < end) throw new LacError('trajectory.changed', { file: this.source.name });
    if (size === end + this.current.torn) return false;
    this.current = await scanInto(
      this.source,
      this.current,
      { offset: end, lines },
      signal === undefined ? {} : { signal },
    );
    this.window.forget();
    return this.current.lines > lines;
  }

  /** undefined when there is no such branch. */
  track(id: EpisodeId, branch: BranchId): Track | undefined {
    const episode = this.current.episodes.find((each) => each.id === id);
    const entry = episode?.branches.find((each) => each.id === branch);
    if (episode === undefined || entry === undefined) return undefined;
    const ordinal = Number(branch.slice(1));
    const { nodes } = this.current;
    let row = episode.rows.findLast((each) => nodes.branch[each] === ordinal) ?? entry.from;
    const rows: number[] = [];
    for (; row >= 0; row = nodes.parent[row]) rows.push(row);
    return { episode, branch, rows: Int32Array.from(rows.reverse()) };
  }

  /** Every branch of every episode. */
  tracks(): readonly Track[] {
    return this.current.episodes.flatMap(({ id, branches }) =>
      branches.flatMap((branch) => this.track(id, branch.id) ?? []),
    );
  }

  /** Every branch on which a step was executed, and each episode's first. */
  executedTracks(): readonly Track[] {
    return this.tracks().filter(({ episode, branch }) => branch === 'b0' || this.hasSteps(episode, branch));
  }

  /** Whether a step was executed on a branch itself. */
  hasSteps({ rows }: IndexedEpisode, branch: BranchId): boolean {
    const ordinal = Number(branch.slice(1));
    return rows.some((row) => this.current.nodes.branch[row] === ordinal);
  }

  /** Row of the decision that a step shows: the executed one, else the last; -1 without. */
  decisionRow({ rows }: Track, step: number): number {
    const { nodes, decisions } = this.current;
    const row = rows[step];
    const executed = step + 1 < rows.length ? nodes.decision[rows[step + 1]] : -1;
    let decision = nodes.lastDecision[row];
    if (executed < 0) return decision;
    while (decision >= 0 && decisions.index[decision] !== executed) decision = decisions.previous[decision];
    return decision;
  }

  /** Columns for trying alphas on every step of a track (`chooseAll`); entry k is step k. */
  alphaColumns(track: Track): DecisionColumns {
    const { decisions, candidates } = this.current;
    const steps = track.rows.length;
    const rows = Int32Array.from({ length: steps }, (_, step) => this.decisionRow(track, step));
    const offsets = new Uint32Array(steps + 1);
    rows.forEach((row, step) => (offsets[step + 1] = offsets[step] + (row < 0 ? 0 : decisions.count[row])));
    const total = offsets[steps];
    const columns = {
      offsets,
      logPrior: new Float64Array(total),
      uses: new Uint32Array(total),
      slope: new Float64Array(total),
      fixed: new Int32Array(steps).fill(-1),
    };
    rows.forEach((row, step) => {
      if (row < 0) return;
      if (decisions.fixed[row] === 1) columns.fixed[step] = decisions.chosen[row];
      for (let k = 0; k < decisions.count[row]; k++) {
        const from = decisions.candidates[row] + k;
        columns.logPrior[offsets[step] + k] = candidates.logPrior[from];
        columns.uses[offsets[step] + k] = candidates.uses[from];
        const q = candidates.q[from];
        columns.slope[offsets[step] + k] = slopeOf({
          q: Number.isNaN(q) ? null : q,
          bound: bounds[candidates.bound[from]],
        });
      }
    });
    return columns;
  }

  /** The choice of every step of a track at an alpha; -1 where nothing was decided. */
  choices(
    track: Track,
    settings: { readonly alpha: number; readonly loopGuard: number; readonly tieRule: TieRule },
  ): Int32Array {
    return chooseAll(this.alphaColumns(track), settings);
  }

  /** A step as the columns know it; whatever is text is unknown. Costs no reading. */
  columnView(track: Track, step: number): StepView {
    const { nodes, decisions } = this.current;
    const { episode, rows } = track;
    const next = step + 1 < rows.length ? rows[step + 1] : -1;
    const decision = this.decisionRow(track, step);
    const flag = (bit: number): boolean | null => {
      if (next < 0 || (nodes.flags[next] & flags.openFlags) !== 0) return null;
      return (nodes.flags[next] & bit) !== 0;
    };
    const chosen = decision < 0 ? -1 : decisions.chosen[decision];
    const at = (other: number): StepView | null =>
      other >= 0 && other < rows.length && Number.isInteger(other) ? this.columnView(track, other) : null;
    return {
      ...unknownStep,
      step,
      episode: episode.id,
      branch: `b${nodes.branch[rows[step]]}`,
      goal: episode.goal,
      taskType: episode.taskType,
      alpha: decision < 0 || decisions.count[decision] === 0 ? null : known(decisions.alpha[decision]),
      tieRule: decision >= 0 && decisions.byIndex[decision] === 1 ? 'index' : 'prior',
      reward: next < 0 || (nodes.flags[next] & flags.openReward) !== 0 ? null : known(nodes.reward[next]),
      status: next < 0 ? null : statuses[nodes.status[next]],
      invalid: flag(flags.invalid),
      useless: flag(flags.useless),
      edited: (nodes.flags[rows[step]] & flags.edited) !== 0,
      candidates: this.candidateViews(decision),
      chosen: chosen < 0 ? null : chosen,
      certain: chosen < 0 ? null : decisions.certain[decision] === 1,
      agreement: chosen < 0 ? null : agreements[decisions.agreement[decision]],
      at,
    };
  }

  private candidateViews(decision: number): readonly CandidateView[] | null {
    if (decision < 0) return null;
    const { decisions } = this.current;
    const count = decisions.count[decision];
    if (count === 0) return null;
    const first = decisions.candidates[decision];
    const unread = { action: null, says: null, mass: null };
    return Array.from({ length: count }, (_, k) => ({ ...candidateNumbers(this.current, first + k), ...unread }));
  }

  /** Reads one step from the file. Throws `trajectory.changed` when the file is no longer the one that was indexed. */
  readStep(track: Track, step: number): StepRecord {
    const { nodes, decisions } = this.current;
    const { rows, episode } = track;
    const row = rows[step];
    const nextRow = step + 1 < rows.length ? rows[step + 1] : -1;
    const node = this.window.lineAt(nodes.offset[row]);
    const next = nextRow < 0 ? null : this.window.lineAt(nodes.offset[nextRow]);
    const reflectionAt = nextRow < 0 ? -1 : nodes.reflection[nextRow];
    const chain: number[] = [];
    for (let at = nodes.lastDecision[row]; at >= 0; at = decisions.previous[at]) chain.unshift(at);
    const calls: CallLine[] = [];
    const read: ReadDecision[] = [];
    for (const decision of chain) {
      const lines = this.window.linesBetween(decisions.start[decision], decisions.end[decision]);
      let begun: DecisionLine | undefined;
      const events: EventLine[] = [];
      for (const line of lines) {
        if (line.type === 'call') calls.push(line);
        const ours = 'decision' in line && line.decision === decisions.index[decision] && line.episode === episode.id;
        if (!ours) continue;
        if (line.type === 'decision' && begun === undefined) begun = line;
        else if (line.type === 'event' && line.node === begun?.node) events.push(line);
      }
      if (begun === undefined) throw this.window.changed();
      read.push({ line: begun, events });
    }
    // The reflection that led here is part of what this step cost.
    const arrival = nodes.reflection[row] < 0 ? null : this.window.lineAt(nodes.reflection[row]);
    if (arrival !== null) {
      const lines = this.window.linesBetween(nodes.offset[row], nodes.reflection[row]);
      for (const line of lines) if (line.type === 'call') calls.push(line);
    }
    const reflection = reflectionAt < 0 ? null : this.window.lineAt(reflectionAt);
    if (node.type !== 'episode' && node.type !== 'step') throw this.window.changed();
    if (next !== null && next.type !== 'step') throw this.window.changed();
    if (reflection !== null && reflection.type !== 'reflection') throw this.window.changed();
    const shown = chain.indexOf(this.decisionRow(track, step));
    if (arrival !== null && arrival.type !== 'reflection') throw this.window.changed();
    const facts = { node, arrival, decisions: read, shown, next, reflection, calls };
    return { ...facts, view: this.fullView(track, step, facts) };
  }

  /** The action that was executed at a step, read alone; null at the end of the branch. Throws `trajectory.changed`. */
  actionAt({ rows }: Track, step: number): string | null {
    if (step + 1 >= rows.length) return null;
    const line = this.window.lineAt(this.current.nodes.offset[rows[step + 1]]);
    if (line.type !== 'step') throw this.window.changed();
    return line.action;
  }

  private fullView(track: Track, step: number, facts: Omit<StepRecord, 'view'>): StepView {
    const { node, next, reflection, calls, decisions, shown } = facts;
    const decision = decisions.at(shown < 0 ? decisions.length : shown);
    const folded = decision === undefined ? null : foldDecision(decision.events.map(({ event }) => event));
    const open = new Set(next?.unknown);
    const weighed = folded !== null && next?.unknown === undefined;
    const view = this.columnView(track, step);
    return {
      ...view,
      method: weighed ? (decision?.line.parameters.method ?? null) : null,
      observation: node.observation,
      action: next?.action ?? folded?.choice?.action ?? null,
      outcome: open.has('observation') ? null : (next?.observation ?? null),
      reflection: reflection?.event.text ?? null,
      says: reflection?.event.says ?? null,
      thoughts: folded?.thoughts.map(({ text }) => text) ?? null,
      loop: next === null ? null : this.isRepeat(track, step),
      ...(weighed ? decisionView(folded) : {}),
      cost: open.has('cost') ? null : costOf(calls, facts),
    };
  }

  private isRepeat({ rows }: Track, step: number): boolean {
    const { repeat } = this.current.nodes;
    const hash = repeat[rows[step + 1]];
    for (let before = step; before > 0; before--) if (repeat[rows[before]] === hash) return true;
    return false;
  }

  /** Everything that the journal's decisions rest on, read where it is asked for. */
  answers(): RecordedAnswers {
    const sets = Object.keys(this.current.promptSets).flatMap((id) => this.promptSet(id) ?? []);
    const complete = (call: CallLine | undefined): CallLine | undefined =>
      call?.status === 'complete' && call.answer !== null ? call : undefined;
    return {
      segments: new SegmentStore((id) => this.segment(id)),
      promptSets: new Map(sets.map((line) => [line.id, line])),
      calls: { get: (id) => complete(this.call(id)) },
    };
  }

  /** Where a call's line begins, which tells calls apart for less than their ids do; undefined where there is none. */
  callPlace(id: string): number | undefined {
    return offsetOf(this.current.calls, id);
  }

  /** A recorded call; undefined where the journal lacks it. */
  call(id: string): CallLine | undefined {
    const offset = offsetOf(this.current.calls, id);
    if (offset === undefined) return undefined;
    const line = this.window.lineAt(offset);
    return line.type === 'call' && line.id === id ? line : undefined;
  }

  /** A segment of prompts by its id; undefined where the journal lacks it. */
  segment(id: string): SegmentLine | undefined {
    const offset = offsetOf(this.current.segments, id);
    if (offset === undefined) return undefined;
    const line = this.window.lineAt(offset);
    return line.type === 'segment' && line.id === id ? line : undefined;
  }

  /** The segments of a prompt by the id of its last one; undefined where one is missing. */
  prompt(id: string): PromptSegments | undefined {
    const texts: string[] = [];
    let next: string | null = id;
    while (next !== null) {
      const line = this.segment(next);
      if (line === undefined || texts.length > this.current.segments.count) return undefined;
      texts.push(line.text);
      next = line.after;
    }
    return texts.reverse();
  }

  /** A prompt set by its id; undefined where the journal lacks it. */
  promptSet(id: string): PromptsLine | undefined {
    const offset = this.current.promptSets[id];
    if (offset === undefined) return undefined;
    const line = this.window.lineAt(offset);
    return line.type === 'prompts' ? line : undefined;
  }

  /**
   * The steps of a track for which a condition holds, as they are found. Runs on the columns where they suffice, else reads
   * the file step by step. Throws `expression.*` for a text that is no condition.
   */
  async *filter(track: Track, condition: string, options: SearchOptions = {}): AsyncGenerator<number> {
    const expression = new Expression(condition);
    const holds = expression.condition();
    for await (const { step, view } of this.walk(track, requires(expression), options))
      if (holds(view) === true) yield step;
  }

  /** A log point for every step of the past: the message with its expressions filled in. Throws `expression.*`. */
  async *messages(
    track: Track,
    message: string,
    options: SearchOptions = {},
  ): AsyncGenerator<{ readonly step: number; readonly text: string }> {
    const text = compileMessage(message);
    for await (const { step, view } of this.walk(track, messageRequires(message), options))
      yield { step, text: text(view) };
  }

  /** The steps of a track in order, with all their texts. Throws `trajectory.changed` and the signal's reason. */
  async *views(track: Track, options: SearchOptions = {}): AsyncGenerator<StepView> {
    for await (const { view } of this.walk(track, { columnsOnly: false, otherSteps: false }, options)) yield view;
  }

  /** Everything the file says of the steps of a track, in order. Throws `trajectory.changed` and the signal's reason. */
  async *records(track: Track, options: SearchOptions = {}): AsyncGenerator<StepRecord> {
    for await (const step of this.stepsOf(track, options)) yield this.readStep(track, step);
  }

  /** The steps at which something was decided or done; whoever else works in this thread has its turns. */
  private async *stepsOf(track: Track, { signal, onProgress }: SearchOptions): AsyncGenerator<number> {
    const total = track.rows.length;
    let turn = 0;
    for (let step = 0; step < total; step++) {
      if (performance.now() - turn > turnMs) {
        signal?.throwIfAborted();
        onProgress?.(step / total);
        await new Promise((resolve) => setImmediate(resolve));
        turn = performance.now();
      }
      if (step + 1 === total && this.decisionRow(track, step) < 0) break;
      yield step;
    }
    onProgress?.(1);
  }

  /** The steps of a track as an expression needs to see them. */
  private async *walk(
    track: Track,
    needs: Pick<Requirements, 'columnsOnly' | 'otherSteps'>,
    options: SearchOptions,
  ): AsyncGenerator<{ readonly step: number; readonly view: StepView }> {
    // Other steps are asked for without waiting, so those that were passed stay; their events do not.
    const passed: StepView[] = [];
    for await (const step of this.stepsOf(track, options)) {
      if (needs.columnsOnly) {
        yield { step, view: this.columnView(track, step) };
        continue;
      }
      const { view } = this.readStep(track, step);
      const at: StepView['at'] = (other) => (other >= passed.length ? view.at(other) : (passed.at(other) ?? null));
      const whole = { ...view, at };
      yield { step, view: whole };
      if (needs.otherSteps) passed.push(whole);
    }
  }
}

function costOf(calls: readonly CallLine[], { decisions, shown, arrival }: Omit<StepRecord, 'view'>): CostView {
  const events = decisions.at(shown < 0 ? decisions.length : shown)?.events ?? [];
  const ids = new Set<string>(arrival?.event.calls ?? []);
  for (const { event } of events) if ('calls' in event) for (const id of event.calls) ids.add(id);
  const answered = new Map(calls.filter(({ answer }) => answer !== null).map((call) => [call.id, call]));
  const made = [...ids].flatMap((id) => answered.get(id) ?? []);
  const sum = (value: (call: CallLine) => number): number => made.reduce((all, call) => all + value(call), 0);
  return {
    calls: made.length,
    reused: ids.size - made.length,
    promptTokens: sum(({ answer }) => answer?.usage.promptTokens ?? 0),
    cachedTokens: 0,
    generatedTokens: sum(({ answer }) => answer?.usage.generatedTokens ?? 0),
    seconds: sum(({ at }) => (typeof at?.['durationMs'] === 'number' ? at['durationMs'] / 1000 : 0)),
  };
}

/** Indexes a journal, or the rest of one that was indexed up to a place, in the thread that asks. */
export async function scanInto(
  source: ByteSource,
  before: IndexData | undefined,
  from: { readonly offset: number; readonly lines: number },
  options: SearchOptions,
): Promise<IndexData> {
  const builder = new IndexBuilder(source.name, before);
  const scan = await scanLines(source, (bytes, place) => builder.take(bytes, place), {
    ...options,
    from,
    onTooLong: (place) => builder.tooLong(place),
  });
  return builder.finish(scan);
}
