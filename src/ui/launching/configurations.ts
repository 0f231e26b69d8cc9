import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EnvironmentKind } from '../../environments/environment';
import { environmentKind, environmentKinds } from '../../environments/registry';
import { variantNamed } from '../../environments/variants';
import { LacError } from '../../errors/lacError';
import { parseParameters } from '../../lac/parameterInput';
import { parseModelName } from '../../models/endpoints';
import { builtinSets } from '../../prompts/builtin';
import { signalOf } from '../cancellation';
import { inWords, type Log } from '../log';
import type { ModelPicker } from '../models/modelPicker';
import { debugType, importedEditorType, languages, schemes, trajectoryEditorType } from '../names';
import { runFileName, runsFolder, type Places } from '../places';
import { readBuiltinUri } from '../prompts/promptDocument';
import { forkField, resumeField } from '../sessions/adapterHost';
import type { SessionOpener } from '../sessions/sessionOpener';
import type { Settings } from '../settings';
import type { ChoiceMemory } from './memory';
import { pickEnvironment, pickTask, pickVariant } from './pickers';

const journalSuffix = '.lac.jsonl';

/** A configuration as a person wrote it: nothing of it is certain. */
type Unchecked = Readonly<Record<string, unknown>>;

/** Completes launch configurations: from the editor that is open, from settings, from what was chosen last, by asking. */
export class Configurations {
  constructor(
    private readonly opener: SessionOpener,
    private readonly settings: Settings,
    private readonly places: Places,
    private readonly memory: ChoiceMemory,
    private readonly models: ModelPicker,
    private readonly log: Log,
  ) {}

  /** What "Run and Debug" offers without a launch.json. */
  offer(folder: vscode.WorkspaceFolder | undefined): vscode.DebugConfiguration[] {
    const starts = environmentKinds.map(({ id, title }) => ({
      type: debugType,
      request: 'launch',
      name: `LAC: ${title}`,
      environment: id,
      stopOnEntry: true,
    }));
    const recording = activeFile(journalSuffix);
    if (recording === undefined) return starts;
    const shown = folder === undefined ? recording.fsPath : path.relative(folder.uri.fsPath, recording.fsPath);
    const name = vscode.l10n.t('LAC: Replay {0}', path.basename(shown));
    return [{ type: debugType, request: 'replay', name, trajectory: recording.fsPath, stopOnEntry: true }, ...starts];
  }

  /** Fills in what a configuration leaves open; undefined when the person gives up, or it cannot be used. */
  async resolve(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
    token: vscode.CancellationToken | undefined,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const bare = given.type === '' || given.type === undefined;
    const configuration = bare ? fromEditor() : given;
    if (startedByUs(configuration)) return configuration;
    try {
      if (replays(configuration)) return await this.replay(configuration);
      return await this.launch(folder, configuration, bare, token);
    } catch (error) {
      void this.refuse(configuration, error);
      return undefined;
    }
  }

  private async launch(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
    bare: boolean,
    token: vscode.CancellationToken | undefined,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const { variant, askModel, ...given }: Unchecked = configuration;
    const [environment, task, model] = ['environment', 'task', 'model'].map((field) => textIn(configuration, field));
    const parameters = this.parameters(folder, configuration);
    const asked = environment === null;
    const kind = asked ? await pickEnvironment(this.memory) : environmentKind(environment);
    if (kind === undefined) return undefined;
    // Who names an environment and no variant means the paper's; who is asked for the one is asked for the other.
    const wanted = asked && variant === undefined ? await pickVariant(kind, this.memory) : variantFrom(kind, variant);
    if (wanted === undefined) return undefined;
    let chosen = task;
    if (chosen === null) {
      const picked = await pickTask(kind, this.opener.resources(kind.id, wanted), this.memory, signalOf(token));
      if (picked === undefined) return undefined;
      chosen = picked.id;
    }
    const asksModel = (bare || askModel === true) && this.settings.modelIsDefault;
    const named = model ?? (asksModel ? await this.models.pick() : this.settings.model);
    if (named === undefined) return undefined;
    parseModelName(named);
    return {
      ...given,
      type: debugType,
      request: 'launch',
      name: configuration.name === '' ? `LAC: ${kind.title}` : configuration.name,
      environment: kind.id,
      ...(wanted === null ? {} : { variant: wanted }),
      task: chosen,
      model: named,
      stopOnEntry: given['stopOnEntry'] ?? true,
      parameters,
    };
  }

  /** The parameters that somebody set: settings, then the configuration's. */
  private parameters(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Readonly<Record<string, unknown>> {
    const { name, parameters } = configuration;
    const method = textIn(configuration, 'method');
    if (parameters !== undefined) parseParameters(parameters, `launch.json, ${name}`);
    const given = typeof parameters === 'object' && parameters !== null ? (parameters as object) : {};
    const all = {
      ...this.settings.parameters(folder?.uri),
      ...given,
      ...(method === null ? {} : { method }),
    };
    parseParameters(all, name);
    return all;
  }

  private async replay(configuration: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration | undefined> {
    if (textIn(configuration, 'trajectory') !== null) return { ...configuration, ...asReplay };
    const file = await pickRecording(this.places.runs(undefined).folder);
    return file === undefined ? undefined : { ...configuration, ...asReplay, trajectory: file.fsPath };
  }

  /** Makes paths absolute once variables are replaced; chooses where to record. undefined when nothing can be recorded there. */
  resolvePaths(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    try {
      return this.withPaths(folder, configuration);
    } catch (error) {
      void this.refuse(configuration, error);
      return undefined;
    }
  }

  private withPaths(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    const root = this.places.workspaceFolder(folder);
    const absolute = (field: string): string | undefined => {
      const value = textIn(configuration, field);
      return value === null ? undefined : path.resolve(root?.uri.fsPath ?? '', value);
    };
    if (startedByUs(configuration)) return configuration;
    const given = absolute('trajectory');
    if (replays(configuration)) return { ...configuration, trajectory: given };
    const environment = String(configuration['environment']);
    const runs = this.places.runs(root);
    const prompts = this.places.prompts(root, environment);
    const trajectory = given ?? path.join(runsFolder(runs.folder), runFileName(environment, new Date()));
    return { ...configuration, trajectory, prompts: absolute('prompts') ?? prompts.folder };
  }

  /** Says why a session does not start; VS Code need not wait until somebody has read it. */
  private async refuse({ name }: vscode.DebugConfiguration, error: unknown): Promise<void> {
    if (!(error instanceof LacError)) {
      await this.log.tell(name, error);
      return;
    }
    this.log.failure(name, error);
    const byPlace = error.code === 'workbench.folder';
    const open = byPlace ? vscode.l10n.t('Open Settings') : vscode.l10n.t('Open launch.json');
    const chosen = await vscode.window.showErrorMessage(inWords(error), open);
    if (chosen !== open) return;
    if (byPlace) await vscode.commands.executeCommand('workbench.action.openSettings', 'lac.runs.folder');
    else await vscode.commands.executeCommand('workbench.action.debug.configure');
  }
}

/** A text that a configuration may hold; null where it leaves it open. Throws `debugger.field`. */
function textIn(configuration: Unchecked, field: string): string | null {
  const value = configuration[field];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw new LacError('debugger.field', { field, expected: 'a text' });
  return value;
}

/** The variant that a configuration names. Throws `debugger.field`, `environment.unknown-variant`. */
function variantFrom(kind: EnvironmentKind, variant: unknown): string | null {
  if (variant === undefined || variant === null) return null;
  const known = Object.keys(kind.variants ?? {});
  if (typeof variant !== 'string') {
    const expected = known.length === 0 ? 'left out' : `one of: ${known.join(', ')}`;
    throw new LacError('debugger.field', { field: 'variant', expected });
  }
  return variantNamed(kind.title, kind.variants ?? {}, variant);
}

/** VS Code knows the requests `launch` and `attach` alone, so a replay goes to the adapter as a mode of `launch`. */
const asReplay = { type: debugType, request: 'launch', mode: 'replay' } as const;

/** A configuration that goes on with a recording: it is complete. */
function startedByUs(configuration: vscode.DebugConfiguration): boolean {
  return configuration[resumeField] !== undefined || configuration[forkField] !== undefined;
}

function replays(configuration: vscode.DebugConfiguration): boolean {
  return configuration.request === 'replay' || configuration['mode'] === 'replay';
}

/** What F5 without a launch.json means in the active editor. */
function fromEditor(): vscode.DebugConfiguration {
  const launch = { type: debugType, request: 'launch', name: 'LAC' };
  const recording = activeFile(journalSuffix);
  if (recording !== undefined) {
    return { type: debugType, request: 'replay', name: 'LAC: Replay', trajectory: recording.fsPath };
  }
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === languages.prompt) {
    const environment = environmentOfPrompt(document.uri);
    return environment === null ? launch : { ...launch, environment };
  }
  if (document?.uri.scheme === schemes.transcript) {
    const file = document.uri.path.split('/').slice(0, -2).join('/');
    if (file.endsWith(journalSuffix))
      return { type: debugType, request: 'replay', name: 'LAC: Replay', trajectory: file };
  }
  return launch;
}

/** The environment that a prompt belongs to: a built-in's set, else the name of the file's folder. */
export function environmentOfPrompt(uri: vscode.Uri): string | null {
  const builtin = readBuiltinUri(uri);
  const name = builtin?.set ?? uri.path.split('/').at(-2) ?? '';
  return builtinSets.find(({ id, environment }) => id === name || environment === name)?.environment ?? null;
}

/** The file that the active tab shows, text or not, if its name ends so. */
export function activeFile(suffix: string): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
  return uri?.path.endsWith(suffix) === true ? uri : undefined;
}

/** The recording of any format that the active editor walks through. */
export function activeRecording(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const ours: readonly string[] = [trajectoryEditorType, importedEditorType];
  return input instanceof vscode.TabInputCustom && ours.includes(input.viewType) ? input.uri : undefined;
}

export async function pickRecording(folder: string): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open a Recording'),
    canSelectMany: false,
    defaultUri: vscode.Uri.file(nearestFolder(folder)),
    filters: { [vscode.l10n.t('Trajectories')]: ['jsonl', 'traj', 'json', 'eval'] },
  });
  return chosen?.at(0);
}

/** A folder, or the one above that is there: a dialog that begins at a place that is not there shows nothing. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(path.dirname(folder));
}
