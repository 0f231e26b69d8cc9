import { abortError } from './batcher';
import { PAGE_POSITIONS } from './kernel';
import type { KeyValueCache, Sequence } from './keyValueCache';

/** Waiting for somebody else's prompt pays from so many shared tokens on. */
const WORTH_WAITING = 16;

interface Live {
  readonly sequence: Sequence;
  /** The tokens that it will have read when `ready` is done. */
  readonly prompt: readonly number[];
  ready: Promise<void>;
  done: boolean;
}

interface Admission {
  readonly pages: number;
  readonly admit: () => void;
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** Pages that a text of so many tokens takes, and one more for a shared page that has to be copied. */
export function pagesFor(tokens: number): number {
  return Math.ceil(tokens / PAGE_POSITIONS) + 1;
}

/**
 * Lends out sequences that already have as much of a prompt as any other text shares with it: those under way and
 * those finished, which are kept until their pages are needed. Callers just send whole prompts.
 */
export class Prefixes {
  private readonly live = new Set<Live>();
  /** Finished texts, the longest unused first. */
  private kept: Sequence[] = [];
  private reserved = 0;
  private waiting: Admission[] = [];

  constructor(private readonly cache: KeyValueCache) {}

  /** Frees the finished text that was used longest ago; false when there is none. */
  evict(): boolean {
    const oldest = this.kept.shift();
    if (oldest === undefined) return false;
    this.cache.release(oldest);
    return true;
  }

  /**
   * Lends a sequence with a beginning of the prompt (never all of it, so that the last token's scores can be read).
   * `readRest` then reads the rest; `use` works on; afterwards the sequence is kept for others.
   * @param pages Most pages that this will take at any time; waits until they can be had.
   */
  async lend<T>(
    prompt: readonly number[],
    pages: number,
    signal: AbortSignal,
    readRest: (sequence: Sequence) => Promise<void>,
    use: (sequence: Sequence) => Promise<T>,
  ): Promise<T> {
    await this.admit(pages, signal);
    try {
      const sequence = await this.begin(prompt, signal);
      const live: Live = { sequence, prompt, ready: Promise.resolve(), done: false };
      this.live.add(live);
      try {
        const reading = readRest(sequence);
        live.ready = reading
          .catch(() => undefined)
          .then(() => {
            live.done = true;
          });
        await reading;
        live.done = true;
        return await use(sequence);
      } finally {
        this.live.delete(live);
        this.keep(sequence);
      }
    } finally {
      this.reserved -= pages;
      this.admitWaiting();
    }
  }

  private async begin(prompt: readonly number[], signal: AbortSignal): Promise<Sequence> {
    const most = prompt.length - 1;
    for (;;) {
      if (signal.aborted) throw abortError();
      let best: Sequence | undefined;
      let shared = 0;
      for (const sequence of [...this.kept, ...Array.from(this.live, (live) => live.sequence)]) {
        const common = Math.min(most, commonPrefix(sequence.tokens, prompt));
        if (common > shared) [best, shared] = [sequence, common];
      }
      let promised: Live | undefined;
      let promise = shared + WORTH_WAITING - 1;
      for (const live of this.live) {
        const common = live.done ? 0 : Math.min(most, commonPrefix(live.prompt, prompt));
        if (common > promise) [promised, promise] = [live, common];
      }
      if (promised === undefined) {
        if (best === undefined) return this.cache.empty();
        if (this.kept.includes(best)) {
          this.kept = this.kept.filter((sequence) => sequence !== best);
          this.kept.push(best);
        }
        return this.cache.fork(best, shared);
      }
      await untilAborted(promised.ready, signal);
    }
  }

  private keep(sequence: Sequence): void {
    const { tokens } = sequence;
    if (this.kept.some((other) => commonPrefix(other.tokens, tokens) === tokens.length)) {
      this.cache.release(sequence);
      return;
    }
    for (const other of this.kept) {
      if (commonPrefix(other.tokens, tokens) === other.tokens.length) this.cache.release(other);
    }
    this.kept = this.kept.filter((other) => other.pages.length > 0);
    this.kept.push(sequence);
  }

  private admit(pages: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.waiting = this.waiting.filter((other) => other !== admission);
        reject(abortError());
        this.admitWaiting();
      };
      const admission: Admission = {
        pages,
        admit: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      if (signal.aborted) {
        reject(abortError());
        return;
      }
      signal.addEventListener('abort', abort);
      this.waiting.push(admission);
      this.admitWaiting();
    });
  }

  /** In order of arrival, so that a large request is not passed over for ever. */
  private admitWaiting(): void {
    for (;;) {
      const [first] = this.waiting;
      if (first === undefined) return;
      if (this.reserved > 0 && this.reserved + first.pages > this.cache.pageCount) return;
      this.waiting.shift();
      this.reserved += first.pages;
      first.admit();
    }
  }
}

function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortError());
    signal.addEventListener('abort', abort);
    void promise.finally(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
