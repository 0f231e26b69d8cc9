import type { TokenProbability } from '../../lac/languageModel';
import { UnexpectedAnswer } from '../http/send';
import type { ReportedToken } from '../lineAssembler';
import { StreamComplaint } from '../serverFailure';
import { clampLogprob, field, listField, numberField, readTop, textField } from '../wireFields';

/** A token with the place where it begins in the text, in code points; null where the server does not say. */
export interface PlacedToken extends ReportedToken {
  readonly offset: number | null;
}

/** One event of a streamed completion. */
export interface CompletionEvent {
  readonly text: string;
  readonly tokens: readonly PlacedToken[];
  /** `stop`, `length`, ...; null before the last one. */
  readonly finish: string | null;
  /** The stop text that was hit, where the server tells it (vLLM does). */
  readonly stoppedAt: string | null;
  readonly usage: { readonly promptTokens: number; readonly generatedTokens: number } | null;
}

/** vLLM's and OpenAI's form: parallel lists. */
function readLists(logprobs: unknown): PlacedToken[] {
  const values = listField(logprobs, 'token_logprobs');
  const tops = listField(logprobs, 'top_logprobs');
  const offsets = listField(logprobs, 'text_offset');
  return listField(logprobs, 'tokens').map((token, index) => {
    const top = index < tops.length ? tops[index] : null;
    const offset = index < offsets.length ? offsets[index] : null;
    return {
      token: typeof token === 'string' ? token : '',
      logprob: clampLogprob(values[index]),
      top: typeof top === 'object' && top !== null ? readRecord(top) : [],
      offset: typeof offset === 'number' ? offset : null,
    };
  });
}

function readRecord(top: object): TokenProbability[] {
  return readTop(Object.entries(top).map(([token, logprob]: [string, unknown]) => ({ token, logprob })));
}

/** llama-server's form: the list of the chat protocol. */
function readContent(logprobs: unknown): PlacedToken[] {
  return listField(logprobs, 'content').map((entry) => ({
    token: textField(entry, 'token') ?? '',
    logprob: clampLogprob(field(entry, 'logprob')),
    top: readTop(listField(entry, 'top_logprobs')),
    offset: null,
  }));
}

/** Reads one event; throws `StreamComplaint` for an error and `UnexpectedAnswer` for something else than a completion. */
export function readCompletion(event: unknown): CompletionEvent {
  const error = field(event, 'error');
  if (error !== undefined && error !== null) {
    throw new StreamComplaint(typeof error === 'string' ? error : JSON.stringify(error));
  }
  const usage = field(event, 'usage');
  const choices = listField(event, 'choices');
  const choice = choices.at(0);
  if (choice === undefined && (typeof usage !== 'object' || usage === null)) {
    throw new UnexpectedAnswer('a completion', JSON.stringify(event).slice(0, 200));
  }
  const logprobs = field(choice, 'logprobs');
  return {
    text: textField(choice, 'text') ?? '',
    tokens: Array.isArray(field(logprobs, 'tokens')) ? readLists(logprobs) : readContent(logprobs),
    finish: textField(choice, 'finish_reason'),
    stoppedAt: textField(choice, 'stop_reason'),
    usage:
      typeof usage === 'object' && usage !== null
        ? {
            promptTokens: numberField(usage, 'prompt_tokens') ?? 0,
            generatedTokens: numberField(usage, 'completion_tokens') ?? 0,
          }
        : null,
  };
}
