const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** The float32 that a float16's bits stand for. */
export function halfFromBits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const SMALLEST_NORMAL = 2 ** -14;

/** The float16 nearest to a float32, halves to even; numbers beyond float16's range keep their magnitude. */
export function roundToHalf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < SMALLEST_NORMAL) {
    const rounded = Math.fround(Math.fround(magnitude + 0.5) - 0.5);
    return x < 0 ? -rounded : rounded;
  }
  floats[0] = x;
  const word = bits[0] ?? 0;
  bits[0] = (word + 0xfff + ((word >>> 13) & 1)) & ~0x1fff;
  return floats[0];
}
