import { LacError } from '../../errors/lacError';

/**
 * Reads GGUF (versions 2 and 3, little endian; `docs/gguf.md` of ggml). Every count and size is held against what
 * the file can hold before anything of that size is made, so that a hostile file costs no more than its own length.
 */
export type GgufScalar = number | boolean | string;

/** Arrays of numbers and truth values alike are numbers; nested arrays are refused, as by llama.cpp. */
export type GgufValue = GgufScalar | readonly string[] | Float64Array;

/** How a tensor's numbers are stored. */
export type TensorType = 'F32' | 'F16' | 'Q8_0';

export interface GgufTensor {
  readonly name: string;
  readonly type: TensorType;
  /** Input features first, as GGUF stores them; one to four. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface GgufFile {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const MAX_NAME_BYTES = 256;
const MAX_KEY_BYTES = 65_535;
const MAX_DIMENSIONS = 4;
const DEFAULT_ALIGNMENT = 32;

/** Numbers per block and bytes per block of a tensor type, by its number in the file. */
const tensorTypes: ReadonlyMap<number, { type: TensorType; block: number; bytes: number }> = new Map([
  [0, { type: 'F32', block: 1, bytes: 4 }],
  [1, { type: 'F16', block: 1, bytes: 2 }],
  [8, { type: 'Q8_0', block: 32, bytes: 34 }],
]);

/** Names of the other types, so that a refusal can say which one was met. */
const otherTensorTypes: ReadonlyMap<number, string> = new Map(
  Object.entries({
    2: 'Q4_0',
    3: 'Q4_1',
    6: 'Q5_0',
    7: 'Q5_1',
    9: 'Q8_1',
    10: 'Q2_K',
    11: 'Q3_K',
    12: 'Q4_K',
    13: 'Q5_K',
    14: 'Q6_K',
    15: 'Q8_K',
    20: 'IQ4_NL',
    23: 'IQ4_XS',
    28: 'F64',
    30: 'BF16',
  }).map(([id, name]) => [Number(id), name]),
);

class Cursor {
  offset = 0;
  private readonly view: DataView;
  private readonly text = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  corrupt(field: string, reason: string): LacError {
    return new LacError('embedded.corrupt', { file: this.file, field, reason });
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Moves past `length` bytes and gives where they began. */
  take(length: number, field: string): number {
    if (length > this.remaining) {
      throw this.corrupt(
        field,
        `it needs ${length} bytes at offset ${this.offset}, and the file ends at ${this.bytes.length}`,
      );
    }
    const start = this.offset;
    this.offset += length;
    return start;
  }

  u8(field: string): number {
    return this.view.getUint8(this.take(1, field));
  }

  u32(field: string): number {
    return this.view.getUint32(this.take(4, field), true);
  }

  /** A 64-bit count or offset, which must be one that a number holds exactly. */
  u64(field: string): number {
    const value = this.view.getBigUint64(this.take(8, field), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw this.corrupt(field, `the number ${value.toString()} is too large`);
    return Number(value);
  }

  string(field: string, limit = Infinity): string {
    const length = this.u64(`length of ${field}`);
    if (length > limit) throw this.corrupt(field, `it is ${length} bytes long and may be at most ${limit}`);
    const start = this.take(length, field);
    return this.text.decode(this.bytes.subarray(start, start + length));
  }

  number(type: NumberType, field: string): number {
    const at = this.take(type.bytes, field);
    return type.read(this.view, at);
  }
}

interface NumberType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

const BOOLEAN = 7;
const STRING = 8;
const ARRAY = 9;

/** The number types by their number in the file. 64-bit integers lose what a double cannot hold. */
const numberTypes: ReadonlyMap<number, NumberType> = new Map<number, NumberType>([
  [0, { bytes: 1, read: (view, at) => view.getUint8(at) }],
  [1, { bytes: 1, read: (view, at) => view.getInt8(at) }],
  [2, { bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  [3, { bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  [4, { bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  [5, { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  [6, { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  [BOOLEAN, { bytes: 1, read: (view, at) => view.getUint8(at) }],
  [10, { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  [11, { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [12, { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
]);

function readArray(cursor: Cursor, field: string): readonly string[] | Float64Array {
  const element = cursor.u32(`element type of ${field}`);
  const count = cursor.u64(`length of ${field}`);
  if (element === STRING) {
    if (count * 8 > cursor.remaining) {
      throw cursor.corrupt(field, `${count} strings do not fit into the ${cursor.remaining} bytes that are left`);
    }
    const strings: string[] = [];
    for (let i = 0; i < count; i++) strings.push(cursor.string(`${field}[${i}]`));
    return strings;
  }
  const type = numberTypes.get(element);
  if (type === undefined) {
    throw cursor.corrupt(
      field,
      element === ARRAY ? 'it is an array of arrays' : `its elements have the unknown type ${element}`,
    );
  }
  if (count * type.bytes > cursor.remaining) {
    throw cursor.corrupt(field, `${count} numbers do not fit into the ${cursor.remaining} bytes that are left`);
  }
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = cursor.number(type, field);
  return numbers;
}

function readValue(cursor: Cursor, field: string): GgufValue {
  const id = cursor.u32(`type of ${field}`);
  if (id === STRING) return cursor.string(field);
  if (id === ARRAY) return readArray(cursor, field);
  if (id === BOOLEAN) {
    const value = cursor.u8(field);
    if (value > 1) throw cursor.corrupt(field, `the truth value is ${value}`);
    return value === 1;
  }
  const type = numberTypes.get(id);
  if (type === undefined) throw cursor.corrupt(field, `its value has the unknown type ${id}`);
  return cursor.number(type, field);
}

interface TensorEntry {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

function readTensorEntry(cursor: Cursor, index: number, fileSize: number, file: string): TensorEntry {
  const name = cursor.string(`name of tensor ${index}`, MAX_NAME_BYTES);
  const field = `tensor ${name}`;
  const dimensions = cursor.u32(`dimensions of ${field}`);
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) throw cursor.corrupt(field, `it has ${dimensions} dimensions`);
  const shape: number[] = [];
  let elements = 1;
  for (let d = 0; d < dimensions; d++) {
    const size = cursor.u64(`shape of ${field}`);
    elements *= size;
    if (size < 1 || elements > fileSize * 8) {
      throw cursor.corrupt(field, `its shape ${[...shape, size].join(' x ')} does not fit into the file`);
    }
    shape.push(size);
  }
  const id = cursor.u32(`type of ${field}`);
  const type = tensorTypes.get(id);
  if (type === undefined) {
    const known = otherTensorTypes.get(id);
    if (known === undefined) throw cursor.corrupt(field, `it has the unknown type ${id}`);
    throw new LacError('embedded.unsupported', {
      file,
      field: `the type of ${field}`,
      found: known,
      supported: 'F32, F16 and Q8_0',
    });
  }
  const offset = cursor.u64(`offset of ${field}`);
  const [rowLength = 0] = shape;
  if (rowLength % type.block !== 0) {
    throw cursor.corrupt(field, `its rows of ${rowLength} are no multiple of ${type.type}'s block of ${type.block}`);
  }
  return { name, type: type.type, shape, offset, bytes: (elements / type.block) * type.bytes };
}

function checkMagic(bytes: Uint8Array, cursor: Cursor, file: string): void {
  const magic = bytes.subarray(0, 4);
  if (String.fromCharCode(...magic) === 'GGUF') {
    cursor.take(4, 'the magic number');
    return;
  }
  const found = magic.length === 0 ? 'nothing' : Array.from(magic, (b) => b.toString(16).padStart(2, '0')).join(' ');
  throw new LacError('embedded.not-gguf', { file, found });
}

/**
 * Reads a whole file's metadata and the places of its tensors; tensor data stays where it is.
 * @param file Its path, for error messages.
 * @throws LacError `embedded.not-gguf`, `embedded.corrupt` or `embedded.unsupported`, naming file and field.
 */
export function readGguf(bytes: Uint8Array, file: string): GgufFile {
  const cursor = new Cursor(bytes, file);
  checkMagic(bytes, cursor, file);
  const version = cursor.u32('the version');
  if (version !== 2 && version !== 3) {
    const swapped = version === 0x0200_0000 || version === 0x0300_0000;
    throw new LacError('embedded.unsupported', {
      file,
      field: 'the GGUF version',
      found: swapped ? 'big endian' : version,
      supported: 'versions 2 and 3, little endian',
    });
  }
  const tensorCount = cursor.u64('the number of tensors');
  const keyCount = cursor.u64('the number of metadata entries');
  if (keyCount * 13 > cursor.remaining) {
    throw cursor.corrupt('the number of metadata entries', `${keyCount} do not fit into the file`);
  }

  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < keyCount; i++) {
    const key = cursor.string(`key ${i}`, MAX_KEY_BYTES);
    if (metadata.has(key)) throw cursor.corrupt(key, 'the key stands there twice');
    metadata.set(key, readValue(cursor, key));
  }

  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== 'number' || !(alignment >= 1) || !Number.isInteger(Math.log2(alignment))) {
    throw cursor.corrupt('general.alignment', `it is no power of two`);
  }
  if (tensorCount * 32 > cursor.remaining) {
    throw cursor.corrupt('the number of tensors', `${tensorCount} do not fit into the file`);
  }
  const entries: TensorEntry[] = [];
  for (let i = 0; i < tensorCount; i++) entries.push(readTensorEntry(cursor, i, bytes.length, file));

  const dataStart = Math.ceil(cursor.offset / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const { name, type, shape, offset, bytes: size } of entries) {
    const field = `tensor ${name}`;
    if (tensors.has(name)) throw cursor.corrupt(field, 'the tensor stands there twice');
    if (offset % alignment !== 0) throw cursor.corrupt(field, `its offset ${offset} is not aligned to ${alignment}`);
    const start = dataStart + offset;
    if (start + size > bytes.length) {
      throw cursor.corrupt(
        field,
        `its ${size} bytes at offset ${start} reach past the end of the file at ${bytes.length}`,
      );
    }
    tensors.set(name, { name, type, shape, data: bytes.subarray(start, start + size) });
  }
  return { version, metadata, tensors };
}
