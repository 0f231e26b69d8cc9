import { parentPort, workerData } from 'node:worker_threads';
import { LacError, messageOf } from '../errors/lacError';
import { columnBuffers } from './index/indexData';
import { indexHere } from './index/indexing';
import type { FromIndexWorker, IndexRequest } from './index/indexMessages';

/** The worker thread that indexes one journal; ending the thread cancels it. */

function isRequest(value: unknown): value is IndexRequest {
  return typeof value === 'object' && value !== null && 'file' in value && 'cacheFolder' in value;
}

async function main(): Promise<void> {
  const port = parentPort;
  const request: unknown = workerData;
  if (port === null || !isRequest(request)) throw new Error('this file runs as a worker of the trajectory index');
  const send = (message: FromIndexWorker, moved?: readonly ArrayBuffer[]): void => port.postMessage(message, moved);
  let shown = 0;
  const onProgress = (fraction: number): void => {
    if (fraction - shown < 0.01 && fraction < 1) return;
    shown = fraction;
    send({ kind: 'progress', fraction });
  };
  try {
    const data = await indexHere(request, { onProgress });
    send({ kind: 'done', data }, columnBuffers(data));
  } catch (error) {
    if (error instanceof LacError) send({ kind: 'failed', code: error.code, args: error.args });
    else send({ kind: 'broken', message: messageOf(error) });
  }
}

void main();
