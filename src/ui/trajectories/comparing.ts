import path from 'node:path';
import * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import type { ComparePageMessage, CompareHostMessage } from '../../protocol/compare';
import type { BranchId } from '../../trajectories/ids';
import { pickRecording } from '../launching/configurations';
import { inWords, type Log } from '../log';
import { compareEditorType } from '../names';
import { fillWebview } from '../panel/webview';
import { ComparisonView, type NamedSide } from './comparisonView';
import { readRecordingFile, requireWhole, type RecordingFile } from './recordingFile';
import { sourceOf, type LookedAt } from './trajectoryEditor';

/** A recording to compare, and where in it somebody looks. */
export interface ToCompare {
  readonly uri: vscode.Uri;
  readonly at: LookedAt | null;
}

export interface ComparingPorts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  /** Recordings that are open in editors. */
  readonly opened: () => readonly vscode.Uri[];
  /** Folder in which recordings are looked for. */
  readonly folder: () => string;
}

/** Asks for what is still open and shows two trajectories side by side. Throws `trajectory.*` and `workbench.*`. */
export async function compare(first: ToCompare, second: vscode.Uri | undefined, ports: ComparingPorts): Promise<void> {
  const left = await read(first.uri);
  const chosen = second === undefined ? await askOther(first, left, ports) : { uri: second, branch: null };
  if (chosen === undefined) return;
  const { uri, branch } = chosen;
  const same = uri.toString() === first.uri.toString();
  const right = same ? left : await read(uri);
  const leftSide = await sideOf(first.uri, left, first.at?.episode ?? null, first.at?.branch ?? null);
  if (leftSide === undefined) return;
  // The same task on the other side is what one compares with, where it is there.
  const { task } = leftSide.timeline;
  const alike = right.contents.episodes.filter((each) => each.task.id === task.id);
  const wanted = same ? leftSide.timeline.id : alike.length === 1 ? (alike[0]?.id ?? null) : null;
  const rightSide = await sideOf(uri, right, wanted, branch);
  if (rightSide === undefined) return;
  show(leftSide, rightSide, ports);
}

async function read(uri: vscode.Uri): Promise<RecordingFile> {
  const source = await sourceOf(uri);
  try {
    requireWhole(source.name, await source.size());
    return await readRecordingFile(source);
  } finally {
    await source.close();
  }
}

interface Other {
  readonly uri: vscode.Uri;
  /** null: to be asked where there are several. */
  readonly branch: BranchId | null;
}

async function askOther(first: ToCompare, recording: RecordingFile, ports: ComparingPorts): Promise<Other | undefined> {
  const { episodes } = recording.contents;
  const timeline = episodes.find(({ id }) => id === first.at?.episode) ?? episodes.at(0);
  const here = first.at?.branch ?? 'b0';
  const branches = (timeline?.branches ?? []).filter(({ id }) => id !== here);
  const file = path.basename(first.uri.path);
  const others = ports.opened().filter((uri) => uri.toString() !== first.uri.toString());
  const items: (vscode.QuickPickItem & { readonly other: Other | null })[] = [
    ...branches.map(({ id, from }) => ({
      label: `$(git-branch) ${id}`,
      description: vscode.l10n.t('branch of this recording, from step {0}', timeline?.node(from)?.step ?? 0),
      other: { uri: first.uri, branch: id },
    })),
    ...others.map((uri) => ({
      label: `$(graph-line) ${path.basename(uri.path)}`,
      description: vscode.l10n.t('open'),
      other: { uri, branch: null },
    })),
    { label: vscode.l10n.t('$(folder-opened) Choose a File…'), other: null },
  ];
  const only = items.length === 1;
  const chosen = only
    ? items.at(0)
    : await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Compare {0} ({1}) with', file, here) });
  if (chosen === undefined || chosen.other !== null) return chosen?.other ?? undefined;
  const uri = await pickRecording(ports.folder());
  return uri === undefined ? undefined : { uri, branch: null };
}

/** The branch that is compared; asked for where there are several and none was named. */
async function sideOf(
  uri: vscode.Uri,
  { contents }: RecordingFile,
  episode: string | null,
  branch: BranchId | null,
): Promise<NamedSide | undefined> {
  const file = path.basename(uri.path);
  const { episodes } = contents;
  if (episodes.length === 0) throw new LacError('trajectory.no-episode', { file });
  const timeline = episodes.find(({ id }) => id === episode) ?? (await pickEpisode(file, contents.episodes));
  if (timeline === undefined) return undefined;
  return { contents, timeline, branch: branch ?? 'b0', file };
}

type Episodes = RecordingFile['contents']['episodes'];

async function pickEpisode(file: string, episodes: Episodes): Promise<Episodes[number] | undefined> {
  if (episodes.length === 1) return episodes[0];
  const items = episodes.map((timeline) => ({
    label: `${timeline.id}  ${timeline.goal}`,
    description: timeline.task.id,
    timeline,
  }));
  const title = vscode.l10n.t('Which episode of {0}?', file);
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, ignoreFocusOut: true }))
    ?.timeline;
}

function show(left: NamedSide, right: NamedSide, { extension, log }: ComparingPorts): void {
  const title = vscode.l10n.t('{0} ↔ {1}', left.file, left.file === right.file ? right.branch : right.file);
  const panel = vscode.window.createWebviewPanel(compareEditorType, title, vscode.ViewColumn.Active, {
    // What is compared is in memory here; a hidden page is drawn again from it.
    enableFindWidget: true,
  });
  panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
  let view: ComparisonView | null = null;
  const post = (message: CompareHostMessage): void => {
    panel.webview
      .postMessage(message)
      .then(undefined, (error: unknown) => log.failure('telling the comparison', error));
  };
  const listening = panel.webview.onDidReceiveMessage((message: unknown) => {
    if (!isPageMessage(message)) return;
    try {
      view ??= new ComparisonView(left, right);
      if (message.kind === 'ready') post({ kind: 'comparison', state: view.state() });
      else {
        const pair = view.step(message.step);
        if (pair !== undefined) post({ kind: 'step', pair });
      }
    } catch (error) {
      log.failure('comparing', error);
      post({ kind: 'failed', message: inWords(error) });
    }
  });
  panel.onDidDispose(() => {
    listening.dispose();
    view = null;
  });
  fillWebview(panel.webview, extension, 'editor', 'compare');
}

function isPageMessage(message: unknown): message is ComparePageMessage {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'ready' || (message.kind === 'step' && 'step' in message && typeof message.step === 'number');
}
