import path from 'node:path';
import * as vscode from 'vscode';
import { isAbort, LacError, messageOf } from '../../errors/lacError';
import { bufferSource, fileSource, type ByteSource } from '../../trajectories/byteSource';
import type { BranchId, EpisodeId, NodeId } from '../../trajectories/ids';
import { inWords } from '../log';
import { commands } from '../names';
import { PageLink } from '../panel/pageLink';
import type { RunCommand } from '../panel/changes';
import type { SessionSource } from '../panel/sessionSource';
import { fillWebview } from '../panel/webview';
import { IndexedSource, type IndexedPlace } from './indexedSource';
import { isLongJournal, LongFile, readHead } from './longFile';
import { NoticeSource } from './notices';
import { readRecordingFile, requireReadable, type RecordingFile } from './recordingFile';
import type { EditorPorts, Place } from './editorPorts';

/** A writer appends a step in many lines; the file is read again when it has been still for so long. */
const settlingMs = 250;
/** How long a page may take to be drawn before a long file is indexed anyway. */
const drawingMs = 3000;

/** A step of a recording at which somebody looks. */
export interface LookedAt {
  readonly file: string;
  readonly episode: EpisodeId;
  readonly branch: BranchId;
  readonly node: NodeId;
  readonly step: number;
}

/** A step of the first episode at which something is to be seen, and what. */
export interface Sight {
  readonly step: number;
  readonly words: string;
}

/** What an editor shows: a recording in memory, or one that is read by window. */
type Shown =
  | { readonly kind: 'whole'; readonly recording: RecordingFile; readonly source: SessionSource }
  | { readonly kind: 'indexed'; readonly long: LongFile; readonly source: IndexedSource };

/** One recording in an editor: read again when its file changes, the cursor where it was. */
export class TrajectoryEditor implements vscode.Disposable {
  private readonly notice: NoticeSource;
  private readonly link: PageLink;
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly closing = new AbortController();
  private shown: Shown | null = null;
  private reading: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    readonly uri: vscode.Uri,
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
        if (panel.active) this.follow();
      }),
    );
  }

  get active(): boolean {
    return this.panel.active;
  }

  /** Whether a recording can be seen here now. */
  shows(source: SessionSource): boolean {
    return this.panel.visible && this.shown?.source === source;
  }

  get followed(): boolean {
    return this.shown !== null && this.ports.followed.page === this.shown.source;
  }

  /** The recording that is read by window; null for one in memory. */
  get indexed(): IndexedSource | null {
    return this.shown?.kind === 'indexed' ? this.shown.source : null;
  }

  /** The recording in memory; null where there is none. */
  get recording(): RecordingFile | null {
    return this.shown?.kind === 'whole' ? this.shown.recording : null;
  }

  /** Where somebody looks at; null while there is nothing to be seen. */
  get lookedAt(): LookedAt | null {
    const { shown } = this;
    if (shown === null) return null;
    const file = nameOf(this.uri);
    if (shown.kind === 'whole') {
      const { session } = shown.source;
      const { branch, node } = session.cursor;
      return { file, episode: session.timeline.id, branch, node, step: session.node.step };
    }
    const { track, current } = shown.source;
    return { file, episode: track.episode.id, branch: track.branch, node: current.node, step: current.step };
  }

  private follow(): void {
    const { shown } = this;
    const { followed } = this.ports;
    if (shown?.kind === 'whole') followed.follow(shown.source);
    else if (shown !== null) followed.lookAt(shown.source);
  }

  private readonly run: RunCommand = async (command, argument) => {
    // Another session may be debugged meanwhile; what is stopped here is the looking.
    if (command === 'lac.stop') {
      this.panel.dispose();
      return;
    }
    this.follow();
    await (command === commands.chooseEpisode ? this.chooseEpisode() : this.ports.offer(command, argument));
  };

  /** Reads the file, one reading at a time, and shows it. */
  read(): Promise<void> {
    this.reading = this.reading.then(() => this.readNow());
    return this.reading;
  }

  /** Goes to a step and says what is to be seen there, once the recording is read. */
  async show({ step, words }: Sight): Promise<void> {
    await this.reading;
    const { shown } = this;
    if (shown === null) return;
    try {
      if (shown.kind === 'whole') await shown.source.session.goTo(step);
      else shown.source.goTo(step);
      shown.source.setNotice(words);
    } catch (error) {
      this.ports.log.failure(`going to step ${step} of ${this.uri.toString()}`, error);
    }
  }

  private readSoon(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.read();
    }, settlingMs);
  }

  private get disposed(): boolean {
    return this.closing.signal.aborted;
  }

  private async readNow(): Promise<void> {
    if (this.disposed) return;
    try {
      const { uri } = this;
      if (uri.scheme === 'file' && (await isLongJournal(path.normalize(uri.fsPath)))) {
        await this.readLong(path.normalize(uri.fsPath));
        return;
      }
      const place = placeOf(this.shown);
      await this.showWhole(await readUri(uri), place, null);
    } catch (error) {
      if (this.disposed || isAbort(error)) return;
      this.ports.log.failure(`reading ${this.uri.toString()}`, error);
      // What was read before stays to be seen, with the word that it is old.
      if (this.shown === null) this.notice.fail(error);
      else
        this.shown.source.setNotice(vscode.l10n.t('The file has changed and cannot be read now: {0}', inWords(error)));
    }
  }

  private deleted(): void {
    this.shown?.source.setNotice(vscode.l10n.t('The file was deleted; this is what it held.'));
  }

  // A recording in memory

  private async showWhole(recording: RecordingFile, place: Place | null, notice: string | null): Promise<void> {
    if (this.disposed) return;
    const source = await this.ports.replay(recording, this.uri, place, this.run);
    const { followed } = this.ports;
    const before = this.shown;
    this.shown = { kind: 'whole', recording, source };
    if (notice !== null) source.setNotice(notice);
    if (before?.kind === 'whole') {
      source.setSearch(before.source.search);
      followed.replace(before.source, source);
    } else followed.add(source, null);
    this.link.follow(source);
    await this.letGo(before, false);
    if (this.wasDisposed()) await this.letGo(this.shown);
  }

  // A recording that is read by window

  private async readLong(file: string): Promise<void> {
    if (this.shown?.kind === 'indexed') {
      const { long, source } = this.shown;
      const change = long.change(file);
      if (change === 'grown') {
        await source.extend();
        long.tookIn();
      }
      if (change !== 'another') {
        source.setNotice(null);
        return;
      }
    }
    if (this.shown === null) await this.showHead(file);
    const tell = (fraction: number): void => {
      const words = vscode.l10n.t(
        'Indexing: {0} % of the file. Its beginning can be looked at.',
        Math.round(fraction * 100),
      );
      if (this.shown === null) this.notice.tell(words);
      else this.shown.source.setNotice(words);
    };
    tell(0);
    // Indexing takes a whole processor, which the page's first drawing needs.
    await this.link.drawn(drawingMs);
    const { indexes } = this.ports;
    const long = await LongFile.open(file, indexes, this.closing.signal, tell);
    try {
      await this.showIndexed(file, long);
    } catch (error) {
      await long.close();
      throw error;
    }
  }

  /** Shows what the file begins with, until all of it is indexed. */
  private async showHead(file: string): Promise<void> {
    try {
      await this.showWhole(await readHead(file), null, null);
    } catch (error) {
      if (!(error instanceof LacError) || error.code !== 'debugger.no-episode') throw error;
      this.ports.log.debug(`No episode begins within the first window of ${file}.`);
    }
  }

  private async showIndexed(file: string, long: LongFile): Promise<void> {
    const { log } = this.ports;
    const ports = { run: this.run, failed: (what: string, error: unknown) => log.failure(what, error) };
    const source = IndexedSource.open(long.index, file, indexedPlaceOf(this.shown), ports);
    if (this.disposed) {
      source.dispose();
      await long.close();
      return;
    }
    const before = this.shown;
    const follows = this.followed || this.panel.active;
    this.shown = { kind: 'indexed', long, source };
    this.link.follow(source);
    if (follows) this.follow();
    await this.letGo(before);
  }

  async chooseEpisode(): Promise<void> {
    const { shown } = this;
    if (shown === null) return;
    const items =
      shown.kind === 'whole'
        ? shown.recording.contents.episodes.map((timeline) => {
            const tip = timeline.tip('b0');
            return episodeItem(timeline.id, timeline.goal, timeline.task, tip?.step ?? 0, tip?.status ?? 'running');
          })
        : shown.source.episodes.map(({ id, goal, environment, task, rows, ends }) =>
            episodeItem(id, goal, { environment, id: task }, rows.length - 1, ends.at(0)?.reason ?? 'running'),
          );
    const options = { title: vscode.l10n.t('Episodes of This Recording'), matchOnDescription: true };
    const chosen = await vscode.window.showQuickPick(items, options);
    if (chosen === undefined) return;
    if (shown.kind === 'whole') await this.showWhole(shown.recording, { episode: chosen.id, at: null }, null);
    else shown.source.reload({ episode: chosen.id, branch: 'b0', step: 0 });
  }

  /** What was shown goes; what the panel followed is followed no more unless another took its place. */
  private async letGo(shown: Shown | null, unfollow = true): Promise<void> {
    if (shown === null) return;
    if (shown.kind === 'indexed') {
      this.ports.followed.lookAway(shown.source);
      shown.source.dispose();
      await shown.long.close();
      return;
    }
    if (unfollow) this.ports.followed.remove(shown.source, null);
    await shown.source.opened.close();
    shown.source.dispose();
  }

  private wasDisposed(): boolean {
    return this.disposed;
  }

  dispose(): void {
    if (this.disposed) return;
    this.closing.abort();
    if (this.timer !== null) clearTimeout(this.timer);
    this.subscriptions.forEach((subscription) => void subscription.dispose());
    this.link.dispose();
    this.notice.dispose();
    const { shown } = this;
    this.shown = null;
    this.letGo(shown).catch((error: unknown) => this.ports.log.failure('closing a recording', error));
  }
}

function episodeItem(
  id: string,
  goal: string,
  task: { readonly environment: string; readonly id: string },
  steps: number,
  outcome: string,
) {
  return {
    id,
    label: `${id}  ${goal}`,
    description: `${task.environment} · ${task.id}`,
    detail: vscode.l10n.t('{0} steps, {1}', steps, outcome),
  };
}

function placeOf(shown: Shown | null): Place | null {
  if (shown?.kind !== 'whole') return null;
  const { session } = shown.source;
  const { branch, node } = session.cursor;
  return { episode: session.timeline.id, at: { branch, node } };
}

function indexedPlaceOf(shown: Shown | null): IndexedPlace | null {
  if (shown === null) return null;
  if (shown.kind === 'indexed') return shown.source.place;
  const { session } = shown.source;
  return { episode: session.timeline.id, branch: session.cursor.branch, step: session.node.step };
}

function nameOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

/** A file on this machine is read by window, anything else whole. */
export async function readUri(uri: vscode.Uri): Promise<RecordingFile> {
  const source = await sourceOf(uri);
  return readRecordingFile(source).finally(() => source.close());
}

/** The bytes of a file; of one that is not on this machine all of them. */
export async function sourceOf(uri: vscode.Uri): Promise<ByteSource> {
  if (uri.scheme === 'file') return fileSource(path.normalize(uri.fsPath));
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
