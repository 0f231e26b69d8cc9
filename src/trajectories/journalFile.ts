import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import path from 'node:path';
import { LacError, messageOf } from '../errors/lacError';
import { makeFolder } from './folders';
import type { JournalSink } from './journal';
import { lineText } from './lineText';
import type { HeaderLine, JournalLine } from './schema';

/** Bytes that wait for a journal's file at once: usually, and at most before memory is given back. */
const usualBuffer = 1 << 16;
const largestKept = 1 << 20;
/** UTF-8 takes at most so many bytes for a code unit. */
const mostBytes = 3;
const lineEnd = 0x0a;
const journalEnding = '.lac.jsonl';
/** Milliseconds between two looks at what has become of the file while it is written. */
const lookEvery = 1000;

/** A file that is written, and its size as far as we know. */
interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  size: number;
}

/** What another program has done to a file. */
interface Taken {
  readonly file: string;
  readonly how: 'deleted' | 'overwritten';
}

/**
 * Appends lines to a file, without fsync, so that a step never waits for a disk. A call is written at once, with the lines
 * before it: what a model answered is in the file before it is asked again. What follows from calls without asking is written
 * together at the end of the event loop's turn. So a killed process loses at most what was in flight at that moment, all of
 * which follows from the calls that are there.
 *
 * Another program may delete, replace or write the file. So the lines are kept (most of what they hold is in the episode's
 * tree anyway), and all of them are written anew where the file is no longer what was written.
 */
export class JournalFile implements JournalSink {
  /** Lines that are not written yet, as the file will have them: the first `filled` bytes. */
  private waiting = Buffer.allocUnsafe(usualBuffer);
  private filled = 0;
  /** Writes what waits at the end of this turn of the event loop. */
  private turn: NodeJS.Immediate | null = null;
  /** Lines that waited could not be written; whoever writes next is told, unless it can be made up for. */
  private failed = false;
  private taken: Taken | null = null;
  private closed = false;
  private looked = performance.now();
  private listener: (warning: LacError) => void = (warning) => process.emitWarning(warning);
  private readonly lines: JournalLine[] = [];

  /** @param before lines that the file held when it was gone on with. */
  private constructor(
    private file: OpenFile,
    private readonly before: readonly object[] = [],
  ) {}

  /** Makes a new file and writes its header. Throws `trajectory.exists` or `trajectory.unwritable`. */
  static create(place: string, header: HeaderLine): JournalFile {
    // An empty file is what a process leaves that was killed right after it had made one.
    const fresh = isEmptyFile(place) ? 0 : constants.O_CREAT | constants.O_EXCL;
    const descriptor = open(place, constants.O_WRONLY | constants.O_APPEND | fresh);
    const file = new JournalFile({ path: place, descriptor, size: 0 });
    file.write(header);
    return file;
  }

  /** Continues a file behind its last complete line; what a torn line left there is cut off. `before`: what it holds. */
  static append(place: string, end: number, before: readonly object[]): JournalFile {
    const descriptor = open(place, constants.O_WRONLY);
    try {
      ftruncateSync(descriptor, end);
    } catch (error) {
      throw unwritable(place, error);
    } finally {
      closeSync(descriptor);
    }
    const appending = open(place, constants.O_WRONLY | constants.O_APPEND);
    return new JournalFile({ path: place, descriptor: appending, size: end }, before);
  }

  /** Where the lines are now. */
  get path(): string {
    return this.file.path;
  }

  /** Has somebody told that the file was taken away, and where the lines were written anew. */
  onTaken(listener: (warning: LacError) => void): void {
    this.listener = listener;
  }

  write(line: JournalLine): void {
    if (this.closed) throw unwritable(this.path, new Error('it is closed'));
    this.lines.push(line);
    this.hold(lineText(line));
    if (this.failed || line.type === 'call' || line.type === 'header') this.flush();
    else this.turn ??= setImmediate(() => this.endTurn());
  }

  /** Writes everything anew where the file is no longer what was written. Throws `trajectory.unwritable`. */
  verify(): void {
    if (this.closed) return;
    this.looked = performance.now();
    this.taken ??= this.takenNow();
    if (this.taken === null) return;
    const { file, how } = this.taken;
    this.writeAnew(this.taken);
    this.taken = null;
    this.listener(new LacError(`trajectory.${how}`, { file, now: this.path }));
  }

  close(): void {
    if (this.closed) return;
    if (this.turn !== null) clearImmediate(this.turn);
    try {
      this.verify();
      this.flush();
    } finally {
      this.closed = true;
      closeSync(this.file.descriptor);
    }
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
    if (this.closed || this.filled === 0) return;
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof LacError)) throw error;
      this.failed = true;
    }
  }

  private flush(): void {
    // A look takes two system calls, and a decision may hold a hundred flushes.
    if (this.failed || performance.now() - this.looked >= lookEvery) this.verify();
    this.empty(this.file);
    this.failed = false;
  }

  /** Writes what waits. What could not be written goes on waiting, so that nothing is missing once it can. */
  private empty(file: OpenFile): void {
    const { waiting, filled } = this;
    let written = 0;
    try {
      while (written < filled) {
        const more = writeSync(file.descriptor, waiting, written, filled - written);
        written += more;
        file.size += more;
      }
    } catch (error) {
      throw unwritable(file.path, error);
    } finally {
      waiting.copyWithin(0, written, filled);
      this.filled = filled - written;
    }
    if (waiting.length > largestKept) this.waiting = Buffer.allocUnsafe(usualBuffer);
  }

  /** What has become of the file; null where it is as it was written. */
  private takenNow(): Taken | null {
    const { path: file, descriptor, size } = this.file;
    const now = found(file);
    if (now === 'unknown') return null;
    if (now === null) return { file, how: 'deleted' };
    const ours = fstatSync(descriptor, { bigint: true });
    const same = now.ino === ours.ino && now.dev === ours.dev && now.size === BigInt(size);
    return same ? null : { file, how: 'overwritten' };
  }

  /** All lines in a new file: where the old one was, or beside what somebody else has put there. */
  private writeAnew({ file, how }: Taken): void {
    makeFolderOfJournal(file);
    const fresh = openFree(file, how === 'deleted' ? 1 : 2);
    try {
      this.filled = 0;
      for (const line of this.before) this.pass(JSON.stringify(line), fresh);
      for (const line of this.lines) this.pass(lineText(line), fresh);
      this.empty(fresh);
    } catch (error) {
      closeSync(fresh.descriptor);
      rmSync(fresh.path, { force: true });
      throw error;
    }
    closeSync(this.file.descriptor);
    this.file = fresh;
  }

  private pass(text: string, to: OpenFile): void {
    this.hold(text);
    if (this.filled >= largestKept) this.empty(to);
  }
}

/** Makes the folder that a journal is to lie in. Throws `trajectory.unwritable`. */
export function makeFolderOfJournal(file: string): void {
  makeFolder(path.dirname(path.resolve(file)), (reason, cause) => {
    return new LacError('trajectory.unwritable', { file, reason }, cause);
  });
}

/** A new file of that name, or with the first number behind it that is free. */
function openFree(file: string, first: number): OpenFile {
  const ending = file.endsWith(journalEnding) ? journalEnding : path.extname(file);
  const stem = file.slice(0, file.length - ending.length);
  for (let number = first; ; number++) {
    const place = number === 1 ? file : `${stem}-${number}${ending}`;
    try {
      return {
        path: place,
        descriptor: open(place, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL),
        size: 0,
      };
    } catch (error) {
      if (!(error instanceof LacError) || error.code !== 'trajectory.exists') throw error;
    }
  }
}

function open(place: string, flags: number): number {
  try {
    return openSync(place, flags, 0o644);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      throw new LacError('trajectory.exists', { file: place }, { cause: error });
    }
    throw unwritable(place, error);
  }
}

/** What a path leads to: null for nothing, `unknown` where that cannot be told. */
function found(place: string): BigIntStats | null | 'unknown' {
  try {
    return statSync(place, { bigint: true });
  } catch (error) {
    return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') ? null : 'unknown';
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isEmptyFile(place: string): boolean {
  const there = statSync(place, { throwIfNoEntry: false });
  return there?.isFile() === true && there.size === 0;
}

function unwritable(place: string, error: unknown): LacError {
  return new LacError('trajectory.unwritable', { file: place, reason: messageOf(error) }, { cause: error });
}
