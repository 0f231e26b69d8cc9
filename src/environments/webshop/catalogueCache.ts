import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { LacError, messageOf } from '../../errors/lacError';
import { fileStamps, type CatalogueFiles } from './catalogueFiles';
import type { PostingsSpace } from './indexBuilder';
import type { IndexedCatalogue } from './indexing';
import { isObject, stringList } from './product';
import type { ByteStore } from './searchIndex';
import { TextTable } from './textTable';

/** Counts up when the form of the files changes: others are made anew. */
const formatVersion = 1;

/** Bytes of a file, read as they are asked for; the file is opened when first needed. */
export class FileBytes implements ByteStore {
  private descriptor: number | undefined;

  constructor(
    private readonly file: string,
    /** Where in the file byte 0 lies, and how many bytes there are. */
    private readonly start = 0,
    private readonly size = Infinity,
  ) {}

  read(offset: number, length: number): Uint8Array {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)));
    this.descriptor ??= openSync(this.file, 'r');
    const read = readSync(this.descriptor, bytes, 0, bytes.length, this.start + offset);
    return bytes.subarray(0, read);
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

/** The index of one catalogue in a cache folder: a file of columns, and one of postings that is read piece by piece. */
export class CatalogueCache {
  private readonly indexFile: string;
  private readonly postingsFile: string;
  private readonly stamps: readonly string[];

  constructor(
    private readonly folder: string,
    files: CatalogueFiles,
    private readonly seed: number,
  ) {
    const key = [path.resolve(files.products), path.resolve(files.attributes), seed].join('\n');
    const name = `webshop-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
    this.indexFile = path.join(folder, `${name}.index`);
    this.postingsFile = path.join(folder, `${name}.postings`);
    this.stamps = fileStamps(files);
  }

  /** The kept index; undefined where there is none of these very files, or a damaged one. */
  read(): IndexedCatalogue | undefined {
    if (!existsSync(this.indexFile) || !existsSync(this.postingsFile)) return undefined;
    const bytes = this.readAll();
    const sections = new Sections(bytes);
    const { header } = sections;
    if (header === undefined || header['format'] !== formatVersion || header['seed'] !== this.seed) return undefined;
    if (JSON.stringify(header['stamps']) !== JSON.stringify(this.stamps)) return undefined;
    if (header['postingsSize'] !== statSync(this.postingsFile).size) return undefined;
    const number = (name: string): number => Number(header[name]);
    const attributes = stringList(header['attributes'], 'attributes');
    const attributeCounts = sections.floats('attributeCounts');
    return {
      seed: this.seed,
      sha256: String(header['sha256']),
      skipped: number('skipped'),
      columns: {
        size: number('size'),
        asins: sections.table('asins'),
        offsets: sections.floats('offsets'),
        lengths: sections.integers('lengths'),
        prices: sections.floats('prices'),
        drawnPrices: number('drawnPrices'),
        attributeOffsets: sections.floats('attributeOffsets'),
        attributeLengths: sections.integers('attributeLengths'),
        instructed: sections.bytes('instructed'),
        combinations: sections.floats('combinations'),
        categoryNumbers: sections.integers('categoryNumbers'),
        queryNumbers: sections.integers('queryNumbers'),
        categories: stringList(header['categories'], 'categories'),
        queries: stringList(header['queries'], 'queries'),
        attributeGoals: new Map(attributes.map((attribute, i) => [attribute, attributeCounts[i]])),
      },
      index: {
        documents: number('documents'),
        tokens: number('tokens'),
        norms: sections.bytes('norms'),
        ranks: sections.integers('ranks'),
        terms: sections.table('terms'),
        frequencies: sections.integers('frequencies'),
        postingStarts: sections.floats('postingStarts'),
        postings: new FileBytes(this.postingsFile),
      },
    };
  }

  /** A space for new postings, which `write` makes those of this cache. Throws `webshop.cache`. */
  space(): DiskPostings {
    try {
      mkdirSync(this.folder, { recursive: true });
      return new DiskPostings(this.postingsFile);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Keeps an index whose postings lie in `space`. Throws `webshop.cache`. */
  write(indexed: IndexedCatalogue): void {
    const { columns, index } = indexed;
    const { asins } = columns;
    const { terms } = index;
    const sections: readonly (readonly [string, Float64Array | Uint32Array | Uint8Array])[] = [
      ['asins.bytes', asins.bytes],
      ['asins.starts', asins.starts],
      ['asins.slots', asins.slots],
      ['offsets', columns.offsets],
      ['lengths', columns.lengths],
      ['prices', columns.prices],
      ['attributeOffsets', columns.attributeOffsets],
      ['attributeLengths', columns.attributeLengths],
      ['instructed', columns.instructed],
      ['combinations', columns.combinations],
      ['categoryNumbers', columns.categoryNumbers],
      ['queryNumbers', columns.queryNumbers],
      ['attributeCounts', Float64Array.from(columns.attributeGoals.values())],
      ['norms', index.norms],
      ['ranks', index.ranks],
      ['terms.bytes', terms.bytes],
      ['terms.starts', terms.starts],
      ['terms.slots', terms.slots],
      ['frequencies', index.frequencies],
      ['postingStarts', index.postingStarts],
    ];
    const header = {
      format: formatVersion,
      stamps: this.stamps,
      seed: this.seed,
      sha256: indexed.sha256,
      skipped: indexed.skipped,
      size: columns.size,
      drawnPrices: columns.drawnPrices,
      documents: index.documents,
      tokens: index.tokens,
      postingsSize: index.postingStarts.at(-1),
      categories: columns.categories,
      queries: columns.queries,
      attributes: [...columns.attributeGoals.keys()],
      sections: sections.map(([name, array]) => [name, array.byteLength]),
    };
    const temporary = `${this.indexFile}.${process.pid}`;
    try {
      const descriptor = openSync(temporary, 'w');
      try {
        const text = Buffer.from(JSON.stringify(header));
        const length = Buffer.alloc(8);
        length.writeUInt32LE(text.length);
        writeAll(descriptor, length);
        writeAll(descriptor, text);
        writeAll(descriptor, Buffer.alloc(padding(text.length)));
        for (const [, array] of sections) {
          writeAll(descriptor, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
          writeAll(descriptor, Buffer.alloc(padding(array.byteLength)));
        }
      } finally {
        closeSync(descriptor);
      }
      // In place at once, so that no other process sees half of it.
      renameSync(temporary, this.indexFile);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw this.failure(error);
    }
  }

  private readAll(): ArrayBuffer {
    const descriptor = openSync(this.indexFile, 'r');
    try {
      const { size } = statSync(this.indexFile);
      const buffer = new ArrayBuffer(size);
      const bytes = new Uint8Array(buffer);
      for (let at = 0; at < size;) {
        const read = readSync(descriptor, bytes, at, Math.min(size - at, 1 << 30), at);
        if (read === 0) break;
        at += read;
      }
      return buffer;
    } finally {
      closeSync(descriptor);
    }
  }

  private failure(error: unknown): LacError {
    return new LacError('webshop.cache', { folder: this.folder, reason: messageOf(error) }, { cause: error });
  }
}

/** Runs and postings in files beside each other; a run's file is removed when its postings are merged. */
export class DiskPostings implements PostingsSpace {
  private readonly runsFile: string;
  private readonly temporary: string;
  private readonly runsDescriptor: number;
  private readonly descriptor: number;
  private readonly runEnds: number[] = [];

  constructor(private readonly file: string) {
    this.runsFile = `${file}.runs.${process.pid}`;
    this.temporary = `${file}.${process.pid}`;
    this.runsDescriptor = openSync(this.runsFile, 'w');
    this.descriptor = openSync(this.temporary, 'w');
  }

  putRun(bytes: Uint8Array): void {
    writeAll(this.runsDescriptor, bytes);
    this.runEnds.push((this.runEnds.at(-1) ?? 0) + bytes.length);
  }

  *runs(): Iterable<ByteStore> {
    let start = 0;
    for (const end of this.runEnds) {
      const run = new FileBytes(this.runsFile, start, end - start);
      this.opened.push(run);
      yield run;
      start = end;
    }
  }

  append(bytes: Uint8Array): void {
    writeAll(this.descriptor, bytes);
  }

  finish(): ByteStore {
    this.discard();
    renameSync(this.temporary, this.file);
    return new FileBytes(this.file);
  }

  /** Closes and removes what is not merged; after a failure the half-made postings too. */
  discard(everything = false): void {
    for (const run of this.opened.splice(0)) run.close();
    if (!this.closed) {
      closeSync(this.runsDescriptor);
      closeSync(this.descriptor);
    }
    this.closed = true;
    rmSync(this.runsFile, { force: true });
    if (everything) rmSync(this.temporary, { force: true });
  }

  private readonly opened: FileBytes[] = [];
  private closed = false;
}

/** Sections of an index file as views of its bytes. */
class Sections {
  readonly header: Readonly<Record<string, unknown>> | undefined;
  private readonly places = new Map<string, readonly [number, number]>();

  constructor(private readonly buffer: ArrayBuffer) {
    if (buffer.byteLength < 8) return;
    const textLength = new DataView(buffer).getUint32(0, true);
    let offset = 8 + textLength + padding(textLength);
    if (offset > buffer.byteLength) return;
    let header: unknown;
    try {
      header = JSON.parse(Buffer.from(buffer, 8, textLength).toString());
    } catch (error) {
      // A damaged index is made anew like one that is not there.
      if (error instanceof SyntaxError) return;
      throw error;
    }
    if (!isObject(header) || !Array.isArray(header['sections'])) return;
    const listed: readonly unknown[] = header['sections'];
    for (const entry of listed) {
      if (!Array.isArray(entry)) return;
      const length = Number(entry[1]);
      this.places.set(String(entry[0]), [offset, length]);
      offset += length + padding(length);
    }
    if (offset === buffer.byteLength) this.header = header;
  }

  bytes(name: string): Uint8Array {
    const [offset, length] = this.place(name);
    return new Uint8Array(this.buffer, offset, length);
  }

  integers(name: string): Uint32Array {
    const [offset, length] = this.place(name);
    return new Uint32Array(this.buffer, offset, length / 4);
  }

  floats(name: string): Float64Array {
    const [offset, length] = this.place(name);
    return new Float64Array(this.buffer, offset, length / 8);
  }

  table(name: string): TextTable {
    return new TextTable(this.bytes(`${name}.bytes`), this.integers(`${name}.starts`), this.integers(`${name}.slots`));
  }

  private place(name: string): readonly [number, number] {
    return this.places.get(name) ?? [0, 0];
  }
}

/** Bytes to the next multiple of eight. */
function padding(length: number): number {
  return (8 - (length % 8)) % 8;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, Math.min(bytes.length - at, 1 << 30));
}
