import type { ErrorCode } from '../../errors/catalogue';
import { LacError } from '../../errors/lacError';
import type { Clock } from '../clock';

/** Failures that leave nothing behind on the server and may be over in a moment. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model.ollama-down',
  'model.server-down',
  'model.queue-full',
  'model.failed-before-answer',
  'model.server-cancelled',
]);

/** Whether the same request may succeed a moment later: the server starts, is full or dropped it unanswered. */
export function isPassing(error: unknown): error is LacError {
  return error instanceof LacError && passing.has(error.code);
}

/** When to try again: after `delaysMs[0]`, then `delaysMs[1]`, ...; empty is never. */
export interface RetryPolicy {
  readonly delaysMs: readonly number[];
}

/** About eight seconds in all: long enough for a server that starts or has a full queue, short enough to notice. */
export const patientRetry: RetryPolicy = { delaysMs: [250, 500, 1000, 2000, 4000] };

/** Repeats an attempt that has no effect of its own while it fails in a passing way. */
export async function withRetries<T>(
  attempt: (number: number) => Promise<T>,
  options: {
    readonly policy: RetryPolicy;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    /** Asked before a wait; false means that the failure stands. */
    readonly mayRetry?: (error: LacError, number: number, delayMs: number) => boolean;
  },
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      const delay = options.policy.delaysMs.at(number - 1);
      if (delay === undefined || !isPassing(error) || options.mayRetry?.(error, number, delay) === false) throw error;
      await options.clock.sleep(delay, options.signal);
    }
  }
}
