/**
 * CPython's `random.Random`, bit for bit: MT19937 seeded by `init_by_array`, and the draws that WebShop makes from it.
 * The original's goal order and prices come from this stream.
 */
export class PythonRandom {
  private readonly state = new Uint32Array(624);
  private index = 624;

  /** @param seed a non-negative integer, as for `random.seed(n)`. */
  constructor(seed: number | bigint) {
    let rest = BigInt(seed);
    const key: number[] = [];
    do {
      key.push(Number(rest & 0xffffffffn));
      rest >>= 32n;
    } while (rest > 0n);
    this.initByArray(key);
  }

  /** An independent stream that continues from here. */
  fork(): PythonRandom {
    const copy = new PythonRandom(0);
    copy.state.set(this.state);
    copy.index = this.index;
    return copy;
  }

  /** Uniform in [0, 1) with 53 bits: `random.random()`. */
  random(): number {
    const high = this.next32() >>> 5;
    const low = this.next32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  /** `random.getrandbits(bits)`, least significant word first. */
  bits(bits: number): bigint {
    let value = 0n;
    let shift = 0n;
    for (let left = bits; left > 0; left -= 32) {
      const word = left < 32 ? this.next32() >>> (32 - left) : this.next32();
      value |= BigInt(word) << shift;
      shift += 32n;
    }
    return value;
  }

  /** `random._randbelow(n)` for 0 < n < 2^32: by rejection. */
  below(n: number): number {
    const shift = Math.clz32(n);
    let drawn = this.next32() >>> shift;
    while (drawn >= n) drawn = this.next32() >>> shift;
    return drawn;
  }

  /** Shuffles in place: `random.shuffle`. */
  shuffle<T>(items: { [index: number]: T; readonly length: number }): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
  }

  /** `random.sample(population, k)`: `k` different places of the population, in order of drawing. */
  sample<T>(population: readonly T[], k: number): T[] {
    const n = population.length;
    let poolLimit = 21;
    if (k > 5) poolLimit += 4 ** Math.ceil(Math.log(k * 3) / Math.log(4));
    const result: T[] = [];
    if (n <= poolLimit) {
      const pool = [...population];
      for (let i = 0; i < k; i++) {
        const j = this.below(n - i);
        result.push(pool[j]);
        pool[j] = pool[n - i - 1];
      }
      return result;
    }
    const chosen = new Set<number>();
    for (let i = 0; i < k; i++) {
      let j = this.below(n);
      while (chosen.has(j)) j = this.below(n);
      chosen.add(j);
      result.push(population[j]);
    }
    return result;
  }

  /** `random.choices(population, weights)[0]`. */
  choice<T>(population: readonly T[], weights: readonly number[]): T {
    const cumulative: number[] = [];
    let total = 0;
    for (const weight of weights) cumulative.push((total += weight));
    const drawn = this.random() * total;
    let low = 0;
    let high = population.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (drawn < cumulative[middle]) high = middle;
      else low = middle + 1;
    }
    return population[low];
  }

  private initByArray(key: readonly number[]): void {
    const mt = this.state;
    mt[0] = 19650218;
    for (let i = 1; i < 624; i++) {
      const previous = mt[i - 1] ^ (mt[i - 1] >>> 30);
      mt[i] = Math.imul(previous, 1812433253) + i;
    }
    let i = 1;
    let j = 0;
    const advance = (): void => {
      if (++i >= 624) {
        mt[0] = mt[623];
        i = 1;
      }
    };
    for (let k = Math.max(624, key.length); k > 0; k--) {
      const previous = mt[i - 1] ^ (mt[i - 1] >>> 30);
      mt[i] = (mt[i] ^ Math.imul(previous, 1664525)) + key[j] + j;
      advance();
      if (++j >= key.length) j = 0;
    }
    for (let k = 623; k > 0; k--) {
      const previous = mt[i - 1] ^ (mt[i - 1] >>> 30);
      mt[i] = (mt[i] ^ Math.imul(previous, 1566083941)) - i;
      advance();
    }
    mt[0] = 0x80000000;
    this.index = 624;
  }

  private next32(): number {
    if (this.index >= 624) this.twist();
    let y = this.state[this.index++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  private twist(): void {
    const mt = this.state;
    for (let i = 0; i < 624; i++) {
      const y = (mt[i] & 0x80000000) | (mt[(i + 1) % 624] & 0x7fffffff);
      mt[i] = mt[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
  }
}
