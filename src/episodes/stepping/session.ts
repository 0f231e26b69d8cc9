/**
 * Stepping over one episode, live or recorded: a cursor that moves along the record and, at its end, drives the episode.
 * Knows nothing of an editor or a protocol. Commands that move return when the session stands still again; listeners are
 * told of everything on the way.
 */
import type { StepView } from '../../expressions';
import { isAbort, LacError, messageOf } from '../../errors/lacError';
import type { ModelCalls } from '../../lac/calls';
import { foldDecision, type Decision } from '../../lac/decision';
import type { DecisionEvent } from '../../lac/events';
import type { CostForecast } from '../../lac/forecast';
import type { Parameters } from '../../lac/parameters';
import type { BranchId, DecisionIndex, NodeId } from '../../trajectories/ids';
import { lengthAndReward } from '../../trajectories/outcome';
import type { OutcomeLine } from '../../trajectories/schema';
import { decisionShown } from '../../trajectories/stepViews';
import type { DecisionEntry, NodeEntry, Timeline } from '../../trajectories/timeline';
import type { CallShelf } from '../callShelf';
import type { ByHand, Episode, EpisodeEvent, Execution, Settings } from '../episode';
import type { PromptsInForce } from '../promptsInForce';
import { Breakpoints, type Circumstances, type Hit } from './breakpoints';
import { Breather } from './breather';
import type { CallActivity, CallGate } from './callGate';
import { forecastProbe } from './probeForecast';
import { LiveWork } from './liveWork';
import { insideOf, onArrival, type Cursor, type Inside, type Moment } from './moments';
import { explainCall, rendersLine, slotPlace, type PromptPlace } from './promptLines';
import { comparison, describe, hitStop, plainStop, type Stop } from './stops';
import { Tape } from './tape';
import { TranscriptText } from './transcriptText';
import { Views } from './views';

/** Calls and tokens that this session has spent. */
export interface Spending {
  readonly calls: number;
  readonly reused: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

export type { Stop, StopReason } from './stops';

export type SessionEvent =
  /** `place`: the cursor's node stays, as for a probe and for samples of one. */
  | { readonly type: 'continued'; readonly place: 'leaves' | 'stays' }
  | { readonly type: 'stopped'; readonly stop: Stop }
  /** Something was recorded, in the order in which it happens. */
  | { readonly type: 'recorded'; readonly event: EpisodeEvent }
  | { readonly type: 'call'; readonly activity: CallActivity }
  /** What a view shows may differ: the cursor, a branch that was visited or begun, parameters or prompts in force, edits. */
  | { readonly type: 'changed'; readonly what: 'cursor' | 'branches' | 'settings' | 'edits' | 'outcomes' }
  /** A log point's text. */
  | { readonly type: 'log'; readonly text: string; readonly cursor: Cursor }
  | { readonly type: 'closed' };

/** One more decision at the cursor's node. What is left out stays as it is in force. */
export interface Probe {
  readonly parameters?: Partial<Parameters>;
  readonly prompts?: PromptsInForce;
  /** Candidates to add, besides those that were added before. */
  readonly added?: readonly string[];
}

/** What waits to be executed when the session steps on from its node. */
export type PendingEdit =
  | { readonly kind: 'action'; readonly node: NodeId; readonly action: string }
  | { readonly kind: 'observation'; readonly node: NodeId; readonly observation: string };

export interface SessionParts {
  readonly mode: 'live' | 'replay';
  readonly episode: Episode;
  readonly gate: CallGate;
  readonly shelf: CallShelf;
  /** Answers from the record alone. */
  readonly recorded: ModelCalls;
  readonly settings: Settings;
  /** The prompt set of an id; null where it is not recorded. */
  readonly prompts: (id: string) => PromptsInForce | null;
  /** Where to begin; the start of `b0` unless said. */
  readonly at?: { readonly branch: BranchId; readonly node: NodeId };
}

/** How far a movement goes. */
type Goal =
  | { readonly kind: 'continue' | 'next' }
  | { readonly kind: 'in'; readonly fromBoundary: boolean }
  | { readonly kind: 'out'; readonly node: NodeId | null }
  | { readonly kind: 'to'; readonly reached: (moment: Moment) => boolean };

/** Threads: a session names at most so many branches that it has visited. */
const mostVisited = 8;

/**
 * An episode under a debugger: a cursor over its record, which moves back and forth without a model, and beyond its end by
 * making further calls. It stands still or is under way; what changes anything throws `debugger.running` while it is.
 */
export class DebugSession {
  readonly mode: 'live' | 'replay';
  readonly breakpoints = new Breakpoints();
  private readonly episode: Episode;
  private readonly tape: Tape;
  private readonly views: Views;
  private readonly listeners = new Set<(event: SessionEvent) => void>();
  private readonly transcripts = new Map<BranchId, TranscriptText>();
  private readonly hitsByNode = new Map<NodeId, string[]>();
  private settingsNow: Settings;
  private cursorNow: Cursor;
  private visitedBranches: readonly BranchId[];
  private stateNow: 'stopped' | 'running' | 'closed' = 'stopped';
  private stopNow: Stop;
  private edit: PendingEdit | null = null;
  private selected: { readonly node: NodeId; readonly decision: DecisionIndex } | null = null;
  private live: LiveWork | null = null;
  /** Events of the decision that is being made, those that wait to be recorded included. */
  private arriving: {
    readonly node: NodeId;
    readonly decision: DecisionIndex;
    readonly events: DecisionEvent[];
  } | null = null;
  /** What is recorded already of a decision that is gone on with. */
  private skip: { readonly from: Inside; decided: boolean } | null = null;
  /** The work under way (or the last one) is a probe: it ends in a stop of its own. */
  private probing: { readonly before: DecisionEntry | undefined } | null = null;
  private pausing = false;
  private aborting: AbortController | null = null;
  private heldHits: readonly Hit[] = [];
  private settled: Promise<unknown> = Promise.resolve();
  private spendingNow: Spending = { calls: 0, reused: 0, promptTokens: 0, generatedTokens: 0 };

  constructor(private readonly parts: SessionParts) {
    const { episode, gate, shelf, recorded, prompts, settings, at } = parts;
    this.mode = parts.mode;
    this.episode = episode;
    this.settingsNow = settings;
    this.tape = new Tape(episode.timeline, { recorded, prompts: (id) => this.promptsOf(id) ?? prompts(id) });
    this.views = new Views(episode.timeline, (id) => shelf.call(id));
    this.cursorNow = { branch: at?.branch ?? 'b0', node: at?.node ?? 0, inside: null };
    this.visitedBranches = [this.cursorNow.branch];
    this.stopNow = { reason: 'entry', description: 'the episode begins', hits: [], error: null };
    gate.setListener((activity) => this.onCall(activity));
  }

  // What is there

  get timeline(): Timeline {
    return this.episode.timeline;
  }

  get state(): 'stopped' | 'running' | 'closed' {
    return this.stateNow;
  }

  get cursor(): Cursor {
    return this.cursorNow;
  }

  /** Parameters and prompts in force from now on. */
  get settings(): Settings {
    return this.settingsNow;
  }

  /** The calls of the run. */
  get shelf(): CallShelf {
    return this.parts.shelf;
  }

  /** Why the session stands (or last stood) still. */
  get lastStop(): Stop {
    return this.stopNow;
  }

  /** What will be executed when the session steps on. */
  get pendingEdit(): PendingEdit | null {
    return this.edit;
  }

  get spending(): Spending {
    return this.spendingNow;
  }

  /** Branches that this session has visited, in order of their first visit; at most 8, the present one among them. */
  get visited(): readonly BranchId[] {
    return this.visitedBranches;
  }

  /** Descriptions of the breakpoints that were hit, by node. */
  get hits(): ReadonlyMap<NodeId, readonly string[]> {
    return this.hitsByNode;
  }

  /** The node under the cursor. */
  get node(): NodeEntry {
    return this.episode.node(this.cursorNow.node);
  }

  /** The decision under the cursor: the one it stands in, the one selected, the one that led on, or the last. */
  get decision(): DecisionEntry | undefined {
    const { cursorNow: cursor, selected } = this;
    if ((cursor.inside?.decision ?? null) === null && selected?.node === cursor.node) {
      return this.node.decisions.at(selected.decision);
    }
    return this.tape.shown(cursor);
  }

  /** The decision under the cursor as far as the cursor has come; null where there is none. */
  get decisionSoFar(): { readonly entry: DecisionEntry; readonly decision: Decision } | null {
    const entry = this.decision;
    return entry === undefined ? null : { entry, decision: foldDecision(this.eventsSoFar(entry)) };
  }

  /** The candidates of the decision under the cursor, as far as they are known. */
  get candidateActions(): readonly string[] {
    return this.decisionSoFar?.decision.candidates.map(({ action }) => action) ?? [];
  }

  /** Nodes of the cursor's branch from the start to its tip. */
  get line(): readonly NodeEntry[] {
    return this.timeline.line(this.cursorNow.branch);
  }

  /** The node that follows the cursor's on its branch; undefined at the tip. */
  get nextNode(): NodeEntry | undefined {
    return this.tape.after(this.cursorNow);
  }

  /**
   * The step that expressions are about: inside a decision what is known so far; at a boundary the decision there, or,
   * where nothing is decided yet, the step that led here. null when there is neither.
   */
  view(): StepView | null {
    const { branch, inside } = this.cursorNow;
    const { node } = this;
    const entry = this.decision;
    if (inside !== null && inside.decision === null) return this.views.of(branch).at(node.step - 1) ?? null;
    if (entry === undefined)
      return node.step === 0 ? (this.stepView(0) ?? null) : (this.stepView(node.step - 1) ?? null);
    const executed = this.nextNode?.arrival?.decision ?? null;
    if (inside === null && (executed === entry.index || entry === decisionShown(node, this.nextNode))) {
      return this.stepView(node.step) ?? null;
    }
    return this.views.inside(branch, node, entry, this.eventsSoFar(entry), inside?.place ?? null);
  }

  /** A step of the cursor's branch as expressions see it. */
  stepView(step: number): StepView | undefined {
    return step < 0 ? undefined : this.views.of(this.cursorNow.branch).at(step);
  }

  /** The steps of a branch as expressions see them. */
  stepViews(branch: BranchId = this.cursorNow.branch): readonly StepView[] {
    return this.views.of(branch);
  }

  /** The prompt set that the decision under the cursor was made with; the one in force where there is none. */
  get promptsHere(): PromptsInForce {
    return this.promptsRecorded() ?? this.settingsNow.prompts;
  }

  /** The line of a prompt file at which the phase under the cursor stands; null outside a decision and in the improvement. */
  promptPlace(): PromptPlace | null {
    const { inside } = this.cursorNow;
    if (inside === null || inside.place === null) return null;
    for (const { target } of this.stopNow.hits) {
      if (target.kind === 'prompt') return { part: target.part, line: target.line };
    }
    const prompts = this.promptsRecorded();
    return prompts === null ? null : slotPlace(prompts.set, inside.place.role);
  }

  /** The prompt of the call that comes next, as text; null unless the cursor stands before a call. */
  comingPrompt(): string | null {
    return this.cursorNow.inside?.coming?.request.prompt.join('') ?? null;
  }

  transcript(branch: BranchId = this.cursorNow.branch): TranscriptText {
    let text = this.transcripts.get(branch);
    if (text === undefined) {
      text = new TranscriptText(this.timeline, branch);
      this.transcripts.set(branch, text);
    }
    return text;
  }

  /** Calls the listener on everything that happens, until the returned function is called. Listeners must not throw. */
  on(listener: (event: SessionEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // Moving

  /** On until a breakpoint or the end: from a past cursor along the record, then live. */
  continue(): Promise<Stop> {
    return this.forward({ kind: 'continue' });
  }

  /** To the next step boundary. */
  next(): Promise<Stop> {
    return this.forward({ kind: 'next' });
  }

  /** To the next event of the decision; from a boundary to its first call. */
  stepIn(): Promise<Stop> {
    return this.forward({ kind: 'in', fromBoundary: this.cursorNow.inside === null });
  }

  /** To the first call or event of a candidate's rollout. */
  stepInto(candidate: number): Promise<Stop> {
    const reached = (moment: Moment): boolean => {
      const place = insideOf(moment)?.place;
      return place?.candidate === candidate && (place.role === 'forward' || place.role === 'critic');
    };
    return this.forward({ kind: 'to', reached });
  }

  /** To the choice of this decision; from there to the next step boundary. */
  stepOut(): Promise<Stop> {
    const { inside } = this.cursorNow;
    const entry = this.decision;
    const over = inside !== null && (inside.decision === null || (entry?.complete === true && this.atChoice(entry)));
    // An edit may put another node in the place of this one.
    return this.forward(() => ({ kind: 'out', node: over ? null : this.cursorNow.node }));
  }

  /** Stops at the next event or call; called again, aborts the call under way, which stays pending. */
  pause(): void {
    if (this.stateNow !== 'running') return;
    if (this.pausing) {
      this.live?.cancel();
      this.aborting?.abort(new DOMException('The call was stopped.', 'AbortError'));
    }
    this.pausing = true;
  }

  /** Back along the record: to the boundary before, or inside a decision to the event before. Never asks a model. */
  stepBack(): Promise<Stop> {
    return this.backward(this.cursorNow.inside === null ? 'boundary' : 'event');
  }

  /** Back along the record to a breakpoint or the start. Never asks a model. */
  reverseContinue(): Promise<Stop> {
    return this.backward('start');
  }

  /** Puts the cursor on a step of a branch. Throws `debugger.no-step` or `debugger.no-branch`. */
  async goTo(step: number, branch: BranchId = this.cursorNow.branch): Promise<Stop> {
    const line = this.lineOf(branch);
    const node = step < 0 || !Number.isInteger(step) ? undefined : line.at(step);
    if (node === undefined) throw new LacError('debugger.no-step', { branch, step, last: line.length - 1 });
    return this.moveTo(node.id, branch);
  }

  /** Puts the cursor on a node; on its own branch unless another that holds it is named. */
  moveTo(id: NodeId, branch?: BranchId): Promise<Stop> {
    const node = this.episode.node(id);
    return this.travel(async () => {
      await this.abandon();
      const here = branch ?? (this.line.some((each) => each.id === id) ? this.cursorNow.branch : node.branch);
      this.place({ branch: here, node: id, inside: null });
      return plainStop('goto', `step ${node.step} of branch ${here}`);
    });
  }

  /** Puts the cursor on the last node of a branch. Throws `debugger.no-branch`. */
  async showBranch(branch: BranchId): Promise<Stop> {
    const line = this.lineOf(branch);
    return this.goTo(line.length - 1, branch);
  }

  /** Shows one of a node's decisions: the first one or a probe. Throws `debugger.no-decision`. */
  async showDecision(node: NodeId, decision: DecisionIndex): Promise<Stop> {
    const entry = this.episode.node(node).decisions.at(decision);
    if (entry === undefined) throw new LacError('debugger.no-decision', { step: this.episode.node(node).step });
    const stop = this.cursorNow.node === node ? this.stopNow : await this.moveTo(node);
    await this.abandonInside();
    this.selected = { node, decision };
    this.emit({ type: 'changed', what: 'cursor' });
    return stop;
  }

  // Changing

  /** Puts parameters or prompts in force from now on, without deciding again. */
  setSettings(settings: Partial<Settings>): void {
    this.settingsNow = { ...this.settingsNow, ...settings };
    this.emit({ type: 'changed', what: 'settings' });
  }

  /** What one more decision here would cost, reused calls apart. Calls that the log has cost nothing. */
  forecast(probe: Probe = {}): Promise<CostForecast> {
    const { settings, hand } = this.probed(probe);
    const { shelf, recorded, prompts } = this.parts;
    return forecastProbe(
      { timeline: this.timeline, shelf, recorded, prompts: (id) => this.promptsOf(id) ?? prompts(id) },
      { node: this.node, base: this.decision, settings, hand },
    );
  }

  /** Puts the change in force and decides here once more; the record keeps both. */
  probe(probe: Probe = {}): Promise<Stop> {
    const { settings, hand } = this.probed(probe);
    const { node } = this;
    if (node.status !== 'running') throw new LacError('episode.over', { step: node.step, reason: node.status });
    return this.travel(async () => {
      await this.abandon();
      const before = this.decision;
      this.place({ ...this.cursorNow, inside: null });
      this.setSettings(settings);
      this.probing = { before };
      this.live = this.work(node.id, (signal) => this.episode.decide(node.id, settings, signal, hand));
      return this.drive({ kind: 'continue' });
    }, 'stays');
  }

  /** Decides here again with what is in force now. */
  restartDecision(): Promise<Stop> {
    return this.probe();
  }

  /** The rollouts again, so many times, at a temperature above 0; each a probe of its own. Settings in force stay. */
  async resample(times: number, temperature: number): Promise<readonly DecisionEntry[]> {
    const { node } = this;
    const made: DecisionEntry[] = [];
    await this.travel(async () => {
      await this.abandon();
      this.place({ ...this.cursorNow, inside: null });
      const base = this.decision;
      const parameters = { ...this.settingsNow.parameters, rolloutTemperature: temperature };
      const first = 1 + Math.max(0, ...node.decisions.map(({ resample }) => resample));
      for (let time = 0; time < times; time++) {
        const hand = { added: base?.added ?? [], resample: first + time };
        const settings = { ...this.settingsNow, parameters };
        this.live = this.work(node.id, (signal) => this.episode.decide(node.id, settings, signal, hand));
        while (this.live !== null) {
          const moment = await this.live.next();
          if (moment === null || moment.kind === 'boundary') this.live = null;
        }
        const entry = node.decisions.at(-1);
        if (entry !== undefined) made.push(entry);
        if (this.pausing) break;
      }
      if (base !== undefined) this.selected = { node: node.id, decision: base.index };
      return plainStop('probe', `${made.length} re-samples at temperature ${temperature}`);
    }, 'stays');
    return made;
  }

  /** Has an action executed instead of the choice when the session steps on; null takes that back. */
  setAction(action: string | null): void {
    this.requireStopped();
    if (action?.trim() === '') throw new LacError('debugger.empty-text', { what: 'action' });
    this.edit = action === null ? null : { kind: 'action', node: this.cursorNow.node, action };
    this.emit({ type: 'changed', what: 'edits' });
  }

  /** Has the observation here replaced when the session steps on, which begins a branch; null takes that back. */
  setObservation(observation: string | null): void {
    this.requireStopped();
    if (observation?.trim() === '') throw new LacError('debugger.empty-text', { what: 'observation' });
    if (this.node.arrival === null) throw new LacError('debugger.start-edited');
    const same = observation === null || observation === this.node.observation;
    this.edit = same ? null : { kind: 'observation', node: this.cursorNow.node, observation };
    this.emit({ type: 'changed', what: 'edits' });
  }

  /** Executes an action now, as a person's, and stops at the next boundary. */
  act(action: string): Promise<Stop> {
    this.setAction(action);
    return this.next();
  }

  /** What an action really leads to here, tried on the environment and taken back. */
  async tryOut(action: string): Promise<OutcomeLine> {
    this.requireStopped();
    if (action.trim() === '') throw new LacError('debugger.empty-text', { what: 'action' });
    this.stateNow = 'running';
    this.aborting = new AbortController();
    try {
      const outcome = await this.episode.tryOut(this.cursorNow.node, action, this.aborting.signal);
      this.emit({ type: 'changed', what: 'outcomes' });
      return outcome;
    } finally {
      this.aborting = null;
      if (this.stateNow === 'running') this.stateNow = 'stopped';
    }
  }

  /** Ends the session; calls under way are aborted. Resolves when none is left. */
  async close(): Promise<void> {
    if (this.stateNow === 'closed') return;
    this.stateNow = 'closed';
    this.live?.cancel();
    this.aborting?.abort(new DOMException('The session was closed.', 'AbortError'));
    await this.settled.catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
    await this.live?.abandon();
    this.live = null;
    this.emit({ type: 'closed' });
  }

  // Within

  private promptsOf(id: string): PromptsInForce | null {
    return this.settingsNow.prompts.line.id === id ? this.settingsNow.prompts : null;
  }

  /** The prompt set of the decision under the cursor; null where the record lacks it. */
  private promptsRecorded(): PromptsInForce | null {
    const id = this.decision?.prompts ?? this.settingsNow.prompts.line.id;
    return this.promptsOf(id) ?? this.parts.prompts(id);
  }

  private probed({ parameters, prompts, added = [] }: Probe): { readonly settings: Settings; readonly hand: ByHand } {
    const now = this.settingsNow;
    const settings = { parameters: { ...now.parameters, ...parameters }, prompts: prompts ?? now.prompts };
    const before = this.decision?.added ?? [];
    return { settings, hand: { added: [...new Set([...before, ...added])], resample: 0 } };
  }

  private eventsSoFar(entry: DecisionEntry): readonly DecisionEvent[] {
    const { inside, node } = this.cursorNow;
    const { arriving } = this;
    const same = arriving !== null && arriving.node === node && arriving.decision === entry.index;
    const events = same && arriving.events.length > entry.events.length ? arriving.events : entry.events;
    return inside?.decision === entry.index ? events.slice(0, inside.events) : events;
  }

  private atChoice(entry: DecisionEntry): boolean {
    return (this.cursorNow.inside?.events ?? 0) >= entry.events.length;
  }

  private lineOf(branch: BranchId): readonly NodeEntry[] {
    const line = this.timeline.line(branch);
    if (line.length > 0) return line;
    const known = this.timeline.branches.map(({ id }) => id).join(', ');
    throw new LacError('debugger.no-branch', { branch, known });
  }

  private requireStopped(): void {
    if (this.stateNow === 'running') throw new LacError('debugger.running');
    if (this.stateNow === 'closed') throw new LacError('debugger.closed');
  }

  /** One movement from standing still to standing still. */
  private travel(move: () => Promise<Stop>, place: 'leaves' | 'stays' = 'leaves'): Promise<Stop> {
    this.requireStopped();
    this.stateNow = 'running';
    this.pausing = false;
    this.heldHits = [];
    this.emit({ type: 'continued', place });
    const stop = this.stopOf(move).then((reached) => {
      if (this.stateNow === 'running') this.stateNow = 'stopped';
      this.stopNow = reached;
      this.emit({ type: 'stopped', stop: reached });
      return reached;
    });
    this.settled = stop;
    return stop;
  }

  /** What went wrong is a stop too: the record is whole, and the episode can be gone on with. */
  private async stopOf(move: () => Promise<Stop>): Promise<Stop> {
    try {
      return await move();
    } catch (error) {
      this.live = null;
      this.arriving = null;
      this.probing = null;
      if (isAbort(error)) return plainStop('pause', 'the call was stopped; it stays pending');
      const known =
        error instanceof LacError
          ? error
          : new LacError('debugger.defect', { reason: messageOf(error) }, { cause: error });
      const hits = this.noteHits(this.breakpoints.failure(known, this.circumstances(null)));
      return { reason: 'exception', description: known.message, hits, error: known };
    }
  }

  private forward(goal: Goal | (() => Goal)): Promise<Stop> {
    return this.travel(async () => {
      await this.beginEdit();
      return this.drive(typeof goal === 'function' ? goal() : goal);
    });
  }

  /** Starts what was edited here. */
  private async beginEdit(): Promise<void> {
    const { edit, node } = this;
    if (edit === null) return;
    this.edit = null;
    this.emit({ type: 'changed', what: 'edits' });
    if (edit.node !== node.id) return;
    await this.abandon();
    const settings = this.settingsNow;
    const decided = this.decision;
    if (edit.kind === 'observation') {
      const { arrival } = node;
      if (arrival === null) throw new LacError('debugger.start-edited');
      const { action, by, decision } = arrival;
      const execution: Execution = { action, by, decision, observation: edit.observation };
      this.aborting = new AbortController();
      const reached = await this.episode
        .act(arrival.from, execution, this.aborting.signal)
        .finally(() => (this.aborting = null));
      this.forget();
      this.place({ branch: reached.branch, node: reached.id, inside: null });
      this.emit({ type: 'recorded', event: { type: 'step', node: reached.id } });
      return;
    }
    const decision = decided?.complete === true ? decided.index : null;
    const execution: Execution = { action: edit.action, by: 'person', decision };
    this.live = this.work(node.id, (signal) => this.episode.perform(node.id, execution, settings, signal));
  }

  private async drive(goal: Goal): Promise<Stop> {
    const breather = new Breather();
    for (;;) {
      const moment = await this.nextMoment(goal);
      if (moment === null) return this.endStop();
      this.enter(moment);
      const stop = this.judge(moment, goal);
      if (stop !== null) return stop;
      await breather.breathe();
      if (this.stateNow === 'closed') throw new DOMException('The session was closed.', 'AbortError');
      if (this.pausing) return plainStop('pause', 'paused');
    }
  }

  private async nextMoment(goal: Goal): Promise<Moment | null> {
    for (;;) {
      if (this.live !== null) {
        const moment = await this.live.next();
        if (moment?.kind === 'boundary') this.live = null;
        if (moment !== null && this.skipped(moment)) continue;
        return moment;
      }
      const recorded = await this.tape.forward(this.cursorNow, this.looksAtCalls(goal));
      if (recorded !== null) return recorded;
      if (this.mode === 'replay' || this.node.end !== null) return null;
      const { inside, node } = this.cursorNow;
      const settings = this.settingsNow;
      this.skip = inside === null || inside.decision === null ? null : { from: inside, decided: false };
      this.live = this.work(node, (signal) => this.episode.step(node, settings, signal));
    }
  }

  private looksAtCalls(goal: Goal | null): boolean {
    const { inside } = this.cursorNow;
    return (
      (goal?.kind === 'in' && inside === null) ||
      goal?.kind === 'to' ||
      (inside?.calls ?? 0) > 0 ||
      this.breakpoints.watchesCalls
    );
  }

  /** True for what the cursor has behind it when an interrupted decision is gone on with. */
  private skipped(moment: Moment): boolean {
    if (this.skip === null) return false;
    const { from } = this.skip;
    const inside = insideOf(moment);
    const past =
      inside !== null &&
      moment.node === this.cursorNow.node &&
      inside.decision === from.decision &&
      (inside.events < from.events || (inside.events === from.events && inside.calls <= from.calls));
    if (!past) this.skip = null;
    return past;
  }

  private work(node: NodeId, start: (signal: AbortSignal) => AsyncGenerator<EpisodeEvent, unknown>): LiveWork {
    return new LiveWork(node, this.parts.gate, start, (event) => this.onRecorded(event));
  }

  /** What was made from the record before no longer holds. */
  private forget(): void {
    this.views.forget();
    this.transcripts.clear();
  }

  private onRecorded(event: EpisodeEvent): void {
    this.forget();
    if (event.type === 'decision') {
      this.arriving = { node: event.node, decision: event.decision, events: [] };
    } else if (event.type === 'decision-event') {
      this.arriving?.events.push(event.event);
    }
    this.emit({ type: 'recorded', event });
  }

  /** Moves the cursor to a moment. */
  private enter(moment: Moment): void {
    const node = this.episode.node(moment.node);
    const { branch } = this.cursorNow;
    const same = this.timeline.line(branch).at(node.step)?.id === node.id;
    if (moment.kind === 'boundary' && this.arriving?.node === node.id && this.arriving.decision > 0) {
      this.selected = { node: node.id, decision: this.arriving.decision };
    }
    this.place({ branch: same ? branch : node.branch, node: node.id, inside: insideOf(moment) });
  }

  private place(cursor: Cursor): void {
    this.cursorNow = cursor;
    if (this.selected !== null && this.selected.node !== cursor.node) this.selected = null;
    if (this.visitedBranches.includes(cursor.branch)) return;
    const others = this.visitedBranches.slice(-(mostVisited - 1));
    this.visitedBranches = [...others, cursor.branch];
    this.emit({ type: 'changed', what: 'branches' });
  }

  /** Gives up what is under way here; an interrupted decision is gone on with when it is asked for again. */
  private async abandon(): Promise<void> {
    const { live } = this;
    this.live = null;
    this.skip = null;
    this.probing = null;
    await live?.abandon();
    this.arriving = null;
  }

  private async abandonInside(): Promise<void> {
    await this.abandon();
    if (this.cursorNow.inside !== null) this.place({ ...this.cursorNow, inside: null });
  }

  // Stopping

  private circumstances(moment: Moment | null): Circumstances {
    const { branch } = this.cursorNow;
    const node = this.node;
    let view: StepView | null | undefined;
    return {
      timeline: this.timeline,
      branch,
      node,
      view: () => {
        view ??= moment?.kind === 'arrival' ? (this.stepView(node.step - 1) ?? null) : this.view();
        return view;
      },
      rendered: (part, line) => {
        const coming = moment?.kind === 'call' ? moment.coming : null;
        const prompt = coming === null ? null : explainCall(coming);
        return prompt !== null && rendersLine(prompt, this.promptsHere.set, part, line);
      },
    };
  }

  private noteHits(hits: readonly Hit[]): readonly Hit[] {
    for (const hit of hits) {
      const { node } = this.cursorNow;
      const known = this.hitsByNode.get(node) ?? [];
      if (!known.includes(hit.description)) this.hitsByNode.set(node, [...known, hit.description]);
      if (hit.log !== null) this.emit({ type: 'log', text: hit.log, cursor: this.cursorNow });
    }
    return hits.filter(({ log }) => log === null);
  }

  private judge(moment: Moment, goal: Goal): Stop | null {
    const struck = this.noteHits(this.breakpoints.strike(moment, this.circumstances(moment)));
    if (moment.kind === 'arrival') {
      // The step is told about once it is whole, its reflection included.
      this.heldHits = struck;
      return null;
    }
    const hits = moment.kind === 'boundary' ? [...this.heldHits, ...struck] : struck;
    const { probing } = this;
    if (moment.kind === 'boundary') {
      this.heldHits = [];
      this.probing = null;
    }
    if (hits.length > 0) return hitStop(hits);
    if (moment.kind === 'boundary' && probing !== null) {
      return plainStop('probe', comparison(probing.before, this.decision));
    }
    switch (goal.kind) {
      case 'continue':
        break;
      case 'next':
        if (moment.kind === 'boundary') return this.boundaryStop();
        break;
      case 'in':
        if (moment.kind === 'boundary') return this.boundaryStop();
        if (moment.kind !== 'call' || goal.fromBoundary) return plainStop('step', describe(moment));
        break;
      case 'out':
        if (moment.kind === 'boundary') return this.boundaryStop();
        if (moment.kind === 'event' && moment.event.type === 'choice' && goal.node === moment.node) {
          return plainStop('step', describe(moment));
        }
        break;
      case 'to':
        if (moment.kind === 'boundary') return this.boundaryStop();
        if (goal.reached(moment)) return plainStop('step', describe(moment));
    }
    return null;
  }

  private boundaryStop(): Stop {
    const { node } = this;
    if (node.end !== null && this.nextNode === undefined) return this.endStop();
    return plainStop('step', `step ${node.step}`);
  }

  private endStop(): Stop {
    const { end, step } = this.node;
    if (end === null) return plainStop('end', `the recording ends at step ${step}`);
    return plainStop('end', `${end.reason} ${lengthAndReward(end)}`);
  }

  private backward(goal: 'boundary' | 'event' | 'start'): Promise<Stop> {
    return this.travel(async () => {
      await this.abandon();
      const breather = new Breather();
      for (;;) {
        const moment = await this.tape.backward(this.cursorNow, this.looksAtCalls(null));
        if (moment === null) return plainStop('entry', 'the start of the episode');
        this.enter(moment);
        const stop = this.judgeBackward(moment, goal);
        if (stop !== null) return stop;
        await breather.breathe();
        if (this.stateNow === 'closed') throw new DOMException('The session was closed.', 'AbortError');
        if (this.pausing) return plainStop('pause', 'paused');
      }
    });
  }

  private judgeBackward(moment: Moment, goal: 'boundary' | 'event' | 'start'): Stop | null {
    if (moment.kind !== 'arrival') {
      const struck = [...this.breakpoints.strike(moment, this.circumstances(moment))];
      if (moment.kind === 'boundary' && this.node.arrival !== null) {
        // What the step brought is told about where it is whole, as on the way forward.
        const arrival: Moment = { kind: 'arrival', node: moment.node, inside: onArrival };
        struck.push(...this.breakpoints.strike(arrival, this.circumstances(arrival)));
      }
      const stops = struck.filter(({ log }) => log === null);
      if (stops.length > 0) return hitStop(stops);
    }
    if (goal === 'boundary' && moment.kind === 'boundary') return plainStop('step', `step ${this.node.step}`);
    if (goal === 'event' && moment.kind !== 'call' && moment.kind !== 'arrival') {
      return plainStop('step', describe(moment));
    }
    return null;
  }

  private onCall(activity: CallActivity): void {
    if (activity.state === 'ended' && activity.call !== null) {
      const { reused, usage } = activity;
      const spent = this.spendingNow;
      this.spendingNow = {
        calls: spent.calls + (reused ? 0 : 1),
        reused: spent.reused + (reused ? 1 : 0),
        promptTokens: spent.promptTokens + (reused ? 0 : (usage?.promptTokens ?? 0)),
        generatedTokens: spent.generatedTokens + (reused ? 0 : (usage?.generatedTokens ?? 0)),
      };
    }
    this.emit({ type: 'call', activity });
  }

  private emit(event: SessionEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
