/** What is kept in memory of every product, by its place in the catalogue; all else is read when it is asked for. */
export interface ProductColumns {
  readonly size: number;
  readonly asins: TextColumn;
  /** Places in the order of asins. */
  readonly asinOrder: Uint32Array;
  /** Where the product's record lies in the products file, in bytes. */
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  /** The price that is compared with a goal's limit: drawn from its range where the listing has one. */
  readonly prices: Float64Array;
  /** How many prices were drawn from a range: how far the random stream has gone. */
  readonly drawnPrices: number;
  /** Where the product's record lies in the attributes file; -1 where it has none. */
  readonly attributeOffsets: Float64Array;
  readonly attributeLengths: Uint32Array;
  /** 1 where the product has a synthetic instruction. */
  readonly instructed: Uint8Array;
  /** Goals that the instruction makes: one for each combination of option values; 0 without an instruction. */
  readonly combinations: Float64Array;
  /** Numbers into `categories` and `queries`. */
  readonly categoryNumbers: Uint32Array;
  readonly queryNumbers: Uint32Array;
  readonly categories: readonly string[];
  readonly queries: readonly string[];
  /** In how many synthetic goals an attribute occurs. */
  readonly attributeGoals: ReadonlyMap<string, number>;
}

/** Many short texts in one block of bytes. */
export class TextColumn {
  constructor(
    readonly bytes: Uint8Array,
    readonly starts: Uint32Array,
  ) {}

  static from(texts: Iterable<string>): TextColumn {
    const parts = Array.from(texts, (text) => Buffer.from(text));
    const starts = new Uint32Array(parts.length + 1);
    parts.forEach((part, i) => {
      starts[i + 1] = starts[i] + part.length;
    });
    return new TextColumn(Buffer.concat(parts), starts);
  }

  at(index: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength).toString(
      'utf8',
      this.starts[index],
      this.starts[index + 1],
    );
  }

  /** Place of a text, or -1; `order` lists the places in the order of their bytes. */
  find(text: string, order: Uint32Array): number {
    const wanted = Buffer.from(text);
    let low = 0;
    let high = order.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const place = order[middle];
      const compared = wanted.compare(this.bytes, this.starts[place], this.starts[place + 1]);
      if (compared === 0) return place;
      if (compared < 0) high = middle - 1;
      else low = middle + 1;
    }
    return -1;
  }

  /** The places in the order of their bytes, equal texts in the order of their places. */
  order(): Uint32Array {
    const { bytes, starts } = this;
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Uint32Array.from({ length: starts.length - 1 }, (_, i) => i).sort(
      (a, b) => all.compare(all, starts[b], starts[b + 1], starts[a], starts[a + 1]) || a - b,
    );
  }
}

/** A typed array that grows as numbers are appended. */
export class GrowingColumn<T extends Float64Array | Uint32Array> {
  length = 0;

  constructor(
    private array: T,
    private readonly make: (length: number) => T,
  ) {}

  push(value: number): void {
    if (this.length === this.array.length) {
      const grown = this.make(Math.max(1024, this.length * 2));
      grown.set(this.array);
      this.array = grown;
    }
    this.array[this.length++] = value;
  }

  /** The numbers, in an array of their count. */
  take(): T {
    const exact = this.make(this.length);
    exact.set(this.array.subarray(0, this.length));
    return exact;
  }
}

export const growingFloats = (): GrowingColumn<Float64Array> =>
  new GrowingColumn(new Float64Array(0), (length) => new Float64Array(length));
export const growingIntegers = (): GrowingColumn<Uint32Array> =>
  new GrowingColumn(new Uint32Array(0), (length) => new Uint32Array(length));
