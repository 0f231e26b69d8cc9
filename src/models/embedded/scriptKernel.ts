import { PAGE_POSITIONS, PANEL, Q8_BLOCK, Q8_PANEL_BLOCK_BYTES, QUANTIZED_BLOCK_BYTES, type Kernel } from './kernel';

const { fround } = Math;

/** Float32 constants of the exponential; the kernel's source has the same. */
const LOG2_E = fround(1.44269504);
const LN2_HIGH = fround(0.693359375);
const LN2_LOW = fround(-2.1219444e-4);
const POLYNOMIAL = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
].map(fround);
const [C0 = 0, C1 = 0, C2 = 0, C3 = 0, C4 = 0, C5 = 0] = POLYNOMIAL;
/** Adding and subtracting it rounds a float32 to the nearest integer, halves to even. */
const ROUNDER = 12582912;
/** A block with nothing above it counts as zeros: one over it would overflow. */
const NEGLIGIBLE = fround(1e-30);

/** Powers of two from 2 to the -127 (as 0) to 2 to the 127, by exponent + 127. */
const powersOfTwo = new Float32Array(Int32Array.from({ length: 255 }, (_, i) => i << 23).buffer);

/** e to the x in float32, for x at most 88; 0 below -87. */
function exponential(x: number): number {
  if (x < -87) return 0;
  const n = fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
  let r = fround(x - fround(n * LN2_HIGH));
  r = fround(r - fround(n * LN2_LOW));
  let p = C0;
  p = fround(fround(p * r) + C1);
  p = fround(fround(p * r) + C2);
  p = fround(fround(p * r) + C3);
  p = fround(fround(p * r) + C4);
  p = fround(fround(p * r) + C5);
  p = fround(fround(fround(fround(p * r) * r) + r) + 1);
  return fround(p * (powersOfTwo[n + 127] ?? 0));
}

/**
 * The kernel in plain JavaScript, for where WebAssembly is missing. It rounds after every operation and sums in the
 * order of `kernel/kernel.ts`, so that both give equal bits.
 */
export function scriptKernel(bytes: number): Kernel {
  const memory = new ArrayBuffer(Math.ceil(bytes / 4) * 4);
  const f = new Float32Array(memory);
  const u = new Uint32Array(memory);
  const i8 = new Int8Array(memory);
  const i16 = new Int16Array(memory);
  /** Integer dot products of one panel's rows with one block. */
  const sums = new Int32Array(PANEL);

  const matmul: Kernel['matmul'] = (w, panelStride, columns, panels, x, xStride, rows, y, yStride, accumulate) => {
    for (let p = 0; p < panels; p++) {
      const panel = (w + p * panelStride) >>> 2;
      for (let r = 0; r < rows; r++) {
        const out = ((y + r * yStride) >>> 2) + p * PANEL;
        const input = (x + r * xStride) >>> 2;
        let [a0, a1, a2, a3, a4, a5, a6, a7] = [0, 0, 0, 0, 0, 0, 0, 0];
        if (accumulate) {
          a0 = f[out] ?? 0;
          a1 = f[out + 1] ?? 0;
          a2 = f[out + 2] ?? 0;
          a3 = f[out + 3] ?? 0;
          a4 = f[out + 4] ?? 0;
          a5 = f[out + 5] ?? 0;
          a6 = f[out + 6] ?? 0;
          a7 = f[out + 7] ?? 0;
        }
        for (let k = 0, at = panel; k < columns; k++, at += PANEL) {
          const v = f[input + k] ?? 0;
          a0 = fround(a0 + fround((f[at] ?? 0) * v));
          a1 = fround(a1 + fround((f[at + 1] ?? 0) * v));
          a2 = fround(a2 + fround((f[at + 2] ?? 0) * v));
          a3 = fround(a3 + fround((f[at + 3] ?? 0) * v));
          a4 = fround(a4 + fround((f[at + 4] ?? 0) * v));
          a5 = fround(a5 + fround((f[at + 5] ?? 0) * v));
          a6 = fround(a6 + fround((f[at + 6] ?? 0) * v));
          a7 = fround(a7 + fround((f[at + 7] ?? 0) * v));
        }
        f[out] = a0;
        f[out + 1] = a1;
        f[out + 2] = a2;
        f[out + 3] = a3;
        f[out + 4] = a4;
        f[out + 5] = a5;
        f[out + 6] = a6;
        f[out + 7] = a7;
      }
    }
  };

  const quantize: Kernel['quantize'] = (x, xStride, blocks, rows, out, outStride) => {
    for (let r = 0; r < rows; r++) {
      for (let b = 0; b < blocks; b++) {
        const from = ((x + r * xStride) >>> 2) + b * Q8_BLOCK;
        const to = out + r * outStride + b * QUANTIZED_BLOCK_BYTES;
        let greatest = 0;
        for (let i = 0; i < Q8_BLOCK; i++) greatest = Math.max(greatest, Math.abs(f[from + i] ?? 0));
        const inverse = greatest > NEGLIGIBLE ? fround(32767 / greatest) : 0;
        f[to >>> 2] = greatest / 32767;
        for (let i = 0; i < Q8_BLOCK; i++) {
          const scaled = fround((f[from + i] ?? 0) * inverse);
          i16[(to >>> 1) + 2 + i] = fround(fround(scaled + ROUNDER) - ROUNDER);
        }
      }
    }
  };

  const matmulQ8: Kernel['matmulQ8'] = (w, blocks, panels, x, xStride, rows, y, yStride) => {
    for (let r = 0; r < rows; r++) {
      for (let p = 0; p < panels; p++) {
        const out = ((y + r * yStride) >>> 2) + p * PANEL;
        f.fill(0, out, out + PANEL);
        for (let b = 0; b < blocks; b++) {
          const scales = w + (p * blocks + b) * Q8_PANEL_BLOCK_BYTES;
          const input = x + r * xStride + b * QUANTIZED_BLOCK_BYTES;
          const activations = (input >>> 1) + 2;
          sums.fill(0);
          let at = scales + PANEL * 4;
          for (let k = 0; k < Q8_BLOCK; k += 2) {
            const first = i16[activations + k] ?? 0;
            const second = i16[activations + k + 1] ?? 0;
            for (let row = 0; row < PANEL; row++, at += 2) {
              sums[row] = ((sums[row] ?? 0) + (i8[at] ?? 0) * first + (i8[at + 1] ?? 0) * second) | 0;
            }
          }
          const scale = f[input >>> 2] ?? 0;
          for (let row = 0; row < PANEL; row++) {
            const factor = fround((f[(scales >>> 2) + row] ?? 0) * scale);
            f[out + row] = fround((f[out + row] ?? 0) + fround(fround(sums[row] ?? 0) * factor));
          }
        }
      }
    }
  };

  /** Turns a row of scores into weights, in place; `padded` is a multiple of four. */
  const softmax = (row: number, visible: number, padded: number, scale: number): void => {
    f.fill(-1e30, row + visible, row + padded);
    let greatest = fround(-1e30);
    for (let p = row; p < row + padded; p++) {
      const scaled = fround((f[p] ?? 0) * scale);
      f[p] = scaled;
      greatest = Math.max(greatest, scaled);
    }
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let p = row; p < row + padded; p += 4) {
      const e0 = exponential(fround((f[p] ?? 0) - greatest));
      const e1 = exponential(fround((f[p + 1] ?? 0) - greatest));
      const e2 = exponential(fround((f[p + 2] ?? 0) - greatest));
      const e3 = exponential(fround((f[p + 3] ?? 0) - greatest));
      f[p] = e0;
      f[p + 1] = e1;
      f[p + 2] = e2;
      f[p + 3] = e3;
      s0 = fround(s0 + e0);
      s1 = fround(s1 + e1);
      s2 = fround(s2 + e2);
      s3 = fround(s3 + e3);
    }
    const inverse = fround(1 / fround(fround(s0 + s1) + fround(s2 + s3)));
    for (let p = row; p < row + padded; p++) f[p] = (f[p] ?? 0) * inverse;
  };

  const attention: Kernel['attention'] = (
    q,
    qStride,
    rows,
    position,
    pages,
    keys,
    values,
    dimension,
    scale,
    scores,
    scoreStride,
    out,
    outStride,
  ) => {
    const length = position + rows;
    const pageCount = Math.ceil(length / PAGE_POSITIONS);
    const pageAt = (i: number): number => u[(pages >>> 2) + i] ?? 0;
    for (let i = 0; i < pageCount; i++) {
      const panels = PAGE_POSITIONS / PANEL;
      const block = scores + i * PAGE_POSITIONS * 4;
      matmul(pageAt(i) + keys, dimension * PANEL * 4, dimension, panels, q, qStride, rows, block, scoreStride, false);
    }
    for (let r = 0; r < rows; r++) {
      softmax((scores + r * scoreStride) >>> 2, position + r + 1, pageCount * PAGE_POSITIONS, fround(scale));
    }
    const valuePanels = Math.ceil(dimension / PANEL);
    const valueStride = PAGE_POSITIONS * PANEL * 4;
    for (let i = 0; i < pageCount; i++) {
      const count = Math.min(PAGE_POSITIONS, length - i * PAGE_POSITIONS);
      const block = scores + i * PAGE_POSITIONS * 4;
      matmul(pageAt(i) + values, valueStride, count, valuePanels, block, scoreStride, rows, out, outStride, i > 0);
    }
  };

  const siluMul: Kernel['siluMul'] = (gate, up, count) => {
    const [g, v] = [gate >>> 2, up >>> 2];
    for (let i = 0; i < count; i++) {
      const x = f[g + i] ?? 0;
      const e = exponential(Math.min(-x, 88));
      f[g + i] = fround(fround(x / fround(1 + e)) * (f[v + i] ?? 0));
    }
  };

  return { kind: 'javascript', memory, matmul, quantize, matmulQ8, attention, siluMul };
}
