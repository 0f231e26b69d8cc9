import { LacError } from '../errors/lacError';
import type { ByteSource } from './byteSource';
import { checkLine } from './lineCheck';
import { parseLine } from './lines';
import type { JournalLine } from './schema';

const firstWindow = 1 << 14;
/** How much is read at once; steps are mostly read in order, so that what lies ahead is read with them. */
const readAhead = 1 << 20;

/** The lines of a journal, each read where its offset says it begins. All methods throw `trajectory.changed` where it does not. */
export class JournalWindow {
  private buffer: Uint8Array = new Uint8Array(0);
  private offset = 0;
  private bytes: Uint8Array = new Uint8Array(0);

  constructor(private readonly source: ByteSource) {}

  /** The line at an offset. Throws `trajectory.malformed` for one that is no line of a journal. */
  lineAt(offset: number): JournalLine {
    return this.parsed(this.lineBytes(offset), offset);
  }

  /** The line in bytes that were read at an offset. Throws `trajectory.malformed` for what is no line of a journal. */
  parsed(bytes: Uint8Array, offset: number): JournalLine {
    const parsed = parseLine(bytes);
    if ('reason' in parsed) throw this.changed();
    const checked = checkLine(parsed.value);
    if ('line' in checked) return checked.line;
    const reason = 'reason' in checked ? checked.reason : `its type "${checked.unknown}" is unknown`;
    throw new LacError('trajectory.malformed', { file: this.source.name, offset, reason });
  }

  /** The bytes of the line at an offset, valid until the next reading. */
  lineBytes(offset: number): Uint8Array {
    for (let length = firstWindow; ; length *= 4) {
      const window = this.read(offset, length);
      const newline = window.indexOf(10);
      if (newline >= 0) return window.subarray(0, newline);
      if (window.length < length) throw this.changed();
    }
  }

  /** The bytes of a stretch, valid until the next reading. */
  bytesBetween(start: number, end: number): Uint8Array {
    const bytes = this.read(start, end - start);
    if (bytes.length < end - start) throw this.changed();
    return bytes;
  }

  /** Another window over the same file: two walks through it don't push each other out of memory. */
  another(): JournalWindow {
    return new JournalWindow(this.source);
  }

  /** The lines that begin in a stretch; lines of other types than the known ones are passed over. */
  linesBetween(start: number, end: number): readonly JournalLine[] {
    const bytes = this.read(start, end - start);
    const lines: JournalLine[] = [];
    let at = 0;
    while (at < bytes.length) {
      const newline = bytes.indexOf(10, at);
      const stop = newline < 0 ? bytes.length : newline;
      const parsed = parseLine(bytes.subarray(at, stop));
      const checked = 'value' in parsed ? checkLine(parsed.value) : null;
      if (checked !== null && 'line' in checked) lines.push(checked.line);
      at = stop + 1;
    }
    return lines;
  }

  /** Drops what was read: the file has grown. */
  forget(): void {
    this.bytes = new Uint8Array(0);
  }

  /** What to throw where the file is no longer the one that was indexed. */
  changed(): LacError {
    return new LacError('trajectory.changed', { file: this.source.name });
  }

  /** Valid until the next reading. */
  private read(offset: number, length: number): Uint8Array {
    const from = offset - this.offset;
    if (from < 0 || from + length > this.bytes.length) {
      const wanted = Math.max(length, readAhead);
      // One buffer for all steps of usual size; a stretch that is longer has one of its own, which is not kept.
      if (wanted === readAhead && this.buffer.length === 0) this.buffer = new Uint8Array(readAhead);
      const into = wanted === readAhead ? this.buffer : undefined;
      const bytes = this.source.readNow(offset, wanted, into);
      if (into === undefined) return bytes.subarray(0, length);
      this.bytes = bytes;
      this.offset = offset;
      return bytes.subarray(0, length);
    }
    return this.bytes.subarray(from, from + length);
  }
}
