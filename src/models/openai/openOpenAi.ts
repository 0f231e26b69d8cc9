import { createHash } from 'node:crypto';
import { LacError } from '../../errors/lacError';
import type { ModelCapabilities, ModelDescription } from '../../lac/languageModel';
import { canonicalJson } from '../calls/callId';
import type { PlacedToken } from './completion';
import { OpenAiModel } from './openAiModel';
import { OpenAiServer } from './openAiServer';

export interface OpenAiSpec {
  /** For example `http://node7:8000`, with or without `/v1`. */
  readonly url: string;
  /** As `/v1/models` names it. */
  readonly model: string;
  /** Tokens that prompt and output may fill; null takes what the server says. */
  readonly context: number | null;
  readonly key: string | null;
  /** For messages: where the key comes from. */
  readonly keySource: string;
}

/** Most that LAC asks for, and the most that any of these servers shows by default. */
const mostShown = 20;
/** What OpenAI's own protocol allows. */
const leastShown = 5;

const probe = '1+1=';
/** Servers differ by rounding between two runs of one prompt; tempered values differ by whole numbers. */
const sameValue = 0.2;

/**
 * Finds out what the server and the model can do by asking it. Throws `model.server-down`, `model.not-served`,
 * `model.access-denied`, `model.no-log-probabilities`.
 */
export async function openOpenAi(spec: OpenAiSpec, signal: AbortSignal): Promise<OpenAiModel> {
  const server = new OpenAiServer(spec.url, spec.key, spec.keySource);
  const models = await server.models(signal);
  const found = models.find(({ name }) => name === spec.model);
  if (found === undefined) {
    const known = models.map(({ name }) => name).join(', ');
    throw new LacError('model.not-served', {
      url: server.name,
      model: spec.model,
      known: known === '' ? '(none)' : known,
    });
  }
  const describe = (capabilities: ModelCapabilities): ModelDescription => ({
    backend: 'openai',
    name: found.name,
    // These servers tell no hash of the weights, so what they do tell has to stand for it.
    digest: createHash('sha256')
      .update(canonicalJson({ name: found.name, ...found.identity }))
      .digest('hex'),
    contextLength: spec.context ?? found.contextLength,
    capabilities,
    parameterSize: null,
    quantization: null,
  });
  const prober = (top: number): OpenAiModel =>
    new OpenAiModel(server, describe({ distribution: 'top', top, scores: 'none' }), { rawWhenSampling: false });
  const greedy = await firstToken(prober(mostShown), { temperature: 0, logprobs: mostShown }, signal);
  const few = greedy ?? (await firstToken(prober(leastShown), { temperature: 0, logprobs: leastShown }, signal));
  if (few === undefined || few.top.length === 0) {
    throw new LacError('model.no-log-probabilities', { model: found.name, url: server.name });
  }
  const top = greedy === undefined ? leastShown : Math.min(mostShown, few.top.length);
  const hot = await firstToken(prober(top), { temperature: 2, logprobs: top }, signal);
  const rawWhenSampling = hot !== undefined && sameDistribution(few, hot);
  const scores = (await echoes(prober(top), signal)) ? 'exact' : 'none';
  return new OpenAiModel(server, describe({ distribution: 'top', top, scores }), { rawWhenSampling });
}

/** Undefined where the server refuses the request (it may allow fewer log-probabilities) or shows nothing. */
async function firstToken(
  model: OpenAiModel,
  how: { readonly temperature: number; readonly logprobs: number },
  signal: AbortSignal,
): Promise<PlacedToken | undefined> {
  const request = { prompt: probe, max_tokens: 1, seed: 0, ...how };
  // A model may end its text at once, of which some servers show nothing.
  for (const attempt of [request, { ...request, ignore_eos: true }]) {
    const shown: PlacedToken[] = [];
    try {
      await model.complete(attempt, { signal }, ({ tokens }) => {
        shown.push(...tokens);
        return true;
      });
    } catch (error) {
      if (error instanceof LacError && error.code === 'model.request-refused') return undefined;
      throw error;
    }
    if (shown.length > 0) return shown[0];
  }
  return undefined;
}

/** Compares the likeliest tokens: a temperature of 2 would halve the distance between any two of them. */
function sameDistribution(cold: PlacedToken, hot: PlacedToken): boolean {
  const common = cold.top.slice(0, 5).flatMap(({ token, logprob }) => {
    const there = hot.top.find((entry) => entry.token === token);
    return there === undefined ? [] : [Math.abs(there.logprob - logprob)];
  });
  return common.length > 0 && Math.max(...common) < sameValue;
}

async function echoes(model: OpenAiModel, signal: AbortSignal): Promise<boolean> {
  try {
    const { text, tokens } = await model.echo(probe, { signal });
    const placed = tokens.filter(({ offset, logprob }) => offset !== null && offset < probe.length && logprob !== null);
    return text.startsWith(probe) && placed.length > 0;
  } catch (error) {
    if (error instanceof LacError && error.code === 'model.request-refused') return false;
    throw error;
  }
}
