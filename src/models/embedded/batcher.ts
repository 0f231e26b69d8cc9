import { MAX_ROWS, type Segment, type Wanted } from './network';
import type { Sequence } from './keyValueCache';

/** The error that an aborted signal asks for. */
export function abortError(): Error {
  return new DOMException('This operation was aborted', 'AbortError');
}

/** What the batcher needs of the network. */
export interface ForwardPass {
  /** Makes room in the cache, then reads the segments; see `Network.forward`. */
  run(segments: readonly Segment[]): Float32Array[][];
}

interface Pending {
  readonly sequence: Sequence;
  readonly tokens: readonly number[];
  readonly wanted: Wanted;
  readonly logits: Float32Array[];
  done: number;
  readonly resolve: (logits: readonly Float32Array[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts what is to be read for all requests under way into shared passes of at most `MAX_ROWS` tokens, so that the
 * weights are gone through once for all of them. Between passes the event loop runs, so that aborts and new requests
 * come in. Who has the least left to read goes first: neither decoding nor a short question waits for more than one pass
 * of somebody's long prompt.
 */
export class Batcher {
  private pending: Pending[] = [];
  private scheduled = false;

  constructor(private readonly pass: ForwardPass) {}

  /**
   * Reads tokens into a sequence.
   * @returns The next-token scores that are wanted: none, the last token's, or every token's.
   * @throws AbortError soon after the signal; the sequence keeps what was read.
   */
  read(
    sequence: Sequence,
    tokens: readonly number[],
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError());
        return;
      }
      const finish = (): void => signal.removeEventListener('abort', abort);
      const pending: Pending = {
        sequence,
        tokens,
        wanted,
        logits: [],
        done: 0,
        resolve: (logits) => {
          finish();
          resolve(logits);
        },
        reject: (error) => {
          finish();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      const abort = (): void => {
        this.pending = this.pending.filter((other) => other !== pending);
        pending.reject(abortError());
      };
      signal.addEventListener('abort', abort);
      this.pending.push(pending);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.pending.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.step();
      this.schedule();
    });
  }

  private step(): void {
    const chosen: { pending: Pending; segment: Segment }[] = [];
    let rows = 0;
    const waiting = this.pending.map((pending) => ({ pending, left: pending.tokens.length - pending.done }));
    const ordered = waiting.sort((a, b) => a.left - b.left);
    for (const { pending, left } of ordered) {
      const count = Math.min(left, MAX_ROWS - rows);
      if (count === 0) continue;
      rows += count;
      const last = count === left;
      const tokens = pending.tokens.slice(pending.done, pending.done + count);
      const wanted = pending.wanted === 'last' && !last ? 'none' : pending.wanted;
      chosen.push({ pending, segment: { sequence: pending.sequence, tokens, wanted } });
    }
    if (chosen.length === 0) return;
    try {
      const results = this.pass.run(chosen.map(({ segment }) => segment));
      chosen.forEach(({ pending, segment }, i) => {
        pending.logits.push(...(results[i] ?? []));
        pending.done += segment.tokens.length;
      });
    } catch (error) {
      const failed = new Set(chosen.map(({ pending }) => pending));
      this.pending = this.pending.filter((pending) => !failed.has(pending));
      for (const pending of failed) pending.reject(error);
      return;
    }
    const finished = this.pending.filter((pending) => pending.done === pending.tokens.length);
    this.pending = this.pending.filter((pending) => pending.done < pending.tokens.length);
    for (const pending of finished) pending.resolve(pending.logits);
  }
}
