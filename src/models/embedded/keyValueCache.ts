import { PAGE_POSITIONS } from './kernel';

/** A text that the network has read: its tokens, and the pages that hold their keys and values. */
export interface Sequence {
  readonly tokens: number[];
  /** Indices of the pages, in order of position; pages may be shared with other sequences. */
  readonly pages: number[];
}

/** Copies one page's numbers over another's. */
export type CopyPage = (from: number, to: number) => void;

/**
 * Pages of keys and values, shared between sequences with equal beginnings. A page is written only by its one holder:
 * whoever shares one and wants to write gets a copy first.
 */
export class KeyValueCache {
  private readonly holders: Uint32Array;
  private readonly freed: number[] = [];
  private untouched = 0;

  /**
   * @param pageCount Pages in all.
   * @param makeRoom Called when no page is free; frees at least one, or returns false.
   */
  constructor(
    readonly pageCount: number,
    private readonly copyPage: CopyPage,
    private readonly makeRoom: () => boolean,
  ) {
    this.holders = new Uint32Array(pageCount);
  }

  get freePages(): number {
    return this.freed.length + this.pageCount - this.untouched;
  }

  empty(): Sequence {
    return { tokens: [], pages: [] };
  }

  /** A sequence that begins with the first `length` tokens of another; whole pages are shared. */
  fork(source: Sequence, length: number): Sequence {
    const pages = source.pages.slice(0, Math.ceil(length / PAGE_POSITIONS));
    for (const page of pages) this.hold(page);
    return { tokens: source.tokens.slice(0, length), pages };
  }

  /** Forgets all tokens from `length` on. */
  rewind(sequence: Sequence, length: number): void {
    sequence.tokens.length = Math.min(length, sequence.tokens.length);
    for (const page of sequence.pages.splice(Math.ceil(length / PAGE_POSITIONS))) this.drop(page);
  }

  /** Frees the sequence's pages, as far as no other holds them. */
  release(sequence: Sequence): void {
    this.rewind(sequence, 0);
  }

  /** Makes room to write the next `count` positions of the sequence. */
  extend(sequence: Sequence, count: number): void {
    const length = sequence.tokens.length;
    const partial = length % PAGE_POSITIONS === 0 ? undefined : sequence.pages.at(-1);
    if (partial !== undefined && this.holders[partial] !== 1) {
      const copy = this.take();
      this.copyPage(partial, copy);
      this.drop(partial);
      sequence.pages[sequence.pages.length - 1] = copy;
    }
    const needed = Math.ceil((length + count) / PAGE_POSITIONS);
    while (sequence.pages.length < needed) sequence.pages.push(this.take());
  }

  private hold(page: number): void {
    this.holders[page] = (this.holders[page] ?? 0) + 1;
  }

  private drop(page: number): void {
    const holders = (this.holders[page] ?? 0) - 1;
    this.holders[page] = holders;
    if (holders === 0) this.freed.push(page);
  }

  private take(): number {
    while (this.freePages === 0) {
      if (!this.makeRoom()) throw new RangeError('more pages of keys and values are in use than were reserved');
    }
    const page = this.freed.pop() ?? this.untouched++;
    this.hold(page);
    return page;
  }
}
