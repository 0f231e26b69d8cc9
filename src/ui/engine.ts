import path from 'node:path';
import * as vscode from 'vscode';
import { LacError } from '../errors/lacError';
import { systemClock } from '../models/clock';
import { fileSource } from '../trajectories/byteSource';
import { TranscriptText } from '../episodes/stepping/transcriptText';
import type { BranchId } from '../trajectories/ids';
import { IndexedTimeline } from '../trajectories/index/indexedTimeline';
import { LacDebugAdapter } from '../debugAdapter/adapter';
import type { MessageHandler } from '../debugAdapter/streams';
import { shippedAssets } from './assets';
import { Commands } from './commands';
import { Configurations } from './launching/configurations';
import { ChoiceMemory } from './launching/memory';
import { Log } from './log';
import { Keys } from './models/keys';
import { ModelPicker } from './models/modelPicker';
import { ConfiguredModels } from './models/modelSource';
import { schemes, type CommandId } from './names';
import type { Continuing, RunCommand } from './panel/changes';
import { EmptySource } from './panel/emptySource';
import { PanelHost } from './panel/panelHost';
import { SessionSource, type SourcePorts } from './panel/sessionSource';
import { Places } from './places';
import { builtinDocumentText } from './prompts/promptDocument';
import { PromptFiles } from './prompts/promptFiles';
import { PromptWorkbench } from './prompts/workbench';
import { adapterHost, resumeField, type SessionKeeper } from './sessions/adapterHost';
import { showForStart } from './sessions/arrangement';
import { FollowedSessions } from './sessions/followed';
import type { OpenedSession } from './sessions/openedSession';
import { SessionOpener } from './sessions/sessionOpener';
import { Settings } from './settings';
import { StatusBar } from './statusBar';
import { Transcripts } from './transcripts/transcripts';
import { isLongJournal, LongFile, type IndexStore } from './trajectories/longFile';
import { readRecordingFile, windowedFrom, type RecordingFile } from './trajectories/recordingFile';
import type { Place } from './trajectories/editorPorts';
import { TrajectoryEditors } from './trajectories/trajectoryEditors';
import { PromptTree } from './trees/prompts';
import { TaskTree } from './trees/tasks';

/** Events that what is registered at activation listens to. */
export interface Signals {
  readonly documents: vscode.EventEmitter<vscode.Uri>;
  readonly tasks: vscode.EventEmitter<undefined>;
  readonly prompts: vscode.EventEmitter<undefined>;
}

interface Tree {
  children(element: unknown): readonly unknown[] | Promise<readonly unknown[]>;
  item(element: unknown): vscode.TreeItem;
}

/** Everything behind what is registered at activation. */
export interface Engine {
  dispose(): void;
  run(command: CommandId, args: readonly unknown[]): Promise<unknown>;
  readonly configurations: Configurations;
  readonly panel: PanelHost;
  readonly trajectories: TrajectoryEditors;
  readonly trees: { readonly tasks: Tree; readonly prompts: Tree };
  readonly documents: { text(uri: vscode.Uri): Promise<string> };
  createAdapter(session: vscode.DebugSession): vscode.DebugAdapterDescriptor;
}

/** Builds the extension's parts and connects them. */
export function startEngine(context: vscode.ExtensionContext, signals: Signals): Engine {
  return new Workbench(context, signals);
}

class Workbench implements Engine {
  readonly configurations: Configurations;
  readonly panel: PanelHost;
  readonly trajectories: TrajectoryEditors;
  readonly trees: Engine['trees'];
  readonly documents: Engine['documents'];
  private readonly log = new Log();
  private readonly settings = new Settings();
  private readonly files = new PromptFiles(() => this.panel.columnForOthers);
  private readonly version: string;
  private readonly opener: SessionOpener;
  private readonly followed: FollowedSessions;
  private readonly empty: EmptySource;
  private readonly transcripts: Transcripts;
  private readonly commands: Commands;
  private readonly disposables: readonly { dispose(): unknown }[];
  private reopening: Promise<void> | null = null;

  constructor(context: vscode.ExtensionContext, signals: Signals) {
    const { settings, log } = this;
    const manifest: unknown = context.extension.packageJSON;
    this.version = versionOf(manifest);
    const storage = context.storageUri ?? context.globalStorageUri;
    const places = new Places(settings, storage);
    const keys = new Keys(context.secrets);
    const assets = shippedAssets(context);
    const models = new ConfiguredModels(assets, systemClock, settings, keys);
    const picker = new ModelPicker(settings, keys, log);
    const memory = new ChoiceMemory(context.globalState);
    const indexes = {
      worker: path.join(context.extensionPath, 'dist', 'indexWorker.js'),
      folder: places.cache('indexes'),
    };
    this.opener = new SessionOpener(assets, models, systemClock, settings, places, indexes, this.version);
    this.followed = new FollowedSessions(context.workspaceState);
    this.empty = new EmptySource(
      (command) => this.offer(command),
      () => modelInWords(settings),
    );
    this.configurations = new Configurations(this.opener, settings, places, memory, picker, log);
    this.transcripts = new Transcripts(
      this.followed,
      (file, id, branch) => recordedTranscript(file, id, branch, indexes),
      signals.documents,
    );
    const prompts = new PromptWorkbench(this.followed, settings, signals.documents, log, {
      folder: (environment) => places.prompts(places.workspaceFolder(), environment).folder,
      show: (source) => {
        if (!this.trajectories.showing(source)) this.panel.show();
      },
    });
    this.panel = new PanelHost(context.extensionUri, this.followed, this.empty, log);
    this.trajectories = new TrajectoryEditors({
      extension: context.extensionUri,
      followed: this.followed,
      log,
      indexes,
      replay: (recording, uri, place, run) => this.replayIn(recording, uri, place, run),
      offer: (command, argument) => this.offer(command, argument),
    });
    const tasks = new TaskTree((environment) => this.opener.resources(environment), log);
    this.trees = { tasks, prompts: new PromptTree(() => this.followed.current) };
    this.documents = {
      text: async (uri) => {
        if (uri.scheme === schemes.transcript) return this.transcripts.text(uri);
        if (uri.scheme === schemes.preview) return prompts.preview(uri);
        return builtinDocumentText(uri) ?? '';
      },
    };
    const status = new StatusBar(this.followed, () => settings.model);
    this.commands = new Commands({
      followed: this.followed,
      panel: this.panel,
      trajectories: this.trajectories,
      indexes,
      picker,
      places,
      files: this.files,
      prompts,
      transcripts: this.transcripts,
      log,
      settings,
      memory,
      refreshTasks: () => signals.tasks.fire(undefined),
      extensionId: context.extension.id,
      extension: context.extensionUri,
      resume: (last) => this.resume(last),
    });
    this.disposables = [
      log,
      this.followed,
      this.empty,
      this.transcripts,
      prompts,
      this.panel,
      this.trajectories,
      status,
      this.followed.onDidSwitch(() => signals.prompts.fire(undefined)),
      this.followed.onDidChange(promptsChanged(() => signals.prompts.fire(undefined), this.followed)),
      vscode.debug.onDidChangeBreakpoints(() => this.followed.current?.refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.empty.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('lac')) return;
        status.refresh();
        this.empty.refresh();
        this.followed.current?.refresh();
        if (event.affectsConfiguration('lac.data')) signals.tasks.fire(undefined);
      }),
    ];
    this.reopening = this.reopenLast();
  }

  async run(command: CommandId, args: readonly unknown[]): Promise<unknown> {
    await this.reopening;
    return this.commands.run(command, args);
  }

  createAdapter(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    // A replay calls nothing, however little it would be.
    const autoRunCalls = session.configuration.request === 'replay' ? 0 : this.settings.autoRunCalls;
    const facts = { version: this.version, autoRunCalls };
    const host = adapterHost(session, this.opener, this.keeper(), this.files, facts);
    return new vscode.DebugAdapterInlineImplementation(new InlineAdapter(new LacDebugAdapter(host)));
  }

  private keeper(): SessionKeeper {
    return {
      starting: (what, debugSession) => {
        this.empty.start(what, () => void vscode.debug.stopDebugging(debugSession));
      },
      failed: (error, { workspaceFolder, configuration }) => {
        const again = (): void => void vscode.debug.startDebugging(workspaceFolder, configuration);
        const wrong = wrongPrompt(error, configuration);
        const openPrompt = wrong === null ? null : (): void => void vscode.window.showTextDocument(...wrong);
        this.empty.failed(error, { again, openPrompt });
      },
      opened: (opened, debugSession) => {
        this.empty.started();
        const source = new SessionSource(opened, this.sourcePorts());
        this.forgetFinished();
        this.followed.add(source, debugSession.id);
        void showForStart(opened, this.transcripts.uriOf(source), () => {
          if (opened.session.state !== 'closed') this.panel.show();
        });
      },
      closed: (opened) => this.closed(opened),
    };
  }

  /** A session's record takes its place, so that what was seen stays to be seen. */
  private async closed(opened: OpenedSession): Promise<void> {
    const source = [...this.followed.all].find((each) => each.opened === opened);
    if (source === undefined) return;
    this.followed.remember(source, false);
    let record: SessionSource | null = null;
    try {
      record = await this.recordOf(opened);
      if (source.said !== null) record?.setNotice(source.said);
    } catch (error) {
      this.log.failure('showing the recording', error);
    }
    this.followed.remove(source, record);
    source.dispose();
  }

  private async recordOf({ file, session }: OpenedSession): Promise<SessionSource | null> {
    if (file === null) return null;
    const { branch, node } = session.cursor;
    const opened = await this.opener.replay({ trajectory: file, episode: session.timeline.id, at: { branch, node } });
    return new SessionSource(opened, this.sourcePorts(), 'ended');
  }

  /** Records of sessions that are over make room for the next. */
  private forgetFinished(): void {
    for (const source of [...this.followed.all]) {
      const debugged = this.followed.debugSessionOf(source) !== undefined;
      if (debugged || source.afterlife === 'trajectory') continue;
      this.followed.remove(source, null);
      void source.opened.close().finally(() => source.dispose());
    }
  }

  /** After a reload of the window: the episode from its journal, and the offer to go on. */
  private async reopenLast(): Promise<void> {
    const { last } = this.followed;
    if (last?.open !== true) return;
    try {
      const { file, episode, branch, node } = last;
      const opened = await this.opener.replay({ trajectory: file, episode, at: { branch, node } });
      if (this.followed.current !== null) return;
      this.followed.add(new SessionSource(opened, this.sourcePorts(), 'interrupted'), null);
    } catch (error) {
      this.log.failure('opening the last recording', error);
    } finally {
      this.reopening = null;
    }
  }

  private async resume(args: {
    readonly file: string;
    readonly episode: string | null;
    readonly model: string | null;
  }): Promise<void> {
    const { file, episode, model } = args;
    const live = [...this.followed.all].some(
      ({ opened, session }) => opened.file === file && session.mode === 'live' && session.state !== 'closed',
    );
    // Two sessions that wrote into one file would spoil it.
    if (live) throw new LacError('workbench.recording-live', { file });
    await vscode.debug.startDebugging(this.commands.folder(), {
      type: 'lac',
      request: 'launch',
      name: vscode.l10n.t('LAC: Resume'),
      [resumeField]: { trajectory: file, episode, model },
    });
  }

  /** An episode of a recording for an editor, at the place where the former state of its file was looked at. */
  private async replayIn(
    recording: RecordingFile,
    uri: vscode.Uri,
    place: Place | null,
    run: RunCommand,
  ): Promise<SessionSource> {
    const { episodes } = recording.contents;
    const timeline = episodes.find(({ id }) => id === place?.episode);
    const at = place?.at ?? null;
    const kept = timeline?.branches.some(({ id }) => id === at?.branch) === true ? timeline : undefined;
    const there = at !== null && kept?.line(at.branch).some(({ id }) => id === at.node) === true ? { at } : {};
    const request = { trajectory: uri.fsPath, episode: timeline?.id ?? null, ...there };
    const opened = await this.opener.replayOf(recording, request);
    const shown = uri.scheme === 'file' ? opened : { ...opened, file: null };
    return new SessionSource(shown, { ...this.sourcePorts(), run }, 'trajectory', episodes.length);
  }

  private sourcePorts(): SourcePorts {
    return {
      autoRunCalls: () => this.settings.autoRunCalls,
      run: (command, argument) => this.offer(command, argument),
      prompt: (part, how) => this.commands.prompt(part, how),
      breakpoints: (source) => this.transcripts.stepsWithBreakpoints(source),
      setBreakpoint: (source, step, enabled) => this.transcripts.setBreakpoint(source, step, enabled),
      failed: (what, error) => this.log.failure(what, error),
    };
  }

  /** Runs a command that the page offers: ours, or one of the few of VS Code's that pages name. */
  private async offer(command: string, argument?: Continuing): Promise<void> {
    if (command === 'lac.stop') {
      await vscode.debug.stopDebugging(vscode.debug.activeDebugSession);
      return;
    }
    await (argument === undefined
      ? vscode.commands.executeCommand(command)
      : vscode.commands.executeCommand(command, argument));
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}

/** The adapter as VS Code takes it. */
class InlineAdapter extends vscode.Disposable implements vscode.DebugAdapter {
  readonly onDidSendMessage: vscode.Event<vscode.DebugProtocolMessage>;

  constructor(private readonly adapter: MessageHandler) {
    const messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
    const sending = adapter.onDidSendMessage((message) => messages.fire(message));
    super(() => {
      void adapter.dispose().finally(() => {
        sending.dispose();
        messages.dispose();
      });
    });
    this.onDidSendMessage = messages.event;
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    this.adapter.handleMessage(message as Parameters<MessageHandler['handleMessage']>[0]);
  }
}

async function recordedTranscript(
  file: string,
  id: string,
  branch: BranchId,
  indexes: IndexStore,
): Promise<TranscriptText> {
  const find = <E extends { readonly id: string }>(episodes: readonly E[]): E => {
    const episode = episodes.find((each) => each.id === id);
    if (episode !== undefined) return episode;
    const known = episodes.map((each) => each.id).join(', ');
    throw new LacError('debugger.no-episode', { file, episode: id, known });
  };
  if (await isLongJournal(file, windowedFrom)) {
    const long = await LongFile.open(file, indexes, new AbortController().signal, () => undefined);
    try {
      return new TranscriptText(IndexedTimeline.open(long.index, find(long.index.data.episodes)), branch);
    } finally {
      await long.close();
    }
  }
  const source = fileSource(file);
  const { contents } = await readRecordingFile(source).finally(() => source.close());
  return new TranscriptText(find(contents.episodes), branch);
}

/** Tells when the prompts in force of the followed session are others. */
function promptsChanged(tell: () => void, followed: FollowedSessions): (source: SessionSource) => void {
  let told = '';
  return (source) => {
    if (source !== followed.current) return;
    const { id } = source.session.promptsHere.line;
    if (id === told) return;
    told = id;
    tell();
  };
}

/** The prompt file for which a launch was refused, and where in it to look; null where it was not for one. */
function wrongPrompt(
  error: unknown,
  { prompts }: vscode.DebugConfiguration,
): [vscode.Uri, vscode.TextDocumentShowOptions] | null {
  const ours = error instanceof LacError && (error.code === 'prompt.malformed' || error.code === 'prompt.unknown-file');
  if (!ours || typeof prompts !== 'string') return null;
  const { file, line, column } = error.args;
  const at = new vscode.Position(Math.max(0, Number(line ?? 1) - 1), Math.max(0, Number(column ?? 1) - 1));
  return [vscode.Uri.file(path.join(prompts, String(file))), { selection: new vscode.Range(at, at) }];
}

function modelInWords(settings: Settings): string {
  const { model, modelIsDefault } = settings;
  return modelIsDefault
    ? vscode.l10n.t('The embedded model is used: it ships with the extension, knows BabyAI-Text and needs no server.')
    : vscode.l10n.t('Model: {0}', model);
}

function versionOf(manifest: unknown): string {
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof found === 'string' ? found : '0';
}
