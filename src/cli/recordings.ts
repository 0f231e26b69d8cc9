import { readFileSync } from 'node:fs';
import { LacError } from '../errors/lacError';
import { importFiles, readRecording, recordingOf, type Recording } from '../exchange';
import { fileSource } from '../trajectories/byteSource';

/** A recording of any format that can be read; native ones first. */
export async function openRecording(file: string, signal: AbortSignal): Promise<Recording> {
  const source = fileSource(file);
  try {
    return await readRecording(source, signal);
  } catch (error) {
    if (!(error instanceof LacError) || error.code !== 'trajectory.foreign') throw error;
    return await recordingOf(file, importFiles([{ name: file, bytes: readFileSync(file) }]).lines);
  } finally {
    await source.close();
  }
}
