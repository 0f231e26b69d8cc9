// The arithmetic that takes nearly all of the model's time, in AssemblyScript with 128-bit SIMD.
// `../scriptKernel.ts` says the same in JavaScript and gives equal bits: every operation rounds to float32, nothing is
// fused, and each output is summed in one fixed order whatever the number of rows computed together.
// Addresses and strides are in bytes. A matrix lies in panels of eight output rows: [row / 8][column][row % 8].

const POSITIONS_OF_PAGE: i32 = 32;

/** A block with nothing above it counts as zeros: one over it would overflow. */
const NEGLIGIBLE: f32 = 1e-30;

/** One row of x against four panels: 32 outputs. */
// @ts-ignore: decorator
@inline
function tile1x32(w: usize, panelStride: i32, k: i32, x: usize, y: usize, accumulate: bool): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  if (accumulate) {
    a0 = v128.load(y);
    a1 = v128.load(y, 16);
    a2 = v128.load(y, 32);
    a3 = v128.load(y, 48);
    a4 = v128.load(y, 64);
    a5 = v128.load(y, 80);
    a6 = v128.load(y, 96);
    a7 = v128.load(y, 112);
  }
  let w1 = w + panelStride;
  let w2 = w1 + panelStride;
  let w3 = w2 + panelStride;
  const end = x + (k << 2);
  while (x < end) {
    const v = v128.load_splat<f32>(x);
    a0 = f32x4.add(a0, f32x4.mul(v128.load(w), v));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(w, 16), v));
    a2 = f32x4.add(a2, f32x4.mul(v128.load(w1), v));
    a3 = f32x4.add(a3, f32x4.mul(v128.load(w1, 16), v));
    a4 = f32x4.add(a4, f32x4.mul(v128.load(w2), v));
    a5 = f32x4.add(a5, f32x4.mul(v128.load(w2, 16), v));
    a6 = f32x4.add(a6, f32x4.mul(v128.load(w3), v));
    a7 = f32x4.add(a7, f32x4.mul(v128.load(w3, 16), v));
    x += 4;
    w += 32;
    w1 += 32;
    w2 += 32;
    w3 += 32;
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y, a2, 32);
  v128.store(y, a3, 48);
  v128.store(y, a4, 64);
  v128.store(y, a5, 80);
  v128.store(y, a6, 96);
  v128.store(y, a7, 112);
}

/** One row of x against one panel. */
// @ts-ignore: decorator
@inline
function tile1x8(w: usize, k: i32, x: usize, y: usize, accumulate: bool): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  if (accumulate) {
    a0 = v128.load(y);
    a1 = v128.load(y, 16);
  }
  const end = x + (k << 2);
  while (x < end) {
    const v = v128.load_splat<f32>(x);
    a0 = f32x4.add(a0, f32x4.mul(v128.load(w), v));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(w, 16), v));
    x += 4;
    w += 32;
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
}

/** Four rows of x against one panel. */
// @ts-ignore: decorator
@inline
function tile4x8(w: usize, k: i32, x: usize, xStride: i32, y: usize, yStride: i32, accumulate: bool): void {
  const y1 = y + yStride;
  const y2 = y1 + yStride;
  const y3 = y2 + yStride;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  if (accumulate) {
    a0 = v128.load(y);
    a1 = v128.load(y, 16);
    b0 = v128.load(y1);
    b1 = v128.load(y1, 16);
    c0 = v128.load(y2);
    c1 = v128.load(y2, 16);
    d0 = v128.load(y3);
    d1 = v128.load(y3, 16);
  }
  let x1 = x + xStride;
  let x2 = x1 + xStride;
  let x3 = x2 + xStride;
  const end = x + (k << 2);
  while (x < end) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    let v = v128.load_splat<f32>(x);
    a0 = f32x4.add(a0, f32x4.mul(w0, v));
    a1 = f32x4.add(a1, f32x4.mul(w1, v));
    v = v128.load_splat<f32>(x1);
    b0 = f32x4.add(b0, f32x4.mul(w0, v));
    b1 = f32x4.add(b1, f32x4.mul(w1, v));
    v = v128.load_splat<f32>(x2);
    c0 = f32x4.add(c0, f32x4.mul(w0, v));
    c1 = f32x4.add(c1, f32x4.mul(w1, v));
    v = v128.load_splat<f32>(x3);
    d0 = f32x4.add(d0, f32x4.mul(w0, v));
    d1 = f32x4.add(d1, f32x4.mul(w1, v));
    x += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    w += 32;
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y1, b0);
  v128.store(y1, b1, 16);
  v128.store(y2, c0);
  v128.store(y2, c1, 16);
  v128.store(y3, d0);
  v128.store(y3, d1, 16);
}

/** y[row] = W x[row] for each row (or y[row] += W x[row]); y has room for `panels` times eight numbers in a row. */
export function matmul(
  w: usize,
  panelStride: i32,
  k: i32,
  panels: i32,
  x: usize,
  xStride: i32,
  rows: i32,
  y: usize,
  yStride: i32,
  accumulate: bool,
): void {
  const blockRows = rows & ~3;
  for (let p = 0; p < panels; p += 4) {
    const group = min(4, panels - p);
    const wp = w + p * panelStride;
    const yp = y + (p << 5);
    for (let j = 0; j < group; j++) {
      for (let r = 0; r < blockRows; r += 4) {
        tile4x8(wp + j * panelStride, k, x + r * xStride, xStride, yp + r * yStride + (j << 5), yStride, accumulate);
      }
    }
    for (let r = blockRows; r < rows; r++) {
      if (group === 4) {
        tile1x32(wp, panelStride, k, x + r * xStride, yp + r * yStride, accumulate);
      } else {
        for (let j = 0; j < group; j++) {
          tile1x8(wp + j * panelStride, k, x + r * xStride, yp + r * yStride + (j << 5), accumulate);
        }
      }
    }
  }
}

/**
 * Rounds rows to 16-bit integers, 32 at a time with one scale. A block of `out`: the scale (f32), then 32 integers
 * (i16).
 */
export function quantize(x: usize, xStride: i32, blocks: i32, rows: i32, out: usize, outStride: i32): void {
  for (let r = 0; r < rows; r++) {
    let from = x + r * xStride;
    let to = out + r * outStride;
    for (let b = 0; b < blocks; b++) {
      let most = f32x4.splat(0);
      for (let i = 0; i < 128; i += 16) most = f32x4.max(most, f32x4.abs(v128.load(from + i)));
      const greatest = max(
        max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
        max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
      );
      const inverse = f32x4.splat(greatest > NEGLIGIBLE ? <f32>32767 / greatest : 0);
      store<f32>(to, greatest / 32767);
      to += 4;
      for (let i = 0; i < 128; i += 32) {
        const low = i32x4.trunc_sat_f32x4_s(nearest(f32x4.mul(v128.load(from + i), inverse)));
        const high = i32x4.trunc_sat_f32x4_s(nearest(f32x4.mul(v128.load(from + i, 16), inverse)));
        v128.store(to + (i >> 1), i16x8.narrow_i32x4_s(low, high));
      }
      from += 128;
      to += 64;
    }
  }
}

/** The nearest integers, halves to even, of numbers below 4 million. */
// @ts-ignore: decorator
@inline
function nearest(x: v128): v128 {
  const magic = f32x4.splat(12582912);
  return f32x4.sub(f32x4.add(x, magic), magic);
}

/** Adds four quantized rows times one panel of Q8_0 to y. */
// @ts-ignore: decorator
@inline
function tileQ4x8(w: usize, blocks: i32, x: usize, xStride: i32, y: usize, yStride: i32): void {
  const y1 = y + yStride;
  const y2 = y1 + yStride;
  const y3 = y2 + yStride;
  let x1 = x + xStride;
  let x2 = x1 + xStride;
  let x3 = x2 + xStride;
  const zero = i32x4.splat(0);
  for (let block = 0; block < blocks; block++) {
    const weights = w;
    const scales = x;
    let a0 = zero;
    let a1 = zero;
    let b0 = zero;
    let b1 = zero;
    let c0 = zero;
    let c1 = zero;
    let d0 = zero;
    let d1 = zero;
    let w0: v128;
    let w1: v128;
    let v: v128;
    w += 32;
    x += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    const end = x + 64;
    while (x < end) {
      w0 = v128.load_ext<i8>(w, 0);
      w1 = v128.load_ext<i8>(w, 8);
      v = v128.load_splat<u32>(x, 0);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(w0, v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x1, 0);
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(w0, v));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x2, 0);
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w0, v));
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x3, 0);
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(w0, v));
      d1 = i32x4.add(d1, i32x4.dot_i16x8_s(w1, v));
      w0 = v128.load_ext<i8>(w, 16);
      w1 = v128.load_ext<i8>(w, 24);
      v = v128.load_splat<u32>(x, 4);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(w0, v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x1, 4);
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(w0, v));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x2, 4);
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w0, v));
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x3, 4);
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(w0, v));
      d1 = i32x4.add(d1, i32x4.dot_i16x8_s(w1, v));
      w0 = v128.load_ext<i8>(w, 32);
      w1 = v128.load_ext<i8>(w, 40);
      v = v128.load_splat<u32>(x, 8);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(w0, v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x1, 8);
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(w0, v));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x2, 8);
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w0, v));
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x3, 8);
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(w0, v));
      d1 = i32x4.add(d1, i32x4.dot_i16x8_s(w1, v));
      w0 = v128.load_ext<i8>(w, 48);
      w1 = v128.load_ext<i8>(w, 56);
      v = v128.load_splat<u32>(x, 12);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(w0, v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x1, 12);
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(w0, v));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x2, 12);
      c0 = i32x4.add(c0, i32x4.dot_i16x8_s(w0, v));
      c1 = i32x4.add(c1, i32x4.dot_i16x8_s(w1, v));
      v = v128.load_splat<u32>(x3, 12);
      d0 = i32x4.add(d0, i32x4.dot_i16x8_s(w0, v));
      d1 = i32x4.add(d1, i32x4.dot_i16x8_s(w1, v));
      w += 64;
      x += 16;
      x1 += 16;
      x2 += 16;
      x3 += 16;
    }
    const s0 = v128.load(weights);
    const s1 = v128.load(weights, 16);
    let scale: v128;
    scale = v128.load_splat<f32>(scales);
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(f32x4.convert_i32x4_s(a0), f32x4.mul(s0, scale))));
    v128.store(y, f32x4.add(v128.load(y, 16), f32x4.mul(f32x4.convert_i32x4_s(a1), f32x4.mul(s1, scale))), 16);
    scale = v128.load_splat<f32>(scales + xStride);
    v128.store(y1, f32x4.add(v128.load(y1), f32x4.mul(f32x4.convert_i32x4_s(b0), f32x4.mul(s0, scale))));
    v128.store(y1, f32x4.add(v128.load(y1, 16), f32x4.mul(f32x4.convert_i32x4_s(b1), f32x4.mul(s1, scale))), 16);
    scale = v128.load_splat<f32>(scales + 2 * xStride);
    v128.store(y2, f32x4.add(v128.load(y2), f32x4.mul(f32x4.convert_i32x4_s(c0), f32x4.mul(s0, scale))));
    v128.store(y2, f32x4.add(v128.load(y2, 16), f32x4.mul(f32x4.convert_i32x4_s(c1), f32x4.mul(s1, scale))), 16);
    scale = v128.load_splat<f32>(scales + 3 * xStride);
    v128.store(y3, f32x4.add(v128.load(y3), f32x4.mul(f32x4.convert_i32x4_s(d0), f32x4.mul(s0, scale))));
    v128.store(y3, f32x4.add(v128.load(y3, 16), f32x4.mul(f32x4.convert_i32x4_s(d1), f32x4.mul(s1, scale))), 16);
  }
}

/** Adds one quantized row times one panel of Q8_0 to y. */
// @ts-ignore: decorator
@inline
function tileQ1x8(w: usize, blocks: i32, x: usize, y: usize): void {
  let sum0 = v128.load(y);
  let sum1 = v128.load(y, 16);
  const zero = i32x4.splat(0);
  for (let block = 0; block < blocks; block++) {
    const s0 = v128.load(w);
    const s1 = v128.load(w, 16);
    const scale = v128.load_splat<f32>(x);
    let a0 = zero;
    let a1 = zero;
    let v: v128;
    w += 32;
    x += 4;
    const end = x + 64;
    while (x < end) {
      v = v128.load_splat<u32>(x, 0);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 0), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 8), v));
      v = v128.load_splat<u32>(x, 4);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 16), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 24), v));
      v = v128.load_splat<u32>(x, 8);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 32), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 40), v));
      v = v128.load_splat<u32>(x, 12);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 48), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 56), v));
      v = v128.load_splat<u32>(x, 16);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 64), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 72), v));
      v = v128.load_splat<u32>(x, 20);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 80), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 88), v));
      v = v128.load_splat<u32>(x, 24);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 96), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 104), v));
      v = v128.load_splat<u32>(x, 28);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 112), v));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load_ext<i8>(w, 120), v));
      w += 128;
      x += 32;
    }
    sum0 = f32x4.add(sum0, f32x4.mul(f32x4.convert_i32x4_s(a0), f32x4.mul(s0, scale)));
    sum1 = f32x4.add(sum1, f32x4.mul(f32x4.convert_i32x4_s(a1), f32x4.mul(s1, scale)));
  }
  v128.store(y, sum0);
  v128.store(y, sum1, 16);
}

/**
 * y[row] = W x[row] for a Q8_0 matrix and quantized rows. A panel of W is a list of blocks: eight scales (f32), then
 * for every two columns the rows' pairs of integers (i8), so that a lane of the dot product is one output.
 */
export function matmulQ8(
  w: usize,
  blocks: i32,
  panels: i32,
  x: usize,
  xStride: i32,
  rows: i32,
  y: usize,
  yStride: i32,
): void {
  const panelStride = blocks * 288;
  const blockRows = rows & ~3;
  for (let r = 0; r < rows; r++) memory.fill(y + r * yStride, 0, panels << 5);
  for (let p = 0; p < panels; p++) {
    for (let r = 0; r < blockRows; r += 4) {
      tileQ4x8(w, blocks, x + r * xStride, xStride, y + r * yStride, yStride);
    }
    for (let r = blockRows; r < rows; r++) tileQ1x8(w, blocks, x + r * xStride, y + r * yStride);
    w += panelStride;
    y += 32;
  }
}

/** e to the x for x at most 88; 0 below -87 (Cephes' polynomial, float32 throughout). */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  const clamped = f32x4.max(x, f32x4.splat(-87));
  const n = nearest(f32x4.mul(clamped, f32x4.splat(1.44269504)));
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.andnot(f32x4.mul(p, power), f32x4.lt(x, f32x4.splat(-87)));
}

/**
 * Causal attention of one head: `rows` queries at `position` and after, of which each sees the positions up to its own.
 * `pages` lists the addresses of the sequence's pages; in each, this head's keys lie in panels of eight positions at
 * `keys`, its values in panels of eight dimensions at `values`. Scores are scratch: `scoreStride` bytes a row.
 */
export function attention(
  q: usize,
  qStride: i32,
  rows: i32,
  position: i32,
  pages: usize,
  keys: i32,
  values: i32,
  dimension: i32,
  scale: f32,
  scores: usize,
  scoreStride: i32,
  out: usize,
  outStride: i32,
): void {
  const length = position + rows;
  const pageCount = (length + POSITIONS_OF_PAGE - 1) / POSITIONS_OF_PAGE;
  const padded = pageCount * POSITIONS_OF_PAGE;
  const valuePanels = (dimension + 7) >> 3;
  for (let i = 0; i < pageCount; i++) {
    const page = <usize>load<u32>(pages + (i << 2));
    matmul(page + keys, dimension << 5, dimension, POSITIONS_OF_PAGE >> 3, q, qStride, rows, scores + (i << 7), scoreStride, false);
  }
  for (let r = 0; r < rows; r++) {
    const row = scores + r * scoreStride;
    const visible = position + r + 1;
    for (let p = visible; p < padded; p++) store<f32>(row + (p << 2), -1e30);
    let most = f32x4.splat(-1e30);
    const scales = f32x4.splat(scale);
    for (let p = 0; p < padded; p += 4) {
      const at = row + (p << 2);
      const scaled = f32x4.mul(v128.load(at), scales);
      v128.store(at, scaled);
      most = f32x4.max(most, scaled);
    }
    const greatest = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    const shift = f32x4.splat(greatest);
    let sums = f32x4.splat(0);
    for (let p = 0; p < padded; p += 4) {
      const e = exponential(f32x4.sub(v128.load(row + (p << 2)), shift));
      v128.store(row + (p << 2), e);
      sums = f32x4.add(sums, e);
    }
    const sum: f32 =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
    const inverse = f32x4.splat(<f32>1 / sum);
    for (let p = 0; p < padded; p += 4) {
      const at = row + (p << 2);
      v128.store(at, f32x4.mul(v128.load(at), inverse));
    }
  }
  for (let i = 0; i < pageCount; i++) {
    const page = <usize>load<u32>(pages + (i << 2));
    const count = min(POSITIONS_OF_PAGE, length - i * POSITIONS_OF_PAGE);
    matmul(page + values, POSITIONS_OF_PAGE << 5, count, valuePanels, scores + (i << 7), scoreStride, rows, out, outStride, i > 0);
  }
}

/** gate = silu(gate) * up, over a count that is a multiple of four. */
export function siluMul(gate: usize, up: usize, count: i32): void {
  const one = f32x4.splat(1);
  const most = f32x4.splat(88);
  const end = gate + (count << 2);
  while (gate < end) {
    const g = v128.load(gate);
    const e = exponential(f32x4.min(f32x4.neg(g), most));
    v128.store(gate, f32x4.mul(f32x4.div(g, f32x4.add(one, e)), v128.load(up)));
    gate += 16;
    up += 16;
  }
}
