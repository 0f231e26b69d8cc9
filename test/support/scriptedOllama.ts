/**
 * A scripted Ollama server over real HTTP, for tests of everything that asks a model.
 *
 *     const ollama = await ScriptedOllama.start({ next: (prompt) => ({ ' go': 0.9, '\n': 0.1 }) });
 *     const model = await openModel({ kind: 'ollama', url: ollama.url, model: ollama.modelName, ... });
 *     ollama.next({ play: 'status', status: 503, body: '{"error":"server busy"}' });   // the next generation only
 *     ...
 *     ollama.prompts        // every prompt it got, in order, probes included (`forget()` drops them)
 *     ollama.requests[0].over   // resolves when that request is over; `state` says how
 *     ollama.openSockets    // 0 when nothing leaked
 *     await ollama.close();
 *
 * Without a script it behaves as Ollama does, with a language model that the test writes: a function from the prompt to the
 * distribution of the next token (`''` is the end of the text; a token that ends in a lone high surrogate ends inside a
 * character). Raw log-probabilities, greedy and seeded sampling, `format` as a grammar over the raw distribution, stop
 * texts, token counts (four characters of prompt are a token) and context limits are those of the chosen engine:
 * `era: '0.30'` loses and fuses log-probabilities as llama-server does, `'0.24'` does not. With `version` and
 * `logprobs: 'none'` it is an older server or a cloud model; with `masks: true` its scores are taken after the grammar.
 */
import { bestTokens, chooseToken, drawAt, type NextToken } from './writtenModel';
import { ScriptedServer, type ProperAnswer, type SeenRequest } from './scriptedServer';

export interface ScriptedOllamaOptions {
  readonly next?: NextToken;
  readonly port?: number;
  readonly modelName?: string;
  readonly digest?: string;
  readonly version?: string;
  readonly era?: '0.24' | '0.30';
  /** `none`: the field is absent; `null`: it is null, as of cloud models. */
  readonly logprobs?: 'shown' | 'none' | 'null';
  readonly masks?: boolean;
  /** Context that the model is loaded with; null when it is not in memory. */
  readonly loadedContext?: number | null;
  readonly trainedContext?: number;
  /** Go template's result, `PROMPT` standing for the user's message; null: the server cannot render. */
  readonly rendered?: string | null;
}

/** One entry of `logprobs` on the wire. */
export interface WireEntry {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[];
}

/** One line of a streamed answer. */
export function chunkLine(response: string, logprobs?: readonly WireEntry[] | null, more: object = {}): string {
  const line = { model: 'scripted', response, done: false, ...(logprobs !== undefined && { logprobs }), ...more };
  return `${JSON.stringify(line)}\n`;
}

/** The last line of a streamed answer. */
export function doneLine(evalCount: number, reason = 'stop', promptTokens = 3): string {
  return chunkLine('', undefined, {
    done: true,
    done_reason: reason,
    prompt_eval_count: promptTokens,
    eval_count: evalCount,
    total_duration: 5e6,
    load_duration: 1e6,
    prompt_eval_duration: 2e6,
    eval_duration: 2e6,
  });
}

/** Log-probability of characters that the written model gives no probability. */
const unlikely = -12;
export const endOfText = '<|endoftext|>';

export class ScriptedOllama extends ScriptedServer {
  readonly modelName: string;
  readonly digest: string;
  private readonly options: Required<Omit<ScriptedOllamaOptions, 'port' | 'modelName' | 'digest'>>;

  static async start(options: ScriptedOllamaOptions = {}): Promise<ScriptedOllama> {
    const server = new ScriptedOllama(options);
    await server.listen(options.port);
    return server;
  }

  private constructor(options: ScriptedOllamaOptions) {
    super('/api/generate');
    this.modelName = options.modelName ?? 'scripted:latest';
    this.digest = options.digest ?? 'd'.repeat(64);
    this.options = {
      next: () => ({ ' ok': 0.6, '\n': 0.4 }),
      version: '0.30.5',
      era: '0.30',
      logprobs: 'shown',
      masks: false,
      loadedContext: null,
      trainedContext: 32768,
      rendered: '<s><|im_start|>user\nPROMPT<|im_end|>\n<|im_start|>assistant\n',
      ...options,
    };
  }

  /** Forgets all requests so far: those of opening a model, usually. */
  forget(): void {
    this.requests.length = 0;
  }

  protected override mayScript({ body }: SeenRequest): boolean {
    return !(typeof body === 'object' && body !== null && '_debug_render_only' in body);
  }

  protected answer(request: SeenRequest): ProperAnswer {
    const json = (body: unknown, status = 200): ProperAnswer => ({
      status,
      type: 'application/json; charset=utf-8',
      body: JSON.stringify(body),
    });
    const details = { format: 'gguf', family: 'llama', parameter_size: '1.2M', quantization_level: 'Q8_0' };
    const { loadedContext, trainedContext, version } = this.options;
    const asked = read(request.body, 'model');
    switch (request.path) {
      case '/api/version':
        return json({ version });
      case '/api/tags':
        return json({
          models: [{ name: this.modelName, model: this.modelName, digest: this.digest, size: 5e6, details }],
        });
      case '/api/ps':
        return json({
          models:
            loadedContext === null
              ? []
              : [{ name: this.modelName, size: 8e6, size_vram: 6e6, context_length: loadedContext }],
        });
      case '/api/show':
        if (asked !== this.modelName) return json({ error: `model '${String(asked)}' not found` }, 404);
        return json({
          details,
          capabilities: ['completion'],
          model_info: { 'general.architecture': 'llama', 'llama.context_length': trainedContext },
        });
      case '/api/pull':
        return {
          status: 200,
          type: 'application/x-ndjson',
          body: [
            '{"status":"pulling manifest"}\n',
            '{"status":"pulling 0123456789ab","digest":"sha256:0123","total":100,"completed":40}\n',
            '{"status":"pulling 0123456789ab","digest":"sha256:0123","total":100,"completed":100}\n',
            '{"status":"verifying sha256 digest"}\n',
            '{"status":"success"}\n',
          ],
        };
      case '/api/generate':
        if (asked !== this.modelName) return json({ error: `model '${String(asked)}' not found` }, 404);
        return this.generate(request);
      default:
        return json({ error: 'not found' }, 404);
    }
  }

  private generate(request: SeenRequest): ProperAnswer {
    const { body, prompt } = request;
    const failure = (status: number, error: string): ProperAnswer => ({
      status,
      type: 'application/json; charset=utf-8',
      body: JSON.stringify({ error }),
    });
    if (read(body, '_debug_render_only') === true) {
      const { rendered } = this.options;
      if (rendered === null) return { status: 200, type: 'application/json', body: chunkLine('x') };
      const template = rendered.replace('PROMPT', () => prompt);
      return {
        status: 200,
        type: 'application/json',
        body: JSON.stringify({ _debug_info: { rendered_template: template } }),
      };
    }
    const top = numberOf(read(body, 'top_logprobs'));
    if (top < 0 || top > 20) return failure(400, 'top_logprobs must be between 0 and 20');
    const options = read(body, 'options');
    const context = numberOf(read(options, 'num_ctx'));
    const promptTokens = Math.ceil(prompt.length / 4);
    if (promptTokens > context && read(body, 'truncate') === false) {
      if (this.options.era === '0.24') return failure(400, 'the input length exceeds the context length');
      const message = `request (${promptTokens} tokens) exceeds the available context size (${context} tokens), try increasing it`;
      const type = 'exceed_context_size_error';
      return failure(
        400,
        JSON.stringify({ error: { code: 400, message, type, n_prompt_tokens: promptTokens, n_ctx: context } }),
      );
    }
    return {
      status: 200,
      type: 'application/x-ndjson',
      body: this.lines(prompt, {
        promptTokens,
        top,
        logprobs: read(body, 'logprobs') === true && this.options.logprobs === 'shown',
        maxTokens: numberOf(read(options, 'num_predict')),
        temperature: numberOf(read(options, 'temperature')),
        seed: numberOf(read(options, 'seed')),
        stops: textsOf(read(options, 'stop')),
        allowed: allowedTexts(read(body, 'format')),
      }),
    };
  }

  private *lines(prompt: string, asked: Generating): Generator<string> {
    const { era, masks, logprobs, next } = this.options;
    let text = '';
    let unsent = '';
    let entries: WireEntry[] = [];
    let count = 0;
    let reason = 'length';
    while (count < asked.maxTokens) {
      const raw = next(prompt + text);
      const token = asked.allowed === undefined ? choose(raw, asked, count) : forced(raw, asked.allowed, text);
      if (token === undefined) {
        // The grammar is at its end: the end of the text is sampled, and counted.
        count++;
        reason = 'stop';
        break;
      }
      count++;
      if (token === '') {
        reason = 'stop';
        break;
      }
      text += token;
      unsent += token;
      const shown =
        masks && asked.allowed !== undefined ? masked(raw, asked.allowed, text.slice(0, -token.length)) : shownOf(raw);
      const own = shown.find((entry) => entry.token === token)?.logprob ?? unlikely;
      const entry = { token, logprob: own, ...(asked.top > 0 && { top_logprobs: shown.slice(0, asked.top) }) };
      const stop = asked.stops.find((candidate) => unsent.includes(candidate));
      if (stop !== undefined) {
        // The stop text and what it is part of are cut off; the text before it in the same token still goes out.
        unsent = unsent.slice(0, unsent.indexOf(stop));
        if (unsent !== '') yield chunkLine(unsent, asked.logprobs ? [] : undefined);
        unsent = '';
        reason = 'stop';
        break;
      }
      const withheld =
        /[\ud800-\udbff]$/.test(unsent) ||
        asked.stops.some((candidate) => [...prefixes(candidate)].some((prefix) => unsent.endsWith(prefix)));
      if (withheld) {
        // llama-server forgets the probabilities of what it holds back; the older runners queue them.
        if (era === '0.24') entries.push({ ...entry, token: lossy(entry.token) });
        continue;
      }
      entries.push({ ...entry, token: era === '0.24' ? lossy(token) : unsent });
      yield chunkLine(unsent, asked.logprobs ? entries : logprobs === 'null' ? null : undefined);
      entries = [];
      unsent = '';
    }
    if (unsent !== '') yield chunkLine(unsent, asked.logprobs && entries.length > 0 ? entries : undefined);
    yield doneLine(count, reason, asked.promptTokens);
  }
}

interface Generating {
  readonly promptTokens: number;
  readonly top: number;
  readonly logprobs: boolean;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly stops: readonly string[];
  /** JSON texts that the grammar allows; undefined without a grammar. */
  readonly allowed: readonly string[] | undefined;
}

type Distribution = Readonly<Record<string, number>>;

function choose(raw: Distribution, asked: Generating, place: number): string {
  return chooseToken(raw, asked.temperature, drawAt(asked.seed, 0, place));
}

/** What the server shows of a distribution: the end of the text under its own name. */
function shownOf(raw: Distribution): { readonly token: string; readonly logprob: number }[] {
  const { '': end = 0, ...others } = raw;
  return bestTokens(end > 0 ? { ...others, [endOfText]: end } : others, Infinity);
}

/** Tokens that keep the text within the grammar: those of the distribution, and each single character besides. */
function fitting(raw: Distribution, allowed: readonly string[], text: string): { token: string; logprob: number }[] {
  const rests = allowed.filter((one) => one.startsWith(text)).map((one) => one.slice(text.length));
  const known = bestTokens(raw, Infinity).filter(({ token }) => rests.some((rest) => rest.startsWith(token)));
  const characters = rests
    .flatMap((rest) => Array.from(rest).slice(0, 1))
    .filter((character) => !known.some(({ token }) => token === character))
    .map((token) => ({ token, logprob: unlikely }));
  return [...known, ...characters];
}

/** The likeliest fitting token; undefined once the text is complete. */
function forced(raw: Distribution, allowed: readonly string[], text: string): string | undefined {
  return fitting(raw, allowed, text).at(0)?.token;
}

function masked(raw: Distribution, allowed: readonly string[], text: string): { token: string; logprob: number }[] {
  const fit = fitting(raw, allowed, text);
  const sum = fit.reduce((total, { logprob }) => total + Math.exp(logprob), 0);
  return fit.map(({ token, logprob }) => ({ token, logprob: logprob - Math.log(sum) }));
}

function allowedTexts(format: unknown): readonly string[] | undefined {
  if (typeof format !== 'object' || format === null) return undefined;
  const list: unknown = 'enum' in format ? format.enum : [read(format, 'const')];
  return Array.isArray(list) ? list.map((value) => JSON.stringify(value)) : undefined;
}

function* prefixes(stop: string): Generator<string> {
  for (let length = 1; length < stop.length; length++) yield stop.slice(0, length);
}

/** Ollama's strings replace what is no whole character. */
function lossy(token: string): string {
  return token.replace(/[\ud800-\udbff]$|^[\udc00-\udfff]/g, '\ufffd');
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
