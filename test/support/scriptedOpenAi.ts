/**
 * A scripted server of the OpenAI completion protocol over real HTTP: `/v1/completions` with log-probabilities and
 * `/v1/models`, as vLLM (`flavour: 'vllm'`: parallel lists, echo, stop_reason) and llama-server (`'llama'`: the chat form of
 * log-probabilities, no echo, nothing shown of the end of the text) offer them. Its language model is a function that the
 * test writes, as that of `ScriptedOllama`; scripts, records and sockets are those of `ScriptedServer`.
 */
import { bestTokens, chooseToken, drawAt, type NextToken } from './writtenModel';
import { ScriptedServer, type ProperAnswer, type SeenRequest } from './scriptedServer';

export interface ScriptedOpenAiOptions {
  readonly next?: NextToken;
  readonly flavour?: 'vllm' | 'llama';
  readonly modelName?: string;
  /** Most log-probabilities that a request may ask for. */
  readonly mostShown?: number;
  /** Log-probabilities are those after the temperature. */
  readonly tempered?: boolean;
  /** A key that every request has to bring. */
  readonly key?: string | null;
  readonly context?: number;
}

const endName = '</s>';

interface Place {
  readonly token: string;
  readonly logprob: number | null;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
  readonly offset: number;
}

/** One event of a stream. */
export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export class ScriptedOpenAi extends ScriptedServer {
  readonly modelName: string;
  private readonly options: Required<Omit<ScriptedOpenAiOptions, 'modelName'>>;

  static async start(options: ScriptedOpenAiOptions = {}): Promise<ScriptedOpenAi> {
    const server = new ScriptedOpenAi(options);
    await server.listen();
    return server;
  }

  private constructor(options: ScriptedOpenAiOptions) {
    super('/v1/completions');
    this.modelName = options.modelName ?? 'written';
    this.options = {
      next: () => ({ ' ok': 0.6, '\n': 0.4 }),
      flavour: 'vllm',
      mostShown: 20,
      tempered: false,
      key: null,
      context: 4096,
      ...options,
    };
  }

  forget(): void {
    this.requests.length = 0;
  }

  protected override mayScript(): boolean {
    return true;
  }

  protected answer(request: SeenRequest): ProperAnswer {
    const { key, flavour, context } = this.options;
    const json = (body: unknown, status = 200): ProperAnswer => ({
      status,
      type: 'application/json',
      body: JSON.stringify(body),
    });
    if (key !== null && request.headers['authorization'] !== `Bearer ${key}`) {
      return json({ error: { message: 'Invalid API key', type: 'authentication_error', code: 401 } }, 401);
    }
    if (request.path === '/v1/models') {
      const more =
        flavour === 'vllm'
          ? { root: '/models/written', max_model_len: context }
          : { meta: { n_ctx_train: context, n_params: 1e6, size: 2e6 } };
      return json({ object: 'list', data: [{ id: this.modelName, object: 'model', created: Date.now(), ...more }] });
    }
    if (request.path !== '/v1/completions') return json({ error: { message: 'Not Found' } }, 404);
    if (read(request.body, 'model') !== this.modelName) {
      return json({ object: 'error', message: 'The model does not exist.', type: 'NotFoundError', code: 404 }, 404);
    }
    const tokens = Math.ceil(request.prompt.length / 4);
    if (tokens > context) {
      const message = `This model's maximum context length is ${context} tokens. However, you requested ${tokens + 1} tokens (${tokens} in the prompt, 1 in the completion).`;
      return json({ error: { message, type: 'BadRequestError', code: 400 } }, 400);
    }
    if (numberOf(read(request.body, 'logprobs')) > this.options.mostShown) {
      return json({ error: { message: 'Requested too many logprobs', code: 400 } }, 400);
    }
    return { status: 200, type: 'text/event-stream', body: this.events(request) };
  }

  private *events({ body, prompt }: SeenRequest): Generator<string> {
    const { next, flavour, tempered } = this.options;
    const top = numberOf(read(body, 'logprobs'));
    const temperature = numberOf(read(body, 'temperature'));
    const stops = read(body, 'stop');
    const stop = Array.isArray(stops) && stops.includes('\n') ? '\n' : null;
    const start = Array.from(prompt).length;
    if (read(body, 'echo') === true && flavour === 'vllm') {
      yield event({
        choices: [{ text: prompt, logprobs: this.logprobs(this.echoed(prompt, top)), finish_reason: null }],
      });
    }
    let text = '';
    let count = 0;
    let finish = 'length';
    let stopReason: string | null = null;
    while (count < numberOf(read(body, 'max_tokens'))) {
      const raw = next(prompt + text);
      const { '': end = 0, ...others } = raw;
      const open = read(body, 'ignore_eos') === true ? others : raw;
      const token = chooseToken(open, temperature, drawAt(numberOf(read(body, 'seed')), 0, count));
      count++;
      const tops = bestTokens(end > 0 ? { ...others, [endName]: end } : others, Infinity);
      const shown = tempered && temperature > 0 ? temper(tops, temperature) : tops;
      const name = token === '' ? endName : token;
      const logprob = shown.find((entry) => entry.token === name)?.logprob ?? -50;
      const place = { token: name, logprob, top: shown.slice(0, top), offset: start + Array.from(text).length };
      if (token === '') {
        finish = 'stop';
        if (flavour === 'vllm')
          yield event({ choices: [{ text: '', logprobs: this.logprobs([place]), finish_reason: null }] });
        break;
      }
      if (stop !== null && token.includes(stop)) {
        finish = 'stop';
        stopReason = stop;
        break;
      }
      text += token;
      yield event({ choices: [{ text: token, logprobs: this.logprobs([place]), finish_reason: null }] });
    }
    const reason = flavour === 'vllm' ? { stop_reason: stopReason } : {};
    yield event({ choices: [{ text: '', logprobs: null, finish_reason: finish, ...reason }] });
    yield event({ choices: [], usage: { prompt_tokens: Math.ceil(prompt.length / 4), completion_tokens: count } });
    yield 'data: [DONE]\n\n';
  }

  /** The prompt in the longest tokens that the written model knows at each place, else in single characters. */
  private echoed(prompt: string, top: number): Place[] {
    const places: Place[] = [];
    let done = '';
    while (done.length < prompt.length) {
      const raw = this.options.next(done);
      const rest = prompt.slice(done.length);
      const known = Object.keys(raw)
        .filter((token) => token !== '' && rest.startsWith(token))
        .sort((a, b) => b.length - a.length)
        .at(0);
      const token = known ?? Array.from(rest)[0];
      places.push({
        token,
        logprob: done === '' ? null : known === undefined ? -12 : Math.log(raw[known]),
        top: bestTokens(raw, top),
        offset: Array.from(done).length,
      });
      done += token;
    }
    return places;
  }

  private logprobs(places: readonly Place[]): unknown {
    if (this.options.flavour === 'llama') {
      return { content: places.map(({ token, logprob, top }) => ({ token, logprob, top_logprobs: top })) };
    }
    return {
      tokens: places.map(({ token }) => token),
      token_logprobs: places.map(({ logprob }) => logprob),
      top_logprobs: places.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
      text_offset: places.map(({ offset }) => offset),
    };
  }
}

function temper(
  tops: readonly { token: string; logprob: number }[],
  temperature: number,
): { token: string; logprob: number }[] {
  const sum = tops.reduce((total, { logprob }) => total + Math.exp(logprob / temperature), 0);
  return tops.map(({ token, logprob }) => ({ token, logprob: logprob / temperature - Math.log(sum) }));
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
