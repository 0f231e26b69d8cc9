import { LacError } from '../errors/lacError';
import type { LanguageModel } from '../lac/languageModel';
import { sameModel } from './calls/recordedCalls';
import { withRetries, type RetryPolicy } from './calls/retry';
import type { ModelEndpoint } from './calls/scheduler';
import type { Clock } from './clock';
import { publicUrl } from './http/send';
import { openOllama } from './ollama/openOllama';
import { openOpenAi } from './openai/openOpenAi';
import { field } from './wireFields';

/** A server as the setting `lac.endpoints` describes it. */
export interface Endpoint {
  readonly kind: 'ollama' | 'openai';
  /** http or https; may hold user and password, which are never shown or recorded. */
  readonly url: string;
  /** How many requests the server works on at once, at least 1. No server tells it, so a person does. */
  readonly parallel: number;
  /** Tokens that prompt and output may fill; null leaves it to the model. */
  readonly context: number | null;
  /** Name of the environment variable that holds the key; null where none is needed. */
  readonly keyVariable: string | null;
}

/** A model as the user names it. */
export type ModelName =
  | { readonly kind: 'embedded' }
  /** `url` is null where the endpoint of that kind in the settings is meant. */
  | { readonly kind: 'ollama' | 'openai'; readonly model: string; readonly url: string | null };

/** A model with everything that it takes to open it. */
export type ModelSpec =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'ollama' | 'openai'; readonly model: string; readonly endpoint: Endpoint };

export const ollamaUrl = 'http://127.0.0.1:11434';

/** What opening a model needs of the world. */
export interface OpeningDependencies {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The value of an environment variable. */
  readonly variable: (name: string) => string | undefined;
  /** A key that the user keeps elsewhere (VS Code's SecretStorage) for a url, asked where no variable is named. */
  readonly storedKey?: (url: string) => Promise<string | undefined>;
  readonly openEmbedded: (signal: AbortSignal) => Promise<LanguageModel>;
  readonly retry?: RetryPolicy;
}

/** Long enough for a server that was started a moment ago, short enough for one that is not there. */
const openingRetry: RetryPolicy = { delaysMs: [250, 500, 1000] };

/** What is wrong with the address of a server, to follow its name in a sentence; undefined where nothing is. */
export function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return `is no url: ${text}`;
  const { protocol } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? undefined : `has to begin with http:// or https://: ${text}`;
}

/**
 * Reads `embedded`, `ollama:qwen3:4b`, `ollama:qwen3:4b@http://127.0.0.1:11434` or `openai:name@url`; throws
 * `model.bad-name`.
 */
export function parseModelName(spec: string): ModelName {
  const bad = (reason: string): LacError => new LacError('model.bad-name', { spec, reason });
  const text = spec.trim();
  if (text === 'embedded') return { kind: 'embedded' };
  const match = /^(ollama|openai):(.*)$/s.exec(text);
  if (match === null) throw bad(text === '' ? 'it is empty' : 'it begins with neither "ollama:" nor "openai:"');
  const kind = match[1] === 'ollama' ? 'ollama' : 'openai';
  const at = match[2].search(/@https?:\/\//);
  const model = at === -1 ? match[2] : match[2].slice(0, at);
  const url = at === -1 ? null : match[2].slice(at + 1);
  if (model === '') throw bad('the name of the model is missing');
  if (/\s/.test(model)) throw bad('the name of the model holds white space');
  if (at === -1 && model.includes('@')) throw bad('what follows "@" is no url that begins with http:// or https://');
  const problem = url === null ? undefined : urlProblem(url);
  if (problem !== undefined) throw bad(`what follows "@" ${problem}`);
  return { kind, model, url };
}

/** Reads one entry of `lac.endpoints`; throws `model.bad-endpoint` with the field's name. */
export function readEndpoint(value: unknown, index: number): Endpoint {
  const bad = (name: string, reason: string): LacError =>
    new LacError('model.bad-endpoint', { endpoint: index + 1, field: name, reason });
  const kind = field(value, 'kind');
  if (kind !== 'ollama' && kind !== 'openai') throw bad('kind', 'has to be "ollama" or "openai"');
  const url = field(value, 'url') ?? (kind === 'ollama' ? ollamaUrl : undefined);
  if (typeof url !== 'string') throw bad('url', 'is missing');
  const problem = urlProblem(url);
  if (problem !== undefined) throw bad('url', problem);
  const whole = (name: string, least: number, most: number): number | null => {
    const found = field(value, name);
    if (found === undefined || found === null) return null;
    if (typeof found !== 'number' || !Number.isInteger(found) || found < least || found > most) {
      throw bad(name, `has to be a whole number from ${least} to ${most}, not ${JSON.stringify(found)}`);
    }
    return found;
  };
  const keyVariable = field(value, 'keyVariable') ?? null;
  if (keyVariable !== null && (typeof keyVariable !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(keyVariable))) {
    throw bad('keyVariable', 'has to be the name of an environment variable');
  }
  return {
    kind,
    url,
    parallel: whole('parallel', 1, 256) ?? 1,
    context: whole('context', 256, 10_000_000),
    keyVariable,
  };
}

/**
 * Everything that answers for a named model: the url in the name, else all endpoints of its kind in the settings (they have
 * to serve the same weights and are used side by side), else Ollama's usual address.
 */
export function resolveModel(name: ModelName, settings: readonly Endpoint[]): readonly ModelSpec[] {
  if (name.kind === 'embedded') return [{ kind: 'embedded' }];
  const { kind, model, url } = name;
  const ofKind = settings.filter((endpoint) => endpoint.kind === kind);
  if (url !== null) {
    const known = ofKind.find((endpoint) => publicUrl(endpoint.url) === publicUrl(url));
    const plain = { kind, parallel: 1, context: null, keyVariable: null };
    return [{ kind, model, endpoint: { ...(known ?? plain), url: known?.url ?? url } }];
  }
  if (ofKind.length > 0) return ofKind.map((endpoint) => ({ kind, model, endpoint }));
  if (kind === 'openai') {
    throw new LacError('model.bad-name', {
      spec: `openai:${model}`,
      reason: 'no endpoint of kind "openai" is set, and the name holds no url',
    });
  }
  return [{ kind, model, endpoint: { kind, url: ollamaUrl, parallel: 1, context: null, keyVariable: null } }];
}

async function keyOf({ url, keyVariable }: Endpoint, deps: OpeningDependencies): Promise<string | null> {
  if (keyVariable === null) return (await deps.storedKey?.(publicUrl(url))) ?? null;
  const key = deps.variable(keyVariable);
  if (key === undefined || key === '') {
    throw new LacError('model.key-missing', { variable: keyVariable, url: publicUrl(url) });
  }
  return key;
}

/** Opens a model and finds out what it can do; waits a moment for a server that is just starting. */
export async function openModel(spec: ModelSpec, deps: OpeningDependencies): Promise<LanguageModel> {
  if (spec.kind === 'embedded') return deps.openEmbedded(deps.signal);
  const { endpoint, model, kind } = spec;
  const { url, context } = endpoint;
  const key = await keyOf(endpoint, deps);
  const keySource =
    endpoint.keyVariable === null ? 'name its environment variable in "keyVariable"' : `$${endpoint.keyVariable}`;
  return withRetries(
    (): Promise<LanguageModel> =>
      kind === 'ollama'
        ? openOllama({ url, model, context, key, keySource }, deps.signal)
        : openOpenAi({ url, model, context, key, keySource }, deps.signal),
    { policy: deps.retry ?? openingRetry, clock: deps.clock, signal: deps.signal },
  );
}

/** Opens every server that answers for a model, for a `Scheduler`; throws `model.endpoints-differ`, leaving nothing open. */
export async function openEndpoints(
  specs: readonly ModelSpec[],
  deps: OpeningDependencies,
): Promise<readonly ModelEndpoint[]> {
  const opened = await Promise.allSettled(
    specs.map(async (spec): Promise<ModelEndpoint> => ({
      name: spec.kind === 'embedded' ? 'embedded' : publicUrl(spec.endpoint.url),
      model: await openModel(spec, deps),
      parallel: spec.kind === 'embedded' ? 1 : spec.endpoint.parallel,
    })),
  );
  const endpoints = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    sameModel(endpoints);
    return endpoints;
  } catch (error) {
    await Promise.all(endpoints.map(({ model }) => model.dispose()));
    throw error;
  }
}
