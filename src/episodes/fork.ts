import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { isAbort, LacError, messageOf } from '../errors/lacError';
import type { Environment } from '../environments/environment';
import { fileSource, type ByteSource } from '../trajectories/byteSource';
import type { EpisodeId, NodeId } from '../trajectories/ids';
import { checkLine } from '../trajectories/lineCheck';
import { parseLine, scanLines, type LinePlace } from '../trajectories/lines';
import type { HeaderLine, JournalLine } from '../trajectories/schema';
import type { Timeline } from '../trajectories/timeline';
import { Place } from './place';
import { headerOf, type RunIdentity } from './run';

/** The step of a recording from which another journal goes on. */
export interface ForkPoint {
  readonly episode: EpisodeId;
  readonly node: NodeId;
}

export interface ForkOptions {
  /** What is at hand now; the new journal's header says it. */
  readonly present: Omit<RunIdentity, 'parameters'>;
  /** ISO 8601. */
  readonly now: string;
  /** Calls that lie further before the step than so many bytes are left out; Infinity keeps all of them. */
  readonly callsWithin: number;
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Writes a new journal that holds an episode's way to a step and nothing after it: its decisions with their probes, its
 * steps, and the calls of the whole file, so that nothing is asked twice. The way is renumbered as a branch of its own. The
 * old journal is only read. Throws `trajectory.*`, `episode.no-node`, `episode.fork-foreign`, `trajectory.exists`.
 */
export async function writeFork(
  source: ByteSource,
  target: string,
  point: ForkPoint,
  options: ForkOptions,
): Promise<void> {
  const way = await wayTo(source, point, options);
  const writer = new LineWriter(target);
  try {
    const fork = new ForkLines(point, way, options, source.name);
    await scanLines(withTurns(source), (bytes, place) => fork.take(bytes, place, writer), {
      signal: options.signal,
      onProgress: (fraction) => options.onProgress?.(0.5 + fraction / 2),
    });
    writer.close();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** The environment that a journal was recorded in. Throws `trajectory.foreign`. */
export async function recordedEnvironment(source: ByteSource): Promise<HeaderLine['environment']> {
  const beginning = await source.read(0, most);
  const end = beginning.indexOf(10);
  const line = end < 0 ? undefined : lineOf(beginning.subarray(0, end));
  if (line?.type !== 'header') {
    throw new LacError('trajectory.foreign', { file: source.name, reason: 'the first line is no header' });
  }
  if (line.source !== undefined) throw new LacError('episode.fork-foreign', { format: line.source.format });
  return line.environment;
}

/**
 * Opens the environment that a journal was recorded in. Throws `trajectory.*`, `episode.fork-foreign`, and
 * `episode.fork-environment` where it cannot be opened.
 */
export async function openRecorded(
  file: string,
  open: (id: string, rules: string) => Promise<Environment>,
): Promise<Environment> {
  const source = fileSource(file);
  const { id, version } = await recordedEnvironment(source).finally(() => source.close());
  try {
    return await open(id, version);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new LacError('episode.fork-environment', { environment: id, reason: messageOf(error) }, { cause: error });
  }
}

/**
 * Brings an environment to the last state of a recorded way by replaying its actions, so that a disagreement shows before
 * anything is gone on with. Throws `episode.disagrees`, or what the environment throws.
 */
export async function verifyPlace(
  environment: Environment,
  timeline: Timeline,
  node: NodeId,
  signal: AbortSignal,
): Promise<void> {
  await new Place(environment, timeline).moveTo(node, signal);
}

interface Way {
  /** New number of each node on the way. */
  readonly numbers: ReadonlyMap<NodeId, NodeId>;
  /** Where the last step on the way begins in the file. */
  readonly last: number;
}

/** The nodes from the start to a step, found in one reading of the file. */
async function wayTo(
  source: ByteSource,
  { episode, node }: ForkPoint,
  { signal, onProgress }: ForkOptions,
): Promise<Way> {
  const parents = new Map<NodeId, NodeId>();
  const offsets = new Map<NodeId, number>();
  const take = (bytes: Uint8Array, { offset }: LinePlace): void => {
    const kind = kindOf(bytes);
    if (kind !== null && kind !== 'step' && kind !== 'episode') return;
    const line = lineOf(bytes);
    if (line?.type === 'episode' && line.episode === episode) offsets.set(0, offset);
    if (line?.type !== 'step' || line.episode !== episode) return;
    parents.set(line.node, line.from);
    offsets.set(line.node, offset);
  };
  await scanLines(withTurns(source), take, { signal, onProgress: (fraction) => onProgress?.(fraction / 2) });
  const path: NodeId[] = [];
  for (let at: NodeId | undefined = node; at !== undefined; at = parents.get(at)) {
    if (!offsets.has(at) || path.includes(at)) throw new LacError('episode.no-node', { node });
    path.push(at);
    if (at === 0) break;
  }
  if (path.at(-1) !== 0) throw new LacError('episode.no-node', { node });
  path.reverse();
  return { numbers: new Map(path.map((id, number) => [id, number])), last: offsets.get(path.at(-2) ?? 0) ?? 0 };
}

/** What of each line of the old journal stands in the new one. */
class ForkLines {
  private begun = false;

  constructor(
    private readonly point: ForkPoint,
    private readonly way: Way,
    private readonly options: ForkOptions,
    private readonly file: string,
  ) {}

  take(bytes: Uint8Array, { offset }: LinePlace, writer: LineWriter): void {
    if (bytes.length === 0) return;
    const kind = kindOf(bytes);
    if (kind === 'call' || kind === 'segment') {
      if (offset >= this.way.last - this.options.callsWithin) writer.copy(bytes);
      return;
    }
    const line = lineOf(bytes);
    if (line === undefined) return;
    const kept = this.kept(line);
    if (kept !== null) writer.write(kept);
  }

  private kept(line: JournalLine): JournalLine | null {
    switch (line.type) {
      case 'header':
        return this.header(line);
      case 'prompts':
      case 'call':
      case 'segment':
        return line;
      case 'episode':
        return line.episode === this.point.episode ? line : null;
      case 'step': {
        const [from, node] = [this.numberOf(line, line.from), this.numberOf(line, line.node)];
        return from === undefined || node === undefined ? null : { ...line, branch: 'b0', from, node };
      }
      case 'decision':
      case 'event':
      case 'reflection':
      case 'outcome': {
        const node = this.numberOf(line, line.node);
        return node === undefined ? null : { ...line, node };
      }
      case 'branch':
      case 'end':
        return null;
    }
  }

  private numberOf({ episode }: { readonly episode: EpisodeId }, node: NodeId): NodeId | undefined {
    return episode === this.point.episode ? this.way.numbers.get(node) : undefined;
  }

  private header(line: HeaderLine): HeaderLine | null {
    if (this.begun) return null;
    this.begun = true;
    if (line.source !== undefined) throw new LacError('episode.fork-foreign', { format: line.source.format });
    const { present, now } = this.options;
    const { episode, node } = this.point;
    const fresh = headerOf({ ...present, parameters: line.parameters }, now);
    // The tasks that are left are those of the old run.
    const others = Object.fromEntries(Object.entries(line).filter(([key]) => key !== 'tasks'));
    return { ...others, ...fresh, at: { ...fresh.at, forkedFrom: { file: this.file, episode, node } } };
  }
}

const typeStart = /^\{"type":"([a-z]+)"/;
const decoder = new TextDecoder('latin1');

/** The type of a line that this program wrote, without parsing it; null for one whose fields come in another order. */
function kindOf(bytes: Uint8Array): string | null {
  return typeStart.exec(decoder.decode(bytes.subarray(0, 32)))?.[1] ?? null;
}

function lineOf(bytes: Uint8Array): JournalLine | undefined {
  const parsed = parseLine(bytes);
  if ('reason' in parsed) return undefined;
  const checked = checkLine(parsed.value);
  return 'line' in checked ? checked.line : undefined;
}

/** A source that lets others in the same thread have their turn at each window. */
function withTurns(source: ByteSource): ByteSource {
  return {
    name: source.name,
    size: () => source.size(),
    read: async (offset, length) => {
      await new Promise((resolve) => setImmediate(resolve));
      return source.read(offset, length);
    },
    readNow: (offset, length, into) => source.readNow(offset, length, into),
    close: () => source.close(),
  };
}

const newline = Uint8Array.of(10);
const most = 1 << 20;

/** Writes lines into a new file, many at a time. */
class LineWriter {
  private readonly descriptor: number;
  private waiting: Uint8Array[] = [];
  private size = 0;

  constructor(private readonly path: string) {
    try {
      this.descriptor = openSync(path, 'wx', 0o644);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
        throw new LacError('trajectory.exists', { file: path }, { cause: error });
      }
      throw this.unwritable(error);
    }
  }

  write(line: JournalLine): void {
    this.copy(Buffer.from(JSON.stringify(line)));
  }

  /** The bytes are only valid during the call. */
  copy(bytes: Uint8Array): void {
    this.waiting.push(bytes.slice(), newline);
    this.size += bytes.length + 1;
    if (this.size >= most) this.flush();
  }

  private flush(): void {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.size = 0;
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.descriptor, bytes, written);
    } catch (error) {
      throw this.unwritable(error);
    }
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  /** Leaves no half a journal behind. */
  abandon(): void {
    closeSync(this.descriptor);
    rmSync(this.path, { force: true });
  }

  private unwritable(error: unknown): LacError {
    return new LacError('trajectory.unwritable', { file: this.path, reason: messageOf(error) }, { cause: error });
  }
}
