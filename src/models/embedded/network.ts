import { ArenaPlan } from './arena';
import type { Architecture, LlamaModel } from './architecture';
import type { GgufTensor, TensorType } from './gguf';
import { PAGE_POSITIONS, PANEL, Q8_BLOCK, QUANTIZED_BLOCK_BYTES, type Kernel } from './kernel';
import type { Sequence } from './keyValueCache';
import { packPanels, packQ8Panels, panelSize, q8PanelBytes, readQ8Row, tensorNumbers } from './weights';

/** Tokens that one forward pass takes at most, over all sequences. */
export const MAX_ROWS = 32;

/** Whose next-token scores are wanted after a pass. */
export type Wanted = 'none' | 'last' | 'all';

/** New tokens of one sequence, to be read after those that it has. */
export interface Segment {
  readonly sequence: Sequence;
  readonly tokens: readonly number[];
  readonly wanted: Wanted;
}

interface Matrix {
  readonly address: number;
  /** Q8_0 stays as it is; the others lie in memory as float32. */
  readonly type: TensorType;
  readonly rows: number;
  readonly columns: number;
  readonly panels: number;
}

interface Layer {
  readonly attentionNorm: Float32Array;
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly attentionOutput: Matrix;
  readonly feedForwardNorm: Float32Array;
  readonly gate: Matrix;
  readonly up: Matrix;
  readonly down: Matrix;
}

interface PlacedSegment extends Segment {
  readonly firstRow: number;
  readonly position: number;
  /** Address of its list of page addresses. */
  readonly pages: number;
}

/** A buffer of `MAX_ROWS` rows. */
interface Rows {
  readonly address: number;
  /** Numbers from row to row. */
  readonly stride: number;
}

function padded(count: number): number {
  return Math.ceil(count / PANEL) * PANEL;
}

/** Where everything lies in the arena, known before any memory is asked for. */
export class NetworkPlan {
  private readonly arena = new ArenaPlan();
  readonly matrices = new Map<GgufTensor, Matrix>();
  readonly stream: Rows;
  readonly normed: Rows;
  readonly query: Rows;
  readonly key: Rows;
  readonly value: Rows;
  readonly attended: Rows;
  readonly gate: Rows;
  readonly up: Rows;
  readonly logits: Rows;
  readonly scores: Rows;
  readonly pageTables: Rows;
  /** A Q8_0 matrix's input in integers. */
  readonly quantized: Rows;
  /** Numbers of one head's keys, and of its values, in a page. */
  readonly keyBlock: number;
  readonly valueBlock: number;
  /** Numbers of a page: all layers' and heads' keys and values of 32 positions. */
  readonly pageSize: number;
  /** Address of the first page. */
  readonly pool: number;

  /** @param contextLength Positions that a sequence may have. */
  constructor(
    readonly model: LlamaModel,
    readonly contextLength: number,
  ) {
    const { architecture: a, embedding, layers, output } = model;
    const matrix = (tensor: GgufTensor, rows: number, columns: number): void => {
      const numbers = tensor.type === 'Q8_0' ? q8PanelBytes(rows, columns) / 4 : panelSize(rows, columns);
      const address = this.arena.numbers(numbers);
      this.matrices.set(tensor, { address, type: tensor.type, rows, columns, panels: Math.ceil(rows / PANEL) });
    };
    const queryWidth = a.heads * a.headWidth;
    const keyWidth = a.keyHeads * a.headWidth;
    matrix(embedding, a.vocabulary, a.width);
    for (const layer of layers) {
      matrix(layer.query, queryWidth, a.width);
      matrix(layer.key, keyWidth, a.width);
      matrix(layer.value, keyWidth, a.width);
      matrix(layer.attentionOutput, a.width, queryWidth);
      matrix(layer.gate, a.feedForward, a.width);
      matrix(layer.up, a.feedForward, a.width);
      matrix(layer.down, a.width, a.feedForward);
    }
    if (output !== undefined) matrix(output, a.vocabulary, a.width);

    const rows = (width: number): Rows => {
      const stride = padded(width);
      return { address: this.arena.numbers(stride * MAX_ROWS), stride };
    };
    const pages = Math.ceil(contextLength / PAGE_POSITIONS);
    this.stream = rows(a.width);
    this.normed = rows(a.width);
    this.query = rows(queryWidth);
    this.key = rows(keyWidth);
    this.value = rows(keyWidth);
    this.attended = rows(queryWidth + PANEL);
    this.gate = rows(a.feedForward);
    this.up = rows(a.feedForward);
    this.logits = rows(a.vocabulary);
    this.scores = rows(pages * PAGE_POSITIONS);
    this.pageTables = rows(pages);
    const widest = Math.max(a.width, queryWidth, a.feedForward);
    this.quantized = rows((Math.ceil(widest / Q8_BLOCK) * QUANTIZED_BLOCK_BYTES) / 4);
    this.keyBlock = PAGE_POSITIONS * a.headWidth;
    this.valueBlock = PAGE_POSITIONS * padded(a.headWidth);
    this.pageSize = a.layers * a.keyHeads * (this.keyBlock + this.valueBlock);
    this.pool = this.arena.bytes;
  }

  /** Bytes of the whole arena with room for so many pages of keys and values. */
  bytes(pageCount: number): number {
    return this.pool + pageCount * this.pageSize * 4;
  }
}

/**
 * The forward pass of a Llama network: RMS norm, rotary positions on interleaved pairs, grouped-query attention,
 * SwiGLU. What the kernel does not do is done here once for both kernels, in operations that every engine rounds alike.
 */
export class Network {
  private readonly numbers: Float32Array;
  private readonly words: Uint32Array;
  private readonly view: DataView;
  private readonly layers: readonly Layer[];
  private readonly embedding: Matrix;
  private readonly output: Matrix;
  private readonly outputNorm: Float32Array;
  private readonly cosines: Float32Array;
  private readonly sines: Float32Array;
  private readonly architecture: Architecture;

  /** Lays the weights out in the kernel's memory, which has at least the plan's bytes. */
  constructor(
    private readonly plan: NetworkPlan,
    private readonly kernel: Kernel,
  ) {
    const { model } = plan;
    this.architecture = model.architecture;
    this.numbers = new Float32Array(kernel.memory);
    this.words = new Uint32Array(kernel.memory);
    this.view = new DataView(kernel.memory);
    const matrix = (tensor: GgufTensor): Matrix => {
      const placed = plan.matrices.get(tensor);
      if (placed === undefined) throw new RangeError(`no place is planned for tensor ${tensor.name}`);
      const { address, rows, columns } = placed;
      if (placed.type === 'Q8_0') {
        packQ8Panels(tensor, rows, columns, new DataView(kernel.memory, address, q8PanelBytes(rows, columns)));
      } else {
        const start = address >>> 2;
        packPanels(
          tensorNumbers(tensor),
          rows,
          columns,
          this.numbers.subarray(start, start + panelSize(rows, columns)),
        );
      }
      return placed;
    };
    this.embedding = matrix(model.embedding);
    this.output = model.output === undefined ? this.embedding : matrix(model.output);
    this.outputNorm = tensorNumbers(model.outputNorm);
    this.layers = model.layers.map((layer) => ({
      attentionNorm: tensorNumbers(layer.attentionNorm),
      query: matrix(layer.query),
      key: matrix(layer.key),
      value: matrix(layer.value),
      attentionOutput: matrix(layer.attentionOutput),
      feedForwardNorm: tensorNumbers(layer.feedForwardNorm),
      gate: matrix(layer.gate),
      up: matrix(layer.up),
      down: matrix(layer.down),
    }));
    const pairs = this.architecture.ropeWidth / 2;
    this.cosines = new Float32Array(plan.contextLength * pairs);
    this.sines = new Float32Array(plan.contextLength * pairs);
    for (let pair = 0; pair < pairs; pair++) {
      const frequency = this.architecture.ropeBase ** (-pair / pairs);
      for (let position = 0; position < plan.contextLength; position++) {
        this.cosines[position * pairs + pair] = Math.cos(position * frequency);
        this.sines[position * pairs + pair] = Math.sin(position * frequency);
      }
    }
  }

  copyPage(from: number, to: number): void {
    const { pool, pageSize } = this.plan;
    const start = (pool >>> 2) + from * pageSize;
    this.numbers.copyWithin((pool >>> 2) + to * pageSize, start, start + pageSize);
  }

  /**
   * Reads the segments' tokens: `MAX_ROWS` at most, each sequence once, its cache already extended. Afterwards the
   * tokens belong to their sequences.
   * @returns For each segment the raw next-token scores (logits) that were wanted, one list per token.
   */
  forward(segments: readonly Segment[]): Float32Array[][] {
    const placed = this.place(segments);
    const rows = placed.reduce((sum, { tokens }) => sum + tokens.length, 0);
    for (const { firstRow, tokens } of placed) tokens.forEach((token, i) => this.embed(token, firstRow + i));
    this.layers.forEach((layer, index) => {
      this.attend(layer, index, placed, rows);
      this.feedForward(layer, rows);
    });
    for (const { sequence, tokens } of placed) for (const token of tokens) sequence.tokens.push(token);
    return this.readLogits(placed);
  }

  private place(segments: readonly Segment[]): PlacedSegment[] {
    const { pageTables, pool, pageSize } = this.plan;
    let firstRow = 0;
    return segments.map((segment, index) => {
      const pages = pageTables.address + index * pageTables.stride * 4;
      segment.sequence.pages.forEach((page, i) => {
        this.words[(pages >>> 2) + i] = pool + page * pageSize * 4;
      });
      const placed = { ...segment, firstRow, position: segment.sequence.tokens.length, pages };
      firstRow += segment.tokens.length;
      return placed;
    });
  }

  private embed(token: number, row: number): void {
    const { embedding, numbers } = this;
    const to = (this.plan.stream.address >>> 2) + row * this.plan.stream.stride;
    if (embedding.type === 'Q8_0') {
      readQ8Row(this.view, embedding.address, embedding.columns, token, numbers.subarray(to, to + embedding.columns));
      return;
    }
    const from = (embedding.address >>> 2) + Math.floor(token / PANEL) * embedding.columns * PANEL + (token % PANEL);
    for (let i = 0; i < embedding.columns; i++) numbers[to + i] = numbers[from + i * PANEL] ?? 0;
  }

  /** Multiplies the rows by each matrix; for those in Q8_0 the rows become integers first, once. */
  private multiply(from: Rows, rows: number, ...products: readonly (readonly [Matrix, Rows])[]): void {
    const { kernel, plan } = this;
    const { address: x, stride } = plan.quantized;
    let quantized = false;
    for (const [{ address, type, columns, panels }, to] of products) {
      if (type === 'Q8_0') {
        const blocks = columns / Q8_BLOCK;
        if (!quantized) kernel.quantize(from.address, from.stride * 4, blocks, rows, x, stride * 4);
        quantized = true;
        kernel.matmulQ8(address, blocks, panels, x, stride * 4, rows, to.address, to.stride * 4);
        continue;
      }
      const panelStride = columns * PANEL * 4;
      kernel.matmul(
        address,
        panelStride,
        columns,
        panels,
        from.address,
        from.stride * 4,
        rows,
        to.address,
        to.stride * 4,
        false,
      );
    }
  }

  /** to[row] = from[row] / rms * weight. */
  private norm(from: Rows, fromRow: number, weight: Float32Array, to: Rows, toRow: number): void {
    const { numbers } = this;
    const source = (from.address >>> 2) + fromRow * from.stride;
    const target = (to.address >>> 2) + toRow * to.stride;
    const width = weight.length;
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const x = numbers[source + i] ?? 0;
      squares += x * x;
    }
    const scale = Math.fround(1 / Math.sqrt(squares / width + this.architecture.epsilon));
    for (let i = 0; i < width; i++) {
      numbers[target + i] = Math.fround((numbers[source + i] ?? 0) * scale) * (weight[i] ?? 0);
    }
  }

  private addToStream(from: Rows, rows: number): void {
    const { numbers } = this;
    const { stream } = this.plan;
    const source = from.address >>> 2;
    const target = stream.address >>> 2;
    for (let i = 0; i < rows * stream.stride; i++) {
      numbers[target + i] = (numbers[target + i] ?? 0) + (numbers[source + i] ?? 0);
    }
  }

  /** Rotates the interleaved pairs of every head of a row. */
  private rotate(buffer: Rows, row: number, heads: number, position: number): void {
    const { numbers, cosines, sines } = this;
    const { headWidth, ropeWidth } = this.architecture;
    const pairs = ropeWidth / 2;
    const table = position * pairs;
    let at = (buffer.address >>> 2) + row * buffer.stride;
    for (let head = 0; head < heads; head++, at += headWidth) {
      for (let pair = 0; pair < pairs; pair++) {
        const cosine = cosines[table + pair] ?? 0;
        const sine = sines[table + pair] ?? 0;
        const x = numbers[at + 2 * pair] ?? 0;
        const y = numbers[at + 2 * pair + 1] ?? 0;
        numbers[at + 2 * pair] = x * cosine - y * sine;
        numbers[at + 2 * pair + 1] = x * sine + y * cosine;
      }
    }
  }

  /** Puts a row's keys and values into the page of its position. */
  private store(row: number, page: number, place: number, layer: number): void {
    const { numbers, plan } = this;
    const { headWidth, keyHeads } = this.architecture;
    const panelOfKeys = Math.floor(place / PANEL) * headWidth * PANEL + (place % PANEL);
    let key = (plan.key.address >>> 2) + row * plan.key.stride;
    let value = (plan.value.address >>> 2) + row * plan.value.stride;
    for (let head = 0; head < keyHeads; head++, key += headWidth, value += headWidth) {
      const block = (plan.pool >>> 2) + page * plan.pageSize + this.headOffset(layer, head);
      const keys = block + panelOfKeys;
      const values = block + plan.keyBlock + place * PANEL;
      for (let d = 0; d < headWidth; d++) {
        numbers[keys + d * PANEL] = numbers[key + d] ?? 0;
        numbers[values + (d >>> 3) * PAGE_POSITIONS * PANEL + (d & 7)] = numbers[value + d] ?? 0;
      }
    }
  }

  /** Where one head's keys begin in a page, in numbers; its values follow. */
  private headOffset(layer: number, head: number): number {
    return (layer * this.architecture.keyHeads + head) * (this.plan.keyBlock + this.plan.valueBlock);
  }

  private attend(layer: Layer, index: number, segments: readonly PlacedSegment[], rows: number): void {
    const { plan, kernel } = this;
    const { heads, keyHeads, headWidth } = this.architecture;
    for (let row = 0; row < rows; row++) this.norm(plan.stream, row, layer.attentionNorm, plan.normed, row);
    this.multiply(plan.normed, rows, [layer.query, plan.query], [layer.key, plan.key], [layer.value, plan.value]);
    const scale = 1 / Math.sqrt(headWidth);
    for (const { sequence, firstRow, position, tokens, pages } of segments) {
      for (let i = 0; i < tokens.length; i++) {
        const at = position + i;
        this.rotate(plan.query, firstRow + i, heads, at);
        this.rotate(plan.key, firstRow + i, keyHeads, at);
        const page = sequence.pages[Math.floor(at / PAGE_POSITIONS)];
        if (page === undefined) throw new RangeError(`position ${at} has no page`);
        this.store(firstRow + i, page, at % PAGE_POSITIONS, index);
      }
      for (let head = 0; head < heads; head++) {
        const keys = this.headOffset(index, Math.floor((head * keyHeads) / heads)) * 4;
        kernel.attention(
          plan.query.address + (firstRow * plan.query.stride + head * headWidth) * 4,
          plan.query.stride * 4,
          tokens.length,
          position,
          pages,
          keys,
          keys + plan.keyBlock * 4,
          headWidth,
          scale,
          plan.scores.address,
          plan.scores.stride * 4,
          plan.attended.address + (firstRow * plan.attended.stride + head * headWidth) * 4,
          plan.attended.stride * 4,
        );
      }
    }
    this.multiply(plan.attended, rows, [layer.attentionOutput, plan.normed]);
    this.addToStream(plan.normed, rows);
  }

  private feedForward(layer: Layer, rows: number): void {
    const { plan } = this;
    for (let row = 0; row < rows; row++) this.norm(plan.stream, row, layer.feedForwardNorm, plan.normed, row);
    this.multiply(plan.normed, rows, [layer.gate, plan.gate], [layer.up, plan.up]);
    this.kernel.siluMul(plan.gate.address, plan.up.address, rows * plan.gate.stride);
    this.multiply(plan.gate, rows, [layer.down, plan.normed]);
    this.addToStream(plan.normed, rows);
  }

  private readLogits(segments: readonly PlacedSegment[]): Float32Array[][] {
    const { plan } = this;
    let wantedRows = 0;
    const taken = segments.map(({ firstRow, tokens, wanted }) => {
      const start = wantedRows;
      const count = wanted === 'none' ? 0 : wanted === 'last' ? 1 : tokens.length;
      for (let i = 0; i < count; i++) {
        const row = firstRow + tokens.length - count + i;
        this.norm(plan.stream, row, this.outputNorm, plan.normed, wantedRows++);
      }
      return { start, count };
    });
    this.multiply(plan.normed, wantedRows, [this.output, plan.logits]);
    const { vocabulary } = this.architecture;
    return taken.map(({ start, count }) =>
      Array.from({ length: count }, (_, i) => {
        const at = (plan.logits.address >>> 2) + (start + i) * plan.logits.stride;
        return this.numbers.slice(at, at + vocabulary);
      }),
    );
  }
}
