/** The port to randomness: a seeded stream, so that equal seeds give equal draws. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/**
 * Marsaglia's xorshift128 seeded by splitmix32: small, fast and the same everywhere. For sampling controls and
 * shuffles, not for cryptography, and not for environments, which have random streams of their originals.
 */
export function seededRandom(seed: number): Random {
  let s = seed >>> 0;
  const splitmix = (): number => {
    s = (s + 0x9e3779b9) >>> 0;
    let z = s;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [x, y, z, w] = [splitmix(), splitmix(), splitmix(), splitmix() | 1];
  return {
    next: () => {
      const t = x ^ (x << 11);
      x = y;
      y = z;
      z = w;
      w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
      return (w >>> 0) / 4294967296;
    },
  };
}
