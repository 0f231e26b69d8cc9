import { seededRandom } from './random';

/**
 * A seed (32 bits) for one purpose, from the parameter and what tells the purpose apart. Seeds depend on nothing else, so
 * that running only a part of a decision again draws what the whole would have drawn.
 */
export function deriveSeed(seed: number, ...purpose: readonly (number | string)[]): number {
  // FNV-1a over the canonical text: small, the same everywhere, and mixed further by the stream that it seeds.
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify([seed, ...purpose])) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}

/** A uniformly drawn order of `n` things (Fisher-Yates): by place, which of them stands there. */
export function shuffledOrder(n: number, seed: number): number[] {
  const random = seededRandom(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Control `lac-shuffled`: whose value each candidate of a step is given. */
export function shuffledValues(seed: number, step: number, candidates: number): number[] {
  return shuffledOrder(candidates, deriveSeed(seed, 'shuffle', step));
}
