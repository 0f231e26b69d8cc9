import { roundToHalf } from '../../src/models/embedded/half';
import { PAGE_POSITIONS, PANEL, type Kernel } from '../../src/models/embedded/kernel';

/**
 * A kernel whose attention rounds as llama.cpp's flash attention does on a CPU for batches of fewer than 64 tokens
 * (`ggml_compute_forward_flash_attn_ext_f16_one_chunk`): queries in float16 and, one position after the other, a sum
 * of values that is kept in float16. Longer batches are summed in float32, as ours are. That makes llama.cpp's own
 * numbers depend on the batch by up to 0.2 in a log-probability, since every difference can tip the 8-bit rounding of
 * the next product; only with the same rounding can the rest be held against it closely.
 */
export function llamaCppAttention(kernel: Kernel): Kernel {
  const f = new Float32Array(kernel.memory);
  const u = new Uint32Array(kernel.memory);
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
    _scores,
    _scoreStride,
    out,
    outStride,
  ) => {
    for (let row = 0; row < rows; row++) {
      const query = Array.from({ length: dimension }, (_, d) => roundToHalf(f[((q + row * qStride) >>> 2) + d] ?? 0));
      const sum = new Float32Array(dimension);
      let most = -Infinity;
      let total = 0;
      for (let at = 0; at <= position + row; at++) {
        const page = u[(pages >>> 2) + Math.floor(at / PAGE_POSITIONS)] ?? 0;
        const place = at % PAGE_POSITIONS;
        const key = ((page + keys) >>> 2) + Math.floor(place / PANEL) * dimension * PANEL + (place % PANEL);
        const value = ((page + values) >>> 2) + place * PANEL;
        let dot = 0;
        for (let d = 0; d < dimension; d++) dot += (query[d] ?? 0) * (f[key + d * PANEL] ?? 0);
        const score = Math.fround(Math.fround(dot) * Math.fround(scale));
        let weight = 1;
        let shrink = 1;
        if (score > most) {
          shrink = Math.fround(Math.exp(most - score));
          most = score;
          for (let d = 0; d < dimension; d++) sum[d] = roundToHalf(Math.fround((sum[d] ?? 0) * shrink));
        } else {
          weight = Math.fround(Math.exp(score - most));
        }
        for (let d = 0; d < dimension; d++) {
          const v = f[value + Math.floor(d / PANEL) * PAGE_POSITIONS * PANEL + (d % PANEL)] ?? 0;
          sum[d] = roundToHalf(Math.fround((sum[d] ?? 0) + v * weight));
        }
        total = Math.fround(Math.fround(total * shrink) + weight);
      }
      const target = (out + row * outStride) >>> 2;
      for (let d = 0; d < dimension; d++) f[target + d] = (sum[d] ?? 0) / total;
    }
  };
  return { ...kernel, attention };
}
