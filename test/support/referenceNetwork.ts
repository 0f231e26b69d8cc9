import type { Architecture, LlamaModel } from '../../src/models/embedded/architecture';
import type { GgufTensor } from '../../src/models/embedded/gguf';
import { tensorNumbers } from '../../src/models/embedded/weights';

/**
 * `exact`: nothing is rounded but by float64. `llama.cpp`: the roundings of its CPU code, in float64 otherwise, when the
 * tokens are one batch: inputs of Q8_0 products in 8-bit blocks, of F16 products in float16; keys and values in
 * float16; and for what is left of a batch after whole tiles of 64 tokens
 * (`ggml_compute_forward_flash_attn_ext_f16_one_chunk`) queries and running sums of values in float16.
 */
export type ReferenceArithmetic = 'exact' | 'llama.cpp';

const TILE = 64;
const Q8_BLOCK = 32;
const SMALLEST_NORMAL = 2 ** -14;

/** The number that is nearest to x in float16, halves to even, for finite results. */
function toHalf(x: number): number {
  const magnitude = Math.abs(x);
  const step = magnitude < SMALLEST_NORMAL ? 2 ** -24 : 2 ** (Math.floor(Math.log2(magnitude)) - 10);
  return Math.sign(x) * toEven(magnitude / step) * step;
}

function toEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest < 0.5 ? floor : floor + 1;
}

function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[aStart + i] ?? 0) * (b[bStart + i] ?? 0);
  return sum;
}

function to8BitBlocks(x: Float64Array): Float64Array {
  const rounded = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += Q8_BLOCK) {
    const greatest = x.subarray(start, start + Q8_BLOCK).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const scale = toHalf(greatest / 127);
    for (let i = start; i < start + Q8_BLOCK; i++) {
      rounded[i] = greatest === 0 ? 0 : toEven(((x[i] ?? 0) * 127) / greatest) * scale;
    }
  }
  return rounded;
}

/**
 * A Llama network written once more, plainly and in float64, one token after the other: what the product's forward
 * pass is held against.
 */
export class ReferenceNetwork {
  private readonly architecture: Architecture;
  private readonly weights = new Map<GgufTensor, Float64Array>();

  constructor(
    private readonly model: LlamaModel,
    private readonly arithmetic: ReferenceArithmetic,
  ) {
    this.architecture = model.architecture;
  }

  /** Log-probabilities of the token after `tokens`. */
  logprobs(tokens: readonly number[]): Float64Array {
    const { width, vocabulary } = this.architecture;
    const embedding = this.numbers(this.model.embedding);
    let stream = tokens.map((token) => embedding.slice(token * width, (token + 1) * width));
    for (const layer of this.model.layers) {
      const keys: Float64Array[] = [];
      const values: Float64Array[] = [];
      stream = stream.map((x, position) => {
        const normed = this.norm(x, layer.attentionNorm);
        const { heads, keyHeads, headWidth } = this.architecture;
        const query = this.rotate(this.product(layer.query, normed, heads * headWidth), position);
        keys.push(this.half(this.rotate(this.product(layer.key, normed, keyHeads * headWidth), position)));
        values.push(this.half(this.product(layer.value, normed, keyHeads * headWidth)));
        const tiled = position < Math.floor(tokens.length / TILE) * TILE;
        const attended = this.attend(query, keys, values, this.arithmetic === 'exact' || tiled);
        const attention = this.product(layer.attentionOutput, attended, width);
        const between = x.map((v, i) => v + (attention[i] ?? 0));
        const inner = this.norm(between, layer.feedForwardNorm);
        const gate = this.product(layer.gate, inner, this.architecture.feedForward);
        const up = this.product(layer.up, inner, this.architecture.feedForward);
        const activated = gate.map((g, i) => (g / (1 + Math.exp(-g))) * (up[i] ?? 0));
        const down = this.product(layer.down, activated, width);
        return between.map((v, i) => v + (down[i] ?? 0));
      });
    }
    const last = stream.at(-1);
    if (last === undefined) throw new RangeError('no tokens');
    const output = this.model.output ?? this.model.embedding;
    const logits = this.product(output, this.norm(last, this.model.outputNorm), vocabulary);
    const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = most + Math.log(logits.reduce((sum, v) => sum + Math.exp(v - most), 0));
    return logits.map((v) => v - total);
  }

  private numbers(tensor: GgufTensor): Float64Array {
    let numbers = this.weights.get(tensor);
    if (numbers === undefined) {
      numbers = Float64Array.from(tensorNumbers(tensor));
      this.weights.set(tensor, numbers);
    }
    return numbers;
  }

  private half(x: Float64Array): Float64Array {
    return this.arithmetic === 'exact' ? x : x.map(toHalf);
  }

  private product(tensor: GgufTensor, x: Float64Array, rows: number): Float64Array {
    const weights = this.numbers(tensor);
    let input = x;
    if (this.arithmetic === 'llama.cpp' && tensor.type === 'Q8_0') input = to8BitBlocks(x);
    if (this.arithmetic === 'llama.cpp' && tensor.type === 'F16') input = x.map(toHalf);
    return Float64Array.from({ length: rows }, (_, row) => dot(weights, row * x.length, input, 0, x.length));
  }

  private norm(x: Float64Array, weight: GgufTensor): Float64Array {
    const weights = this.numbers(weight);
    const scale = 1 / Math.sqrt(dot(x, 0, x, 0, x.length) / x.length + this.architecture.epsilon);
    return x.map((v, i) => v * scale * (weights[i] ?? 0));
  }

  private rotate(x: Float64Array, position: number): Float64Array {
    const { headWidth, ropeWidth, ropeBase } = this.architecture;
    return x.map((v, i) => {
      const within = i % headWidth;
      if (within >= ropeWidth) return v;
      const angle = position * ropeBase ** (-(within - (within % 2)) / ropeWidth);
      const partner = x[within % 2 === 0 ? i + 1 : i - 1] ?? 0;
      return v * Math.cos(angle) + (within % 2 === 0 ? -partner : partner) * Math.sin(angle);
    });
  }

  private attend(
    query: Float64Array,
    keys: readonly Float64Array[],
    values: readonly Float64Array[],
    precise: boolean,
  ): Float64Array {
    const { heads, keyHeads, headWidth } = this.architecture;
    const out = new Float64Array(heads * headWidth);
    const asked = precise ? query : query.map(toHalf);
    const rounded = precise ? (x: number): number => x : toHalf;
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / keyHeads)) * headWidth;
      const sum = out.subarray(head * headWidth, (head + 1) * headWidth);
      let most = -Infinity;
      let total = 0;
      keys.forEach((key, position) => {
        const score = dot(asked, head * headWidth, key, shared, headWidth) / Math.sqrt(headWidth);
        const greater = Math.max(most, score);
        const shrink = Math.exp(most - greater);
        const weight = Math.exp(score - greater);
        const value = values[position];
        for (let d = 0; d < headWidth; d++) {
          const kept = shrink === 1 ? (sum[d] ?? 0) : rounded((sum[d] ?? 0) * shrink);
          sum[d] = rounded(kept + weight * (value?.[shared + d] ?? 0));
        }
        total = total * shrink + weight;
        most = greater;
      });
      for (let d = 0; d < headWidth; d++) sum[d] = (sum[d] ?? 0) / total;
    }
    return out;
  }
}
