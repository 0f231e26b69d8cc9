import { Ollama } from 'ollama';
import { checkJsonLines } from '../http/jsonLines';
import { readText, send } from '../http/send';

/** Longest part of an error page that is worth reading. */
const errorBodyLimit = 64 * 1024;

/** What the server says is wrong, as text: its `error` field, or the body itself. */
function errorField(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'error' in parsed) {
      return typeof parsed.error === 'string' ? parsed.error : JSON.stringify(parsed.error);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return body.trim().slice(0, 500);
}

/**
 * A client for one request. The package cannot cancel a request that waits for its headers, leaves a stream open when its
 * loop is left, prints to the console and skips lines it cannot parse; and the `fetch` of Node gives up after five minutes.
 * So every request has a client of its own whose `fetch` is `send`, bound to the request's signal.
 */
export function ollamaClient(url: string, key: string | null, signal: AbortSignal): Ollama {
  return new Ollama({
    host: url,
    ...(key !== null && { headers: { Authorization: `Bearer ${key}` } }),
    fetch: async (input, init) => {
      const address = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
      const answer = await send({
        url: address,
        method: init?.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: typeof init?.body === 'string' ? init.body : undefined,
        signal,
      });
      if (answer.status < 200 || answer.status > 299) {
        const location = answer.headers.location;
        const body = await readText(answer.body, errorBodyLimit);
        const error = location === undefined ? errorField(body) : `it redirects to ${location}`;
        return new Response(JSON.stringify({ error: error === '' ? 'no reason given' : error }), {
          status: answer.status < 400 || answer.status > 599 ? 400 : answer.status,
          headers: { 'Content-Type': 'application/json' },
        });
      }
      return new Response(streamOf(checkJsonLines(answer.body)), { status: 200 });
    },
  });
}

function streamOf(body: AsyncGenerator<Uint8Array, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await body.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => {
      await body.return();
    },
  });
}
