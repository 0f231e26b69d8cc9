import { rmSync } from 'node:fs';
import path from 'node:path';
import { LacError } from '../../errors/lacError';
import { parseParameters } from '../../lac/parameterInput';
import { episodeCost } from '../../trajectories/stepViews';
import { variantOf } from '../../environments/variants';
import type { Settings as EpisodeSettings } from '../../episodes/episode';
import { openRecorded, verifyPlace, writeFork, type ForkPoint } from '../../episodes/fork';
import {
  describeModel,
  liveCalls,
  openEnvironment,
  parametersFor,
  promptSetFor,
  resourcesFor,
  type Assets,
  type ModelSource,
  type OpenedModel,
} from '../../episodes/launch';
import { PromptsInForce } from '../../episodes/promptsInForce';
import { recordedPrompts } from '../../episodes/replay';
import { Run } from '../../episodes/run';
import {
  replayIndexed,
  replaySession,
  resumeSession,
  startSession,
  type LiveSessionPorts,
} from '../../episodes/stepping/open';
import type { DebugSession } from '../../episodes/stepping/session';
import type { EnvironmentResources } from '../../environments/environment';
import type { Clock } from '../../models/clock';
import { OllamaServer } from '../../models/ollama/server';
import { parseModelName, resolveModel } from '../../models/endpoints';
import { requireSound } from '../../prompts/render';
import { fileSource } from '../../trajectories/byteSource';
import type { BranchId, NodeId } from '../../trajectories/ids';
import { promptFilesIn, runsFolder, type Places } from '../places';
import type { Settings } from '../settings';
import type { JournalContents } from '../../trajectories/journal';
import type { Timeline } from '../../trajectories/timeline';
import type { HeaderLine } from '../../trajectories/schema';
import { isLongJournal, LongFile, type IndexStore } from '../trajectories/longFile';
import { notesOf, notesOfIndex } from '../trajectories/notices';
import { readRecordingFile, windowedFrom, type RecordingFile } from '../trajectories/recordingFile';
import { watchJournal } from './journalWatch';
import type { OpenedSession } from './openedSession';

/** A live episode to start, every place resolved. */
export interface LaunchRequest {
  readonly environment: string;
  readonly task: string;
  /** A way of playing other than the paper's; null for the paper's. */
  readonly variant: string | null;
  readonly model: string;
  /** Parameters that somebody set, over those of method, environment and model. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Folder of prompt files that take the place of built-in parts. */
  readonly prompts: string;
  /** File to record in. */
  readonly trajectory: string;
}

/** A recorded episode to replay, or to go on with. */
export interface RecordedRequest {
  readonly trajectory: string;
  readonly episode: string | null;
  readonly at?: { readonly branch: BranchId; readonly node: NodeId };
}

/** What is changed at the step from which a recording is gone on with. */
export interface ForkChange {
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Today's prompt files instead of the recorded prompts. */
  readonly prompts?: 'today';
  readonly action?: string;
  readonly observation?: string;
}

export interface ForkRequest {
  readonly from: ForkPoint & { readonly file: string };
  readonly environment: string;
  readonly model: string;
  readonly change: ForkChange;
  /** The new journal. */
  readonly trajectory: string;
  /** Folder of prompt files. */
  readonly prompts: string;
}

/** A new journal takes over the calls so many bytes before its step: all of them but from the largest files. */
const forkedCallBytes = 64 << 20;

/** Opens sessions for the debug adapter and for the views. */
export class SessionOpener {
  constructor(
    private readonly assets: Assets,
    private readonly models: ModelSource,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly places: Places,
    private readonly indexes: IndexStore,
    private readonly version: string,
  ) {}

  resources(
    environment: string,
    variant: string | null = null,
    onProgress?: EnvironmentResources['onProgress'],
  ): EnvironmentResources {
    const folders = { data: this.settings.dataFolder(environment), cache: this.places.cache(environment), variant };
    const resources = resourcesFor(environment, this.assets, folders);
    return onProgress === undefined ? resources : { ...resources, onProgress };
  }

  async launch(request: LaunchRequest, signal: AbortSignal): Promise<OpenedSession> {
    const { environment: id, trajectory } = request;
    const opened = await openEnvironment(id, this.resources(id, request.variant), signal);
    let model: OpenedModel | undefined;
    try {
      const task = await opened.task(request.task);
      model = await this.models.open(request.model, signal);
      const description = describeModel(model);
      const parameters = parametersFor(opened.kind, description, request.parameters, 'launch.json');
      const set = promptSetFor(id, description, promptFilesIn(request.prompts));
      // Before a journal is begun that nothing could be recorded in.
      requireSound(set);
      runsFolder(path.dirname(trajectory));
      const now = new Date(this.clock.now()).toISOString();
      const { environment } = opened;
      const run = Run.create(trajectory, { engine: this.version, environment, model: description, parameters }, now);
      const settings = { parameters, prompts: new PromptsInForce(set, task.type, model.wrap) };
      const ports = this.ports(opened.environment, model, run);
      const session = await startSession(run, task, settings, ports, signal);
      return this.opened(session, request, run, model, environment);
    } catch (error) {
      await opened.environment.dispose();
      await closeModel(model);
      throw error;
    }
  }

  /** Goes on with a recording where it stands; nothing is called again. `model` opens it where its own name does not. */
  async resume(request: RecordedRequest, model: string | null, signal: AbortSignal): Promise<OpenedSession> {
    const { run, recorded } = await Run.resume(request.trajectory);
    let asked: OpenedModel | undefined;
    try {
      const timeline = run.timelines.find(({ id }) => id === request.episode) ?? run.timelines.at(-1);
      if (timeline === undefined) {
        throw new LacError('debugger.no-episode', { file: request.trajectory, episode: '', known: 'none' });
      }
      const { environment: id } = timeline.task;
      const variant = variantOf(recorded.header.environment.version);
      const opened = await openEnvironment(id, this.resources(id, variant), signal);
      const { backend, name } = recorded.header.model;
      const modelName = model ?? (backend === 'embedded' ? 'embedded' : `${backend}:${name}`);
      asked = await this.models.open(modelName, signal);
      run.requireSame({ environment: opened.environment, model: describeModel(asked) });
      const last = timeline.nodes.findLast(({ decisions }) => decisions.length > 0)?.decisions.at(-1);
      const prompts = recordedPrompts(recorded, last?.prompts ?? timeline.prompts, timeline.task.type, asked.wrap);
      const settings = { parameters: last?.parameters ?? timeline.parameters, prompts };
      const ports = this.ports(opened.environment, asked, run);
      const session = resumeSession(run, timeline, settings, ports, request.at);
      const place = {
        trajectory: request.trajectory,
        model: modelName,
        prompts: this.places.prompts(this.places.workspaceFolder(), id).folder,
      };
      return this.opened(session, place, run, asked, opened.environment);
    } catch (error) {
      run.close();
      await closeModel(asked);
      throw error;
    }
  }

  /**
   * Goes on from a step of a recording in a journal of its own, which the recording's way to the step is copied into. The
   * environment is brought to the step first; where it disagrees with the record, the new journal is taken back.
   */
  async fork(request: ForkRequest, signal: AbortSignal): Promise<OpenedSession> {
    const { from, trajectory, change } = request;
    const opened = await openRecorded(from.file, async (id, rules) => {
      const { environment } = await openEnvironment(id, this.resources(id, variantOf(rules)), signal);
      return environment;
    });
    let model: OpenedModel | undefined;
    let run: Run | undefined;
    try {
      model = await this.models.open(request.model, signal);
      runsFolder(path.dirname(trajectory));
      const present = { engine: this.version, environment: opened, model: describeModel(model) };
      const now = new Date(this.clock.now()).toISOString();
      const whole = fileSource(from.file);
      const options = { present, now, signal, callsWithin: forkedCallBytes };
      await writeFork(whole, trajectory, from, options).finally(() => whole.close());
      const resumed = await Run.resume(trajectory);
      run = resumed.run;
      const timeline = run.timelines.at(0);
      const tip = timeline?.tip('b0');
      if (timeline === undefined || tip === undefined)
        throw new LacError('trajectory.no-episode', { file: trajectory });
      if (tip.status !== 'running') throw new LacError('episode.fork-over', { step: tip.step, reason: tip.status });
      await verifyPlace(opened, timeline, tip.id, signal);
      const place = { trajectory, model: request.model, prompts: request.prompts };
      const settings = forkSettings(resumed.recorded, timeline, model, change, place.prompts);
      const session = resumeSession(run, timeline, settings, this.ports(opened, model, run), {
        branch: 'b0',
        node: tip.id,
      });
      if (change.action !== undefined) session.setAction(change.action);
      if (change.observation !== undefined) session.setObservation(change.observation);
      return this.opened(session, place, run, model, opened);
    } catch (error) {
      run?.close();
      if (run !== undefined) rmSync(trajectory, { force: true });
      await opened.dispose();
      await closeModel(model);
      throw error;
    }
  }

  /** Replays a file; a long journal by window. Throws `trajectory.*`, `exchange.*` and the signal's reason. */
  async replay(
    request: RecordedRequest,
    signal: AbortSignal = new AbortController().signal,
    onProgress: (fraction: number) => void = () => undefined,
  ): Promise<OpenedSession> {
    if (await isLongJournal(request.trajectory, windowedFrom)) return this.replayLong(request, signal, onProgress);
    const source = fileSource(request.trajectory);
    try {
      return await this.replayOf(await readRecordingFile(source), request);
    } finally {
      await source.close();
    }
  }

  /** Replays what was read already. */
  async replayOf(recording: RecordingFile, { trajectory, episode, at }: RecordedRequest): Promise<OpenedSession> {
    const recorded = recording.contents;
    const session = replaySession(recorded, trajectory, episode, this.clock);
    if (at !== undefined) await session.moveTo(at.node, at.branch);
    const native = recorded.header.source === undefined;
    return {
      ...replayed(session, trajectory, recorded.header),
      notes: notesOf(recording),
      recordedCost: native ? episodeCost(session.timeline, (call) => recorded.calls.get(call)) : null,
      close: () => session.close(),
    };
  }

  private async replayLong(
    { trajectory, episode, at }: RecordedRequest,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<OpenedSession> {
    const long = await LongFile.open(trajectory, this.indexes, signal, onProgress);
    try {
      const { data } = long.index;
      const session = replayIndexed(long.index, trajectory, episode, this.clock);
      if (at !== undefined) await session.moveTo(at.node, at.branch);
      return {
        ...replayed(session, trajectory, data.header),
        notes: notesOfIndex(data),
        // Adding it up would take reading every call.
        recordedCost: null,
        close: async () => {
          await session.close();
          await long.close();
        },
      };
    } catch (error) {
      await long.close();
      throw error;
    }
  }

  private ports(environment: LiveSessionPorts['environment'], model: OpenedModel, run: Run): LiveSessionPorts {
    return {
      environment,
      calls: liveCalls(model, run.callLog, this.settings.budget, this.clock),
      state: { truth: environment.id === 'babyai-text' },
      clock: this.clock,
      wrap: model.wrap,
    };
  }

  private opened(
    session: DebugSession,
    request: Pick<LaunchRequest, 'model' | 'trajectory' | 'prompts'>,
    run: Run,
    model: OpenedModel,
    environment: LiveSessionPorts['environment'],
  ): OpenedSession {
    const watch = watchJournal(run, session);
    return {
      session,
      get file() {
        return run.file;
      },
      model: describeModel(model),
      modelName: request.model,
      wrap: model.wrap,
      gpuShare: () => this.gpuShare(request.model),
      recordedCost: null,
      promptsFolder: request.prompts,
      notes: this.unusualPlaces(request),
      close: async () => {
        watch.dispose();
        try {
          await session.close();
          run.close();
        } finally {
          await environment.dispose();
          await closeModel(model);
        }
      },
    };
  }

  /** Why a recording or the prompts lie elsewhere than in the workspace. */
  private unusualPlaces({ trajectory, prompts }: Pick<LaunchRequest, 'trajectory' | 'prompts'>): readonly string[] {
    const folder = this.places.workspaceFolder();
    return this.places.unusual(folder, path.basename(prompts), [path.dirname(trajectory), prompts]);
  }

  /** What the first of the model's servers says of its place in memory. */
  private async gpuShare(name: string): Promise<number | null> {
    const spec = resolveModel(parseModelName(name), this.settings.endpoints).at(0);
    if (spec?.kind !== 'ollama') return null;
    const server = new OllamaServer(spec.endpoint.url);
    const loaded = await server.loaded(AbortSignal.timeout(3000));
    const full = spec.model.includes(':') ? spec.model : `${spec.model}:latest`;
    return loaded.get(full)?.gpuShare ?? null;
  }
}

function replayed(
  session: DebugSession,
  file: string,
  { model }: HeaderLine,
): Omit<OpenedSession, 'notes' | 'recordedCost' | 'close'> {
  return {
    session,
    file,
    model,
    modelName: null,
    wrap: model.chatWrap ?? null,
    gpuShare: () => Promise.resolve(null),
    promptsFolder: null,
  };
}

/** What was in force at the end of the way, and what is changed of it. */
function forkSettings(
  recorded: JournalContents,
  timeline: Timeline,
  model: OpenedModel,
  change: ForkChange,
  folder: string,
): EpisodeSettings {
  const { task } = timeline;
  const last = timeline.nodes.findLast(({ decisions }) => decisions.length > 0)?.decisions.at(-1);
  const parameters = last?.parameters ?? timeline.parameters;
  const today = (): PromptsInForce => {
    const set = promptSetFor(task.environment, describeModel(model), promptFilesIn(folder));
    requireSound(set);
    return new PromptsInForce(set, task.type, model.wrap);
  };
  const prompts =
    change.prompts === 'today'
      ? today()
      : recordedPrompts(recorded, last?.prompts ?? timeline.prompts, task.type, model.wrap);
  return { parameters: parseParameters({ ...parameters, ...change.parameters }, 'panel'), prompts };
}

async function closeModel(model: OpenedModel | undefined): Promise<void> {
  await Promise.all((model?.endpoints ?? []).map((endpoint) => endpoint.model.dispose()));
}
