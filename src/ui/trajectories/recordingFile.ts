import { importFiles, nativeBytes } from '../../exchange';
import { LacError } from '../../errors/lacError';
import { bufferSource, type ByteSource } from '../../trajectories/byteSource';
import { readJournal, type JournalContents } from '../../trajectories/journal';

/** The most bytes of a file that is no journal on this machine's disk: it has to be read whole. */
export const wholeReadLimit = 50 << 20;

/** A journal with more bytes is debugged by window. */
export const windowedFrom = 64 << 20;

/** The most bytes of a journal that is held in memory whole, to be exported in a format that is written at once. */
export const wholeJournalLimit = 256 << 20;

/** A recording of any format that can be read, as a journal. */
export interface RecordingFile {
  readonly contents: JournalContents;
  /** What a foreign format could not say; empty for a journal. */
  readonly losses: readonly string[];
}

/**
 * Reads a recording: a journal as it is, another format as far as a journal can say it. Throws `trajectory.*` for a
 * journal that cannot be read, `exchange.*` for what is of no known format, and `workbench.recording-too-large`.
 */
export async function readRecordingFile(source: ByteSource): Promise<RecordingFile> {
  try {
    return recordingFile(await readJournal(source));
  } catch (error) {
    if (!(error instanceof LacError) || error.code !== 'trajectory.foreign') throw error;
    return readForeign(source, error);
  }
}

async function readForeign(source: ByteSource, noJournal: LacError): Promise<RecordingFile> {
  const { name } = source;
  // What has the name of a journal is told what is wrong with it as one.
  if (name.endsWith('.lac.jsonl')) throw noJournal;
  const size = await source.size();
  requireReadable(name, size);
  const { lines } = importFiles([{ name, bytes: await source.read(0, size) }]);
  return recordingFile(await readJournal(bufferSource(name, nativeBytes(lines))));
}

/** Throws `workbench.recording-too-large` for more than can be read whole. */
export function requireReadable(file: string, size: number): void {
  if (size <= wholeReadLimit) return;
  const megabytes = Math.ceil(size / (1 << 20));
  throw new LacError('workbench.recording-too-large', { file, megabytes, limit: wholeReadLimit >> 20 });
}

/** Throws `workbench.too-large` for a journal that is too long to be exported here in a format that is written at once. */
export function requireWhole(file: string, size: number): void {
  if (size <= wholeJournalLimit) return;
  const megabytes = Math.ceil(size / (1 << 20));
  throw new LacError('workbench.too-large', { file, megabytes, limit: wholeJournalLimit >> 20 });
}

function recordingFile(contents: JournalContents): RecordingFile {
  return { contents, losses: contents.header.source?.losses ?? [] };
}
