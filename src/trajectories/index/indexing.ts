import { Worker } from 'node:worker_threads';
import { LacError, messageOf } from '../../errors/lacError';
import { fileSource } from '../byteSource';
import { readCache, writeCache } from './indexFile';
import type { FromIndexWorker, IndexRequest } from './indexMessages';
import type { IndexData } from './indexData';
import { scanInto, TrajectoryIndex, type SearchOptions } from './trajectoryIndex';

/** Indexes a file in the thread that asks, from the cache where that fits. */
export async function indexHere({ file, cacheFolder }: IndexRequest, options: SearchOptions): Promise<IndexData> {
  const source = fileSource(file);
  try {
    const kept = cacheFolder === null ? undefined : await readCache(cacheFolder, file, source);
    const from = { offset: kept?.end ?? 0, lines: kept?.lines ?? 0 };
    if (kept !== undefined && kept.end + kept.torn === (await source.size())) return kept;
    const data = await scanInto(source, kept, from, options);
    if (cacheFolder !== null) await writeCache(cacheFolder, file, source, data);
    return data;
  } finally {
    await source.close();
  }
}

export interface IndexOptions extends SearchOptions {
  /** The bundled `indexWorker.js`. */
  readonly worker: string;
  /** Folder in which indexes are kept, or null. */
  readonly cacheFolder: string | null;
}

/**
 * Indexes a journal off the main thread. Throws `trajectory.foreign`, `trajectory.version`, `trajectory.unreadable`,
 * `trajectory.index`, or what the signal was aborted with.
 */
export function buildIndex(
  file: string,
  { worker: script, cacheFolder, signal, onProgress }: IndexOptions,
): Promise<IndexData> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(abortReason(signal));
      return;
    }
    const request: IndexRequest = { file, cacheFolder };
    const worker = new Worker(script, { workerData: request });
    const finish = (settle: () => void): void => {
      signal?.removeEventListener('abort', cancel);
      void worker.terminate();
      settle();
    };
    const fail = (reason: string): void => finish(() => reject(new LacError('trajectory.index', { file, reason })));
    const cancel = (): void => finish(() => reject(signal === undefined ? new Error('stopped') : abortReason(signal)));
    signal?.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: FromIndexWorker) => {
      switch (message.kind) {
        case 'progress':
          onProgress?.(message.fraction);
          return;
        case 'done':
          finish(() => resolve(message.data));
          return;
        case 'failed':
          finish(() => reject(new LacError(message.code, message.args)));
          return;
        case 'broken':
          fail(message.message);
      }
    });
    worker.on('error', (error) => fail(messageOf(error)));
    worker.on('exit', (code) => fail(`its thread ended with code ${code}`));
  });
}

function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new DOMException('The work was stopped.', 'AbortError');
}

/** A journal opened by its index. The caller closes the source. */
export async function openTrajectory(file: string, options: IndexOptions): Promise<TrajectoryIndex> {
  const data = await buildIndex(file, options);
  return new TrajectoryIndex(data, fileSource(file));
}
