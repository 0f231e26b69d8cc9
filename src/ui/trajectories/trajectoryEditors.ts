import path from 'node:path';
import * as vscode from 'vscode';
import { LacError, messageOf } from '../../errors/lacError';
import { bufferSource, fileSource, type ByteSource } from '../../trajectories/byteSource';
import type { BranchId, NodeId } from '../../trajectories/ids';
import { inWords, type Log } from '../log';
import { commands } from '../names';
import { PageLink } from '../panel/pageLink';
import type { SessionSource } from '../panel/sessionSource';
import { fillWebview } from '../panel/webview';
import type { FollowedSessions } from '../sessions/followed';
import { NoticeSource } from './notices';
import { readRecordingFile, requireReadable, type RecordingFile } from './recordingFile';

/** A writer appends a step in many lines; the file is read again when it has been still for so long. */
const settlingMs = 250;

/** Which episode is shown and where in it; null for what the recording begins with. */
export interface Place {
  readonly episode: string;
  readonly at: { readonly branch: BranchId; readonly node: NodeId } | null;
}

export interface EditorPorts {
  readonly extension: vscode.Uri;
  readonly followed: FollowedSessions;
  readonly log: Log;
  /** Opens an episode of a recording without model and environment. */
  readonly replay: (
    recording: RecordingFile,
    uri: vscode.Uri,
    place: Place | null,
    run: (command: string) => Promise<void>,
  ) => Promise<SessionSource>;
  /** Runs a command that the page offers. */
  readonly offer: (command: string) => Promise<void>;
}

/** The editors of recordings; the panel follows the one that has the focus. */
export class TrajectoryEditors implements vscode.Disposable {
  private readonly open = new Set<TrajectoryEditor>();

  constructor(private readonly ports: EditorPorts) {}

  async show(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
    const editor = new TrajectoryEditor(uri, panel, this.ports);
    this.open.add(editor);
    panel.onDidDispose(() => {
      this.open.delete(editor);
      editor.dispose();
    });
    await editor.read();
  }

  /** Lets a person choose another episode of the recording that is looked at. Throws `workbench.no-recording`. */
  async chooseEpisode(): Promise<void> {
    const editors = [...this.open];
    const editor = editors.find(({ active }) => active) ?? editors.find(({ followed }) => followed);
    if (editor === undefined) throw new LacError('workbench.no-recording');
    await editor.chooseEpisode();
  }

  dispose(): void {
    for (const editor of this.open) editor.dispose();
  }
}

/** One recording in an editor: read again when its file changes, the cursor where it was. */
class TrajectoryEditor implements vscode.Disposable {
  private readonly notice: NoticeSource;
  private readonly link: PageLink;
  private readonly subscriptions: vscode.Disposable[] = [];
  private recording: RecordingFile | null = null;
  private source: SessionSource | null = null;
  private reading: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private disposed = false;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly ports: EditorPorts,
  ) {
    this.notice = new NoticeSource(nameOf(uri), this.run);
    this.link = new PageLink(panel.webview, this.notice, ports.log);
    fillWebview(panel.webview, ports.extension, 'editor');
    const folder = vscode.Uri.joinPath(uri, '..');
    // The name may hold what a pattern would read as its own.
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    const mine = (changed: vscode.Uri): boolean => changed.path === uri.path;
    this.subscriptions.push(
      watcher,
      watcher.onDidChange((changed) => mine(changed) && this.readSoon()),
      watcher.onDidCreate((changed) => mine(changed) && this.readSoon()),
      watcher.onDidDelete((changed) => mine(changed) && this.deleted()),
      panel.onDidChangeViewState(() => {
        if (panel.active && this.source !== null) ports.followed.follow(this.source);
      }),
    );
  }

  get active(): boolean {
    return this.panel.active;
  }

  get followed(): boolean {
    return this.source !== null && this.ports.followed.current === this.source;
  }

  private readonly run = async (command: string): Promise<void> => {
    // Another session may be debugged meanwhile; what is stopped here is the looking.
    if (command === 'lac.stop') {
      this.panel.dispose();
      return;
    }
    if (this.source !== null) this.ports.followed.follow(this.source);
    await (command === commands.chooseEpisode ? this.chooseEpisode() : this.ports.offer(command));
  };

  /** Reads the file, one reading at a time, and shows it. */
  read(): Promise<void> {
    this.reading = this.reading.then(() => this.readNow());
    return this.reading;
  }

  private readSoon(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.read();
    }, settlingMs);
  }

  private async readNow(): Promise<void> {
    if (this.disposed) return;
    try {
      this.recording = await readUri(this.uri);
      await this.show(placeOf(this.source));
    } catch (error) {
      this.ports.log.failure(`reading ${this.uri.toString()}`, error);
      // What was read before stays to be seen, with the word that it is old.
      if (this.source !== null) {
        this.source.setNotice(vscode.l10n.t('The file has changed and cannot be read now: {0}', inWords(error)));
      } else this.notice.fail(error);
    }
  }

  private deleted(): void {
    this.source?.setNotice(vscode.l10n.t('The file was deleted; this is what it held.'));
  }

  private async show(place: Place | null): Promise<void> {
    if (this.recording === null || this.disposed) return;
    const source = await this.ports.replay(this.recording, this.uri, place, this.run);
    const { followed } = this.ports;
    const before = this.source;
    this.source = source;
    if (before === null) followed.add(source, null);
    else {
      source.setSearch(before.search);
      followed.replace(before, source);
    }
    this.link.follow(source);
    if (before !== null) await closeSource(before);
    if (this.wasDisposed()) this.letGo();
  }

  private wasDisposed(): boolean {
    return this.disposed;
  }

  async chooseEpisode(): Promise<void> {
    const episodes = this.recording?.contents.episodes ?? [];
    const items = episodes.map((timeline) => {
      const tip = timeline.tip('b0');
      const outcome = tip?.status ?? 'running';
      return {
        id: timeline.id,
        label: `${timeline.id}  ${timeline.goal}`,
        description: `${timeline.task.environment} · ${timeline.task.id}`,
        detail: vscode.l10n.t('{0} steps, {1}', tip?.step ?? 0, outcome),
      };
    });
    const options = { title: vscode.l10n.t('Episodes of This Recording'), matchOnDescription: true };
    const chosen = await vscode.window.showQuickPick(items, options);
    if (chosen !== undefined) await this.show({ episode: chosen.id, at: null });
  }

  private letGo(): void {
    const { source } = this;
    if (source === null) return;
    this.source = null;
    this.ports.followed.remove(source, null);
    closeSource(source).catch((error: unknown) => this.ports.log.failure('closing a recording', error));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.subscriptions.forEach((subscription) => void subscription.dispose());
    this.link.dispose();
    this.notice.dispose();
    this.letGo();
  }
}

function placeOf(source: SessionSource | null): Place | null {
  if (source === null) return null;
  const { branch, node } = source.session.cursor;
  return { episode: source.session.timeline.id, at: { branch, node } };
}

async function closeSource(source: SessionSource): Promise<void> {
  await source.opened.close();
  source.dispose();
}

function nameOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

/** A file on this machine is read by window, anything else whole. */
async function readUri(uri: vscode.Uri): Promise<RecordingFile> {
  const source = uri.scheme === 'file' ? fileSource(path.normalize(uri.fsPath)) : await wholeSource(uri);
  return readRecordingFile(source).finally(() => source.close());
}

async function wholeSource(uri: vscode.Uri): Promise<ByteSource> {
  const name = nameOf(uri);
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    requireReadable(name, size);
    return bufferSource(name, await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof LacError) throw error;
    throw new LacError('trajectory.unreadable', { file: name, reason: messageOf(error) }, { cause: error });
  }
}
