import path from 'node:path';
import * as vscode from 'vscode';
import { LacError } from '../errors/lacError';
import { environmentKinds } from '../environments/registry';
import { builtinSetFor } from '../episodes/launch';
import { kindOfPart, type PartId } from '../prompts/parts';
import { openPromptSet } from '../prompts/promptSet';
import { activeFile, activeRecording, environmentOfPrompt, pickRecording } from './launching/configurations';
import type { ChoiceMemory } from './launching/memory';
import { translate, type Log } from './log';
import type { ModelPicker } from './models/modelPicker';
import { commands, debugType, importedEditorType, trajectoryEditorType, walkthrough, type CommandId } from './names';
import type { PanelHost } from './panel/panelHost';
import type { Continuing } from './panel/changes';
import { forkFileName, runsFolder, type Places } from './places';
import { partOf } from './prompts/promptDocument';
import type { PromptFiles, PromptPlace } from './prompts/promptFiles';
import type { PromptWorkbench } from './prompts/workbench';
import type { FollowedSessions } from './sessions/followed';
import type { Settings } from './settings';
import type { Transcripts } from './transcripts/transcripts';
import { forkField } from './sessions/adapterHost';
import type { ForkRequest } from './sessions/sessionOpener';
import { compare } from './trajectories/comparing';
import { askContinuation } from './trajectories/continueFrom';
import { exampleInWords, exampleNamed, exampleUri, pickExample, requireNoExample } from './trajectories/examples';
import { exportTrajectory } from './trajectories/exporting';
import type { IndexedSource } from './trajectories/indexedSource';
import type { IndexStore } from './trajectories/longFile';
import { findIndexedStep, findStep, printIndexedSteps, printSteps } from './trajectories/stepQueries';
import { stepOfIndexed, stepOfSession } from './trajectories/stepsToContinue';
import type { TrajectoryEditors } from './trajectories/trajectoryEditors';
import { promptElement } from './trees/prompts';
import { environmentOf, exampleOf, taskOf } from './trees/tasks';

interface CommandPorts {
  readonly followed: FollowedSessions;
  readonly panel: PanelHost;
  readonly trajectories: TrajectoryEditors;
  readonly indexes: IndexStore;
  readonly picker: ModelPicker;
  readonly places: Places;
  readonly files: PromptFiles;
  readonly prompts: PromptWorkbench;
  readonly transcripts: Transcripts;
  readonly log: Log;
  readonly settings: Settings;
  readonly memory: ChoiceMemory;
  readonly refreshTasks: () => void;
  readonly extensionId: string;
  readonly extension: vscode.Uri;
  readonly resume: (recording: {
    readonly file: string;
    readonly episode: string | null;
    readonly model: string | null;
  }) => Promise<void>;
}

type Command = (...args: readonly unknown[]) => unknown;

/** What each command does. */
export class Commands {
  private readonly byId: Readonly<Record<CommandId, Command>>;

  constructor(private readonly ports: CommandPorts) {
    const { picker, panel, log, refreshTasks } = ports;
    this.byId = {
      [commands.startEpisode]: (element) => this.startEpisode(element),
      [commands.startTask]: (element) => this.startTask(element),
      [commands.resumeEpisode]: (uri) => this.resume(uri),
      [commands.replayTrajectory]: (uri) => this.replay(uri),
      [commands.openTrajectory]: (uri) => this.openTrajectory(uri),
      [commands.openExample]: (given) => this.openExample(given),
      [commands.continueFromStep]: (given) => this.continueFromStep(given),
      [commands.compareTrajectories]: (uri, uris) => this.compareTrajectories(uri, uris),
      [commands.exportTrajectory]: (uri) => this.exportTrajectory(uri),
      [commands.chooseEpisode]: () => ports.trajectories.chooseEpisode(),
      [commands.findStep]: () => {
        const { indexed } = this;
        return indexed === null ? findStep(this.session()) : findIndexedStep(indexed);
      },
      [commands.printSteps]: () => {
        const { indexed } = this;
        return indexed === null ? printSteps(this.session()) : printIndexedSteps(indexed);
      },
      [commands.openPanel]: () => panel.openEditor(),
      [commands.openTranscript]: () => this.openTranscript(),
      [commands.play]: () => this.play(),
      [commands.resampleRollouts]: () => this.resample(),
      [commands.selectModel]: () => picker.select(),
      [commands.pullModel]: () => picker.pullToUse(),
      [commands.setKey]: () => picker.setKey(),
      [commands.deleteKey]: () => picker.deleteKey(),
      [commands.editPrompt]: (given) => this.withPart(given, (place, part) => this.editPrompt(place, part)),
      [commands.openPrompt]: (given) => this.withPart(given, (place, part) => ports.files.open(place, part)),
      [commands.comparePrompt]: (given) => this.withPart(given, (place, part) => ports.files.compare(place, part)),
      [commands.resetPrompt]: (given) => this.withPart(given, (place, part) => ports.files.reset(place, part)),
      [commands.previewPrompt]: (given) => this.preview(given),
      [commands.runPrompt]: (uri) => this.runPrompt(uri),
      [commands.refreshTasks]: refreshTasks,
      [commands.showLog]: () => log.channel.show(true),
      [commands.openWalkthrough]: () =>
        vscode.commands.executeCommand(
          'workbench.action.openWalkthrough',
          `${ports.extensionId}#${walkthrough}`,
          false,
        ),
    };
  }

  /** Runs a command; what fails is told once, in words. */
  async run(command: CommandId, args: readonly unknown[]): Promise<unknown> {
    try {
      return await this.byId[command](...args);
    } catch (error) {
      await this.ports.log.tell(command, error);
      return undefined;
    }
  }

  folder(): vscode.WorkspaceFolder | undefined {
    return this.ports.places.workspaceFolder();
  }

  private async start(configuration: Readonly<Record<string, unknown>>): Promise<boolean> {
    return vscode.debug.startDebugging(this.folder(), {
      type: debugType,
      request: 'launch',
      name: 'LAC',
      ...configuration,
    });
  }

  /** Starts an episode of what is chosen, or of the environment whose entry of the tree is given. */
  private async startEpisode(element: unknown): Promise<void> {
    const environment = environmentOf(element);
    await this.start({ askModel: true, ...(environment === undefined ? {} : { environment }) });
  }

  /** Starts an episode of a prompt's environment; a menu gives the file. */
  private async runPrompt(given: unknown): Promise<void> {
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    const environment = uri === undefined ? null : environmentOfPrompt(uri);
    await this.start({ askModel: true, ...(environment === null ? {} : { environment }) });
  }

  private async startTask(element: unknown): Promise<void> {
    const task = taskOf(element);
    if (task === undefined) return;
    await this.ports.memory.remember({ environment: task.environment, task: task.id });
    await this.start({ name: `LAC: ${task.title}`, environment: task.environment, task: task.id });
  }

  private async recording(given: unknown): Promise<vscode.Uri | undefined> {
    if (given instanceof vscode.Uri) return given;
    const example = exampleOf(given);
    if (example !== undefined) return exampleUri(this.ports.extension, example);
    const active = activeFile('.lac.jsonl') ?? activeRecording();
    if (active !== undefined) return active;
    const file = this.ports.followed.current?.opened.file ?? null;
    if (file !== null) return vscode.Uri.file(file);
    return pickRecording(this.ports.places.runs(this.folder()).folder);
  }

  private async replay(given: unknown): Promise<void> {
    const uri = await this.recording(given);
    if (uri === undefined) return;
    const name = vscode.l10n.t('LAC: Replay {0}', path.basename(uri.fsPath));
    await this.start({ request: 'replay', name, trajectory: uri.fsPath });
  }

  private async resume(given: unknown): Promise<void> {
    const uri = await this.recording(given);
    if (uri === undefined) return;
    requireNoExample(this.ports.extension, uri);
    const current = this.ports.followed.current;
    const { last } = this.ports.followed;
    const same = current?.opened.file === uri.fsPath ? current.session.timeline.id : null;
    const model = last?.file === uri.fsPath ? last.model : null;
    await this.ports.resume({ file: uri.fsPath, episode: same, model });
  }

  /** The recording of the editor with the focus, where it is read by window. */
  private get indexed(): IndexedSource | null {
    return this.ports.trajectories.current?.indexed ?? null;
  }

  /** @param given what is to be changed, where that is known; a menu gives the file. */
  private async continueFromStep(given: unknown): Promise<void> {
    const { places, picker, memory, trajectories } = this.ports;
    const { indexed } = this;
    const root = places.workspaceFolder(this.folder());
    const environment = indexed?.track.episode.environment ?? this.session().session.timeline.task.environment;
    const prompts = places.prompts(root, environment).folder;
    const shown = trajectories.current?.lookedAt?.file ?? null;
    const step = indexed === null ? stepOfSession(this.session(), prompts, shown) : stepOfIndexed(indexed);
    // Where nothing can be recorded nothing need be asked.
    const runs = runsFolder(places.runs(root).folder);
    const asked = await askContinuation(step, prompts, picker, isContinuing(given) ? given.change : undefined);
    if (asked === undefined) return;
    const { file, episode, node } = step.at;
    const fork: ForkRequest = {
      from: { file, episode, node },
      environment,
      model: asked.model,
      change: asked.change,
      prompts,
      trajectory: path.join(runs, forkFileName(file, step.at.step, new Date())),
    };
    await memory.remember({ environment, task: step.timeline.task.id });
    const name = vscode.l10n.t('LAC: {0} from step {1}', path.basename(file), step.at.step);
    await this.start({ name, environment, [forkField]: fork });
  }

  private async compareTrajectories(given: unknown, selected: unknown): Promise<void> {
    const { trajectories, places, log, extension } = this.ports;
    const uris = Array.isArray(selected) ? selected.filter((each) => each instanceof vscode.Uri) : [];
    const first = uris.at(0) ?? (await this.recording(given));
    if (first === undefined) return;
    const ports = {
      extension,
      log,
      opened: () => trajectories.files,
      folder: () => places.runs(this.folder()).folder,
      indexes: this.ports.indexes,
    };
    await compare({ uri: first, at: trajectories.of(first)?.lookedAt ?? null }, uris.at(1), ports);
  }

  private async exportTrajectory(given: unknown): Promise<void> {
    const uri = await this.recording(given);
    if (uri !== undefined) await exportTrajectory(uri, this.ports.indexes);
  }

  private async openTrajectory(given: unknown): Promise<void> {
    const chosen = given instanceof vscode.Uri ? given : activeForeignFile();
    const uri = chosen ?? (await pickRecording(this.ports.places.runs(this.folder()).folder));
    if (uri === undefined) return;
    const type = /\.(lac\.jsonl|traj)$/.test(uri.path) ? trajectoryEditorType : importedEditorType;
    await vscode.commands.executeCommand('vscode.openWith', uri, type);
  }

  /** Opens an example, of the tree, by its name, or one that is chosen, at the step that it is an example for. */
  private async openExample(given: unknown): Promise<void> {
    const example = exampleOf(given) ?? exampleNamed(given) ?? (await pickExample());
    if (example === undefined) return;
    const { trajectories, extension } = this.ports;
    await trajectories.openAt(exampleUri(extension, example), {
      step: example.step,
      words: exampleInWords(example).look,
    });
  }

  private async openTranscript(): Promise<void> {
    const uri = this.ports.transcripts.uriOf(this.session());
    if (uri !== undefined) await vscode.window.showTextDocument(uri, { preview: false });
  }

  private session() {
    const source = this.ports.followed.current;
    if (source === null) throw new LacError('workbench.no-episode');
    return source;
  }

  private async play(): Promise<void> {
    const source = this.session();
    source.setPlaying(!source.isPlaying);
    await vscode.commands.executeCommand('lac.panel.focus');
  }

  private async resample(): Promise<void> {
    const { session } = this.session();
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Re-Sample Rollouts'),
      prompt: vscode.l10n.t('How many times?'),
      value: '5',
      validateInput: (value) =>
        /^[1-9]\d?$/.test(value) ? undefined : vscode.l10n.t('It takes a number from 1 to 99.'),
    });
    if (text !== undefined) await session.resample(Number(text), 1);
  }

  // Prompts

  /** What the panel asks for a part. */
  async prompt(name: string, how: 'open' | 'diff' | 'reset' | 'preview'): Promise<void> {
    const place = this.promptPlace(undefined);
    if (place === undefined) throw new LacError('workbench.no-episode');
    const { files, prompts } = this.ports;
    const part = files.part(name, place);
    switch (how) {
      case 'open':
        return files.open(place, part);
      case 'diff':
        return files.compare(place, part);
      case 'reset':
        return files.reset(place, part);
      case 'preview':
        return prompts.showPreview(files.currentUri(place, part));
    }
  }

  /** Opens a prompt to be edited, and says where it was copied to if that is not the workspace. */
  private async editPrompt(place: PromptPlace, part: PartId): Promise<void> {
    const { files, places } = this.ports;
    if (!(await files.edit(place, part))) return;
    const words = places.unusual(this.folder(), path.basename(place.folder), [place.folder]);
    for (const each of words) void vscode.window.showInformationMessage(each);
  }

  /** Set and folder of the episode that is open, or of an environment. */
  private promptPlace(environment: string | undefined): PromptPlace | undefined {
    const source = this.ports.followed.current;
    const mine =
      source !== null && (environment === undefined || source.session.timeline.task.environment === environment);
    const chosen = mine ? source.session.timeline.task.environment : environment;
    if (chosen === undefined) return undefined;
    const { folder } = this.ports.places.prompts(this.folder(), chosen);
    if (mine) return { set: source.session.promptsHere.set.id, folder: source.opened.promptsFolder ?? folder };
    return { set: builtinSetFor(chosen, this.ports.settings.model), folder };
  }

  private async withPart(given: unknown, run: (place: PromptPlace, part: PartId) => Promise<void>): Promise<void> {
    const uri = given instanceof vscode.Uri ? given : undefined;
    const active = vscode.window.activeTextEditor?.document;
    const shown =
      uri ?? (promptElement(given) === undefined && active?.languageId === 'lac-prompt' ? active.uri : undefined);
    const environment = shown === undefined ? undefined : (environmentOfPrompt(shown) ?? undefined);
    const place = this.promptPlace(environment) ?? this.promptPlace(await pickEnvironmentId());
    if (place === undefined) return;
    const part = promptElement(given) ?? (shown === undefined ? null : partOf(shown)) ?? (await pickPart(place));
    if (part !== undefined) await run(place, part);
  }

  private async preview(given: unknown): Promise<void> {
    const part = promptElement(given);
    if (part !== undefined) {
      await this.prompt(part, 'preview');
      return;
    }
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    if (uri !== undefined) await this.ports.prompts.showPreview(uri);
  }
}

function isContinuing(given: unknown): given is Continuing {
  return typeof given === 'object' && given !== null && 'change' in given && typeof given.change === 'object';
}

/** The active tab's file where it may be a recording of another format; a binary one has no text editor. */
function activeForeignFile(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputText ? input.uri : undefined;
  return uri !== undefined && /\.(jsonl|json|eval|traj)$/.test(uri.path) ? uri : undefined;
}

async function pickEnvironmentId(): Promise<string | undefined> {
  const items = environmentKinds.map(({ id, title, description }) => ({
    label: title,
    detail: translate(description),
    id,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Prompts of which environment?') });
  return chosen?.id;
}

async function pickPart({ set }: PromptPlace): Promise<PartId | undefined> {
  const parts = [...openPromptSet(set).parts.keys()];
  const items = parts.map((part) => ({ label: part, description: partInWords(part), part }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Edit which part?') });
  return chosen?.part;
}

function partInWords(part: PartId): string {
  switch (kindOfPart(part)) {
    case 'head':
      return vscode.l10n.t('shared by all roles');
    case 'role-head':
      return vscode.l10n.t('a role’s own head');
    case 'tail':
      return vscode.l10n.t('ends the prompt of a role');
    case 'examples':
      return vscode.l10n.t('worked examples');
  }
}
