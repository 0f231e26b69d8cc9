import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import type { ByteSource } from '../byteSource';
import { readColumns, writeColumns } from './columnFile';
import type { IndexData } from './indexData';

/** Counts up when the form of an index changes: older files are then built anew. */
const cacheVersion = 3;
const stamp = 4096;

interface Cached {
  readonly version: number;
  /** Hash of the first bytes and of the last ones before `end`. */
  readonly head: string;
  readonly tail: string;
  readonly mtimeMs: number;
  readonly size: number;
  readonly data: IndexData;
}

/** Where the index of a file is kept in a cache folder. */
export function cachePath(folder: string, file: string): string {
  const name = createHash('sha256').update(path.resolve(file)).digest('hex').slice(0, 32);
  return path.join(folder, `${name}.lac-index`);
}

async function hashOf(source: ByteSource, offset: number, length: number): Promise<string> {
  return createHash('sha256')
    .update(await source.read(offset, length))
    .digest('hex');
}

async function stamps(source: ByteSource, end: number): Promise<Pick<Cached, 'head' | 'tail'>> {
  const tail = Math.max(0, end - stamp);
  return { head: await hashOf(source, 0, Math.min(stamp, end)), tail: await hashOf(source, tail, end - tail) };
}

/**
 * The kept index of a file, and whether the file has only grown since; undefined when there is none or the file is
 * another one. A cache that cannot be read is no error: it is built again.
 */
export async function readCache(folder: string, file: string, source: ByteSource): Promise<IndexData | undefined> {
  const kept = load(cachePath(folder, file));
  if (kept === undefined) return undefined;
  const { size, mtimeMs } = statSync(file);
  if (size < kept.data.end) return undefined;
  if (size === kept.size && mtimeMs !== kept.mtimeMs && size !== kept.data.end + kept.data.torn) return undefined;
  const now = await stamps(source, kept.data.end);
  return now.head === kept.head && now.tail === kept.tail ? kept.data : undefined;
}

function load(target: string): Cached | undefined {
  try {
    const value = readColumns(target);
    return isCached(value) ? value : undefined;
  } catch (error) {
    // Whatever is wrong with the file, it is only a cache and is built again.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function isCached(value: unknown): value is Cached {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === cacheVersion &&
    'data' in value
  );
}

/** Keeps an index; false when the folder cannot be written, which costs only time. */
export async function writeCache(folder: string, file: string, source: ByteSource, data: IndexData): Promise<boolean> {
  const target = cachePath(folder, file);
  const { size, mtimeMs } = statSync(file);
  const cached: Cached = { version: cacheVersion, ...(await stamps(source, data.end)), size, mtimeMs, data };
  // Two editors may index one file side by side, each in a thread of this process.
  const temporary = `${target}.${process.pid}.${threadId}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeColumns(temporary, cached);
    renameSync(temporary, target);
    return true;
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
