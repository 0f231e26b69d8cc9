import { LacError } from '../errors/lacError';
import { formatName } from '../trajectories/schema';
import { atif } from './atif/atif';
import { checkBounds, parseBounded } from './boundedJson';
import { conversations } from './conversations';
import { csv } from './csv';
import { isFields } from './fields';
import {
  defaultLimits,
  type ExchangeFormat,
  type ForeignFile,
  type Limits,
  type Reading,
  type Recording,
  type WriteOptions,
  type Writing,
} from './format';
import { html } from './html/html';
import { inspect } from './inspect/inspect';
import { readInspectArchive } from './inspect/read';
import { isZip } from './inspect/zip';
import { otlp } from './otlp';
import { recordedLine } from './recording';
import { sweAgent } from './sweAgent';

export {
  defaultLimits,
  type ExchangeFormat,
  type ForeignFile,
  type FormatId,
  type Limits,
  type Reading,
  type RecordedLine,
  type Recording,
  type StreamedWriting,
  type WriteOptions,
  type Writing,
  type WrittenFile,
} from './format';
export { nativeBytes, readRecording, recordingOf } from './recording';
export { writePieces } from './streamedFile';

/** Every format, in the order in which documents are tried and pickers list them. */
export const formats: readonly ExchangeFormat[] = [atif, sweAgent, inspect, conversations, otlp, csv, html];

/**
 * What one or more files hold, as native lines. Several files are parts of one export (branches of ATIF) or records of
 * one set. Throws `exchange.*`, naming the file; needs no more time and memory than the limits allow.
 */
export function importFiles(files: readonly ForeignFile[], limits: Limits = defaultLimits): Reading {
  const [first] = files;
  if (first === undefined)
    throw new LacError('exchange.unknown-format', { file: 'the import', reason: 'no file was given' });
  if (isZip(first.bytes)) return readInspectArchive(first, limits);
  const documents = files.flatMap((file) => documentsOf(file, limits));
  const [start] = documents;
  if (isFields(start) && start['type'] === 'header' && start['format'] === formatName) {
    return { format: 'lac', lines: documents.filter(isFields).map(recordedLine), losses: [] };
  }
  const known = formats.find(({ recognises }) => documents.some((document) => recognises?.(document) === true));
  if (known === undefined || known.read === null || known.recognises === null) {
    const reason = 'its JSON is of no known shape';
    throw new LacError('exchange.unknown-format', { file: first.name, reason });
  }
  const { recognises } = known;
  const name = files.length === 1 ? first.name : `${first.name} and ${files.length - 1} more`;
  return known.read(name, documents.filter(recognises));
}

/** The JSON documents of a file: one, or one a line. */
function documentsOf(file: ForeignFile, limits: Limits): readonly unknown[] {
  const { name, bytes } = file;
  if (bytes.length === 0) throw new LacError('exchange.unknown-format', { file: name, reason: 'it is empty' });
  if (bytes.subarray(0, 4096).includes(0)) {
    throw new LacError('exchange.unknown-format', { file: name, reason: 'it is binary, and no zip' });
  }
  const lines = jsonLines(file, limits);
  return lines ?? [parseBounded(name, bytes, limits)];
}

/** The documents of a JSON Lines file; null when its first line is no complete JSON object. */
function jsonLines({ name, bytes }: ForeignFile, limits: Limits): readonly unknown[] | null {
  const end = bytes.indexOf(10);
  if (end < 0 || end === bytes.length - 1) return null;
  const start = bytes.subarray(0, end);
  if (start.at(start[end - 1] === 13 ? -2 : -1) !== 0x7d || bytes[0] !== 0x7b) return null;
  checkBounds(name, bytes, limits);
  const documents: unknown[] = [];
  let at = 0;
  let number = 0;
  while (at < bytes.length) {
    const newline = bytes.indexOf(10, at);
    const stop = newline < 0 ? bytes.length : newline;
    number++;
    const line = bytes.subarray(at, stop);
    if (line.some((byte) => byte > 0x20)) documents.push(parseBounded(`${name}, line ${number}`, line, limits));
    at = stop + 1;
  }
  return documents;
}

/** A format by its id. Throws `exchange.no-writer` for one that is not written. */
export function writerFor(id: string): NonNullable<ExchangeFormat['write']> {
  const write = formats.find((format) => format.id === id)?.write ?? null;
  if (write === null) {
    const known = formats.filter((format) => format.write !== null).map((format) => format.id);
    throw new LacError('exchange.no-writer', { format: id, known: known.join(', ') });
  }
  return write;
}

/** Writes a recording in a format. Throws `exchange.no-writer`. */
export function exportRecording(recording: Recording, format: string, options: WriteOptions): Writing {
  return writerFor(format)(recording, options);
}
