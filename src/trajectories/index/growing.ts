/** Typed arrays that grow, so that millions of entries cost their bytes and no objects. */

type Numbers = Float64Array | Int32Array | Uint8Array | Uint32Array;

/** A column: values are appended, and may be set where they are. */
export class Growing<A extends Numbers> {
  private size: number;

  constructor(
    private values: A,
    private readonly make: (length: number) => A,
    used = 0,
  ) {
    this.size = used;
  }

  get length(): number {
    return this.size;
  }

  push(value: number): void {
    if (this.size === this.values.length) {
      const grown = this.make(Math.max(1024, this.size * 2));
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.size++] = value;
  }

  get(at: number): number {
    return this.values[at];
  }

  set(at: number, value: number): void {
    this.values[at] = value;
  }

  /** The values so far, in an array of exactly their number, which the column goes on with. */
  finish(): A {
    if (this.values.length > this.size) {
      const exact = this.make(this.size);
      exact.set(this.values.subarray(0, this.size));
      this.values = exact;
    }
    return this.values;
  }
}

export const makeFloats = (length: number): Float64Array => new Float64Array(length);
export const makeIntegers = (length: number): Int32Array => new Int32Array(length);
export const makeBytes = (length: number): Uint8Array => new Uint8Array(length);

/** Offsets of lines by the first 64 bits of an id in hexadecimal. */
export interface OffsetTable {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** -1 where a place is free. */
  readonly offset: Float64Array;
  readonly count: number;
}

export function emptyTable(capacity = 1024): OffsetTable {
  return {
    high: new Uint32Array(capacity),
    low: new Uint32Array(capacity),
    offset: new Float64Array(capacity).fill(-1),
    count: 0,
  };
}

function place(table: OffsetTable, high: number, low: number): number {
  const mask = table.offset.length - 1;
  let at = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
  while (table.offset[at] >= 0 && (table.high[at] !== high || table.low[at] !== low)) at = (at + 1) & mask;
  return at;
}

function halves(id: string): readonly [number, number] | null {
  if (!/^[0-9a-f]{16}/.test(id)) return null;
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8, 16), 16)];
}

/** The offset of an id's line; undefined where it is not there. */
export function offsetOf(table: OffsetTable, id: string): number | undefined {
  const key = halves(id);
  return key === null ? undefined : offsetOfKey(table, key[0], key[1]);
}

/** As `offsetOf`, by the id's first two times 32 bits. */
export function offsetOfKey(table: OffsetTable, high: number, low: number): number | undefined {
  const offset = table.offset[place(table, high, low)];
  return offset < 0 ? undefined : offset;
}

/** A table that grows; of equal ids the last line counts: a call that was broken off may have been made again. */
export class GrowingTable {
  private count: number;

  constructor(private table: OffsetTable = emptyTable()) {
    this.count = table.count;
  }

  add(id: string, offset: number): void {
    const key = halves(id);
    if (key !== null) this.addKey(key[0], key[1], offset);
  }

  /** As `add`, by the id's first two times 32 bits. */
  addKey(high: number, low: number, offset: number): void {
    if (this.count * 3 >= this.table.offset.length * 2) this.grow();
    this.put(high, low, offset);
  }

  finish(): OffsetTable {
    return { ...this.table, count: this.count };
  }

  private put(high: number, low: number, offset: number): void {
    const at = place(this.table, high, low);
    if (this.table.offset[at] < 0) this.count++;
    this.table.high[at] = high;
    this.table.low[at] = low;
    this.table.offset[at] = offset;
  }

  private grow(): void {
    const old = this.table;
    this.table = emptyTable(old.offset.length * 2);
    this.count = 0;
    for (let at = 0; at < old.offset.length; at++)
      if (old.offset[at] >= 0) this.put(old.high[at], old.low[at], old.offset[at]);
  }
}
