/** The port to time, so that tests of waiting don't wait. */
export interface Clock {
  /** Milliseconds since 1970, never running backwards. */
  now(): number;
  /** Resolves after that many milliseconds; rejects with an `AbortError` as soon as the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const origin = performance.timeOrigin;

/** The real time. */
export const systemClock: Clock = {
  now: () => origin + performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(abortError(signal));
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, milliseconds);
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};

/** The whole second that was written last, and its text up to the fraction. */
let second = Number.NaN;
let secondText = '';

/** A time of the clock in ISO 8601, cut to milliseconds. Most calls of a second share its text. */
export function isoTime(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  if (whole !== second) {
    secondText = new Date(whole * 1000).toISOString().slice(0, -4);
    second = whole;
  }
  return `${secondText}${String(Math.floor(milliseconds - whole * 1000)).padStart(3, '0')}Z`;
}

/** The error that an aborted signal stands for; always one whose name is `AbortError`. */
export function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  return new DOMException('The operation was aborted.', 'AbortError');
}
