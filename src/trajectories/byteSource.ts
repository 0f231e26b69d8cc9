import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LacError } from '../errors/lacError';

/** Bytes that are read by window: a file, a buffer, or whatever a virtual workspace offers. */
export interface ByteSource {
  /** What to call it in messages: usually a path. */
  readonly name: string;
  /** Bytes in all at this moment; a file that is still written grows. */
  size(): Promise<number>;
  /**
   * The bytes from `offset`; fewer than `length` at the end. They may be laid into `into`, whose length is `length` or
   * more; they are then valid until it is used again.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** The same at once, for single steps, which whoever walks a recording cannot wait for. */
  readNow(offset: number, length: number, into?: Uint8Array): Uint8Array;
  close(): Promise<void>;
}

const journalStart = '{"type":"header"';

/** Whether bytes begin as a journal of this program does. */
export async function beginsAsJournal(source: ByteSource): Promise<boolean> {
  const first = await source.read(0, journalStart.length);
  return Buffer.from(first).toString('latin1') === journalStart;
}

/** A source over bytes in memory. */
export function bufferSource(name: string, bytes: Uint8Array): ByteSource {
  const readNow: ByteSource['readNow'] = (offset, length) =>
    bytes.subarray(offset, Math.min(bytes.length, offset + length));
  return {
    name,
    size: () => Promise.resolve(bytes.length),
    read: (offset, length) => Promise.resolve(readNow(offset, length)),
    readNow,
    close: () => Promise.resolve(),
  };
}

/** A source over a file on disk; throws `trajectory.unreadable` when it cannot be opened. */
export function fileSource(path: string): ByteSource {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
    if (fstatSync(descriptor).isDirectory()) {
      closeSync(descriptor);
      throw new Error('it is a folder');
    }
  } catch (error) {
    throw new LacError('trajectory.unreadable', { file: path, reason: reasonOf(error) }, { cause: error });
  }
  const readNow: ByteSource['readNow'] = (offset, length, into) => {
    const buffer = into ?? new Uint8Array(length);
    const count = readSync(descriptor, buffer, 0, length, offset);
    return buffer.subarray(0, count);
  };
  return {
    name: path,
    size: () => Promise.resolve(fstatSync(descriptor).size),
    read: (offset, length, into) => Promise.resolve(readNow(offset, length, into)),
    readNow,
    close: () => {
      closeSync(descriptor);
      return Promise.resolve();
    },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'it is not there';
  return error instanceof Error ? error.message : String(error);
}
