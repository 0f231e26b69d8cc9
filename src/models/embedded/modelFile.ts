import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { LacError, messageOf } from '../../errors/lacError';

const MEGABYTE = 1_048_576;

/** Largest file that is read: beyond it a server is the right place. */
export const MAX_FILE_MEGABYTES = 1024;

function reasonOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * A model file's bytes and SHA-256 (64 hex digits).
 * @throws LacError `embedded.missing`, `embedded.unreadable`, `embedded.too-large`.
 */
export async function readModelFile(file: string): Promise<{ bytes: Uint8Array; digest: string }> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw new LacError('embedded.unreadable', { file, reason: 'it is no file' });
    const size = Math.ceil(facts.size / MEGABYTE);
    if (size > MAX_FILE_MEGABYTES) {
      throw new LacError('embedded.too-large', { file, size, limit: MAX_FILE_MEGABYTES });
    }
    const bytes = await readFile(file);
    return { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    if (error instanceof LacError) throw error;
    if (reasonOf(error) === 'ENOENT') throw new LacError('embedded.missing', { file }, { cause: error });
    throw new LacError('embedded.unreadable', { file, reason: messageOf(error) }, { cause: error });
  }
}
