import { statSync, type Stats } from 'node:fs';
import { LacError } from '../../errors/lacError';
import { beginsAsJournal, bufferSource, fileSource, type ByteSource } from '../../trajectories/byteSource';
import { buildIndex } from '../../trajectories/index/indexing';
import { TrajectoryIndex } from '../../trajectories/index/trajectoryIndex';
import { readJournal } from '../../trajectories/journal';
import type { RecordingFile } from './recordingFile';

/** A journal with more bytes is not read whole: it is indexed, and read by window. */
export const indexedFrom = 16 << 20;
/** How much of its beginning is read so that something can be seen at once: more where that holds no step. */
const headBytes = [1 << 19, 1 << 21] as const;
/** More that was written since is indexed off the main thread. */
const mostHere = 2 << 20;

/** Where indexes are made and kept. */
export interface IndexStore {
  /** The bundled `indexWorker.js`. */
  readonly worker: string;
  /** Folder for indexes. */
  readonly folder: string;
}

/** Whether a file is a journal with more bytes than so many. Throws `trajectory.unreadable`. */
export async function isLongJournal(file: string, most = indexedFrom): Promise<boolean> {
  const source = fileSource(file);
  try {
    if ((await source.size()) <= most) return false;
    return file.endsWith('.lac.jsonl') || (await beginsAsJournal(source));
  } finally {
    await source.close();
  }
}

/** The complete lines at a long journal's beginning, as a recording of its own. Throws `trajectory.*`. */
export async function readHead(file: string): Promise<RecordingFile> {
  const source = fileSource(file);
  try {
    const [few, more] = headBytes;
    const head = await readBeginning(source, few);
    return head.contents.episodes.some(({ nodes }) => nodes.length > 1) ? head : await readBeginning(source, more);
  } finally {
    await source.close();
  }
}

async function readBeginning(source: ByteSource, length: number): Promise<RecordingFile> {
  const bytes = await source.read(0, length);
  const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
  return { contents: await readJournal(bufferSource(source.name, whole)), losses: [] };
}

/** Throws `trajectory.unreadable`. */
function presentFile(file: string): Stats {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new LacError('trajectory.unreadable', { file, reason: 'it is not there' });
  return found;
}

/** An index over a file that is held open. */
export class LongFile {
  private constructor(
    readonly index: TrajectoryIndex,
    private readonly bytes: ByteSource,
    private readonly inode: number,
    /** null once lines were taken in: the time of the last change then tells nothing. */
    private modified: number | null,
  ) {}

  /**
   * Indexes a file off the main thread, from the kept index where that fits. Throws `trajectory.*`, of it
   * `trajectory.changed` where another file took its place meanwhile, or the signal's reason.
   */
  static async open(
    file: string,
    { worker, folder }: IndexStore,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<LongFile> {
    const before = presentFile(file);
    const data = await buildIndex(file, { worker, cacheFolder: folder, signal, onProgress });
    const bytes = fileSource(file);
    const { ino, size, mtimeMs } = presentFile(file);
    if (ino !== before.ino || size < data.end) {
      await bytes.close();
      throw new LacError('trajectory.changed', { file });
    }
    return new LongFile(new TrajectoryIndex(data, bytes), bytes, ino, mtimeMs);
  }

  /** What has become of the file since it was indexed. Throws `trajectory.unreadable` when it is gone. */
  change(file: string): 'none' | 'grown' | 'another' {
    const found = presentFile(file);
    const { end, torn } = this.index.data;
    const more = found.size - end - torn;
    if (found.ino !== this.inode || more < 0 || more > mostHere) return 'another';
    if (more > 0) return 'grown';
    return this.modified === null || found.mtimeMs === this.modified ? 'none' : 'another';
  }

  /** Tells that what was written since is in the index now. */
  tookIn(): void {
    this.modified = null;
  }

  close(): Promise<void> {
    return this.bytes.close();
  }
}
