import type { ByteSource } from '../trajectories/byteSource';
import { bufferSource } from '../trajectories/byteSource';
import { readJournal } from '../trajectories/journal';
import { checkLine } from '../trajectories/lineCheck';
import { parseLine, scanLines } from '../trajectories/lines';
import type { RecordedLine, Recording } from './format';

/** Reads a native recording whole, its lines as they stand included. Throws what `readJournal` throws. */
export async function readRecording(source: ByteSource, signal?: AbortSignal): Promise<Recording> {
  const options = signal === undefined ? {} : { signal };
  const contents = await readJournal(source, options);
  const lines: RecordedLine[] = [];
  const take = (bytes: Uint8Array): void => {
    const parsed = parseLine(bytes);
    if ('value' in parsed) lines.push(recordedLine(parsed.value));
  };
  await scanLines(source, take, options);
  return { name: source.name, lines, contents };
}

export function recordedLine(raw: Readonly<Record<string, unknown>>): RecordedLine {
  const checked = checkLine(raw);
  return { raw, line: 'line' in checked ? checked.line : null };
}

/** Lines as the bytes of a native file. */
export function nativeBytes(lines: readonly RecordedLine[]): Uint8Array {
  return Buffer.from(lines.map(({ raw }) => `${JSON.stringify(raw)}\n`).join(''), 'utf8');
}

/** Lines that were imported, as a recording that can be shown, compared and exported like a native one. */
export async function recordingOf(name: string, lines: readonly RecordedLine[]): Promise<Recording> {
  const contents = await readJournal(bufferSource(name, nativeBytes(lines)));
  return { name, lines, contents };
}
