import type { TextTable } from './textTable';

/** What is kept in memory of every product, by its place in the catalogue; all else is read when it is asked for. */
export interface ProductColumns {
  readonly size: number;
  readonly asins: TextTable;
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

/** A typed array that grows as numbers are appended. */
export class GrowingColumn<T extends Float64Array | Uint32Array> {
  length = 0;

  constructor(
    private array: T,
    private readonly make: (length: number) => T,
    private readonly part: (array: T, length: number) => T,
  ) {}

  push(value: number): void {
    if (this.length === this.array.length) {
      const grown = this.make(Math.max(1024, this.length * 2));
      grown.set(this.array);
      this.array = grown;
    }
    this.array[this.length++] = value;
  }

  /** A view of the numbers, valid until the next change. */
  filled(): T {
    return this.part(this.array, this.length);
  }

  /** Forgets the numbers and keeps their room. */
  clear(): void {
    this.length = 0;
  }

  /** The numbers, in an array of their count. */
  take(): T {
    const exact = this.make(this.length);
    exact.set(this.array.subarray(0, this.length));
    return exact;
  }
}

export function growingFloats(): GrowingColumn<Float64Array> {
  return new GrowingColumn<Float64Array>(
    new Float64Array(0),
    (length) => new Float64Array(length),
    (array, length) => array.subarray(0, length),
  );
}

export function growingIntegers(): GrowingColumn<Uint32Array> {
  return new GrowingColumn<Uint32Array>(
    new Uint32Array(0),
    (length) => new Uint32Array(length),
    (array, length) => array.subarray(0, length),
  );
}
