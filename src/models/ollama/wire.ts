import type { TokenProbability } from '../../lac/languageModel';
import { UnexpectedAnswer } from '../http/send';
import { clampLogprob, field, listField, numberField, readTop, textField } from '../wireFields';

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
