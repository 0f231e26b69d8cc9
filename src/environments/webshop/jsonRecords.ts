import { closeSync, openSync, readSync } from 'node:fs';
import { LacError, messageOf } from '../../errors/lacError';

/** One element of a file's top-level array, or one member of its top-level object. */
export interface JsonRecord {
  /** From 0, in file order. */
  readonly index: number;
  /** The member's name; null in an array. */
  readonly key: string | null;
  /** Where the value's text lies in the file, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** The value's text, valid until the next record is asked for. */
  readonly bytes: Buffer;
}

const chunkSize = 1 << 20;
const quote = 0x22;
const backslash = 0x5c;

/**
 * The records of a JSON file one by one, whatever its size: no more than one record and one chunk are held.
 * `onBytes` sees all of the file's bytes in order. Throws `webshop.unreadable-file` and `webshop.malformed-file`, which
 * names the record and its place.
 */
export function* jsonRecords(file: string, onBytes?: (bytes: Uint8Array) => void): Generator<JsonRecord, void> {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new LacError('webshop.unreadable-file', { file, reason: messageOf(error) }, { cause: error });
  }
  try {
    yield* new RecordReader(file, descriptor, onBytes).records();
  } finally {
    closeSync(descriptor);
  }
}

class RecordReader {
  /** Bytes from `base` on that are not used up yet; `at` is the place within. */
  private buffer = Buffer.alloc(0);
  private base = 0;
  private at = 0;
  private ended = false;
  private index = 0;

  constructor(
    private readonly file: string,
    private readonly descriptor: number,
    private readonly onBytes: ((bytes: Uint8Array) => void) | undefined,
  ) {}

  *records(): Generator<JsonRecord, void> {
    const opening = this.nextByte('the file is empty');
    const isArray = opening === 0x5b;
    if (!isArray && opening !== 0x7b) throw this.malformed('the file is neither a JSON array nor an object');
    this.at++;
    const closing = isArray ? 0x5d : 0x7d;
    if (this.nextByte('the file ends early') === closing) {
      this.finish();
      return;
    }
    for (;;) {
      let key: string | null = null;
      if (!isArray) {
        if (this.nextByte('the file ends before a name') !== quote) throw this.malformed('a name is expected here');
        const [start, end] = this.value();
        key = String(this.parse(this.buffer.subarray(start, end)));
        if (this.nextByte('the file ends after a name') !== 0x3a) throw this.malformed('":" is missing after a name');
        this.at++;
      }
      this.nextByte('the file ends early');
      const [start, end] = this.value();
      yield {
        index: this.index,
        key,
        offset: this.base + start,
        length: end - start,
        bytes: this.buffer.subarray(start, end),
      };
      this.index++;
      const separator = this.nextByte('the file ends after this record; it seems cut off');
      if (separator === closing) {
        this.finish();
        return;
      }
      if (separator !== 0x2c) throw this.malformed('"," is missing between records');
      this.at++;
    }
  }

  private finish(): void {
    this.at++;
    if (this.skipSpace()) throw this.malformed('there is more after the end of the JSON text');
  }

  /** The next byte that is no white space, not yet consumed. */
  private nextByte(reason: string): number {
    if (!this.skipSpace()) throw this.malformed(reason);
    return this.buffer[this.at];
  }

  private skipSpace(): boolean {
    for (;;) {
      while (this.at < this.buffer.length) {
        const byte = this.buffer[this.at];
        // Space, tab, line feed, carriage return; a byte order mark before the first record.
        if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) this.at++;
        else if (this.base + this.at < 3 && (byte === 0xef || byte === 0xbb || byte === 0xbf)) this.at++;
        else return true;
      }
      if (!this.more()) return false;
    }
  }

  /** Consumes one value and returns where it lies in `buffer`. */
  private value(): readonly [number, number] {
    // Fresh from its start after each chunk: only values at a chunk's edge are seen twice.
    for (;;) {
      const end = endOfValue(this.buffer, this.at, this.ended);
      if (end >= 0) {
        const start = this.at;
        this.at = end;
        return [start, end];
      }
      if (!this.more()) throw this.malformed('the file ends in the middle of this record; it seems cut off');
    }
  }

  private more(): boolean {
    if (this.ended) return false;
    const rest = this.buffer.subarray(this.at);
    const size = Math.max(chunkSize, rest.length);
    const grown = Buffer.allocUnsafe(rest.length + size);
    rest.copy(grown);
    let read: number;
    try {
      read = readSync(this.descriptor, grown, rest.length, size, this.base + this.buffer.length);
    } catch (error) {
      const reason = messageOf(error);
      throw new LacError('webshop.unreadable-file', { file: this.file, reason }, { cause: error });
    }
    this.onBytes?.(grown.subarray(rest.length, rest.length + read));
    this.base += this.at;
    this.at = 0;
    this.buffer = grown.subarray(0, rest.length + read);
    if (read === 0) this.ended = true;
    return true;
  }

  private parse(bytes: Buffer): unknown {
    try {
      return parsePythonJson(bytes.toString('utf8'));
    } catch (error) {
      throw this.malformed(messageOf(error));
    }
  }

  private malformed(reason: string): LacError {
    return new LacError('webshop.malformed-file', {
      file: this.file,
      record: this.index,
      offset: this.base + this.at,
      reason,
    });
  }
}

/** End of the JSON value that begins at `start`, by its brackets and quotes; -1 when the buffer ends before it. */
function endOfValue(buffer: Buffer, start: number, ended: boolean): number {
  let depth = 0;
  let i = start;
  while (i < buffer.length) {
    const byte = buffer[i];
    if (byte === quote) {
      const end = endOfString(buffer, i);
      if (end < 0) return -1;
      i = end;
      if (depth === 0) return i;
      continue;
    }
    if (byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x5d || byte === 0x7d) {
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (byte === 0x2c || byte <= 0x20)) return i;
    i++;
  }
  return ended && depth === 0 ? i : -1;
}

function endOfString(buffer: Buffer, start: number): number {
  let i = start;
  for (;;) {
    i = buffer.indexOf(quote, i + 1);
    if (i < 0) return -1;
    let slashes = 0;
    while (buffer[i - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return i + 1;
  }
}

/** Parses JSON as Python's `json` does, which also writes and reads NaN and Infinity; they become null. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(
      text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (part) => (part.startsWith('"') ? part : 'null')),
    );
  }
}

/** The value of a record. Throws `webshop.malformed-file`. */
export function parseRecord(file: string, record: JsonRecord): unknown {
  try {
    return parsePythonJson(record.bytes.toString('utf8'));
  } catch (error) {
    throw new LacError(
      'webshop.malformed-file',
      { file, record: record.key ?? record.index, offset: record.offset, reason: messageOf(error) },
      { cause: error },
    );
  }
}
