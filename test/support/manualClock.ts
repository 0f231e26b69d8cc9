import { abortError, type Clock } from '../../src/models/clock';

/** A clock that stands still; whoever sleeps wakes when the test advances it, or at once with `skipping`. */
export class ManualClock implements Clock {
  /** Every sleep that was asked for, in milliseconds. */
  readonly sleeps: number[] = [];
  private readonly sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  private time = Date.UTC(2026, 0, 1);

  /** With `skipping` a sleep advances the clock and returns. */
  constructor(private readonly mode: 'waiting' | 'skipping' = 'skipping') {}

  now(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
    for (const sleeper of [...this.sleepers]) {
      if (sleeper.until > this.time) continue;
      this.sleepers.delete(sleeper);
      sleeper.wake();
    }
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    if (signal.aborted) return Promise.reject(abortError(signal));
    if (this.mode === 'skipping') {
      this.time += milliseconds;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.time + milliseconds, wake: resolve };
      this.sleepers.add(sleeper);
      signal.addEventListener(
        'abort',
        () => {
          this.sleepers.delete(sleeper);
          reject(abortError(signal));
        },
        { once: true },
      );
    });
  }
}
