import { isAscii } from 'node:buffer';
import { LacError } from '../errors/lacError';
import type { ByteSource } from './byteSource';

/** Where a line lies in its file. */
export interface LinePlace {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  /** Bytes without the newline. */
  readonly length: number;
}

export interface LineScan {
  /** Offset behind the last complete line. */
  readonly end: number;
  readonly lines: number;
  /** Bytes of an incomplete last line; 0 when the file ends with a newline. */
  readonly torn: number;
}

export interface ScanOptions {
  /** Where to begin; a line must begin there. */
  readonly from?: { readonly offset: number; readonly lines: number };
  /** Longest line that is handed on; longer ones are only reported. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
  readonly onTooLong?: (place: LinePlace) => void;
}

const windowBytes = 4 << 20;
export const lineLimit = 64 << 20;

/**
 * Reads a file line by line through windows of 4 MiB, so that memory stays bounded by the longest line.
 * `onLine` gets the line's bytes, valid only during the call.
 */
export async function scanLines(
  source: ByteSource,
  onLine: (bytes: Uint8Array, place: LinePlace) => void,
  options: ScanOptions = {},
): Promise<LineScan> {
  const limit = options.limit ?? lineLimit;
  const size = await source.size();
  let offset = options.from?.offset ?? 0;
  let number = options.from?.lines ?? 0;
  let lineStart = offset;
  let pieces: Uint8Array[] = [];
  let pending = 0;
  let tooLong = false;
  // One window is used for all reads; beginnings of lines that go on behind it are copied.
  const buffer = new Uint8Array(Math.max(0, Math.min(windowBytes, size - offset)));
  while (offset < size) {
    options.signal?.throwIfAborted();
    const read = await source.read(offset, Math.min(windowBytes, size - offset), buffer);
    const window = Buffer.from(read.buffer, read.byteOffset, read.length);
    if (window.length === 0) break;
    let start = 0;
    for (;;) {
      const newline = window.indexOf(10, start);
      if (newline < 0) break;
      const length = pending + (newline - start);
      number++;
      const place = { number, offset: lineStart, length };
      if (tooLong || length > limit) options.onTooLong?.(place);
      else if (pending === 0) onLine(window.subarray(start, newline), place);
      else onLine(join([...pieces, window.subarray(start, newline)], length), place);
      pieces = [];
      pending = 0;
      tooLong = false;
      start = newline + 1;
      lineStart = offset + start;
    }
    if (start < window.length) {
      pending += window.length - start;
      if (pending > limit) {
        tooLong = true;
        pieces = [];
      } else {
        pieces.push(new Uint8Array(window.subarray(start)));
      }
    }
    offset += window.length;
    options.onProgress?.(offset / size);
  }
  return { end: lineStart, lines: number, torn: pending };
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const asLatin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** The JSON object in a line's bytes, or why there is none; `end` is what to read behind bytes that were cut. */
export function parseLine(
  bytes: Uint8Array,
  end = '',
): { readonly value: Record<string, unknown> } | { readonly reason: string } {
  let text: string;
  try {
    text = (isAscii(bytes) ? asLatin1(bytes) : decoder.decode(bytes)) + end;
  } catch {
    return { reason: 'the line is not UTF-8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { reason: 'the line is no JSON object' };
    return { value: value as Record<string, unknown> };
  } catch (error) {
    return { reason: `the line is no JSON (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** A problem with one line, as an error that can be shown; reading goes on behind it. */
export function lineProblem(file: string, place: LinePlace, reason: string): LacError {
  return new LacError('trajectory.line', { file, line: place.number, reason });
}
