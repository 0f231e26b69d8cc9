import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

/**
 * Files of plain data in which typed arrays stand by themselves, so that millions of numbers are written and read without
 * a copy: eight bytes with the length of the data's text, the text, then the arrays in the order in which it names them.
 */

type Column = Float64Array | Int32Array | Uint8Array | Uint32Array;

const kinds = [Float64Array, Int32Array, Uint8Array, Uint32Array] as const;
const lengthBytes = 8;

class Writer extends DefaultSerializer {
  readonly columns: Column[] = [];

  /** Called for each typed array. */
  _writeHostObject(value: object): void {
    const kind = kinds.findIndex((each) => value instanceof each);
    if (!isColumn(value) || kind < 0) throw new TypeError('only plain data and columns of numbers can be kept');
    this.writeUint32(kind);
    this.writeUint32(value.length);
    this.columns.push(value);
  }
}

class Reader extends DefaultDeserializer {
  readonly columns: Column[] = [];

  /** @param room How many bytes the columns have. */
  constructor(
    text: Uint8Array,
    private room: number,
  ) {
    super(text);
  }

  /** Called where a typed array was. */
  _readHostObject(): Column {
    const kind = kinds.at(this.readUint32());
    const length = this.readUint32();
    if (kind === undefined) throw new RangeError('a column is of no known kind');
    this.room -= length * kind.BYTES_PER_ELEMENT;
    if (this.room < 0) throw new RangeError('the file is cut off');
    const column = new kind(length);
    this.columns.push(column);
    return column;
  }
}

function isColumn(value: object): value is Column {
  return kinds.some((kind) => value instanceof kind);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Column): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Writes a file anew. Throws what the file system says. */
export function writeColumns(file: string, value: unknown): void {
  const writer = new Writer();
  writer.writeHeader();
  writer.writeValue(value);
  const text = writer.releaseBuffer();
  const length = new Float64Array([text.length]);
  const descriptor = openSync(file, 'w');
  try {
    for (const bytes of [bytesOf(length), text, ...writer.columns.map(bytesOf)]) writeAll(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}

/** What `writeColumns` wrote. Throws what the file system says, and other errors where the bytes are not such a file's. */
export function readColumns(file: string): unknown {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const length = new Float64Array(1);
    readAll(descriptor, bytesOf(length));
    const [textBytes] = length;
    if (!(textBytes <= size - lengthBytes)) throw new RangeError('the file is cut off');
    const text = new Uint8Array(textBytes);
    readAll(descriptor, text);
    const reader = new Reader(text, size - lengthBytes - textBytes);
    reader.readHeader();
    const value: unknown = reader.readValue();
    for (const column of reader.columns) readAll(descriptor, bytesOf(column));
    return value;
  } finally {
    closeSync(descriptor);
  }
}

function readAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, null);
    if (count === 0) throw new RangeError('the file is cut off');
    at += count;
  }
}
