/**
 * Many different short texts in one block of bytes, numbered in order, and found by their hash: a dictionary of
 * millions of words without a string for each.
 */
export class TextTable {
  private readonly all: Buffer;

  constructor(
    /** All texts in UTF-8, one after the other; text i lies from `starts[i]` to `starts[i + 1]`. */
    readonly bytes: Uint8Array,
    readonly starts: Uint32Array,
    /** Open addressing over a power of two of places: a text's number plus one, or 0. */
    readonly slots: Uint32Array,
  ) {
    this.all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @param texts no two of them equal. */
  static from(texts: Iterable<string>, size: number): TextTable {
    const starts = new Uint32Array(size + 1);
    let bytes = Buffer.allocUnsafe(Math.max(1024, size * 10));
    let end = 0;
    let count = 0;
    for (const text of texts) {
      // A UTF-16 unit makes three bytes at most.
      if (end + text.length * 3 > bytes.length) {
        const grown = Buffer.allocUnsafe((end + text.length * 3) * 2);
        bytes.copy(grown, 0, 0, end);
        bytes = grown;
      }
      end += bytes.write(text, end);
      starts[++count] = end;
    }
    let slotCount = 16;
    while (slotCount < size * 2) slotCount *= 2;
    const slots = new Uint32Array(slotCount);
    for (let i = 0; i < count; i++) {
      let slot = hash(bytes, starts[i], starts[i + 1]) & (slotCount - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slotCount - 1);
      slots[slot] = i + 1;
    }
    return new TextTable(Uint8Array.prototype.slice.call(bytes, 0, end), starts, slots);
  }

  get size(): number {
    return this.starts.length - 1;
  }

  at(index: number): string {
    return this.all.toString('utf8', this.starts[index], this.starts[index + 1]);
  }

  /** Number of a text, or -1. */
  find(text: string): number {
    const wanted = Buffer.from(text);
    const mask = this.slots.length - 1;
    for (let slot = hash(wanted, 0, wanted.length) & mask; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.slots[slot] - 1;
      const start = this.starts[index];
      const end = this.starts[index + 1];
      if (end - start === wanted.length && wanted.compare(this.all, start, end) === 0) return index;
    }
    return -1;
  }
}

/** FNV-1a with a last stir, so that the low bits are good. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes[i], 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
