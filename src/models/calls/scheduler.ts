import type { LanguageModel, PromptSegments } from '../../lac/languageModel';
import { abortError } from '../clock';

/** One server (or worker) that answers for a model. */
export interface ModelEndpoint {
  /** For people: a url, or `embedded`. */
  readonly name: string;
  readonly model: LanguageModel;
  /** How many requests it works on at once, at least 1. */
  readonly parallel: number;
}

/** A place at an endpoint, held by one call. */
export interface Lease {
  readonly endpoint: ModelEndpoint;
  /** Characters of the prompt that the slot should still have in its cache. */
  readonly cachedCharacters: number;
  /** Frees the place; `held` is the text that the slot's cache now holds, or null when that is unknown. */
  release(held: PromptSegments | null): void;
}

/** What one of an endpoint's parallel slots is expected to hold. */
interface Slot {
  readonly endpoint: ModelEndpoint;
  held: PromptSegments;
  busy: boolean;
  usedAt: number;
}

interface Waiter {
  readonly prompt: PromptSegments;
  readonly avoid: ModelEndpoint | undefined;
  readonly grant: (lease: Lease) => void;
  /** How many later calls went first. */
  overtaken: number;
}

/** A place for a waiter, and how much of its prompt the slot holds. */
interface Placement {
  readonly slot: Slot;
  readonly cached: number;
}

/** A call goes first whatever the caches hold once so many later ones went before it. */
const mostOvertakings = 100;

/** Length of the longest common prefix of two texts in segments, in characters. Equal segments need no comparison. */
function commonPrefix(a: PromptSegments, b: PromptSegments): number {
  let shared = 0;
  let length = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) length += a[shared++].length;
  if (shared === a.length || shared === b.length) return length;
  return length + commonBeginning(a.slice(shared).join(''), b.slice(shared).join(''));
}

function commonBeginning(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  // Pieces are compared by the engine at once; one edit of a prompt set leaves thousands of characters in common.
  const piece = 512;
  while (length + piece <= end && a.slice(length, length + piece) === b.slice(length, length + piece)) length += piece;
  while (length < end && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/**
 * Hands out places so that a chain of calls, each of which extends the one before, keeps its slot and thereby its cache.
 * Among waiting calls the one goes first of whose prompt a free slot holds most (in order of arrival where that is equal, and
 * never overtaken without end). Among free slots it is the one that holds most, then one of the endpoint with least to do,
 * then the one that was idle longest.
 */
export class Scheduler {
  private readonly slots: readonly Slot[];
  private readonly waiters: Waiter[] = [];
  private uses = 0;
  private serving = false;

  constructor(readonly endpoints: readonly ModelEndpoint[]) {
    this.slots = endpoints.flatMap((endpoint) =>
      Array.from({ length: endpoint.parallel }, () => ({ endpoint, held: [], busy: false, usedAt: 0 })),
    );
  }

  /** Places in all. */
  get parallel(): number {
    return this.slots.length;
  }

  /** Resolves with a place for the prompt; `avoid` is taken only when nothing else is free. */
  acquire(prompt: PromptSegments, signal: AbortSignal, avoid?: ModelEndpoint): Promise<Lease> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(abortError(signal));
      };
      let granted = false;
      const waiter: Waiter = {
        prompt,
        avoid,
        overtaken: 0,
        grant: (lease) => {
          granted = true;
          signal.removeEventListener('abort', onAbort);
          resolve(lease);
        },
      };
      this.waiters.push(waiter);
      if (this.waiters.length === 1) this.serve();
      else this.serveSoon();
      if (!granted) signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** A slot that was just freed waits for the next turn of the event loop: the chain that it served may go on. */
  private serveSoon(): void {
    if (this.serving || this.waiters.length === 0) return;
    this.serving = true;
    setImmediate(() => {
      this.serving = false;
      this.serve();
    });
  }

  private serve(): void {
    while (this.waiters.length > 0 && this.slots.some((slot) => !slot.busy)) {
      const placed = this.waiters.map((waiter) => ({ waiter, ...this.place(waiter) }));
      const first =
        placed.find(({ waiter }) => waiter.overtaken >= mostOvertakings) ??
        placed.reduce((best, other) => (other.cached > best.cached ? other : best));
      for (const { waiter } of placed) {
        if (waiter === first.waiter) break;
        waiter.overtaken++;
      }
      this.waiters.splice(this.waiters.indexOf(first.waiter), 1);
      first.waiter.grant(this.lease(first));
    }
  }

  private place({ prompt, avoid }: Waiter): Placement {
    const load = (slot: Slot): number =>
      this.slots.filter((other) => other.busy && other.endpoint === slot.endpoint).length;
    const avoided = (slot: Slot): number => (slot.endpoint === avoid ? 1 : 0);
    return this.slots
      .filter((slot) => !slot.busy)
      .map((slot) => ({ slot, cached: commonPrefix(prompt, slot.held) }))
      .reduce((best, other) => {
        const order =
          avoided(best.slot) - avoided(other.slot) ||
          other.cached - best.cached ||
          load(best.slot) - load(other.slot) ||
          best.slot.usedAt - other.slot.usedAt;
        return order > 0 ? other : best;
      });
  }

  private lease({ slot, cached }: Placement): Lease {
    slot.busy = true;
    slot.usedAt = ++this.uses;
    return {
      endpoint: slot.endpoint,
      cachedCharacters: cached,
      release: (held) => {
        slot.busy = false;
        slot.held = held ?? [];
        this.serveSoon();
      },
    };
  }
}
