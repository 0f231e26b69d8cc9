import { logFloor } from '../../lac/labels';
import type { TokenProbability } from '../../lac/languageModel';
import { UnexpectedAnswer } from '../http/send';

/** One token's log-probability as the server reports it; null where the number is missing or no number. */
export interface WireToken {
  readonly token: string;
  readonly logprob: number | null;
  readonly top: readonly TokenProbability[];
}

/** One line of a streamed generation. */
export interface WireChunk {
  readonly text: string;
  /** Empty where the server reports none. */
  readonly tokens: readonly WireToken[];
  /** null in all lines but the last. */
  readonly done: WireEnd | null;
}

export interface WireEnd {
  readonly reason: string;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly loadMs: number | null;
  readonly promptMs: number | null;
  readonly generateMs: number | null;
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

export function textField(value: unknown, name: string): string | null {
  const found = field(value, name);
  return typeof found === 'string' ? found : null;
}

export function numberField(value: unknown, name: string): number | null {
  const found = field(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export function listField(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

/** A log-probability within [logFloor, 0]; servers report -3.4e38 for what underflows, and 1e-7 by rounding. */
export function clampLogprob(value: unknown): number | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return null;
  return Math.max(logFloor, Math.min(0, value));
}

export function readTop(entries: readonly unknown[]): TokenProbability[] {
  return entries
    .flatMap((entry) => {
      const token = textField(entry, 'token');
      const logprob = clampLogprob(field(entry, 'logprob'));
      return token === null || logprob === null ? [] : [{ token, logprob }];
    })
    .sort((a, b) => b.logprob - a.logprob);
}

const milliseconds = (nanoseconds: number | null): number | null =>
  nanoseconds === null ? null : Math.round(nanoseconds / 1e3) / 1e3;

/** Reads one line of `/api/generate`; throws `UnexpectedAnswer` when it is something else. */
export function readChunk(value: unknown): WireChunk {
  const text = textField(value, 'response');
  const done = field(value, 'done');
  if (text === null && typeof done !== 'boolean') {
    throw new UnexpectedAnswer('a line of /api/generate', JSON.stringify(value).slice(0, 200));
  }
  return {
    text: text ?? '',
    tokens: listField(value, 'logprobs').map((entry) => ({
      token: textField(entry, 'token') ?? '',
      logprob: clampLogprob(field(entry, 'logprob')),
      top: readTop(listField(entry, 'top_logprobs')),
    })),
    done:
      done === true
        ? {
            reason: textField(value, 'done_reason') ?? 'stop',
            promptTokens: numberField(value, 'prompt_eval_count') ?? 0,
            generatedTokens: numberField(value, 'eval_count') ?? 0,
            loadMs: milliseconds(numberField(value, 'load_duration')),
            promptMs: milliseconds(numberField(value, 'prompt_eval_duration')),
            generateMs: milliseconds(numberField(value, 'eval_duration')),
          }
        : null,
  };
}
