import * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import type { StepView } from '../../expressions';
import { forecastStep } from '../../episodes/continuation';
import { parseParameter, parseParameters } from '../../lac/parameterInput';
import { parameterSpecs, type ParameterName } from '../../lac/parameters';
import { recordedPrompts } from '../../episodes/replay';
import type { PromptSet } from '../../prompts/promptSet';
import type {
  BranchSummary,
  DecisionSection,
  EpisodeSection,
  ForecastSummary,
  LongTimeline,
  Offer,
  PanelState,
  SearchSection,
  WorldSection,
} from '../../protocol/panel';
import { builtinSets } from '../../prompts/builtin';
import type { BranchId, DecisionIndex, NodeId } from '../../trajectories/ids';
import type { IndexedEpisode } from '../../trajectories/index/indexData';
import type { StepRecord, Track, TrajectoryIndex } from '../../trajectories/index/trajectoryIndex';
import type { CallLine, EpisodeLine } from '../../trajectories/schema';
import type { NodeEntry } from '../../trajectories/timeline';
import { translate } from '../log';
import { commands } from '../names';
import type { Answers, PageSource } from '../panel/pageLink';
import { callDetail, decisionSection, promptsSection, titleOf, worldSection } from '../panel/projection';
import type { RunCommand } from '../panel/changes';
import { forecastSummary } from '../panel/forecasts';
import type { ForkChange } from '../sessions/sessionOpener';
import { isContinuable } from './continuable';
import { notesOfIndex } from './notices';
import { branchSummaries, longTimeline, rewardAt, rewardsOf } from './longTimeline';
import { stepWindow, type StepWindow } from './stepWindow';

export interface IndexedPorts {
  /** Offers' commands. */
  readonly run: RunCommand;
  readonly failed: (what: string, error: unknown) => void;
}

/** Where somebody looks at in an indexed recording. */
export interface IndexedPlace {
  readonly episode: string;
  readonly branch: BranchId;
  readonly step: number;
}

/** What belongs to the branch that is shown: made once, and again when the file has grown. */
interface ShownTrack {
  readonly track: Track;
  readonly timeline: LongTimeline;
  readonly rewards: Float64Array;
  readonly branches: readonly BranchSummary[];
  readonly start: EpisodeLine;
}

/** A change that no columns answer: a yes goes on from the step in a recording of its own. */
interface Waiting {
  readonly words: string;
  readonly change: ForkChange;
  readonly forecast: ForecastSummary;
}

/** What of the step under the cursor was read from the file. */
interface ShownStep {
  readonly step: number;
  readonly record: StepRecord;
  readonly window: StepWindow;
  readonly prompts: PromptSet | null;
}

/**
 * The page of a journal that is not read into memory: its columns draw the timeline and try alphas, and the step under the
 * cursor is read when somebody goes there.
 */
export class IndexedSource implements PageSource, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  readonly answers: Answers;
  private shownDecision: DecisionIndex | null = null;
  private matches: SearchSection | null = null;
  private notice: string | null = null;
  private pending: Waiting | null = null;

  private constructor(
    readonly index: TrajectoryIndex,
    readonly file: string,
    private readonly ports: IndexedPorts,
    private shown: ShownTrack,
    private here: ShownStep,
  ) {
    this.answers = this.makeAnswers();
  }

  /** Opens an index at a place, or at the start of its first episode. Throws `trajectory.no-episode`. */
  static open(index: TrajectoryIndex, file: string, place: IndexedPlace | null, ports: IndexedPorts): IndexedSource {
    const episode = index.data.episodes.find(({ id }) => id === place?.episode) ?? index.data.episodes.at(0);
    if (episode === undefined) throw new LacError('trajectory.no-episode', { file });
    const wanted = place?.episode === episode.id ? place : { branch: 'b0' as const, step: 0 };
    const shown = showTrack(index, episode, wanted.branch);
    const here = readHere(index, shown, Math.min(wanted.step, shown.track.rows.length - 1));
    return new IndexedSource(index, file, ports, shown, here);
  }

  get place(): IndexedPlace {
    return { episode: this.shown.track.episode.id, branch: this.shown.track.branch, step: this.here.step };
  }

  get track(): Track {
    return this.shown.track;
  }

  /** The step under the cursor as it was recorded, and the node at which it was decided. */
  get current(): {
    readonly node: NodeId;
    readonly step: number;
    readonly window: StepWindow;
    readonly calls: readonly CallLine[];
  } {
    const { step, window, record } = this.here;
    return { node: this.shown.timeline.node[step], step, window, calls: record.calls };
  }

  /** The step under the cursor as expressions see it. */
  get view(): StepView {
    return this.here.record.view;
  }

  get episodes(): readonly IndexedEpisode[] {
    return this.index.data.episodes;
  }

  /** The node at which was decided, as its window holds it. */
  private get nodeHere(): NodeEntry {
    const { timeline, node } = this.here.window;
    return timeline.node(node) ?? timeline.start;
  }

  /** Whether a recording of its own can go on from the step under the cursor. */
  private get continuable(): boolean {
    return isContinuable(this.index.data.header.model, this.nodeHere.status);
  }

  setNotice(notice: string | null): void {
    this.notice = notice;
    this.changes.fire();
  }

  /** Steps that continue and run back go to; null for none. */
  setMatches(matches: SearchSection | null): void {
    this.matches = matches;
    this.changes.fire();
  }

  get search(): string | null {
    return this.matches?.expression ?? null;
  }

  /** Takes in what was written since. Throws `trajectory.changed`. */
  async extend(): Promise<void> {
    if (!(await this.index.extend())) return;
    this.reload(this.place);
  }

  /** Goes to an episode, branch and step. */
  reload({ episode: id, branch, step }: IndexedPlace): void {
    const episode = this.index.data.episodes.find((each) => each.id === id);
    if (episode === undefined) throw new LacError('trajectory.no-episode', { file: this.file });
    const shown = showTrack(this.index, episode, branch);
    const here = readHere(this.index, shown, Math.min(step, shown.track.rows.length - 1));
    this.shown = shown;
    this.here = here;
    this.shownDecision = null;
    this.pending = null;
    this.changes.fire();
  }

  /** Puts the cursor on a step of the branch that is shown. */
  goTo(step: number): void {
    const last = this.shown.track.rows.length - 1;
    if (step < 0 || step > last) throw new LacError('debugger.no-step', { branch: this.track.branch, step, last });
    this.here = readHere(this.index, this.shown, step);
    this.shownDecision = null;
    this.pending = null;
    this.changes.fire();
  }

  // The state

  state(): PanelState {
    const { shown, here, pending } = this;
    const { timeline, node: windowNode } = here.window;
    const node = shown.timeline.node[here.step];
    const viewpoint = {
      timeline,
      branch: 'b0',
      node: windowNode,
      decision: this.shownDecision,
      happened: null,
    } as const;
    const line = timeline.line('b0');
    const decision = decisionSection(viewpoint, line, { ghost: null, running: false, translate });
    const world = worldSection(viewpoint);
    // The window's nodes have numbers of their own.
    const inFile = (windowed: NodeId): Pick<DecisionSection, 'node' | 'step'> => {
      const step = here.step - windowNode + windowed;
      return { node: shown.timeline.node[step], step };
    };
    const moved: { readonly decision: DecisionSection | null; readonly world: WorldSection } = {
      decision: decision === null ? null : { ...decision, ...inFile(decision.node) },
      // How many came true before is nothing that the columns know.
      world: { ...world, node, imagination: { right: 0, of: 0 } },
    };
    return {
      ...moved,
      status: {
        kind: 'paused',
        mode: 'replay',
        title: vscode.l10n.t('Recording'),
        detail: this.words(),
        offers: this.offers(),
        activity: null,
        playing: false,
      },
      episode: this.episode(),
      controls: {
        parameters: moved.decision?.parameters ?? parseParameters({ ...shown.start.parameters }, this.file),
        forecasts: {},
        autoRunCalls: 0,
        pending: pending === null ? null : { change: pending.words, forecast: pending.forecast, goesOn: true },
        canCall: false,
      },
      timeline: {
        branch: shown.track.branch,
        cursor: node,
        steps: noSteps,
        long: shown.timeline,
        trend: null,
      },
      search: this.matches,
      prompts: here.prompts === null ? null : promptsSection(here.prompts),
    };
  }

  private episode(): EpisodeSection {
    const { shown, here } = this;
    const { episode, branch } = shown.track;
    const { model } = this.index.data.header;
    const size = [model.parameterSize, model.quantization].filter((part) => part !== null).join(' ');
    return {
      environment: titleOf(episode.environment),
      task: episode.task,
      taskType: episode.taskType,
      goal: episode.goal,
      step: here.step,
      horizon: shown.start.parameters.horizon,
      outcome: shown.branches.find(({ id }) => id === branch)?.outcome ?? 'running',
      reward: rewardAt(shown.rewards, here.step),
      branch,
      branches: shown.branches,
      model: {
        name: model.name,
        backend: model.backend === 'unknown' ? 'openai' : model.backend,
        size: size === '' ? null : size,
        gpuShare: null,
        state: 'ready',
      },
      // Adding it up would take reading every call.
      cost: null,
      file: vscode.workspace.asRelativePath(this.file, false),
    };
  }

  private words(): string {
    const { matches } = this;
    const steps = this.shown.track.rows.length - 1;
    return [
      ...(this.notice === null ? [] : [this.notice]),
      matches === null
        ? vscode.l10n.t('{0} steps, read as they are shown. Nothing is called.', steps.toLocaleString())
        : matches.steps.length === 1
          ? vscode.l10n.t('One step where {0}; continue and run back go to it.', matches.expression)
          : vscode.l10n.t(
              '{0} steps where {1}; continue and run back go to them.',
              matches.steps.length.toLocaleString(),
              matches.expression,
            ),
      ...notesOfIndex(this.index.data),
    ].join('\n');
  }

  private offers(): readonly Offer[] {
    return [
      { label: vscode.l10n.t('Replay in Debugger'), command: commands.replayTrajectory, primary: true },
      ...(this.continuable
        ? [{ label: vscode.l10n.t('Continue from This Step…'), command: commands.continueFromStep, primary: false }]
        : []),
      { label: vscode.l10n.t('Find Step…'), command: commands.findStep, primary: false },
      { label: vscode.l10n.t('Print for Every Step…'), command: commands.printSteps, primary: false },
      ...(this.episodes.length > 1
        ? [{ label: vscode.l10n.t('Choose Episode…'), command: commands.chooseEpisode, primary: false }]
        : []),
    ];
  }

  // The answers

  private makeAnswers(): Answers {
    const refuse = (what: string) => (): Promise<never> =>
      Promise.reject(new LacError('debugger.replay-only', { what }));
    return {
      command: async ({ command }) => {
        await this.command(command);
        return null;
      },
      moveTo: ({ node }) => {
        const row = this.track.episode.rows.at(node);
        const step = row === undefined ? -1 : this.index.data.nodes.step[row];
        this.goTo(step);
        return Promise.resolve(null);
      },
      actions: ({ branch, from, to }) => {
        const track = this.index.track(this.track.episode.id, branch) ?? this.track;
        const actions: (string | null)[] = [];
        const end = Math.min(to, from + mostActions, track.rows.length);
        for (let step = Math.max(0, from); step < end; step++) actions.push(this.index.actionAt(track, step));
        return Promise.resolve({ actions });
      },
      clearSearch: () => {
        this.setMatches(null);
        return Promise.resolve(null);
      },
      showBranch: ({ branch }) => {
        const track = this.index.track(this.track.episode.id, branch);
        if (track === undefined) {
          const known = this.track.episode.branches.map(({ id }) => id).join(', ');
          throw new LacError('debugger.no-branch', { branch, known });
        }
        this.matches = null;
        this.reload({ episode: track.episode.id, branch, step: track.rows.length - 1 });
        return Promise.resolve(null);
      },
      showDecision: ({ node, decision }) => {
        if (node !== this.current.node) this.goTo(this.shown.timeline.node.indexOf(node));
        this.shownDecision = decision;
        this.changes.fire();
        return Promise.resolve(null);
      },
      call: ({ id }) => {
        const line = this.index.call(id);
        if (line === undefined) throw new LacError('workbench.no-call', { call: id.slice(0, 12) });
        return Promise.resolve(callDetail(line, this.index.prompt(line.request.prompt)));
      },
      setParameter: ({ name, value }) => {
        this.offerChange(name, value);
        return Promise.resolve(null);
      },
      confirm: async ({ run }) => {
        const { pending } = this;
        this.pending = null;
        this.changes.fire();
        if (run && pending !== null) await this.ports.run(commands.continueFromStep, { change: pending.change });
        return null;
      },
      forecast: refuse(vscode.l10n.t('A forecast')),
      addCandidate: refuse(vscode.l10n.t('Another candidate')),
      tryOut: refuse(vscode.l10n.t('Another action')),
      act: refuse(vscode.l10n.t('Another action')),
      editObservation: refuse(vscode.l10n.t('Another observation')),
      resample: refuse(vscode.l10n.t('A re-sample')),
      prompt: refuse(vscode.l10n.t('A prompt file')),
      breakpoint: refuse(vscode.l10n.t('A breakpoint')),
    };
  }

  /** Offers to go on with another parameter. Throws `lac.parameter` and `workbench.replay-call`. */
  private offerChange(name: ParameterName, value: string | number): void {
    const { timeline } = this.here.window;
    const words = `${name} ${value}`;
    if (!this.continuable) throw new LacError('workbench.replay-call', { what: words });
    const at = this.nodeHere;
    const parameters = { [name]: parseParameter(name, value, 'panel') };
    const inForce = at.decisions.at(-1)?.parameters ?? timeline.parameters;
    const calls = new Map(this.here.record.calls.map((call) => [call.id, call]));
    const { cost } = forecastStep(
      timeline,
      (id) => calls.get(id),
      parseParameters({ ...inForce, ...parameters }, 'panel'),
      at.state.admissible?.length ?? null,
    );
    const free = parameterSpecs[name].invalidates === 'improvement';
    const forecast = free ? noCost : forecastSummary(cost);
    this.pending = { words, change: { parameters }, forecast };
    this.changes.fire();
  }

  private async command(command: string): Promise<void> {
    const { step } = this.here;
    const last = this.track.rows.length - 1;
    switch (command) {
      case 'lac.step':
      case 'lac.stepInto':
        this.goTo(Math.min(step + 1, last));
        return;
      case 'lac.stepBack':
        this.goTo(Math.max(step - 1, 0));
        return;
      case 'lac.continue':
        this.goTo(this.matches?.steps.find((each) => each > step) ?? last);
        return;
      case 'lac.reverse':
        this.goTo(this.matches?.steps.findLast((each) => each < step) ?? 0);
        return;
      default:
        await this.ports.run(command);
    }
  }

  dispose(): void {
    this.changes.dispose();
  }
}

/** Actions that one question gets. */
const mostActions = 256;

const noSteps: readonly never[] = [];

const noCost: ForecastSummary = { calls: [0, 0], tokens: [0, 0], reused: 0 };

function showTrack(index: TrajectoryIndex, episode: IndexedEpisode, branch: BranchId): ShownTrack {
  const track = index.track(episode.id, branch) ?? index.track(episode.id, 'b0');
  if (track === undefined) throw new LacError('trajectory.no-episode', { file: episode.id });
  const { node } = index.readStep({ ...track, rows: track.rows.subarray(0, 1) }, 0);
  if (node.type !== 'episode') throw new LacError('trajectory.no-episode', { file: episode.id });
  return {
    track,
    timeline: longTimeline(index, track),
    rewards: rewardsOf(index, track),
    branches: branchSummaries(index, episode),
    start: node,
  };
}

function readHere(index: TrajectoryIndex, { track, start }: ShownTrack, step: number): ShownStep {
  const before = step === 0 ? null : index.readStep(track, step - 1);
  const record = index.readStep(track, step);
  const window = stepWindow(start, before, record);
  const decision = record.decisions.at(record.shown < 0 ? record.decisions.length : record.shown);
  const id = decision?.line.prompts ?? start.prompts;
  const line = index.promptSet(id);
  const prompts =
    line === undefined || !builtinSets.some((each) => each.id === line.name)
      ? null
      : recordedPrompts({ promptSets: new Map([[id, line]]) }, id, start.task.type, null).set;
  return { step, record, window, prompts };
}
