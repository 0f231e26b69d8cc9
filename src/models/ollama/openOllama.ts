import { LacError } from '../../errors/lacError';
import type { ModelDescription } from '../../lac/languageModel';
import { mostShown, OllamaModel, type RawRequest } from './ollamaModel';
import { OllamaServer } from './server';
import type { ReportedToken } from '../lineAssembler';

export interface OllamaSpec {
  /** For example `http://127.0.0.1:11434`; may hold user and password. */
  readonly url: string;
  /** A tag, for example `qwen3:4b`. */
  readonly model: string;
  /** Tokens that prompt and output may fill; null takes what the model has, 8,192 at most. */
  readonly context: number | null;
  readonly key?: string | null;
  /** For messages: where the key comes from. */
  readonly keySource?: string;
}

/** Enough for the built-in prompt sets, and what common graphics cards hold beside a model of 4 B parameters. */
const usualContext = 8192;

/** First release that reports log-probabilities. */
const firstWithLogProbabilities = [0, 12, 11] as const;

/** Undefined for versions that say nothing, such as the `0.0.0` of a development build. */
function isTooOld(version: string): boolean | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (parts === undefined || parts.every((part) => part === 0)) return undefined;
  for (const [index, least] of firstWithLogProbabilities.entries()) {
    if (parts[index] !== least) return parts[index] < least;
  }
  return false;
}

/** A text that no model expects after a sum; under a grammar's mask its log-probability would be about 0. */
const improbable = { prompt: '1+1=', text: 'zqxjkvb', leastSurprise: -5 } as const;

/**
 * Finds out what the server and the model can do: the version for the message, a probe for the truth. Throws
 * `model.ollama-down`, `model.not-pulled`, `model.too-old`, `model.no-log-probabilities`, `model.out-of-memory`.
 */
export async function openOllama(spec: OllamaSpec, signal: AbortSignal): Promise<OllamaModel> {
  const server = new OllamaServer(spec.url, spec.key ?? null, spec.keySource);
  const version = await server.version(signal);
  const found = await server.find(spec.model, signal);
  const trained = found.contextLength;
  const wanted = Math.min(spec.context ?? usualContext, trained ?? Infinity);
  // Asking for another context than it was loaded with would reload the model, also under the hands of another client.
  const loaded = found.loaded?.contextLength ?? 0;
  const context = loaded >= wanted ? loaded : wanted;
  const description = (scores: 'lower-bound' | 'none'): ModelDescription => ({
    backend: 'ollama',
    name: found.name,
    digest: found.digest,
    contextLength: wanted,
    capabilities: { distribution: 'top', top: mostShown, scores },
    parameterSize: found.parameterSize,
    quantization: found.quantization,
    ...(found.transcript !== undefined && { transcript: found.transcript }),
  });
  const prober = new OllamaModel(server, description('lower-bound'), context);
  if (!(await showsLogProbabilities(prober, signal))) {
    throw isTooOld(version) === true
      ? new LacError('model.too-old', { url: server.name, version })
      : new LacError('model.no-log-probabilities', { url: server.name, model: found.name });
  }
  const scores = (await scoresRaw(prober, signal)) ? 'lower-bound' : 'none';
  const chatWrap = await server.chatWrap(found.name, context, signal);
  return new OllamaModel(server, { ...description(scores), ...(chatWrap && { chatWrap }) }, context);
}

async function showsLogProbabilities(model: OllamaModel, signal: AbortSignal): Promise<boolean> {
  const probe: RawRequest = { prompt: improbable.prompt, maxTokens: 1, temperature: 0, seed: 0, top: 2, stop: [] };
  // A model may end its text at once, where servers show nothing; a grammar makes it say something.
  for (const raw of [probe, { ...probe, format: { const: '2' } }]) {
    const shown: ReportedToken[] = [];
    let text = '';
    await model.stream(raw, { signal }, (chunk) => {
      shown.push(...chunk.tokens);
      text += chunk.text;
      return true;
    });
    if (shown.length > 0 || text !== '') return (shown.at(0)?.top.length ?? 0) > 0;
  }
  return false;
}

/** Whether a forced text comes with the model's own log-probabilities and not with those that the grammar leaves. */
async function scoresRaw(model: OllamaModel, signal: AbortSignal): Promise<boolean> {
  try {
    const { tokens } = await model.force(improbable.prompt, improbable.text, { signal });
    const sum = tokens.reduce((total, token) => total + (token.logprob ?? 0), 0);
    return sum < improbable.leastSurprise;
  } catch (error) {
    if (error instanceof LacError && (error.code === 'model.no-scores' || error.code === 'model.request-refused')) {
      return false;
    }
    throw error;
  }
}
