/**
 * The arithmetic of the forward pass over one block of memory. All addresses and strides are in bytes and multiples of
 * four. Both implementations give equal bits, and no row's numbers depend on the rows computed with it.
 *
 * A matrix lies in panels of eight output rows: `[row / 8][column][row % 8]`, zeros where rows are missing.
 */
export interface Kernel {
  readonly kind: 'wasm' | 'javascript';
  readonly memory: ArrayBuffer;

  /**
   * y[r] = W x[r], or y[r] += W x[r], for `rows` rows.
   * @param panelStride From one panel of W to the next.
   * @param columns Numbers of x that are used.
   * @param panels A row of y has room for eight times as many numbers.
   */
  matmul(
    w: number,
    panelStride: number,
    columns: number,
    panels: number,
    x: number,
    xStride: number,
    rows: number,
    y: number,
    yStride: number,
    accumulate: boolean,
  ): void;

  /**
   * Rounds rows to 16-bit integers, each block of 32 with a scale: fine enough that a Q8_0 product is as good as exact.
   * (ggml rounds to 8 bits there.) A block of `out` has `QUANTIZED_BLOCK_BYTES`: the scale (f32), then 32 integers (i16).
   */
  quantize(x: number, xStride: number, blocks: number, rows: number, out: number, outStride: number): void;

  /**
   * y[r] = W x[r] for a Q8_0 matrix and quantized rows. A panel of W is a list of blocks of `Q8_PANEL_BLOCK_BYTES`:
   * eight scales (f32), then for every two columns each row's pair of integers (i8).
   */
  matmulQ8(
    w: number,
    blocks: number,
    panels: number,
    x: number,
    xStride: number,
    rows: number,
    y: number,
    yStride: number,
  ): void;

  /**
   * Causal attention of one head: `rows` queries at `position` and after; products with keys times `scale`.
   * @param pages Address of the list (u32) of the sequence's page addresses.
   * @param keys Offset in a page of this head's keys, in panels of eight positions.
   * @param values Offset in a page of this head's values, in panels of eight dimensions.
   * @param scores Scratch of `scoreStride` bytes for each row: whole pages of positions.
   */
  attention(
    q: number,
    qStride: number,
    rows: number,
    position: number,
    pages: number,
    keys: number,
    values: number,
    dimension: number,
    scale: number,
    scores: number,
    scoreStride: number,
    out: number,
    outStride: number,
  ): void;

  /** gate = silu(gate) * up, over a count that is a multiple of four. */
  siluMul(gate: number, up: number, count: number): void;
}

export type KernelKind = Kernel['kind'];

/** Output rows of a matrix panel. */
export const PANEL = 8;

/** Positions of a page of the key-value cache; the kernel knows the number too. */
export const PAGE_POSITIONS = 32;

/** Memory below this address belongs to the kernel itself. */
export const ARENA_START = 65_536;

/** Numbers of a Q8_0 block, which share a scale. */
export const Q8_BLOCK = 32;

/** Bytes of a quantized block of activations: a scale (f32) and 32 integers (i16). */
export const QUANTIZED_BLOCK_BYTES = 4 + 2 * Q8_BLOCK;

/** Bytes of a panel's block of Q8_0 weights: eight scales (f32) and eight times 32 integers (i8). */
export const Q8_PANEL_BLOCK_BYTES = PANEL * (4 + Q8_BLOCK);
