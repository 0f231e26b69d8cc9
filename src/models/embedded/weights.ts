import type { GgufTensor } from './gguf';
import { halfFromBits } from './half';
import { PANEL, Q8_BLOCK, Q8_PANEL_BLOCK_BYTES } from './kernel';

const Q8_BYTES = 2 + Q8_BLOCK;

/**
 * A tensor's numbers in its own order as float32: exact for every type, since a Q8_0 number is the product of an
 * 8-bit integer and an 11-bit fraction.
 */
export function tensorNumbers({ type, data }: GgufTensor): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (type) {
    case 'F32': {
      const numbers = new Float32Array(data.byteLength / 4);
      for (let i = 0; i < numbers.length; i++) numbers[i] = view.getFloat32(i * 4, true);
      return numbers;
    }
    case 'F16': {
      const numbers = new Float32Array(data.byteLength / 2);
      for (let i = 0; i < numbers.length; i++) numbers[i] = halfFromBits(view.getUint16(i * 2, true));
      return numbers;
    }
    case 'Q8_0': {
      const blocks = data.byteLength / Q8_BYTES;
      const numbers = new Float32Array(blocks * Q8_BLOCK);
      for (let b = 0; b < blocks; b++) {
        const scale = halfFromBits(view.getUint16(b * Q8_BYTES, true));
        const start = b * Q8_BYTES + 2;
        for (let i = 0; i < Q8_BLOCK; i++) numbers[b * Q8_BLOCK + i] = scale * view.getInt8(start + i);
      }
      return numbers;
    }
  }
}

/** Numbers that a matrix of `rows` by `columns` takes in panels. */
export function panelSize(rows: number, columns: number): number {
  return Math.ceil(rows / PANEL) * PANEL * columns;
}

/** Lays a row-major matrix out in panels of eight rows; `target` has zeros where rows are missing. */
export function packPanels(source: Float32Array, rows: number, columns: number, target: Float32Array): void {
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    const to = Math.floor(row / PANEL) * PANEL * columns + (row % PANEL);
    for (let column = 0; column < columns; column++) target[to + column * PANEL] = source[from + column] ?? 0;
  }
}

/** Bytes that a Q8_0 matrix of `rows` by `columns` takes in panels. */
export function q8PanelBytes(rows: number, columns: number): number {
  return Math.ceil(rows / PANEL) * (columns / Q8_BLOCK) * Q8_PANEL_BLOCK_BYTES;
}

/** Lays a Q8_0 tensor out in the kernel's panels; `target` begins at the matrix and has zeros where rows are missing. */
export function packQ8Panels({ data }: GgufTensor, rows: number, columns: number, target: DataView): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const blocks = columns / Q8_BLOCK;
  for (let row = 0; row < rows; row++) {
    const lane = row % PANEL;
    for (let b = 0; b < blocks; b++) {
      const from = (row * blocks + b) * Q8_BYTES;
      const to = (Math.floor(row / PANEL) * blocks + b) * Q8_PANEL_BLOCK_BYTES;
      target.setFloat32(to + lane * 4, halfFromBits(view.getUint16(from, true)), true);
      const integers = to + PANEL * 4 + lane * 2;
      for (let i = 0; i < Q8_BLOCK; i += 2) {
        target.setInt8(integers + i * PANEL, view.getInt8(from + 2 + i));
        target.setInt8(integers + i * PANEL + 1, view.getInt8(from + 3 + i));
      }
    }
  }
}

/** One row of a Q8_0 matrix that lies in panels at `address`. */
export function readQ8Row(view: DataView, address: number, columns: number, row: number, target: Float32Array): void {
  const blocks = columns / Q8_BLOCK;
  const lane = row % PANEL;
  for (let b = 0; b < blocks; b++) {
    const block = address + (Math.floor(row / PANEL) * blocks + b) * Q8_PANEL_BLOCK_BYTES;
    const scale = view.getFloat32(block + lane * 4, true);
    const integers = block + PANEL * 4 + lane * 2;
    for (let i = 0; i < Q8_BLOCK; i++) {
      target[b * Q8_BLOCK + i] = scale * view.getInt8(integers + (i >> 1) * PANEL * 2 + (i & 1));
    }
  }
}
