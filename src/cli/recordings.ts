import { importFiles, readRecording, recordingOf, type Recording } from '../exchange';
import { LacError } from '../errors/lacError';
import { bufferSource, fileSource, type ByteSource } from '../trajectories/byteSource';
import { readJournal, type JournalContents } from '../trajectories/journal';

/** What a file is called that is read from standard input. */
export const standardInput = '-';

/** The bytes of a file, or of standard input where the file is called `-`. Throws `trajectory.unreadable`. */
export async function openSource(file: string): Promise<ByteSource> {
  if (file !== standardInput) return fileSource(file);
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return bufferSource('standard input', Buffer.concat(chunks));
}

/** The whole of a file, or of standard input where the file is called `-`. Throws `trajectory.unreadable`. */
export async function contentOf(file: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const source = await openSource(file);
  try {
    return { name: source.name, bytes: await source.read(0, await source.size()) };
  } finally {
    await source.close();
  }
}

/** A recording of any format that can be read; native ones first. */
export async function openRecording(file: string, signal: AbortSignal): Promise<Recording> {
  const source = await openSource(file);
  try {
    return await nativeOr(readRecording(source, signal), () => importedFrom(source));
  } finally {
    await source.close();
  }
}

/** The same without its lines as they stand: what `lac export` writes from is twice as much. */
export async function readContents(source: ByteSource, signal: AbortSignal): Promise<JournalContents> {
  return nativeOr(readJournal(source, { signal }), async () => (await importedFrom(source)).contents);
}

async function nativeOr<T>(reading: Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof LacError) || error.code !== 'trajectory.foreign') throw error;
    return otherwise();
  }
}

async function importedFrom(source: ByteSource): Promise<Recording> {
  const bytes = await source.read(0, await source.size());
  return recordingOf(source.name, importFiles([{ name: source.name, bytes }]).lines);
}

/** The error for a recording without episodes, or without the one that was asked for. */
export function noEpisode(file: string, ids: readonly string[], asked: string | undefined): LacError {
  return asked === undefined || ids.length === 0
    ? new LacError('trajectory.no-episode', { file })
    : new LacError('debugger.no-episode', { file, episode: asked, known: [...new Set(ids)].join(', ') });
}
