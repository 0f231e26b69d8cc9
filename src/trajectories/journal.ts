import { closeSync, constants, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CallId } from '../lac/calls';
import { LacError, messageOf } from '../errors/lacError';
import type { ByteSource } from './byteSource';
import { makeFolder } from './folders';
import { checkLine } from './lineCheck';
import { lineText } from './lineText';
import { lineProblem, parseLine, scanLines, type LinePlace } from './lines';
import { SegmentStore } from './segments';
import {
  formatName,
  formatVersion,
  type CallLine,
  type HeaderLine,
  type JournalLine,
  type PromptsLine,
} from './schema';
import { Timeline } from './timeline';

/** Takes a journal's lines in order: a file, or memory. */
export interface JournalSink {
  write(line: JournalLine): void;
}

/** A journal in memory, for tests and for sessions that are not recorded. */
export class MemoryJournal implements JournalSink {
  readonly lines: JournalLine[] = [];

  write(line: JournalLine): void {
    this.lines.push(line);
  }
}

/** Bytes that wait for a journal's file at once: usually, and at most before memory is given back. */
const usualBuffer = 1 << 16;
const largestKept = 1 << 20;
/** UTF-8 takes at most so many bytes for a code unit. */
const mostBytes = 3;
const lineEnd = 0x0a;

/**
 * Appends lines to a file, without fsync, so that a step never waits for a disk. A call is written at once, with the lines
 * before it: what a model answered is in the file before it is asked again. What follows from calls without asking is written
 * together at the end of the event loop's turn. So a killed process loses at most what was in flight at that moment, all of
 * which follows from the calls that are there.
 */
export class JournalFile implements JournalSink {
  /** Lines that are not written yet, as the file will have them: the first `filled` bytes. */
  private waiting = Buffer.allocUnsafe(usualBuffer);
  private filled = 0;
  /** Writes what waits at the end of this turn of the event loop. */
  private turn: NodeJS.Immediate | null = null;
  /** Why lines that waited could not be written; whoever writes next is told. */
  private failure: LacError | null = null;

  private constructor(
    readonly path: string,
    private descriptor: number | null,
  ) {}

  /** Makes a new file and writes its header. Throws `trajectory.exists` or `trajectory.unwritable`. */
  static create(path: string, header: HeaderLine): JournalFile {
    // An empty file is what a process leaves that was killed right after it had made one.
    const fresh = isEmptyFile(path) ? 0 : constants.O_CREAT | constants.O_EXCL;
    const file = new JournalFile(path, open(path, constants.O_WRONLY | fresh));
    file.write(header);
    return file;
  }

  /** Continues a file behind its last complete line; what a torn line left there is cut off. */
  static append(path: string, end: number): JournalFile {
    const descriptor = open(path, constants.O_WRONLY);
    const file = new JournalFile(path, descriptor);
    try {
      ftruncateSync(descriptor, end);
      closeSync(descriptor);
      file.descriptor = open(path, constants.O_WRONLY | constants.O_APPEND);
    } catch (error) {
      throw unwritable(path, error);
    }
    return file;
  }

  write(line: JournalLine): void {
    if (this.descriptor === null) throw unwritable(this.path, new Error('it is closed'));
    if (this.failure !== null) throw this.failure;
    this.hold(lineText(line));
    if (line.type === 'call' || line.type === 'header') this.flush(this.descriptor);
    else this.turn ??= setImmediate(() => this.endTurn());
  }

  /** Puts a line behind those that wait. Bytes are put together rather than texts: a joined text would be copied once more. */
  private hold(text: string): void {
    const most = this.filled + text.length * mostBytes + 1;
    if (most > this.waiting.length) {
      const larger = Buffer.allocUnsafe(most * 2);
      this.waiting.copy(larger, 0, 0, this.filled);
      this.waiting = larger;
    }
    this.filled += this.waiting.write(text, this.filled);
    this.waiting[this.filled++] = lineEnd;
  }

  private endTurn(): void {
    this.turn = null;
    if (this.descriptor === null || this.filled === 0) return;
    try {
      this.flush(this.descriptor);
    } catch (error) {
      if (!(error instanceof LacError)) throw error;
      this.failure = error;
    }
  }

  private flush(descriptor: number): void {
    const { waiting, filled } = this;
    this.filled = 0;
    if (waiting.length > largestKept) this.waiting = Buffer.allocUnsafe(usualBuffer);
    try {
      for (let written = 0; written < filled;) written += writeSync(descriptor, waiting, written, filled - written);
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }

  close(): void {
    const { descriptor } = this;
    if (descriptor === null) return;
    this.descriptor = null;
    if (this.turn !== null) clearImmediate(this.turn);
    try {
      if (this.failure !== null) throw this.failure;
      if (this.filled > 0) this.flush(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Makes the folder that a journal is to lie in. Throws `trajectory.unwritable`. */
export function makeFolderOfJournal(file: string): void {
  makeFolder(dirname(resolve(file)), (reason, cause) => {
    return new LacError('trajectory.unwritable', { file, reason }, cause);
  });
}

function open(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o644);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new LacError('trajectory.exists', { file: path }, { cause: error });
    }
    throw unwritable(path, error);
  }
}

function isEmptyFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === 0;
}

function unwritable(path: string, error: unknown): LacError {
  return new LacError('trajectory.unwritable', { file: path, reason: messageOf(error) }, { cause: error });
}

/** What a journal's decisions rest on, in memory or not. */
export interface RecordedAnswers {
  readonly segments: SegmentStore;
  readonly promptSets: ReadonlyMap<string, PromptsLine>;
  /** Complete calls by id. */
  readonly calls: { get(id: CallId): CallLine | undefined };
}

/** Everything a journal holds, calls and prompts included. */
export interface JournalContents extends RecordedAnswers {
  readonly header: HeaderLine;
  readonly calls: ReadonlyMap<CallId, CallLine>;
  /** Calls that were cancelled or failed. */
  readonly incomplete: readonly CallLine[];
  readonly episodes: readonly Timeline[];
  /** Offset behind the last complete line, and how many lines there are. */
  readonly end: number;
  readonly lines: number;
  /** Lines that were left out and why, a torn last line included. Types unknown to this version are no problem. */
  readonly problems: readonly LacError[];
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Reads a whole journal into memory. Throws `trajectory.foreign` or `trajectory.version` for what is no journal of a
 * known version; single bad lines are reported in `problems`.
 */
export async function readJournal(source: ByteSource, options: ReadOptions = {}): Promise<JournalContents> {
  const reader = new JournalReader(source.name);
  const scan = await scanLines(source, (bytes, place) => reader.take(bytes, place), {
    ...options,
    onTooLong: (place) => reader.tooLong(place),
  });
  return reader.finish(scan.end, scan.lines, scan.torn);
}

class JournalReader {
  private header: HeaderLine | undefined;
  private readonly segments = new SegmentStore();
  private readonly promptSets = new Map<string, PromptsLine>();
  private readonly calls = new Map<CallId, CallLine>();
  private readonly incomplete: CallLine[] = [];
  private readonly episodes = new Map<string, Timeline>();
  private readonly problems: LacError[] = [];

  constructor(private readonly name: string) {}

  tooLong(place: LinePlace): void {
    this.problems.push(
      new LacError('trajectory.line-too-long', { file: this.name, line: place.number, limit: place.length }),
    );
  }

  take(bytes: Uint8Array, place: LinePlace): void {
    if (bytes.length === 0) return;
    const parsed = parseLine(bytes);
    if ('reason' in parsed) {
      if (this.header === undefined) throw this.foreign(parsed.reason);
      this.problem(place, parsed.reason);
      return;
    }
    const checked = checkLine(parsed.value);
    if ('unknown' in checked) {
      if (this.header === undefined) throw this.foreign('the first line is no header');
      return;
    }
    if (this.header === undefined) {
      this.header = this.readHeader(parsed.value, checked);
      return;
    }
    if ('reason' in checked) this.problem(place, checked.reason);
    else this.apply(checked.line, place);
  }

  finish(end: number, lines: number, torn: number): JournalContents {
    if (this.header === undefined) throw this.foreign(torn > 0 ? 'the first line is not complete' : 'it is empty');
    if (torn > 0) this.problems.push(new LacError('trajectory.torn', { file: this.name, bytes: torn }));
    return {
      header: this.header,
      segments: this.segments,
      promptSets: this.promptSets,
      calls: this.calls,
      incomplete: this.incomplete,
      episodes: [...this.episodes.values()],
      end,
      lines,
      problems: this.problems,
    };
  }

  private readHeader(
    value: Readonly<Record<string, unknown>>,
    checked: { readonly line: JournalLine } | { readonly reason: string },
  ): HeaderLine {
    if (value['type'] === 'header' && value['format'] === formatName) {
      const version = value['version'];
      if (typeof version === 'number' && version > formatVersion) {
        throw new LacError('trajectory.version', { file: this.name, version, supported: formatVersion });
      }
    }
    if ('reason' in checked) throw this.foreign(checked.reason);
    if (checked.line.type !== 'header') throw this.foreign('the first line is no header');
    return checked.line;
  }

  private apply(line: JournalLine, place: LinePlace): void {
    switch (line.type) {
      case 'header':
        this.problem(place, 'a second header');
        return;
      case 'segment':
        this.segments.add(line);
        return;
      case 'prompts':
        this.promptSets.set(line.id, line);
        return;
      case 'call':
        if (line.status === 'complete' && line.answer !== null) this.calls.set(line.id, line);
        else this.incomplete.push(line);
        return;
      case 'episode':
        if (this.episodes.has(line.episode)) this.problem(place, `episode ${line.episode} begins twice`);
        else this.episodes.set(line.episode, new Timeline(line));
        return;
      case 'decision':
      case 'event':
      case 'step':
      case 'reflection':
      case 'branch':
      case 'outcome':
      case 'end': {
        const episode = this.episodes.get(line.episode);
        const problem = episode === undefined ? `episode ${line.episode} has not begun` : episode.apply(line);
        if (problem !== undefined) this.problem(place, problem);
      }
    }
  }

  private problem(place: LinePlace, reason: string): void {
    this.problems.push(lineProblem(this.name, place, reason));
  }

  private foreign(reason: string): LacError {
    return new LacError('trajectory.foreign', { file: this.name, reason });
  }
}
