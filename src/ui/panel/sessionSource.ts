import * as vscode from 'vscode';
import type { Probe, SessionEvent } from '../../episodes/stepping/session';
import { LacError } from '../../errors/lacError';
import type { DecisionEvent } from '../../lac/events';
import { parseParameter } from '../../lac/parameterInput';
import { parameterSpecs, type ParameterName, type Parameters, type ParameterSpec } from '../../lac/parameters';
import type {
  CallDetail,
  ControlsSection,
  CostSummary,
  DecisionSection,
  ForecastSummary,
  ModelState,
  PanelState,
  RealOutcome,
  SearchSection,
} from '../../protocol/panel';
import type { DecisionIndex, NodeId } from '../../trajectories/ids';
import type { OpenedSession } from '../sessions/openedSession';
import { inWords, translate } from '../log';
import { commands } from '../names';
import { isContinuable } from '../trajectories/continuable';
import { matchingSteps, nextMatch } from '../trajectories/stepSearch';
import { Changes, type Changed, type RunCommand } from './changes';
import { forecastSummary, NeighbourForecasts } from './forecasts';
import type { Answers, PageSource } from './pageLink';
import {
  BranchLines,
  callDetail,
  decisionSection,
  episodeSection,
  promptsSection,
  TimelineSteps,
  worldSection,
  type Viewpoint,
} from './projection';
import { statusSection, type Afterlife } from './statusWords';

/** What a source needs of the rest of the extension. */
export interface SourcePorts {
  readonly autoRunCalls: () => number;
  /** Offers' commands that are not of the toolbar. */
  readonly run: RunCommand;
  readonly prompt: (part: string, how: 'open' | 'diff' | 'reset' | 'preview') => Promise<void>;
  /** Steps of the branch with a breakpoint on their transcript line. */
  readonly breakpoints: (source: SessionSource) => ReadonlySet<number>;
  readonly setBreakpoint: (source: SessionSource, step: number, enabled: boolean) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** The panel's state over one session, live or replayed, and the answers to the page's questions about it. */
export class SessionSource implements PageSource, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  readonly answers: Answers;
  private readonly lines: BranchLines;
  private readonly steps: TimelineSteps;
  private readonly stopListening: () => void;
  private arriving: {
    readonly node: NodeId;
    readonly decision: DecisionIndex;
    readonly events: DecisionEvent[];
  } | null = null;
  private ghost: { readonly node: NodeId; readonly decision: DecisionIndex } | null = null;
  private activity: string | null = null;
  private seconds = 0;
  private callStarted: number | null = null;
  private gpuShare: number | null = null;
  private readonly wishes: Changes;
  private readonly forecasts: NeighbourForecasts;
  /** What is or was under way last leaves the cursor's node as it is. */
  private decides = false;
  private playing = false;
  private over: Afterlife | null;
  private notice: string | null = null;
  private searched: string | null = null;
  private found: { readonly of: string; readonly section: SearchSection } | null = null;

  constructor(
    readonly opened: OpenedSession,
    private readonly ports: SourcePorts,
    afterlife: Afterlife | null = null,
    /** Episodes of the recording among which one can choose. */
    private readonly episodes = 1,
  ) {
    const { session } = opened;
    this.over = afterlife;
    this.lines = new BranchLines(session.timeline);
    this.steps = new TimelineSteps(session.timeline, translate);
    const changed = (): void => this.changes.fire();
    this.forecasts = new NeighbourForecasts(session, { changed, failed: ports.failed });
    this.wishes = new Changes(session, {
      autoRunCalls: ports.autoRunCalls,
      run: ports.run,
      continuable: () => this.continuable,
      go: (movement) => this.go(movement),
      changed,
    });
    this.stopListening = session.on((event) => this.onSession(event));
    this.answers = this.makeAnswers();
    opened.gpuShare().then(
      (share) => {
        this.gpuShare = share;
        this.changes.fire();
      },
      (error: unknown) => this.ports.failed('asking for the GPU share', error),
    );
    this.refreshForecasts();
  }

  get session(): OpenedSession['session'] {
    return this.opened.session;
  }

  /** Why the record is shown without a debug session; null while there is one. */
  get afterlife(): Afterlife | null {
    return this.over;
  }

  /** True while a person acts in the agent's place. */
  get isPlaying(): boolean {
    return this.playing;
  }

  setPlaying(playing: boolean): void {
    this.playing = playing;
    this.changes.fire();
    this.decideBeside();
  }

  /**
   * What the agent itself would do stands beside a person's move: with the embedded model always, with another where it
   * costs no more calls than run unasked.
   */
  private decideBeside(): void {
    const { session } = this;
    const { node } = session.cursor;
    const wanted = (): boolean =>
      this.playing &&
      this.over === null &&
      session.mode === 'live' &&
      session.state === 'stopped' &&
      session.lastStop.error === null &&
      session.cursor.node === node &&
      session.decision === undefined &&
      session.node.status === 'running';
    if (!wanted()) return;
    const decide = async (): Promise<void> => {
      const { calls } = await session.forecast();
      const cheap = this.opened.model.backend === 'embedded' || calls.expected <= this.ports.autoRunCalls();
      if (cheap && wanted()) await session.probe();
    };
    this.go(decide());
  }

  /** What is said of the recording beyond what was read of it; null where there is nothing. */
  get said(): string | null {
    return this.notice;
  }

  /** Says something about the recording beyond what was read of it: its file is gone or cannot be read any more. */
  setNotice(notice: string): void {
    this.notice = notice;
    this.changes.fire();
  }

  /** The condition of the last search; in a recording, continue and run back go to the steps where it holds. */
  get search(): string | null {
    return this.searched;
  }

  /** `steps` are those of the cursor's branch where it holds, where they are known. */
  setSearch(expression: string | null, steps?: readonly number[]): void {
    this.searched = expression;
    if (expression !== null && steps !== undefined)
      this.found = { of: this.searchKey(expression), section: { expression, steps } };
    this.changes.fire();
  }

  /** Something outside the session changed: breakpoints, settings. */
  refresh(): void {
    this.changes.fire();
  }

  modelState(): ModelState {
    const { model } = this.opened;
    const { backend, name, parameterSize, quantization } = model;
    const size = [parameterSize, quantization].filter((part) => part !== null).join(' ');
    const { error } = this.session.lastStop;
    const gone = error !== null && (error.code === 'model.ollama-down' || error.code === 'model.server-down');
    return {
      name,
      backend: backend === 'unknown' ? null : backend,
      size: size === '' ? null : size,
      gpuShare: this.gpuShare,
      state:
        this.callStarted !== null
          ? 'busy'
          : gone
            ? 'unreachable'
            : this.session.mode === 'replay'
              ? 'recorded'
              : 'ready',
    };
  }

  private onSession(event: SessionEvent): void {
    switch (event.type) {
      case 'recorded':
        this.onRecorded(event.event);
        break;
      case 'call':
        this.onCall(event.activity);
        break;
      case 'continued':
        this.wishes.forget();
        this.decides = event.place === 'stays';
        break;
      case 'stopped':
        // What waited was asked of the step that was left.
        this.wishes.forgetOnward();
        this.activity = null;
        this.callStarted = null;
        this.arriving = null;
        if (this.ghost !== null && this.ghost.node !== this.session.cursor.node) this.ghost = null;
        this.refreshForecasts();
        if (event.stop.reason !== 'pause') this.decideBeside();
        break;
      case 'closed':
        this.over ??= 'ended';
        break;
      case 'changed':
        if (event.what === 'settings') this.refreshForecasts();
        break;
      case 'warning':
        this.notice = inWords(event.warning);
        break;
      case 'log':
        break;
    }
    this.changes.fire();
  }

  private onRecorded(event: Extract<SessionEvent, { type: 'recorded' }>['event']): void {
    switch (event.type) {
      case 'decision':
        this.ghost = event.decision === 0 ? null : { node: event.node, decision: event.decision - 1 };
        this.arriving = { node: event.node, decision: event.decision, events: [] };
        return;
      case 'decision-event':
        if (this.arriving?.node === event.node && this.arriving.decision === event.decision) {
          this.arriving.events.push(event.event);
        }
        return;
      case 'step':
      case 'reflection':
      case 'end':
        return;
    }
  }

  private onCall(activity: Extract<SessionEvent, { type: 'call' }>['activity']): void {
    switch (activity.state) {
      case 'started': {
        const { role, candidate, depth } = activity.purpose;
        const action = candidate === null ? undefined : this.actionOf(candidate);
        const place = [role, action, depth === null ? undefined : `depth ${depth}`];
        this.activity = place.filter((part) => part !== undefined).join(' · ');
        this.callStarted ??= Date.now();
        return;
      }
      case 'token':
        return;
      case 'ended':
        if (this.callStarted !== null) this.seconds += (Date.now() - this.callStarted) / 1000;
        this.callStarted = null;
    }
  }

  private actionOf(candidate: number): string | undefined {
    const events = this.arriving?.events ?? this.session.decision?.events ?? [];
    const proposal = events.find((event) => event.type === 'proposal' && event.candidate === candidate);
    return proposal?.type === 'proposal' ? proposal.action : undefined;
  }

  // The state

  state(): PanelState {
    const { session } = this;
    const viewpoint = this.viewpoint();
    const line = this.lines.of(viewpoint.branch);
    const decision = this.decision(viewpoint, line);
    const file = this.opened.file === null ? null : vscode.workspace.asRelativePath(this.opened.file, false);
    const marked = this.ports.breakpoints(this);
    return {
      status: this.status(),
      episode: episodeSection(viewpoint, { model: this.modelState(), cost: this.cost(), file }),
      world: worldSection(viewpoint),
      decision,
      controls: this.isForeign ? null : this.controls(decision?.parameters ?? session.settings.parameters),
      timeline: this.steps.section(viewpoint, line, session.hits, marked),
      search: this.searchSection(),
      prompts: this.isForeign ? { set: null, parts: [] } : promptsSection(session.promptsHere.set),
    };
  }

  /** The same object until the branch, its steps or the search are others. */
  private searchSection(): SearchSection | null {
    const { searched, session } = this;
    if (searched === null) return null;
    const of = this.searchKey(searched);
    if (this.found?.of !== of) {
      this.found = { of, section: { expression: searched, steps: matchingSteps(session.stepViews(), searched) } };
    }
    return this.found.section;
  }

  private searchKey(expression: string): string {
    const { cursor, timeline } = this.session;
    return JSON.stringify([expression, cursor.branch, timeline.nodes.length]);
  }

  private viewpoint(): Viewpoint {
    const { session } = this;
    const { branch, node, inside } = session.cursor;
    const happened =
      inside === null || inside.decision === null ? null : { decision: inside.decision, events: inside.events };
    return { timeline: session.timeline, branch, node, decision: session.decision?.index ?? null, happened };
  }

  private decision(viewpoint: Viewpoint, line: ReturnType<BranchLines['of']>): DecisionSection | null {
    const { session, ghost, arriving } = this;
    const running = session.state === 'running' && arriving !== null;
    const shown =
      running && arriving.node === viewpoint.node ? { ...viewpoint, decision: arriving.decision } : viewpoint;
    const section = decisionSection(shown, line, {
      ghost: ghost !== null && ghost.node === viewpoint.node ? ghost.decision : null,
      running,
      translate,
    });
    // Events that come side by side are recorded in order later; the page shows them as they come.
    if (section === null || arriving === null || arriving.node !== section.node) return section;
    if (arriving.decision !== section.shown || arriving.events.length <= section.events.length) return section;
    const { happened } = viewpoint;
    return { ...section, events: happened === null ? [...arriving.events] : arriving.events.slice(0, happened.events) };
  }

  private status(): PanelState['status'] {
    const { opened, over, activity, playing, decides, continuable, episodes, notice, searched } = this;
    return statusSection({
      opened,
      over,
      activity,
      playing,
      decides,
      continuable,
      episodes,
      notice,
      searched,
    });
  }

  /** True for what came from another format: it has no prompts, parameters or calls of ours. */
  private get isForeign(): boolean {
    return this.opened.model.backend === 'unknown';
  }

  private cost(): CostSummary | null {
    const { session, opened } = this;
    if (session.mode === 'live') return { ...session.spending, seconds: this.seconds };
    return opened.recordedCost;
  }

  private controls(shown: Parameters): ControlsSection {
    const { session } = this;
    return {
      parameters: session.mode === 'live' ? session.settings.parameters : shown,
      forecasts: this.forecasts.now,
      autoRunCalls: this.ports.autoRunCalls(),
      pending: this.wishes.pending,
      canCall: session.mode === 'live' && this.over === null,
    };
  }

  private refreshForecasts(): void {
    if (this.over === null) this.forecasts.refresh();
  }

  // The answers

  private makeAnswers(): Answers {
    const { session } = this;
    return {
      command: async ({ command }) => {
        await this.command(command);
        return null;
      },
      moveTo: async ({ node }) => {
        await session.moveTo(node);
        return null;
      },
      actions: ({ branch, from, to }) => {
        const reached = this.lines.of(branch).slice(from + 1, to + 1);
        return Promise.resolve({ actions: reached.map(({ arrival }) => arrival?.action ?? null) });
      },
      clearSearch: () => {
        this.setSearch(null);
        return Promise.resolve(null);
      },
      showBranch: async ({ branch }) => {
        await session.showBranch(branch);
        return null;
      },
      showDecision: async ({ node, decision }) => {
        await session.showDecision(node, decision);
        return null;
      },
      setParameter: async ({ name, value }) => {
        await this.setParameter(name, value);
        return null;
      },
      confirm: ({ run }) => {
        this.wishes.answer(run);
        return Promise.resolve(null);
      },
      forecast: async ({ name, value }) =>
        forecastSummary(await session.forecast({ parameters: parameterOf(name, value) })),
      addCandidate: async ({ action }) => {
        if (action.trim() === '') throw new LacError('debugger.empty-text', { what: 'action' });
        await this.change(vscode.l10n.t('candidate "{0}"', action), { added: [action.trim()] });
        return null;
      },
      tryOut: async ({ candidate }) => this.tryOut(candidate),
      act: ({ action }) => {
        this.go(session.act(action));
        return Promise.resolve(null);
      },
      editObservation: ({ observation }) => {
        session.setObservation(observation);
        this.go(session.next());
        return Promise.resolve(null);
      },
      resample: async ({ times, temperature }) => {
        await session.resample(times, temperature);
        return null;
      },
      call: ({ id }) => Promise.resolve(this.callDetail(id)),
      prompt: async ({ part, how }) => {
        await this.ports.prompt(part, how);
        return null;
      },
      breakpoint: ({ node, enabled }) => {
        const step = session.timeline.node(node)?.step;
        if (step !== undefined) this.ports.setBreakpoint(this, step, enabled);
        return Promise.resolve(null);
      },
    };
  }

  /** What goes on behind an answer; what fails there is the session's stop, shown by its state. */
  private go(movement: Promise<unknown>): void {
    movement.catch((error: unknown) => this.ports.failed('moving the session', error));
  }

  private async command(command: string): Promise<void> {
    const { session } = this;
    switch (command) {
      case 'lac.continue':
        this.go(this.toMatch('forward') ?? session.continue());
        return;
      case 'lac.pause':
        session.pause();
        return;
      case 'lac.decide':
        this.go(session.probe());
        return;
      case 'lac.step':
        this.go(session.next());
        return;
      case 'lac.stepInto':
        this.go(session.stepIn());
        return;
      case 'lac.stepBack':
        await session.stepBack();
        return;
      case 'lac.reverse':
        await (this.toMatch('backward') ?? session.reverseContinue());
        return;
      case commands.play:
        this.setPlaying(!this.playing);
        return;
      default:
        await this.ports.run(command);
    }
  }

  /** The way to the next step where the search of a recording holds; undefined where there is none. */
  private toMatch(direction: 'forward' | 'backward'): Promise<unknown> | undefined {
    const { session } = this;
    const search = this.searchSection();
    if (this.over !== 'trajectory' || search === null) return undefined;
    const found = nextMatch(search.steps, session.node.step, direction);
    return found === undefined ? undefined : session.goTo(found);
  }

  private async setParameter(name: ParameterName, value: string | number): Promise<void> {
    const parameters = parameterOf(name, value);
    const { session } = this;
    const spec: ParameterSpec = parameterSpecs[name];
    if (spec.invalidates === 'episode' || session.decision === undefined || session.node.status !== 'running') {
      session.setSettings({ parameters: { ...session.settings.parameters, ...parameters } });
      return;
    }
    await this.change(`${name} ${value}`, { parameters });
  }

  /** What a change that waits for a yes would cost; null where none waits. */
  get asked(): ForecastSummary | null {
    return this.wishes.pending?.forecast ?? null;
  }

  /** See `Changes.make`. */
  change(description: string, probe: Probe, before: Probe = {}): Promise<Changed> {
    return this.wishes.make(description, probe, before);
  }

  /** Whether a recording of its own can go on from the step under the cursor. */
  get continuable(): boolean {
    const { file, model } = this.opened;
    return file !== null && isContinuable(model, this.session.node.status);
  }

  private async tryOut(candidate: number): Promise<RealOutcome> {
    const decision = this.session.decisionSoFar?.decision;
    const action = decision?.candidates.at(candidate)?.action;
    if (action === undefined) {
      const known = decision?.candidates.map((each) => each.action).join(', ') ?? '';
      throw new LacError('debugger.no-candidate', { action: String(candidate), known });
    }
    const { observation, reward, status, state } = await this.session.tryOut(action);
    return { candidate, observation, reward, status, by: 'tried', truth: state.truth };
  }

  private callDetail(id: string): CallDetail {
    const { shelf } = this.session;
    const line = shelf.call(id);
    if (line === undefined) throw new LacError('workbench.no-call', { call: id.slice(0, 12) });
    return callDetail(line, shelf.prompt(id));
  }

  dispose(): void {
    this.stopListening();
    this.changes.dispose();
  }
}

function parameterOf(name: ParameterName, value: string | number): Partial<Parameters> {
  return { [name]: parseParameter(name, value, 'panel') };
}
