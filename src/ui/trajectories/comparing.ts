import path from 'node:path';
import * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import type { ComparePageMessage, CompareHostMessage } from '../../protocol/compare';
import { compareTrajectories } from '../../trajectories/compare';
import type { BranchId } from '../../trajectories/ids';
import { IndexedTimeline } from '../../trajectories/index/indexedTimeline';
import type { RecordedAnswers } from '../../trajectories/journal';
import type { Timeline } from '../../trajectories/timeline';
import { withProgress } from '../cancellation';
import { pickRecording } from '../launching/configurations';
import { inWords, type Log } from '../log';
import { compareEditorType } from '../names';
import { fillWebview } from '../panel/webview';
import { ComparisonView, type NamedSide } from './comparisonView';
import { isLongJournal, LongFile, type IndexStore } from './longFile';
import { readRecordingFile } from './recordingFile';
import { sourceOf, type LookedAt } from './trajectoryEditor';

/** A recording to compare, and where in it somebody looks. */
export interface ToCompare {
  readonly uri: vscode.Uri;
  readonly at: LookedAt | null;
}

export interface ComparingPorts {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly indexes: IndexStore;
  /** Recordings that are open in editors. */
  readonly opened: () => readonly vscode.Uri[];
  /** Folder in which recordings are looked for. */
  readonly folder: () => string;
}

/** Asks for what is still open and shows two trajectories side by side. Throws `trajectory.*` and `workbench.*`. */
export async function compare(first: ToCompare, second: vscode.Uri | undefined, ports: ComparingPorts): Promise<void> {
  const opened: ComparedFile[] = [];
  const open = async (uri: vscode.Uri): Promise<ComparedFile> => {
    const file = await openFile(uri, ports.indexes);
    opened.push(file);
    return file;
  };
  let shown = false;
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    const left = await open(first.uri);
    const chosen = second === undefined ? await askOther(first, left, ports) : { uri: second, branch: null };
    if (chosen === undefined) return;
    const { uri, branch } = chosen;
    const same = uri.toString() === first.uri.toString();
    const right = same ? left : await open(uri);
    const leftSide = await sideOf(first.uri, left, first.at?.episode ?? null, first.at?.branch ?? null);
    if (leftSide === undefined) return;
    // The same task on the other side is what one compares with, where it is there.
    const { task } = leftSide.timeline;
    const alike = right.episodes.filter((each) => each.task === task.id);
    const wanted = same ? leftSide.timeline.id : alike.length === 1 ? (alike[0]?.id ?? null) : null;
    const rightSide = await sideOf(uri, right, wanted, branch);
    if (rightSide === undefined) return;
    show(leftSide, rightSide, ports, close);
    shown = true;
  } finally {
    if (!shown) await close();
  }
}

/** A recording that is compared: in memory, or read by window while the comparison is looked at. */
interface ComparedFile {
  readonly answers: RecordedAnswers;
  readonly episodes: readonly { readonly id: string; readonly goal: string; readonly task: string }[];
  /** undefined where there is no such episode. */
  readonly timeline: (id: string) => Timeline | undefined;
  readonly close: () => Promise<void>;
}

async function openFile(uri: vscode.Uri, indexes: IndexStore): Promise<ComparedFile> {
  const file = path.normalize(uri.fsPath);
  if (uri.scheme === 'file' && (await isLongJournal(file))) {
    const title = vscode.l10n.t('Indexing {0}', path.basename(file));
    const long = await withProgress(title, (signal, report) =>
      LongFile.open(file, indexes, signal, (fraction) => report(fraction, '')),
    );
    const { index } = long;
    const { episodes } = index.data;
    return {
      answers: index.answers(),
      episodes,
      timeline: (id) => {
        const episode = episodes.find((each) => each.id === id);
        return episode === undefined ? undefined : IndexedTimeline.open(index, episode);
      },
      close: () => long.close(),
    };
  }
  const source = await sourceOf(uri);
  const { contents } = await readRecordingFile(source).finally(() => source.close());
  return {
    answers: contents,
    episodes: contents.episodes.map(({ id, goal, task }) => ({ id, goal, task: task.id })),
    timeline: (id) => contents.episodes.find((each) => each.id === id),
    close: () => Promise.resolve(),
  };
}

interface Other {
  readonly uri: vscode.Uri;
  /** null: to be asked where there are several. */
  readonly branch: BranchId | null;
}

async function askOther(first: ToCompare, recording: ComparedFile, ports: ComparingPorts): Promise<Other | undefined> {
  const timeline = recording.timeline(first.at?.episode ?? recording.episodes.at(0)?.id ?? '');
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
  recording: ComparedFile,
  episode: string | null,
  branch: BranchId | null,
): Promise<NamedSide | undefined> {
  const file = path.basename(uri.path);
  const { episodes, answers } = recording;
  if (episodes.length === 0) throw new LacError('trajectory.no-episode', { file });
  const known = episodes.find(({ id }) => id === episode) ?? (await pickEpisode(file, episodes));
  const timeline = known === undefined ? undefined : recording.timeline(known.id);
  return timeline === undefined ? undefined : { contents: answers, timeline, branch: branch ?? 'b0', file };
}

type Episodes = ComparedFile['episodes'];

async function pickEpisode(file: string, episodes: Episodes): Promise<Episodes[number] | undefined> {
  if (episodes.length === 1) return episodes[0];
  const items = episodes.map((episode) => ({
    label: `${episode.id}  ${episode.goal}`,
    description: episode.task,
    episode,
  }));
  const title = vscode.l10n.t('Which episode of {0}?', file);
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, ignoreFocusOut: true }))?.episode;
}

function show(left: NamedSide, right: NamedSide, { extension, log }: ComparingPorts, close: () => Promise<void>): void {
  const title = vscode.l10n.t('{0} ↔ {1}', left.file, left.file === right.file ? right.branch : right.file);
  const panel = vscode.window.createWebviewPanel(compareEditorType, title, vscode.ViewColumn.Active, {
    // What is compared is in memory here; a hidden page is drawn again from it.
    enableFindWidget: true,
  });
  panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
  const closing = new AbortController();
  // A page that comes again (it was hidden) is told what was found before.
  let view: Promise<ComparisonView> | null = null;
  const post = (message: CompareHostMessage): void => {
    panel.webview
      .postMessage(message)
      .then(undefined, (error: unknown) => log.failure('telling the comparison', error));
  };
  const onProgress = (fraction: number): void => post({ kind: 'progress', fraction });
  const find = async (): Promise<ComparisonView> => {
    const options = { signal: closing.signal, onProgress };
    return new ComparisonView(left, right, await compareTrajectories(left, right, options));
  };
  const answer = async (message: ComparePageMessage): Promise<void> => {
    view ??= find();
    const found = await view;
    switch (message.kind) {
      case 'ready':
        post({ kind: 'comparison', state: found.state() });
        return;
      case 'actions':
        post({ kind: 'actions', from: message.from, actions: found.actions(message.from, message.to) });
        return;
      case 'step': {
        const pair = found.step(message.step);
        if (pair !== undefined) post({ kind: 'step', pair });
      }
    }
  };
  const listening = panel.webview.onDidReceiveMessage((message: unknown) => {
    if (!isPageMessage(message)) return;
    answer(message).catch((error: unknown) => {
      if (closing.signal.aborted) return;
      log.failure('comparing', error);
      post({ kind: 'failed', message: inWords(error) });
    });
  });
  panel.onDidDispose(() => {
    listening.dispose();
    closing.abort();
    close().catch((error: unknown) => log.failure('closing what was compared', error));
  });
  fillWebview(panel.webview, extension, 'editor', 'compare');
}

function isPageMessage(message: unknown): message is ComparePageMessage {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  const has = (field: string): boolean =>
    typeof new Map<string, unknown>(Object.entries(message)).get(field) === 'number';
  switch (message.kind) {
    case 'ready':
      return true;
    case 'step':
      return has('step');
    case 'actions':
      return has('from') && has('to');
    default:
      return false;
  }
}
