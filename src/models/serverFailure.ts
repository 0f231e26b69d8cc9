import type { ErrorCode } from '../errors/catalogue';
import { isAbort, LacError } from '../errors/lacError';
import { ConnectionFailure, UnexpectedAnswer } from './http/send';

/** What a server said was wrong: with a status, or (null) in the middle of its answer. */
export interface ServerComplaint {
  readonly status: number | null;
  readonly message: string;
}

/** The call that failed. */
export interface FailedCallContext {
  /** Without credentials. */
  readonly url: string;
  readonly model: string;
  readonly backend: 'ollama' | 'openai';
  /** Tokens that had arrived. */
  readonly tokens: number;
  /** Size of the context that was asked for; null when the server decides it. */
  readonly context: number | null;
  /** Where the key comes from, for people. */
  readonly key: string;
  /** Names of the models that are there. */
  readonly known: () => Promise<readonly string[]>;
}

interface Inner {
  readonly message: string;
  readonly type: string | null;
  readonly promptTokens: number | null;
  readonly context: number | null;
}

function numberField(record: object, name: string): number | null {
  const value: unknown = Reflect.get(record, name);
  return typeof value === 'number' ? value : null;
}

/** Unwraps a message that is itself JSON (`{"error":{"message":..,"type":..}}`), to any depth within reason. */
function unwrap(message: string, depth = 3): Inner {
  const plain: Inner = { message, type: null, promptTokens: null, context: null };
  if (depth === 0 || !message.trimStart().startsWith('{')) return plain;
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch (error) {
    if (error instanceof SyntaxError) return plain;
    throw error;
  }
  if (typeof parsed !== 'object' || parsed === null) return plain;
  const inside: unknown = Reflect.get(parsed, 'error');
  if (typeof inside === 'string') return unwrap(inside, depth - 1);
  const record = typeof inside === 'object' && inside !== null ? inside : parsed;
  const text: unknown = Reflect.get(record, 'message');
  const type: unknown = Reflect.get(record, 'type');
  return {
    message: typeof text === 'string' ? text : message,
    type: typeof type === 'string' ? type : null,
    promptTokens: numberField(record, 'n_prompt_tokens'),
    context: numberField(record, 'n_ctx'),
  };
}

const tooLong =
  /exceed(s|ed)? (the )?(available |maximum |model'?s? )*context|maximum context length|context length exceeded|longer than the maximum model length/i;
const noMemory =
  /out of memory|more system memory|insufficient memory|unable to allocate|failed to allocate|cudamalloc|cannot allocate|unable to load model|failed to load model/i;
const crash =
  /runner|terminated|unexpectedly|\bEOF\b|connection (refused|reset)|broken pipe|signal|exit status|crash|panic/i;

function firstNumber(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

async function ofComplaint({ status, message }: ServerComplaint, call: FailedCallContext): Promise<LacError> {
  const { url, model } = call;
  const inner = unwrap(message);
  const reason = inner.message.replace(/\s+/g, ' ').slice(0, 300);
  if (inner.type === 'exceed_context_size_error' || tooLong.test(inner.message)) {
    const context =
      inner.context ??
      firstNumber(inner.message, /(?:context size \(|context length (?:is|of) |model length of )(\d+)/) ??
      call.context;
    const tokens =
      inner.promptTokens ??
      firstNumber(inner.message, /(?:request \(|requested |resulted in |you passed |prompt \(length )(\d+)/);
    return new LacError('model.prompt-too-long', {
      model,
      tokens: tokens ?? (context === null ? 'too many' : `more than ${context}`),
      context: context ?? 'fewer',
    });
  }
  if (noMemory.test(inner.message)) return new LacError('model.out-of-memory', { url, model, reason });
  switch (status) {
    case null:
      return call.tokens === 0
        ? new LacError('model.failed-before-answer', { url, reason })
        : new LacError('model.crashed', { url, reason });
    case 401:
    case 403:
      return new LacError('model.access-denied', { url, status, reason, key: call.key });
    case 404: {
      const known = (await call.known()).join(', ');
      const code: ErrorCode = call.backend === 'ollama' ? 'model.not-pulled' : 'model.not-served';
      return new LacError(code, { url, model, known: known === '' ? '(none)' : known });
    }
    case 429:
    case 503:
      return new LacError('model.queue-full', { url, reason });
    case 499:
      return new LacError('model.server-cancelled', { url, reason });
    default:
      return status >= 500 && crash.test(inner.message)
        ? new LacError('model.failed-before-answer', { url, reason })
        : new LacError('model.request-refused', { url, status, reason });
  }
}

/** A complaint that a server sent in the middle of its answer. */
export class StreamComplaint extends Error {
  override readonly name = 'StreamComplaint';
}

/** The error for the user (or the abort) that anything thrown by a request stands for; defects come back as they are. */
export async function toModelError(error: unknown, call: FailedCallContext): Promise<unknown> {
  if (error instanceof LacError || isAbort(error)) return error;
  const { url } = call;
  if (error instanceof ConnectionFailure) {
    const reason = error.reason;
    switch (error.phase) {
      case 'connecting':
        return new LacError(
          call.backend === 'ollama' ? 'model.ollama-down' : 'model.server-down',
          { url, reason },
          { cause: error },
        );
      case 'waiting':
        return new LacError('model.failed-before-answer', { url, reason }, { cause: error });
      case 'streaming':
        return call.tokens === 0
          ? new LacError('model.failed-before-answer', { url, reason }, { cause: error })
          : new LacError('model.crashed', { url, reason }, { cause: error });
    }
  }
  if (error instanceof UnexpectedAnswer) {
    return new LacError(
      'model.bad-answer',
      { url, expected: error.expected, found: error.found.slice(0, 200) },
      { cause: error },
    );
  }
  if (error instanceof StreamComplaint) return ofComplaint({ status: null, message: error.message }, call);
  // The package's ResponseError, which it does not export.
  if (error instanceof Error && error.name === 'ResponseError' && 'status_code' in error) {
    const status = typeof error.status_code === 'number' ? error.status_code : 500;
    return ofComplaint({ status, message: error.message }, call);
  }
  return error;
}

/** A complaint that came with an HTTP status. */
export function complaintError(complaint: ServerComplaint, call: FailedCallContext): Promise<LacError> {
  return ofComplaint(complaint, call);
}
