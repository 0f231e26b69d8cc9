import { LacError } from '../../errors/lacError';
import type { GgufFile, GgufTensor } from './gguf';

/** Sizes of a Llama-architecture network, all checked against the file's tensors. */
export interface Architecture {
  readonly vocabulary: number;
  /** Width of the residual stream. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values; `heads` is a multiple of it. */
  readonly keyHeads: number;
  /** Width of one head. */
  readonly headWidth: number;
  readonly feedForward: number;
  /** Positions that the model was trained for. */
  readonly contextLength: number;
  readonly epsilon: number;
  readonly ropeBase: number;
  /** Leading numbers of a head that are rotated; even. */
  readonly ropeWidth: number;
}

/** The tensors of one layer. */
export interface LayerTensors {
  readonly attentionNorm: GgufTensor;
  readonly query: GgufTensor;
  readonly key: GgufTensor;
  readonly value: GgufTensor;
  readonly attentionOutput: GgufTensor;
  readonly feedForwardNorm: GgufTensor;
  readonly gate: GgufTensor;
  readonly up: GgufTensor;
  readonly down: GgufTensor;
}

export interface LlamaModel {
  readonly architecture: Architecture;
  readonly embedding: GgufTensor;
  readonly layers: readonly LayerTensors[];
  readonly outputNorm: GgufTensor;
  /** undefined: tied to the embedding. */
  readonly output: GgufTensor | undefined;
}

/** Bounds beyond which a file is no model for this runtime, whatever its size says. */
const MAX_LAYERS = 512;
const MAX_WIDTH = 65_536;
const MAX_CONTEXT = 16_777_216;

class Metadata {
  constructor(
    private readonly gguf: GgufFile,
    private readonly file: string,
  ) {}

  corrupt(field: string, reason: string): LacError {
    return new LacError('embedded.corrupt', { file: this.file, field, reason });
  }

  unsupported(field: string, found: string | number, supported: string): LacError {
    return new LacError('embedded.unsupported', { file: this.file, field, found, supported });
  }

  count(key: string, most: number, otherwise?: number): number {
    const value = this.gguf.metadata.get(key) ?? otherwise;
    if (value === undefined) throw this.corrupt(key, 'it is missing');
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) {
      const found = typeof value === 'object' ? 'a list' : JSON.stringify(value);
      throw this.corrupt(key, `it is ${found}, not a whole number from 1 to ${most}`);
    }
    return value;
  }

  positive(key: string, otherwise?: number): number {
    const value = this.gguf.metadata.get(key) ?? otherwise;
    if (value === undefined) throw this.corrupt(key, 'it is missing');
    if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) {
      throw this.corrupt(key, 'it is no positive number');
    }
    return value;
  }

  /** Refuses what would change the numbers if it were left out. */
  refuseOther(key: string, known: string): void {
    const value = this.gguf.metadata.get(key);
    if (value !== undefined && value !== known) {
      throw this.unsupported(key, typeof value === 'object' ? 'a list' : String(value), `"${known}" only`);
    }
  }
}

function readArchitecture(gguf: GgufFile, metadata: Metadata): Architecture {
  const name = gguf.metadata.get('general.architecture');
  if (name !== 'llama') {
    throw metadata.unsupported('general.architecture', typeof name === 'string' ? name : 'absent', '"llama" only');
  }
  metadata.refuseOther('llama.rope.scaling.type', 'none');
  if (gguf.metadata.has('llama.pooling_type')) {
    throw metadata.unsupported('llama.pooling_type', 'present', 'models that write text');
  }
  if ((gguf.metadata.get('llama.expert_count') ?? 0) !== 0) {
    throw metadata.unsupported('llama.expert_count', 'present', 'models without experts');
  }
  const width = metadata.count('llama.embedding_length', MAX_WIDTH);
  const heads = metadata.count('llama.attention.head_count', MAX_WIDTH);
  const keyHeads = metadata.count('llama.attention.head_count_kv', MAX_WIDTH, heads);
  if (heads % keyHeads !== 0) {
    throw metadata.corrupt('llama.attention.head_count_kv', `${heads} heads are no multiple of ${keyHeads}`);
  }
  const headWidth = metadata.count('llama.attention.key_length', MAX_WIDTH, Math.floor(width / heads) || 1);
  const valueWidth = metadata.count('llama.attention.value_length', MAX_WIDTH, headWidth);
  if (valueWidth !== headWidth) {
    throw metadata.unsupported('llama.attention.value_length', valueWidth, 'the same as llama.attention.key_length');
  }
  const ropeWidth = metadata.count('llama.rope.dimension_count', headWidth, headWidth);
  if (ropeWidth % 2 !== 0) throw metadata.corrupt('llama.rope.dimension_count', `${ropeWidth} is odd`);
  const tokens = gguf.metadata.get('tokenizer.ggml.tokens');
  if (typeof tokens !== 'object') throw metadata.corrupt('tokenizer.ggml.tokens', 'it is missing');
  return {
    vocabulary: tokens.length,
    width,
    layers: metadata.count('llama.block_count', MAX_LAYERS),
    heads,
    keyHeads,
    headWidth,
    feedForward: metadata.count('llama.feed_forward_length', MAX_WIDTH * 8),
    contextLength: metadata.count('llama.context_length', MAX_CONTEXT),
    epsilon: metadata.positive('llama.attention.layer_norm_rms_epsilon'),
    ropeBase: metadata.positive('llama.rope.freq_base', 10_000),
    ropeWidth,
  };
}

/**
 * Finds a Llama network's parts in a GGUF file and checks every shape.
 * @throws LacError `embedded.corrupt` or `embedded.unsupported`, naming file and field.
 */
export function readLlama(gguf: GgufFile, file: string): LlamaModel {
  const metadata = new Metadata(gguf, file);
  const architecture = readArchitecture(gguf, metadata);
  const { width, vocabulary, feedForward, heads, keyHeads, headWidth } = architecture;
  const used = new Set<string>();
  const tensor = (name: string, ...shape: readonly number[]): GgufTensor => {
    const found = gguf.tensors.get(name);
    if (found === undefined) throw metadata.corrupt(`tensor ${name}`, 'it is missing');
    if (found.shape.join() !== shape.join()) {
      throw metadata.corrupt(
        `tensor ${name}`,
        `its shape is ${found.shape.join(' x ')}, and the metadata say ${shape.join(' x ')}`,
      );
    }
    used.add(name);
    return found;
  };
  const embedding = tensor('token_embd.weight', width, vocabulary);
  const layers: LayerTensors[] = [];
  for (let i = 0; i < architecture.layers; i++) {
    const part = (name: string, ...shape: readonly number[]): GgufTensor => tensor(`blk.${i}.${name}.weight`, ...shape);
    layers.push({
      attentionNorm: part('attn_norm', width),
      query: part('attn_q', width, heads * headWidth),
      key: part('attn_k', width, keyHeads * headWidth),
      value: part('attn_v', width, keyHeads * headWidth),
      attentionOutput: part('attn_output', heads * headWidth, width),
      feedForwardNorm: part('ffn_norm', width),
      gate: part('ffn_gate', width, feedForward),
      up: part('ffn_up', width, feedForward),
      down: part('ffn_down', feedForward, width),
    });
  }
  const outputNorm = tensor('output_norm.weight', width);
  const output = gguf.tensors.has('output.weight') ? tensor('output.weight', width, vocabulary) : undefined;
  for (const name of gguf.tensors.keys()) {
    if (!used.has(name)) {
      throw metadata.unsupported(`tensor ${name}`, 'part of the file', 'only the tensors of a plain Llama model');
    }
  }
  return { architecture, embedding, layers, outputNorm, output };
}
