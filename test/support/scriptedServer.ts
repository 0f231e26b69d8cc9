import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request that a scripted server got. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed body; undefined where there was none. */
  readonly body: unknown;
  /** The body's `prompt`, or an empty string. */
  readonly prompt: string;
  /** `open` while the server works on it, `answered` once it sent everything, `closed` when the client hung up before. */
  state: 'open' | 'answered' | 'closed';
  /** Resolves when the request is over, with `performance.now()` of that moment. */
  readonly over: Promise<number>;
}

/** What the server does with one request instead of answering it properly. */
export type Scenario =
  /** An HTTP status with a body, verbatim. */
  | {
      readonly play: 'status';
      readonly status: number;
      readonly body: string;
      readonly headers?: Record<string, string>;
    }
  /** No header ever comes: the model loads, or the prompt is evaluated, for longer than anyone waits. */
  | { readonly play: 'silence' }
  /** The server dies before it answers. */
  | { readonly play: 'hang-up' }
  /** Pieces of a body, verbatim, each flushed on its own; then the end, a broken connection, or nothing more for ever. */
  | {
      readonly play: 'pieces';
      readonly pieces: readonly (string | Uint8Array)[];
      readonly then: 'end' | 'hang-up' | 'silence';
      readonly headers?: Record<string, string>;
    }
  /** The proper answer, of which each piece waits for the test to call `release()`. */
  | { readonly play: 'step-by-step' };

/**
 * An HTTP server on loopback that answers as its subclass says, or as the test scripts with `next`. It records every
 * request in order, what became of it, and how many sockets are open: so a test can assert that a cancelled call reached
 * the socket, and that nothing leaked.
 */
export abstract class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly scripted: { readonly path: string; readonly scenario: Scenario }[] = [];
  private readonly waitingForRelease: (() => void)[] = [];
  private released = 0;
  private readonly server = http.createServer((request, response) => {
    void this.serve(request, response);
  });

  protected constructor(private readonly scriptedPath: string) {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  protected async listen(port = 0): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the scripted server does not listen');
    return (address satisfies AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openSockets(): number {
    return this.sockets.size;
  }

  /** Resolves once no socket is open. */
  async quiet(): Promise<void> {
    while (this.sockets.size > 0) await Promise.all([...this.sockets].map((socket) => once(socket, 'close')));
  }

  /** Prompts of all requests that had one, in the order in which they came. */
  get prompts(): readonly string[] {
    return this.requests.flatMap(({ prompt }) => (prompt === '' ? [] : [prompt]));
  }

  /** Scripts the next unscripted request to the path (by default the one that generates). */
  next(scenario: Scenario, path = this.scriptedPath): void {
    this.scripted.push({ path, scenario });
  }

  /** Lets so many more pieces of step-by-step answers go out. */
  release(pieces = 1): void {
    for (let i = 0; i < pieces; i++) {
      const waiting = this.waitingForRelease.shift();
      if (waiting === undefined) this.released++;
      else waiting();
    }
  }

  /** Resolves when so many requests to the path have come. */
  async came(count: number, path = this.scriptedPath): Promise<readonly SeenRequest[]> {
    for (;;) {
      const found = this.requests.filter((request) => request.path === path);
      if (found.length >= count) return found;
      await once(this.server, 'request');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The proper answer: a status and body, or the pieces of a stream. */
  protected abstract answer(request: SeenRequest): ProperAnswer;

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) if (part instanceof Buffer) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const path = request.url ?? '';
    const prompt: unknown = typeof body === 'object' && body !== null && 'prompt' in body ? body.prompt : '';
    let over: (at: number) => void = () => undefined;
    const seen: SeenRequest = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      body,
      prompt: typeof prompt === 'string' ? prompt : '',
      state: 'open',
      over: new Promise((resolve) => (over = resolve)),
    };
    this.requests.push(seen);
    response.on('close', () => {
      seen.state = response.writableFinished ? 'answered' : 'closed';
      over(performance.now());
    });
    const index = this.scripted.findIndex((script) => script.path === path && this.mayScript(seen));
    const [script] = index === -1 ? [] : this.scripted.splice(index, 1);
    await this.perform(script?.scenario, seen, response);
  }

  /** False for requests that a script must leave alone. */
  protected abstract mayScript(request: SeenRequest): boolean;

  private async perform(scenario: Scenario | undefined, seen: SeenRequest, response: ServerResponse): Promise<void> {
    switch (scenario?.play) {
      case 'status':
        response.writeHead(scenario.status, { 'Content-Type': 'application/json', ...scenario.headers });
        response.end(scenario.body);
        return;
      case 'silence':
        return;
      case 'hang-up':
        response.socket?.destroy();
        return;
      case 'pieces':
        response.writeHead(200, { 'Content-Type': 'application/x-ndjson', ...scenario.headers });
        for (const piece of scenario.pieces) {
          if (response.destroyed) return;
          response.write(piece);
          await new Promise((resolve) => setImmediate(resolve));
        }
        if (scenario.then === 'end') response.end();
        else if (scenario.then === 'hang-up') response.socket?.destroy();
        return;
      case 'step-by-step':
      case undefined: {
        const answer = this.answer(seen);
        response.writeHead(answer.status, { 'Content-Type': answer.type });
        if (typeof answer.body === 'string') {
          response.end(answer.body);
          return;
        }
        for (const piece of answer.body) {
          if (scenario !== undefined) await this.permission();
          // A client that hung up stops the generation, as a real server does.
          if (response.destroyed) return;
          response.write(piece);
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      }
    }
  }

  private permission(): Promise<void> {
    if (this.released > 0) {
      this.released--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waitingForRelease.push(resolve));
  }
}

export interface ProperAnswer {
  readonly status: number;
  readonly type: string;
  /** A whole body, or the pieces of a streamed one. */
  readonly body: string | Iterable<string>;
}
