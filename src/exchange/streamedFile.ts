import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes a text piece by piece, under another name until all of it is there; where that fails, nothing is left. */
export async function writePieces(target: string, pieces: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  const part = `${target}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(part), { signal });
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
