/**
 * Stepping over one episode, live or recorded: a cursor that moves along the record and, at its end, drives the episode.
 * Knows nothing of an editor or a protocol. Commands that move return when the session stands still again; listeners are
 * told of everything on the way.
 */
import type { StepView } from '../../expressions';
import { isAbort, LacError, messageOf } from '../../errors/lacError';
import { phrase, type Phrase } from '../../errors/phrase';
import type { ModelCalls } from '../../lac/calls';
import type { Decision } from '../../lac/decision';
import type { CostForecast } from '../../lac/forecast';
import type { Parameters } from '../../lac/parameters';
import type { BranchId, DecisionIndex, NodeId } from '../../trajectories/ids';
import type { OutcomeLine } from '../../trajectories/schema';
import type { DecisionEntry, NodeEntry, Timeline } from '../../trajectories/timeline';
import type { CallShelf } from '../callShelf';
import type { ByHand, Episode, EpisodeEvent, Execution, Settings } from '../episode';
import type { PromptsInForce } from '../promptsInForce';
import { Breakpoints } from './breakpoints';
import { Breather } from './breather';
import type { CallActivity, CallGate } from './callGate';
import { Course } from './course';
import { insideOf, type Cursor, type Moment } from './moments';
import { Position } from './position';
import { forecastProbe } from './probeForecast';
import { slotPlace, type PromptPlace } from './promptLines';
import { nothingSpent, withCall, type Spending } from './spending';
import { StopRules, type BackwardGoal, type Goal } from './stopRules';
import { plainStop, type Stop } from './stops';
import { Tape } from './tape';
import type { TranscriptText } from './transcriptText';

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
  /** Something about the recording that the person must know; it goes on. */
  | { readonly type: 'warning'; readonly warning: LacError }
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

/** A probe that is being decided. */
interface ProbeUnderWay {
  givenUp: boolean;
}

/** A way along the episode's moments. */
interface Way {
  readonly coming: () => Promise<Moment | null>;
  readonly stopAt: (moment: Moment) => Stop | null;
  /** The stop where no moment is left. */
  readonly end: () => Stop;
}

/**
 * An episode under a debugger: a cursor over its record, which moves back and forth without a model, and beyond its end by
 * making further calls. It stands still or is under way; what changes anything throws `debugger.running` while it is.
 */
export class DebugSession {
  readonly mode: 'live' | 'replay';
  readonly breakpoints = new Breakpoints();
  private readonly episode: Episode;
  private readonly position: Position;
  private readonly course: Course;
  private readonly stops: StopRules;
  private readonly listeners = new Set<(event: SessionEvent) => void>();
  private settingsNow: Settings;
  private stateNow: 'stopped' | 'running' | 'closed' = 'stopped';
  private stopNow: Stop = plainStop('entry', phrase('the episode begins'));
  private edit: PendingEdit | null = null;
  private pausing = false;
  private aborting: AbortController | null = null;
  private settled: Promise<Stop> = Promise.resolve(this.stopNow);
  private spendingNow = nothingSpent;
  private probing: ProbeUnderWay | null = null;

  constructor(private readonly parts: SessionParts) {
    const { mode, episode, gate, shelf, recorded, settings, at } = parts;
    const { timeline } = episode;
    this.mode = mode;
    this.episode = episode;
    this.settingsNow = settings;
    const start: Cursor = { branch: at?.branch ?? 'b0', node: at?.node ?? 0, inside: null };
    const onVisit = (): void => this.emit({ type: 'changed', what: 'branches' });
    this.position = new Position(episode, (id) => shelf.call(id), start, onVisit);
    this.course = new Course({
      episode,
      gate,
      tape: new Tape(timeline, { recorded, prompts: (id) => this.promptsOf(id) }),
      live: mode === 'live',
      settings: () => this.settingsNow,
      onRecorded: (event) => {
        this.position.recorded(event);
        this.emit({ type: 'recorded', event });
      },
    });
    this.stops = new StopRules({
      timeline,
      position: this.position,
      breakpoints: this.breakpoints,
      prompts: () => this.promptsHere.set,
      onLog: (text) => this.emit({ type: 'log', text, cursor: this.cursor }),
    });
    gate.setListener((activity) => {
      this.spendingNow = withCall(this.spendingNow, activity);
      this.emit({ type: 'call', activity });
    });
  }

  // What is there

  get timeline(): Timeline {
    return this.episode.timeline;
  }

  get state(): 'stopped' | 'running' | 'closed' {
    return this.stateNow;
  }

  get cursor(): Cursor {
    return this.position.cursor;
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

  /** Resolves with the stop of what is under way; with the last one where the session stands still. */
  get standstill(): Promise<Stop> {
    return this.settled;
  }

  /** What will be executed when the session steps on. */
  get pendingEdit(): PendingEdit | null {
    return this.edit;
  }

  get spending(): Spending {
    return this.spendingNow;
  }

  /** Whether what is under way is a probe, which something newer may take the place of: see `giveUpProbe`. */
  get isProbing(): boolean {
    return this.probing !== null;
  }

  /** Branches that this session has visited, in order of their first visit; at most 8, the present one among them. */
  get visited(): readonly BranchId[] {
    return this.position.visited;
  }

  /** Descriptions of the breakpoints that were hit, by node. */
  get hits(): ReadonlyMap<NodeId, readonly Phrase[]> {
    return this.stops.hits;
  }

  /** The node under the cursor. */
  get node(): NodeEntry {
    return this.position.node;
  }

  /** The decision under the cursor: the one it stands in, the one selected, the one that led on, or the last. */
  get decision(): DecisionEntry | undefined {
    return this.position.decision;
  }

  /** The decision under the cursor as far as the cursor has come; null where there is none. */
  get decisionSoFar(): { readonly entry: DecisionEntry; readonly decision: Decision } | null {
    return this.position.decisionSoFar;
  }

  /** The candidates of the decision under the cursor, as far as they are known. */
  get candidateActions(): readonly string[] {
    return this.decisionSoFar?.decision.candidates.map(({ action }) => action) ?? [];
  }

  /** Nodes of the cursor's branch from the start to its tip. */
  get line(): readonly NodeEntry[] {
    return this.position.line;
  }

  /** The node that follows the cursor's on its branch; undefined at the tip. */
  get nextNode(): NodeEntry | undefined {
    return this.position.nextNode;
  }

  /**
   * The step that expressions are about: inside a decision what is known so far; at a boundary the decision there, or,
   * where nothing is decided yet, the step that led here. null when there is neither.
   */
  view(): StepView | null {
    return this.position.view();
  }

  /** The steps of a branch as expressions see them. */
  stepViews(branch: BranchId = this.cursor.branch): readonly StepView[] {
    return this.position.stepViews(branch);
  }

  /** The prompt set that the decision under the cursor was made with; the one in force where there is none. */
  get promptsHere(): PromptsInForce {
    return this.promptsRecorded() ?? this.settingsNow.prompts;
  }

  /** The line of a prompt file at which the phase under the cursor stands; null outside a decision and in the improvement. */
  promptPlace(): PromptPlace | null {
    const { inside } = this.cursor;
    if (inside === null || inside.place === null) return null;
    for (const { target } of this.stopNow.hits) {
      if (target.kind === 'prompt') return { part: target.part, line: target.line };
    }
    const prompts = this.promptsRecorded();
    return prompts === null ? null : slotPlace(prompts.set, inside.place.role);
  }

  /** The prompt of the call that comes next, as text; null unless the cursor stands before a call. */
  comingPrompt(): string | null {
    return this.cursor.inside?.coming?.request.prompt.join('') ?? null;
  }

  /** A branch as the text that one steps through. */
  transcript(branch: BranchId = this.cursor.branch): TranscriptText {
    return this.position.transcript(branch);
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
    return this.forward({ kind: 'in', fromBoundary: this.cursor.inside === null });
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
    const over = this.position.pastChoice;
    // An edit may put another node in the place of this one.
    return this.forward(() => ({ kind: 'out', node: over ? null : this.cursor.node }));
  }

  /** Stops at the next event or call; called again, aborts the call under way, which stays pending. */
  pause(): void {
    if (this.stateNow !== 'running') return;
    if (this.pausing) {
      this.course.cancel();
      this.aborting?.abort(new DOMException('The call was stopped.', 'AbortError'));
    }
    this.pausing = true;
  }

  /** Back along the record: to the boundary before, or inside a decision to the event before. Never asks a model. */
  stepBack(): Promise<Stop> {
    return this.backward(this.cursor.inside === null ? 'boundary' : 'event');
  }

  /** Back along the record to a breakpoint or the start. Never asks a model. */
  reverseContinue(): Promise<Stop> {
    return this.backward('start');
  }

  /** Puts the cursor on a step of a branch. Throws `debugger.no-step` or `debugger.no-branch`. */
  async goTo(step: number, branch: BranchId = this.cursor.branch): Promise<Stop> {
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
      const here = branch ?? (this.line.some((each) => each.id === id) ? this.cursor.branch : node.branch);
      this.position.place({ branch: here, node: id, inside: null });
      return plainStop('goto', phrase('step {step} of branch {branch}', { step: node.step, branch: here }));
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
    const stop = this.cursor.node === node ? this.stopNow : await this.moveTo(node);
    await this.abandon();
    this.position.leaveDecision();
    this.position.select(node, decision);
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
    const { shelf, recorded } = this.parts;
    return forecastProbe(
      { timeline: this.timeline, shelf, recorded, prompts: (id) => this.promptsOf(id) },
      { node: this.node, base: this.decision, settings, hand },
    );
  }

  /** Puts the change in force and decides here once more, in the place of a probe under way; the record keeps both. */
  probe(probe: Probe = {}): Promise<Stop> {
    if (this.probing !== null) return this.giveUpProbe().then(() => this.probe(probe));
    const { settings, hand } = this.probed(probe);
    const { node } = this;
    if (node.status !== 'running') throw new LacError('episode.over', { step: node.step, reason: node.status });
    const under: ProbeUnderWay = { givenUp: false };
    const stop = this.travel(async () => {
      await this.abandon();
      const before = this.decision;
      this.position.leaveDecision();
      this.setSettings(settings);
      this.stops.probes(before);
      try {
        if (under.givenUp) throw new DOMException('The probe was given up.', 'AbortError');
        this.course.begin(node.id, (signal) => this.episode.decide(node.id, settings, signal, hand));
        return await this.drive({ kind: 'continue' });
      } catch (error) {
        if (!under.givenUp || !isAbort(error)) throw error;
        await this.abandon();
        this.position.leaveDecision();
        if (before !== undefined) this.position.select(node.id, before.index);
        return plainStop('probe', phrase('given up for a newer change'));
      }
    }, 'stays');
    this.probing = under;
    return stop;
  }

  /**
   * Gives up the probe that is under way, for something newer that takes its place: its calls are aborted, what it put in
   * force stays so, and what stood under the cursor before it stands there again. Resolves when the session stands still;
   * true if there was one.
   */
  async giveUpProbe(): Promise<boolean> {
    const { probing } = this;
    if (probing === null) return false;
    probing.givenUp = true;
    this.course.cancel();
    await this.settled;
    return true;
  }

  /** The rollouts again, so many times, at a temperature above 0; each a probe of its own. Settings in force stay. */
  async resample(times: number, temperature: number): Promise<readonly DecisionEntry[]> {
    const { node } = this;
    const made: DecisionEntry[] = [];
    await this.travel(async () => {
      await this.abandon();
      this.position.leaveDecision();
      const base = this.decision;
      const parameters = { ...this.settingsNow.parameters, rolloutTemperature: temperature };
      const first = 1 + Math.max(0, ...node.decisions.map(({ resample }) => resample));
      for (let time = 0; time < times; time++) {
        const hand = { added: base?.added ?? [], resample: first + time };
        const settings = { ...this.settingsNow, parameters };
        this.course.begin(node.id, (signal) => this.episode.decide(node.id, settings, signal, hand));
        await this.course.finish();
        const entry = node.decisions.at(-1);
        if (entry !== undefined) made.push(entry);
        if (this.pausing) break;
      }
      if (base !== undefined) this.position.select(node.id, base.index);
      return plainStop(
        'probe',
        phrase('{count} re-samples at temperature {temperature}', { count: made.length, temperature }),
      );
    }, 'stays');
    return made;
  }

  /** Has an action executed instead of the choice when the session steps on; null takes that back. */
  setAction(action: string | null): void {
    this.requireStopped();
    if (action?.trim() === '') throw new LacError('debugger.empty-text', { what: 'action' });
    this.edit = action === null ? null : { kind: 'action', node: this.cursor.node, action };
    this.emit({ type: 'changed', what: 'edits' });
  }

  /** Has the observation here replaced when the session steps on, which begins a branch; null takes that back. */
  setObservation(observation: string | null): void {
    this.requireStopped();
    if (observation?.trim() === '') throw new LacError('debugger.empty-text', { what: 'observation' });
    if (this.node.arrival === null) throw new LacError('debugger.start-edited');
    const same = observation === null || observation === this.node.observation;
    this.edit = same ? null : { kind: 'observation', node: this.cursor.node, observation };
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
    let outcome: OutcomeLine;
    try {
      outcome = await this.episode.tryOut(this.cursor.node, action, this.aborting.signal);
    } finally {
      this.aborting = null;
      if (this.stateNow === 'running') this.stateNow = 'stopped';
    }
    // Who is told looks at the state, too.
    this.emit({ type: 'changed', what: 'outcomes' });
    return outcome;
  }

  /** Tells of something about the recording. */
  warn(warning: LacError): void {
    this.emit({ type: 'warning', warning });
  }

  /** Ends the session; calls under way are aborted. Resolves when none is left. */
  async close(): Promise<void> {
    if (this.stateNow === 'closed') return;
    this.stateNow = 'closed';
    this.course.cancel();
    this.aborting?.abort(new DOMException('The session was closed.', 'AbortError'));
    await this.settled.catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
    await this.course.abandon();
    this.emit({ type: 'closed' });
  }

  // Within

  /** The prompt set of an id; null where the record lacks it. */
  private promptsOf(id: string): PromptsInForce | null {
    const { prompts } = this.settingsNow;
    return prompts.line.id === id ? prompts : this.parts.prompts(id);
  }

  /** The prompt set of the decision under the cursor; null where the record lacks it. */
  private promptsRecorded(): PromptsInForce | null {
    return this.promptsOf(this.decision?.prompts ?? this.settingsNow.prompts.line.id);
  }

  private probed({ parameters, prompts, added = [] }: Probe): { readonly settings: Settings; readonly hand: ByHand } {
    const now = this.settingsNow;
    const settings = { parameters: { ...now.parameters, ...parameters }, prompts: prompts ?? now.prompts };
    const before = this.decision?.added ?? [];
    return { settings, hand: { added: [...new Set([...before, ...added])], resample: 0 } };
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
    this.stops.moving();
    this.emit({ type: 'continued', place });
    const stop = this.stopOf(move).then((reached) => {
      if (this.stateNow === 'running') this.stateNow = 'stopped';
      this.probing = null;
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
      this.course.failed();
      this.position.interrupted();
      this.stops.interrupted();
      if (isAbort(error)) return plainStop('pause', phrase('the call was stopped; it stays pending'));
      const known =
        error instanceof LacError
          ? error
          : new LacError('debugger.defect', { reason: messageOf(error) }, { cause: error });
      return this.stops.failure(known);
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
      this.position.forget();
      this.position.place({ branch: reached.branch, node: reached.id, inside: null });
      this.emit({ type: 'recorded', event: { type: 'step', node: reached.id } });
      return;
    }
    const decision = decided?.complete === true ? decided.index : null;
    const execution: Execution = { action: edit.action, by: 'person', decision };
    this.course.begin(node.id, (signal) => this.episode.perform(node.id, execution, settings, signal));
  }

  private drive(goal: Goal): Promise<Stop> {
    return this.walk({
      coming: () => this.course.next(this.cursor, this.stops.looksAtCalls(goal)),
      stopAt: (moment) => this.stops.forward(moment, goal),
      end: () => this.stops.end(),
    });
  }

  private backward(goal: BackwardGoal): Promise<Stop> {
    return this.travel(async () => {
      await this.abandon();
      return this.walk({
        coming: () => this.course.previous(this.cursor, this.stops.looksAtCalls(null)),
        stopAt: (moment) => this.stops.backward(moment, goal),
        end: () => plainStop('entry', phrase('the start of the episode')),
      });
    });
  }

  /** From moment to moment, until one is stopped at or none is left. */
  private async walk({ coming, stopAt, end }: Way): Promise<Stop> {
    const breather = new Breather();
    for (;;) {
      const moment = await coming();
      if (moment === null) return end();
      this.position.enter(moment);
      const stop = stopAt(moment);
      if (stop !== null) return stop;
      await breather.breathe();
      if (this.stateNow === 'closed') throw new DOMException('The session was closed.', 'AbortError');
      if (this.pausing) return plainStop('pause', phrase('paused'));
    }
  }

  /** Gives up what is under way here; an interrupted decision is gone on with when it is asked for again. */
  private async abandon(): Promise<void> {
    this.stops.interrupted();
    await this.course.abandon();
    this.position.interrupted();
  }

  private emit(event: SessionEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
