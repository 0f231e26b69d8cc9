import { parentPort, workerData } from 'node:worker_threads';
import { isAbort, LacError, messageOf } from '../../errors/lacError';
import { Engine } from './engine';
import kernelBinary from './kernel/kernel.wasm';
import { Outbox } from './outbox';
import type { FromWorker, ToWorker, WireError, WorkerStart } from './workerMessages';

function toWire(error: unknown): WireError {
  if (error instanceof LacError) return { kind: 'lac', code: error.code, args: error.args };
  if (isAbort(error)) return { kind: 'abort' };
  return { kind: 'other', message: error instanceof Error ? (error.stack ?? error.message) : messageOf(error) };
}

function isStart(value: unknown): value is WorkerStart {
  return typeof value === 'object' && value !== null && 'file' in value && 'kernel' in value;
}

/** The worker's entry: an engine behind a message port. Started by `workerEngine`, which is its only caller. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this file is the entry of a worker thread');
  const outbox = new Outbox((messages) => port.postMessage(messages));
  const send = (message: FromWorker): void => outbox.put(message);
  const running = new Map<number, AbortController>();
  let engine: Engine;
  try {
    const settings: unknown = workerData;
    if (!isStart(settings)) throw new TypeError('the worker was started without a model file');
    engine = await Engine.load(settings, kernelBinary);
  } catch (error) {
    send({ kind: 'failed', error: toWire(error) });
    return;
  }
  const receive = (message: ToWorker): void => {
    const { id } = message;
    if (message.kind === 'abort') {
      running.get(id)?.abort();
      return;
    }
    const abort = new AbortController();
    running.set(id, abort);
    const onToken = message.stream ? (token: FromWorker & { kind: 'token' }): void => send(token) : undefined;
    engine
      .ask(message.question, {
        signal: abort.signal,
        onToken: onToken && ((token) => onToken({ kind: 'token', id, token })),
      })
      .then(
        (answer) => send({ kind: 'answer', id, answer }),
        (error: unknown) => send({ kind: 'error', id, error: toWire(error) }),
      )
      .finally(() => running.delete(id));
  };
  port.on('message', (messages: readonly ToWorker[]) => messages.forEach(receive));
  send({ kind: 'ready', facts: engine.facts });
}

void main();
