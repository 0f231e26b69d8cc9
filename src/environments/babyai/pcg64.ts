/**
 * numpy's random stream as gym 0.26 seeds it: `Generator(PCG64(SeedSequence(seed)))`, draw for draw.
 * 128-bit arithmetic on 32-bit limbs, because BigInt is some ten times too slow for generating levels by rejection.
 * Sources: numpy's SeedSequence (its hash constants), M. O'Neill's PCG XSL-RR 128/64, D. Lemire's bounded draws.
 */

const two32 = 4294967296;

/** The eight (or fewer, or more) 32-bit words that numpy's SeedSequence makes of a seed. */
export function seedSequenceWords(seed: number, count = 8): number[] {
  const entropy: number[] = [];
  let rest = seed;
  do {
    entropy.push((rest % two32) >>> 0);
    rest = Math.floor(rest / two32);
  } while (rest > 0);

  let hashConstant = 0x43b0d7e5;
  const hash = (word: number): number => {
    let value = word ^ hashConstant;
    hashConstant = Math.imul(hashConstant, 0x931e8875);
    value = Math.imul(value, hashConstant);
    return (value ^ (value >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const value = (Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715)) | 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  const pool = [0, 1, 2, 3].map((index) => hash(entropy[index] ?? 0));
  for (let source = 0; source < 4; source++) {
    for (let target = 0; target < 4; target++) {
      if (source !== target) pool[target] = mix(pool[target] ?? 0, hash(pool[source] ?? 0));
    }
  }
  for (const word of entropy.slice(4)) {
    for (let target = 0; target < 4; target++) pool[target] = mix(pool[target] ?? 0, hash(word));
  }

  let outConstant = 0x8b51f9dd;
  const words: number[] = [];
  for (let index = 0; index < count; index++) {
    let value = (pool[index % 4] ?? 0) ^ outConstant;
    outConstant = Math.imul(outConstant, 0x58f38ded);
    value = Math.imul(value, outConstant);
    words.push((value ^ (value >>> 16)) >>> 0);
  }
  return words;
}

// The multiplier 0x2360ED051FC65DA44385DF649FCCF645, high limb first.
const m3 = 0x2360ed05;
const m2 = 0x1fc65da4;
const m1 = 0x4385df64;
const m0 = 0x9fccf645;

/** High 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = aHigh * bLow + ((Math.imul(aLow, bLow) >>> 0) >>> 16);
  const middle = aLow * bHigh + (cross & 0xffff);
  return aHigh * bHigh + (cross >>> 16) + (middle >>> 16);
}

/** A stream of draws; `integer` and `uniform` consume it exactly as numpy's `integers` and `uniform` do. */
export class Pcg64 {
  // State and increment, four 32-bit limbs each, limb 0 lowest.
  private s0 = 0;
  private s1 = 0;
  private s2 = 0;
  private s3 = 0;
  private readonly i0: number;
  private readonly i1: number;
  private readonly i2: number;
  private readonly i3: number;
  /** Output of the last step. */
  private high = 0;
  private low = 0;
  /** High half of a 64-bit output whose low half was drawn. */
  private kept = 0;
  private hasKept = false;

  /** `seed`: a whole number from 0 to 2^53 - 1. */
  constructor(seed: number) {
    const [a0 = 0, a1 = 0, b0 = 0, b1 = 0, c0 = 0, c1 = 0, d0 = 0, d1 = 0] = seedSequenceWords(seed);
    // initstate = u0·2^64 + u1 with u0 = (a1, a0) and u1 = (b1, b0); sequence likewise from c and d.
    this.i0 = ((d0 << 1) | 1) >>> 0;
    this.i1 = ((d1 << 1) | (d0 >>> 31)) >>> 0;
    this.i2 = ((c0 << 1) | (d1 >>> 31)) >>> 0;
    this.i3 = ((c1 << 1) | (c0 >>> 31)) >>> 0;
    this.advance();
    let sum = this.s0 + b0;
    this.s0 = sum >>> 0;
    sum = this.s1 + b1 + (sum >= two32 ? 1 : 0);
    this.s1 = sum >>> 0;
    sum = this.s2 + a0 + (sum >= two32 ? 1 : 0);
    this.s2 = sum >>> 0;
    this.s3 = (this.s3 + a1 + (sum >= two32 ? 1 : 0)) >>> 0;
    this.advance();
  }

  /** state = state · multiplier + increment mod 2^128. */
  private advance(): void {
    const { s0, s1, s2, s3 } = this;
    let sum = (Math.imul(s0, m0) >>> 0) + this.i0;
    const r0 = sum >>> 0;
    sum =
      (sum >= two32 ? 1 : 0) + multiplyHigh(s0, m0) + (Math.imul(s0, m1) >>> 0) + (Math.imul(s1, m0) >>> 0) + this.i1;
    const r1 = sum >>> 0;
    sum =
      Math.floor(sum / two32) +
      multiplyHigh(s0, m1) +
      multiplyHigh(s1, m0) +
      (Math.imul(s0, m2) >>> 0) +
      (Math.imul(s1, m1) >>> 0) +
      (Math.imul(s2, m0) >>> 0) +
      this.i2;
    const r2 = sum >>> 0;
    const r3 =
      Math.floor(sum / two32) +
      multiplyHigh(s0, m2) +
      multiplyHigh(s1, m1) +
      multiplyHigh(s2, m0) +
      (Math.imul(s0, m3) >>> 0) +
      (Math.imul(s1, m2) >>> 0) +
      (Math.imul(s2, m1) >>> 0) +
      (Math.imul(s3, m0) >>> 0) +
      this.i3;
    this.s0 = r0;
    this.s1 = r1;
    this.s2 = r2;
    this.s3 = r3 >>> 0;
  }

  /** One 64-bit output into `high` and `low`: rotr64(high half xor low half, top six bits of the state). */
  private draw64(): void {
    this.advance();
    const low = (this.s0 ^ this.s2) >>> 0;
    const high = (this.s1 ^ this.s3) >>> 0;
    const rotation = this.s3 >>> 26;
    const shift = rotation & 31;
    const a = rotation < 32 ? low : high;
    const b = rotation < 32 ? high : low;
    if (shift === 0) {
      this.low = a;
      this.high = b;
    } else {
      this.low = ((a >>> shift) | (b << (32 - shift))) >>> 0;
      this.high = ((b >>> shift) | (a << (32 - shift))) >>> 0;
    }
  }

  /** One raw 64-bit output. */
  raw(): bigint {
    this.draw64();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  private draw32(): number {
    if (this.hasKept) {
      this.hasKept = false;
      return this.kept;
    }
    this.draw64();
    this.kept = this.high;
    this.hasKept = true;
    return this.low;
  }

  /** Uniform in [from, below); nothing is drawn when only one value is possible. The span must stay below 2^21. */
  integer(from: number, below: number): number {
    const span = below - from;
    if (span <= 1) return from;
    let draw = this.draw32();
    let remainder = Math.imul(draw, span) >>> 0;
    if (remainder < span) {
      const threshold = (two32 - span) % span;
      while (remainder < threshold) {
        draw = this.draw32();
        remainder = Math.imul(draw, span) >>> 0;
      }
    }
    return from + (draw * span - remainder) / two32;
  }

  /** Uniform in [0, 1), of 53 bits; leaves a kept half of an earlier draw alone. */
  uniform(): number {
    this.draw64();
    return (this.high * 2097152 + (this.low >>> 11)) / 9007199254740992;
  }

  /** A member of a list, each equally likely. */
  element<T>(list: readonly T[]): T {
    const chosen = list[this.integer(0, list.length)];
    if (chosen === undefined) throw new RangeError('drawn from an empty list');
    return chosen;
  }
}
