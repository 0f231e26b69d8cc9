import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { abortError } from '../clock';

/** The connection failed: before it stood, before an answer came, or in the middle of one. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';

  constructor(
    readonly phase: 'connecting' | 'waiting' | 'streaming',
    /** For people: `ECONNREFUSED`, or what the system says. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${phase}: ${reason}`, options);
  }
}

/** The server answered, but not with what it should. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`expected ${expected}, found ${found}`);
  }
}

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Closes the socket at once, in every phase. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Ends with a `ConnectionFailure` or an `AbortError` when it does not end by itself; leaving the loop closes the socket. */
  readonly body: AsyncIterable<Uint8Array>;
}

function reasonOf(error: Error): string {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code !== '' ? code : error.message;
}

/**
 * One HTTP request through Node's own client, without any time-out: a model may take minutes to load before it sends its
 * first header, and only the user knows how long to wait. Each request has its own socket, and an abort destroys it whether
 * it is connecting, waiting or streaming.
 */
export function send({ url, method, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError(signal));
      return;
    }
    const target = new URL(url);
    const client = target.protocol === 'https:' ? https : http;
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const request = client.request(target, { method, agent: false, headers: { ...headers, ...length } });
    let connected = false;
    let answered = false;
    const onAbort = (): void => {
      request.destroy(abortError(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('socket', (socket) => {
      // Notices a peer that vanished without a word (a laptop that slept), however long the answer takes.
      socket.setKeepAlive(true, 30_000);
      socket.on(target.protocol === 'https:' ? 'secureConnect' : 'connect', () => (connected = true));
    });
    request.on('close', () => signal.removeEventListener('abort', onAbort));
    request.on('error', (error) => {
      if (signal.aborted) reject(abortError(signal));
      else if (!answered) {
        reject(new ConnectionFailure(connected ? 'waiting' : 'connecting', reasonOf(error), { cause: error }));
      }
    });
    request.on('response', (response) => {
      answered = true;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bodyOf(response, signal) });
    });
    request.end(body);
  });
}

async function* bodyOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of response) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    const cause = error instanceof Error ? error : new Error(String(error));
    throw new ConnectionFailure('streaming', reasonOf(cause), { cause });
  } finally {
    response.destroy();
  }
  if (signal.aborted) throw abortError(signal);
}

/** The body as text, cut off after `limit` bytes. */
export async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    parts.push(chunk.subarray(0, limit - size));
    size += chunk.length;
    if (size >= limit) break;
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

/** A url for people and records: no user, password, query or fragment. */
export function publicUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
}
