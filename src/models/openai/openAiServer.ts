import { LacError } from '../../errors/lacError';
import { publicUrl, readText, send, UnexpectedAnswer, type HttpAnswer } from '../http/send';
import { readEvents } from '../http/serverSentEvents';
import { complaintError, toModelError, type FailedCallContext } from '../serverFailure';
import { listField, numberField, textField, field } from '../wireFields';
import { readCompletion, type CompletionEvent } from './completion';

/** A model that an OpenAI-compatible server lists. */
export interface ServedModel {
  readonly name: string;
  readonly contextLength: number | null;
  /** What identifies the weights, of what the server tells: their path or name, and their size. */
  readonly identity: {
    readonly root: string | null;
    readonly parameters: number | null;
    readonly bytes: number | null;
  };
}

/** One server that speaks `/v1/completions` and `/v1/models`. */
export class OpenAiServer {
  /** Without credentials. */
  readonly name: string;
  private readonly base: string;

  constructor(
    url: string,
    /** Sent as a bearer token, and nowhere written down; null where none is needed. */
    private readonly key: string | null,
    /** For the message when access is denied: where the key comes from. */
    private readonly keySource: string,
  ) {
    this.name = publicUrl(url);
    const plain = url.replace(/\/+$/, '');
    this.base = plain.endsWith('/v1') ? plain : `${plain}/v1`;
  }

  async models(signal: AbortSignal): Promise<readonly ServedModel[]> {
    return this.failing('', 0, signal, async () => {
      const answer = await this.send('GET', '/models', undefined, signal);
      const text = await readText(answer.body, 4 * 1024 * 1024);
      if (!isOk(answer))
        throw await complaintError({ status: answer.status, message: text }, this.context('', 0, signal));
      return listField(parse(text), 'data').flatMap((entry): ServedModel[] => {
        const name = textField(entry, 'id');
        const meta = field(entry, 'meta');
        if (name === null) return [];
        return [
          {
            name,
            contextLength: numberField(entry, 'max_model_len') ?? numberField(meta, 'n_ctx_train'),
            identity: {
              root: textField(entry, 'root'),
              parameters: numberField(meta, 'n_params'),
              bytes: numberField(meta, 'size'),
            },
          },
        ];
      });
    });
  }

  /** Streams a completion until it ends or `take` returns false; true when it was cut off so. Closes the connection. */
  async complete(
    model: string,
    body: object,
    signal: AbortSignal,
    take: (event: CompletionEvent) => boolean,
  ): Promise<boolean> {
    let tokens = 0;
    return this.failing(
      model,
      () => tokens,
      signal,
      async () => {
        const answer = await this.send(
          'POST',
          '/completions',
          JSON.stringify({ ...body, model, stream: true }),
          signal,
        );
        if (!isOk(answer)) {
          const message = await readText(answer.body, 64 * 1024);
          throw await complaintError({ status: answer.status, message }, this.context(model, 0, signal));
        }
        let finished = false;
        for await (const data of readEvents(answer.body)) {
          const event = readCompletion(data);
          tokens += event.text === '' ? 0 : Math.max(1, event.tokens.length);
          finished ||= event.finish !== null;
          if (!take(event)) return true;
        }
        if (!finished) throw new LacError('model.incomplete', { model, url: this.name, tokens });
        return false;
      },
    );
  }

  private send(method: string, path: string, body: string | undefined, signal: AbortSignal): Promise<HttpAnswer> {
    const headers: Record<string, string> = { Accept: 'application/json, text/event-stream' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.key !== null) headers['Authorization'] = `Bearer ${this.key}`;
    return send({ url: `${this.base}${path}`, method, headers, body, signal });
  }

  private async failing<T>(
    model: string,
    tokens: number | (() => number),
    signal: AbortSignal,
    run: () => Promise<T>,
  ): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const count = typeof tokens === 'number' ? tokens : tokens();
      throw await toModelError(error, this.context(model, count, signal));
    }
  }

  private context(model: string, tokens: number, signal: AbortSignal): FailedCallContext {
    return {
      url: this.name,
      model,
      backend: 'openai',
      tokens,
      context: null,
      key: this.keySource,
      known: async () => (model === '' ? [] : (await this.models(signal)).map(({ name }) => name)),
    };
  }
}

function isOk({ status }: HttpAnswer): boolean {
  return status >= 200 && status <= 299;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnexpectedAnswer('a list of models', text.slice(0, 200));
    throw error;
  }
}
