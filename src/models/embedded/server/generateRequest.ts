import type { Sampling } from '../questions';

/** What a client asked of `/api/generate`, checked. */
export interface GenerateCall {
  readonly model: string;
  readonly prompt: string;
  readonly stream: boolean;
  readonly logprobs: boolean;
  readonly topLogprobs: number;
  readonly alternatives: readonly string[] | null;
  readonly stops: readonly string[];
  readonly sampling: Sampling;
  /** -1 and below: as much as the context holds. */
  readonly maxTokens: number;
  readonly contextLength: number | null;
  readonly unload: boolean;
  readonly renderOnly: boolean;
}

/** A refusal as Ollama words it: a status and a text. */
export class HttpFault extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(body: Fields, key: string): string {
  const value = body[key] ?? '';
  if (typeof value === 'string') return value;
  throw new HttpFault(400, `json: cannot unmarshal into Go struct field GenerateRequest.${key} of type string`);
}

function flag(body: Fields, key: string, otherwise: boolean): boolean {
  const value = body[key] ?? otherwise;
  if (typeof value === 'boolean') return value;
  throw new HttpFault(400, `json: cannot unmarshal into Go struct field GenerateRequest.${key} of type bool`);
}

function option(options: Fields, key: string, type: 'integer' | 'float32', otherwise: number): number {
  const value = options[key] ?? otherwise;
  if (typeof value !== 'number' || (type === 'integer' && !Number.isInteger(value))) {
    throw new HttpFault(500, `option "${key}" must be of type ${type}`);
  }
  return value;
}

function stopsOf(options: Fields): string[] {
  const value = options['stop'] ?? [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((stop) => {
    if (typeof stop === 'string' && stop !== '') return stop;
    throw new HttpFault(500, 'option "stop" must be of type array');
  });
}

function alternativesOf(format: unknown): string[] | null {
  if (format === undefined || format === null || format === '') return null;
  const texts = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value));
  if (isFields(format)) {
    if ('const' in format) return texts([format['const']]);
    const { enum: values } = format;
    if (Array.isArray(values) && values.length > 0) return texts(values);
  }
  throw new HttpFault(400, 'the embedded model knows only the formats {"const": ...} and {"enum": [...]}');
}

function samplingOf(options: Fields, randomSeed: () => number): Sampling {
  for (const [key, neutral] of [
    ['repeat_penalty', 1],
    ['presence_penalty', 0],
    ['frequency_penalty', 0],
    ['mirostat', 0],
  ] as const) {
    if (option(options, key, 'float32', neutral) !== neutral) {
      throw new HttpFault(400, `the embedded model knows no "${key}" other than ${neutral}`);
    }
  }
  const seed = option(options, 'seed', 'integer', -1);
  return {
    temperature: option(options, 'temperature', 'float32', 0.8),
    seed: seed < 0 ? randomSeed() : seed,
    topK: Math.max(0, option(options, 'top_k', 'integer', 40)),
    topP: option(options, 'top_p', 'float32', 0.9),
    minP: option(options, 'min_p', 'float32', 0),
  };
}

/**
 * Reads the body of `/api/generate`; unknown fields and options are ignored, as Ollama does.
 * @throws HttpFault for what Ollama refuses and for what the embedded model cannot do.
 */
export function readGenerateCall(body: unknown, randomSeed: () => number): GenerateCall {
  if (!isFields(body)) throw new HttpFault(400, 'missing request body');
  const model = text(body, 'model');
  const options = body['options'] ?? {};
  if (!isFields(options)) throw new HttpFault(400, 'options must be an object');
  const topLogprobs = option(body, 'top_logprobs', 'integer', 0);
  if (topLogprobs < 0 || topLogprobs > 20) throw new HttpFault(400, 'top_logprobs must be between 0 and 20');
  const context: unknown = body['context'];
  const hasContext = Array.isArray(context) && context.length > 0;
  if (flag(body, 'raw', false) && (text(body, 'template') !== '' || text(body, 'system') !== '' || hasContext)) {
    throw new HttpFault(400, 'raw mode does not support template, system, or context');
  }
  if (text(body, 'suffix') !== '') throw new HttpFault(400, `${JSON.stringify(model)} does not support insert`);
  const think = body['think'] ?? false;
  if (think !== false) throw new HttpFault(400, `${JSON.stringify(model)} does not support thinking`);
  const contextLength = option(options, 'num_ctx', 'integer', 0);
  return {
    model,
    prompt: text(body, 'prompt'),
    stream: flag(body, 'stream', true),
    logprobs: flag(body, 'logprobs', false),
    topLogprobs,
    alternatives: alternativesOf(body['format']),
    stops: stopsOf(options),
    sampling: samplingOf(options, randomSeed),
    maxTokens: option(options, 'num_predict', 'integer', -1),
    contextLength: contextLength > 0 ? contextLength : null,
    unload: body['keep_alive'] === 0 || body['keep_alive'] === '0',
    renderOnly: flag(body, '_debug_render_only', false),
  };
}
