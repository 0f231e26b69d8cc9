import { characterOfByte } from '../../src/models/embedded/byteAlphabet';
import { seededRandom } from '../../src/lac/random';

export interface SyntheticShape {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values; as many as `heads` by default. */
  readonly keyHeads?: number;
  readonly feedForward: number;
  /** At least 259: three special tokens and the bytes. */
  readonly vocabulary: number;
  readonly context: number;
  readonly type: 'F32' | 'Q8_0';
  readonly seed: number;
  /** Whether the output has its own tensor. */
  readonly ownOutput?: boolean;
}

const ALIGNMENT = 32;

/** Writes GGUF's little-endian pieces one after the other. */
class Writer {
  private readonly parts: Buffer[] = [];
  length = 0;

  bytes(part: Uint8Array): this {
    this.parts.push(Buffer.from(part));
    this.length += part.length;
    return this;
  }
  u32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    return this.bytes(part);
  }
  u64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    return this.bytes(part);
  }
  f32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeFloatLE(value);
    return this.bytes(part);
  }
  text(value: string): this {
    const part = Buffer.from(value);
    return this.u64(part.length).bytes(part);
  }
  pad(): this {
    return this.bytes(Buffer.alloc((ALIGNMENT - (this.length % ALIGNMENT)) % ALIGNMENT));
  }
  all(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** A Llama model of random weights as a GGUF file, equal for equal shapes. */
export function syntheticGguf(shape: SyntheticShape): Buffer {
  const { width, layers, heads, keyHeads = heads, feedForward, vocabulary, type, seed } = shape;
  const random = seededRandom(seed);
  const keyWidth = (width / heads) * keyHeads;
  const special = ['<|bos|>', '<|endoftext|>', '<|pad|>'];
  const words = Array.from({ length: vocabulary - special.length - 256 }, (_, i) => `zz${i}`);
  const tokens = [...special, ...characterOfByte, ...words];
  const tensors: { name: string; dimensions: number[]; quantized: boolean; data: Buffer }[] = [];
  const add = (name: string, ...dimensions: number[]): void => {
    const count = dimensions.reduce((product, size) => product * size, 1);
    const norm = dimensions.length === 1;
    const quantized = type === 'Q8_0' && !norm;
    if (quantized) {
      const data = Buffer.alloc((count / 32) * 34);
      for (let block = 0; block < count / 32; block++) {
        data.writeUInt16LE(0x1000 + Math.floor(random.next() * 0x200), block * 34);
        for (let i = 0; i < 32; i++) data.writeInt8(Math.floor(random.next() * 255) - 127, block * 34 + 2 + i);
      }
      tensors.push({ name, dimensions, quantized, data });
      return;
    }
    const data = Buffer.alloc(count * 4);
    for (let i = 0; i < count; i++) data.writeFloatLE(norm ? 1 : (random.next() - 0.5) / 4, i * 4);
    tensors.push({ name, dimensions, quantized, data });
  };
  add('token_embd.weight', width, vocabulary);
  for (let i = 0; i < layers; i++) {
    add(`blk.${i}.attn_norm.weight`, width);
    add(`blk.${i}.attn_q.weight`, width, width);
    add(`blk.${i}.attn_k.weight`, width, keyWidth);
    add(`blk.${i}.attn_v.weight`, width, keyWidth);
    add(`blk.${i}.attn_output.weight`, width, width);
    add(`blk.${i}.ffn_norm.weight`, width);
    add(`blk.${i}.ffn_gate.weight`, width, feedForward);
    add(`blk.${i}.ffn_up.weight`, width, feedForward);
    add(`blk.${i}.ffn_down.weight`, feedForward, width);
  }
  add('output_norm.weight', width);
  if (shape.ownOutput === true) add('output.weight', width, vocabulary);

  const metadata: [string, (writer: Writer) => Writer][] = [
    ['general.architecture', (w) => w.u32(8).text('llama')],
    ['general.name', (w) => w.u32(8).text('synthetic')],
    ['llama.context_length', (w) => w.u32(4).u32(shape.context)],
    ['llama.embedding_length', (w) => w.u32(4).u32(width)],
    ['llama.block_count', (w) => w.u32(4).u32(layers)],
    ['llama.feed_forward_length', (w) => w.u32(4).u32(feedForward)],
    ['llama.attention.head_count', (w) => w.u32(4).u32(heads)],
    ['llama.attention.head_count_kv', (w) => w.u32(4).u32(keyHeads)],
    ['llama.attention.layer_norm_rms_epsilon', (w) => w.u32(6).f32(1e-5)],
    ['tokenizer.ggml.model', (w) => w.u32(8).text('gpt2')],
    ['tokenizer.ggml.pre', (w) => w.u32(8).text('gpt-2')],
    [
      'tokenizer.ggml.tokens',
      (w) => tokens.reduce((sum, token) => sum.text(token), w.u32(9).u32(8).u64(tokens.length)),
    ],
    ['tokenizer.ggml.merges', (w) => w.u32(9).u32(8).u64(1).text('z z')],
    [
      'tokenizer.ggml.token_type',
      (w) => tokens.reduce((sum, _, i) => sum.u32(i < 3 ? 3 : 1), w.u32(9).u32(5).u64(tokens.length)),
    ],
    ['tokenizer.ggml.bos_token_id', (w) => w.u32(4).u32(0)],
    ['tokenizer.ggml.eos_token_id', (w) => w.u32(4).u32(1)],
  ];
  const writer = new Writer().bytes(Buffer.from('GGUF')).u32(3).u64(tensors.length).u64(metadata.length);
  for (const [key, write] of metadata) write(writer.text(key));
  let offset = 0;
  for (const { name, dimensions, quantized, data } of tensors) {
    writer.text(name).u32(dimensions.length);
    for (const size of dimensions) writer.u64(size);
    writer.u32(quantized ? 8 : 0).u64(offset);
    offset += Math.ceil(data.length / ALIGNMENT) * ALIGNMENT;
  }
  writer.pad();
  for (const { data } of tensors) writer.bytes(data).pad();
  return writer.all();
}
