import { Worker } from 'node:worker_threads';
import { LacError, messageOf } from '../../errors/lacError';
import { abortError } from './batcher';
import type {
  Answer,
  AnswerToQuestion,
  AskOptions,
  EngineLauncher,
  EngineSettings,
  ModelFacts,
  Question,
  RunningEngine,
} from './questions';
import { Outbox } from './outbox';
import type { FromWorker, ToWorker, WireError, WorkerStart } from './workerMessages';

interface Call {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly onToken: AskOptions['onToken'];
}

function fromWire(error: WireError, file: string): Error {
  switch (error.kind) {
    case 'lac':
      return new LacError(error.code, error.args);
    case 'abort':
      return abortError();
    case 'other':
      return new LacError('embedded.stopped', { file, reason: error.message });
  }
}

/** The engine in a worker thread, seen from the host, which it never blocks. */
class WorkerEngine implements RunningEngine {
  private readonly calls = new Map<number, Call>();
  private readonly outbox: Outbox<ToWorker>;
  private nextId = 0;
  private ended: LacError | undefined;

  constructor(
    private readonly worker: Worker,
    readonly facts: ModelFacts,
  ) {
    this.outbox = new Outbox((messages) => worker.postMessage(messages));
    worker.on('message', (messages: readonly FromWorker[]) => messages.forEach((message) => this.receive(message)));
    worker.on('error', (error) => this.end(messageOf(error)));
    worker.on('exit', (code) => this.end(`its thread ended with code ${code}`));
    worker.unref();
  }

  ask<Q extends Question>(question: Q, options: AskOptions): Promise<AnswerToQuestion<Q>>;
  ask(question: Question, { signal, onToken }: AskOptions): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError());
        return;
      }
      if (this.ended !== undefined) {
        reject(this.ended);
        return;
      }
      const id = this.nextId++;
      const abort = (): void => {
        this.forget(id);
        this.outbox.put({ kind: 'abort', id });
        reject(abortError());
      };
      signal.addEventListener('abort', abort);
      const settle = <T>(then: (value: T) => void) => {
        return (value: T): void => {
          signal.removeEventListener('abort', abort);
          then(value);
        };
      };
      this.calls.set(id, { resolve: settle(resolve), reject: settle(reject), onToken });
      this.worker.ref();
      this.outbox.put({ kind: 'ask', id, question, stream: onToken !== undefined });
    });
  }

  async dispose(): Promise<void> {
    this.end('it was closed');
    await this.worker.terminate();
  }

  /** A worker without calls keeps no process alive. */
  private forget(id: number): Call | undefined {
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (this.calls.size === 0) this.worker.unref();
    return call;
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case 'token':
        this.calls.get(message.id)?.onToken?.(message.token);
        return;
      case 'answer':
        this.forget(message.id)?.resolve(message.answer);
        return;
      case 'error':
        this.forget(message.id)?.reject(fromWire(message.error, this.facts.file));
        return;
      case 'ready':
      case 'failed':
        throw new Error(`the worker said "${message.kind}" twice`);
    }
  }

  private end(reason: string): void {
    this.ended ??= new LacError('embedded.stopped', { file: this.facts.file, reason });
    for (const id of [...this.calls.keys()]) this.forget(id)?.reject(this.ended);
  }
}

/**
 * Runs the engine in a worker thread.
 * @param workerPath The bundled `worker.ts`.
 */
export function workerEngine(workerPath: string): EngineLauncher {
  return (settings: EngineSettings) =>
    new Promise((resolve, reject) => {
      const start: WorkerStart = settings;
      const worker = new Worker(workerPath, { workerData: start });
      // Not removeAllListeners: that would also remove Node's own, without which the port stays shut.
      const detach = (): void => {
        worker.off('error', onError);
        worker.off('exit', onExit);
        worker.off('message', onMessage);
      };
      const fail = (error: Error): void => {
        detach();
        void worker.terminate();
        reject(error);
      };
      const stopped = (reason: string): void => fail(new LacError('embedded.stopped', { file: settings.file, reason }));
      const onError = (error: unknown): void => stopped(messageOf(error));
      const onExit = (code: number): void => stopped(`its thread ended with code ${code}`);
      const onMessage = ([message]: readonly FromWorker[]): void => {
        switch (message?.kind) {
          case 'ready':
            resolve(new WorkerEngine(worker, message.facts));
            detach();
            return;
          case 'failed':
            fail(fromWire(message.error, settings.file));
            return;
          case 'token':
          case 'answer':
          case 'error':
          case undefined:
            stopped(`it said "${message?.kind ?? 'nothing'}" before it was ready`);
        }
      };
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.on('message', onMessage);
    });
}
