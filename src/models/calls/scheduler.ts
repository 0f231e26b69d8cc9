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
  /** Frees the place; `held` is what the slot's cache now holds, or null when that is unknown. */
  release(held: HeldText | null): void;
}

/** A prompt and what was written behind it. */
export interface HeldText {
  readonly prompt: PromptSegments;
  readonly written: string;
}

const nothingHeld: HeldText = { prompt: [], written: '' };

/** What one of an endpoint's parallel slots is expected to hold. */
interface Slot {
  readonly endpoint: ModelEndpoint;
  held: HeldText;
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

/** How many characters of a prompt a cache holds. Equal segments need no comparison. */
function cachedLength(prompt: PromptSegments, { prompt: held, written }: HeldText): number {
  let shared = 0;
  let length = 0;
  while (shared < prompt.length && shared < held.length && prompt[shared] === held[shared]) {
    length += prompt[shared++].length;
  }
  // From there on the segments' borders may lie apart: `Action:` and ` go`, `Action: go`.
  let [i, j] = [shared, shared];
  let [at, atHeld] = [0, 0];
  while (i < prompt.length && j <= held.length) {
    const [text, other] = [prompt[i], j < held.length ? held[j] : written];
    const compared = Math.min(text.length - at, other.length - atHeld);
    const same = commonBeginning(text, at, other, atHeld, compared);
    length += same;
    if (same < compared) return length;
    at += compared;
    atHeld += compared;
    if (at === text.length) [i, at] = [i + 1, 0];
    if (atHeld === other.length) [j, atHeld] = [j + 1, 0];
  }
  return length;
}

/** How many of the next `most` characters two texts share. */
function commonBeginning(a: string, atA: number, b: string, atB: number, most: number): number {
  let length = 0;
  // Pieces are compared by the engine at once; one edit of a prompt set leaves thousands of characters in common.
  for (let piece = most; piece >= 16; piece >>= 1) {
    while (
      length + piece <= most &&
      a.slice(atA + length, atA + length + piece) === b.slice(atB + length, atB + length + piece)
    ) {
      length += piece;
    }
  }
  while (length < most && a.charCodeAt(atA + length) === b.charCodeAt(atB + length)) length++;
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
      Array.from({ length: endpoint.parallel }, () => ({ endpoint, held: nothingHeld, busy: false, usedAt: 0 })),
    );
  }

  /** Places in all. */
  get parallel(): number {
    return this.slots.length;
  }

  /** Resolves with a place for the prompt; `avoid` is taken only when nothing else is free. */
  acquire(prompt: PromptSegments, signal: AbortSignal, avoid?: ModelEndpoint): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw abortError(signal);
      const onAbort = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(abortError(signal));
      };
      let granted = false;
      let watched = false;
      const waiter: Waiter = {
        prompt,
        avoid,
        overtaken: 0,
        grant: (lease) => {
          granted = true;
          if (watched) signal.removeEventListener('abort', onAbort);
          resolve(lease);
        },
      };
      this.waiters.push(waiter);
      if (this.waiters.length === 1) this.serve();
      else this.serveSoon();
      if (granted) return;
      watched = true;
      signal.addEventListener('abort', onAbort, { once: true });
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
    while (this.waiters.length > 0) {
      const first = this.next();
      if (first === null) return;
      const place = this.waiters.indexOf(first.waiter);
      for (let i = 0; i < place; i++) this.waiters[i].overtaken++;
      this.waiters.splice(place, 1);
      first.waiter.grant(this.lease(first));
    }
  }

  /** The waiter that goes first, and where; null while no slot is free. */
  private next(): (Placement & { readonly waiter: Waiter }) | null {
    let best: (Placement & { readonly waiter: Waiter }) | null = null;
    for (const waiter of this.waiters) {
      const placement = this.place(waiter);
      if (placement === null) return null;
      const { slot, cached } = placement;
      if (waiter.overtaken >= mostOvertakings) return { waiter, slot, cached };
      if (best === null || cached > best.cached) best = { waiter, slot, cached };
    }
    return best;
  }

  private place({ prompt, avoid }: Waiter): Placement | null {
    let best: Placement | null = null;
    for (const slot of this.slots) {
      if (slot.busy) continue;
      const other = { slot, cached: cachedLength(prompt, slot.held) };
      if (best === null || this.goesBefore(other, best, avoid)) best = other;
    }
    return best;
  }

  private goesBefore(a: Placement, b: Placement, avoid: ModelEndpoint | undefined): boolean {
    const [first, second] = [a.slot.endpoint, b.slot.endpoint];
    if (first !== second && (first === avoid || second === avoid)) return second === avoid;
    if (a.cached !== b.cached) return a.cached > b.cached;
    const [load, other] = [this.load(first), this.load(second)];
    return load === other ? a.slot.usedAt < b.slot.usedAt : load < other;
  }

  /** How many of an endpoint's slots are busy. */
  private load(endpoint: ModelEndpoint): number {
    return this.slots.filter((slot) => slot.busy && slot.endpoint === endpoint).length;
  }

  private lease({ slot, cached }: Placement): Lease {
    slot.busy = true;
    slot.usedAt = ++this.uses;
    return {
      endpoint: slot.endpoint,
      cachedCharacters: cached,
      release: (held) => {
        slot.busy = false;
        slot.held = held ?? nothingHeld;
        this.serveSoon();
      },
    };
  }
}
