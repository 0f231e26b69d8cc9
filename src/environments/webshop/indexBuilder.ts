import { forEachTerm } from './analyzer';
import { growingIntegers } from './columns';
import { byteOfLength, type ByteStore, type IndexData } from './searchIndex';
import { TextTable } from './textTable';

/** Where finished runs of postings and the merged postings are put: memory, or files for large catalogues. */
export interface PostingsSpace {
  /** Keeps one run; it is read once, from its start, when the runs are merged. */
  putRun(bytes: Uint8Array): void;
  /** The runs in order; each is read once, forwards. */
  runs(): Iterable<ByteStore>;
  /** Appends to the merged postings. */
  append(bytes: Uint8Array): void;
  /** The merged postings. */
  finish(): ByteStore;
}

/** Runs and postings in memory. */
export class MemoryPostings implements PostingsSpace {
  private readonly kept: Uint8Array[] = [];
  private readonly merged: Uint8Array[] = [];

  putRun(bytes: Uint8Array): void {
    this.kept.push(bytes);
  }

  *runs(): Iterable<ByteStore> {
    for (const run of this.kept) yield new MemoryBytes(run);
  }

  append(bytes: Uint8Array): void {
    this.merged.push(bytes.slice());
  }

  finish(): ByteStore {
    return new MemoryBytes(Buffer.concat(this.merged));
  }
}

export class MemoryBytes implements ByteStore {
  constructor(private readonly bytes: Uint8Array) {}

  read(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(offset, offset + length);
  }

  close(): void {
    // Memory needs no letting go.
  }
}

/** Postings gathered before a run is written: what bounds the builder's memory. */
const postingsPerRun = 1 << 22;

/**
 * Builds an index document by document. Postings are gathered in blocks; each block is sorted by term and kept as a
 * run, and the runs are joined term by term at the end.
 */
export class IndexBuilder {
  private readonly numbers = new Map<string, number>();
  private frequencies = new Uint32Array(1 << 10);
  /** By term: the last document that has been written to a run; -1 for none. */
  private lastDocuments = new Int32Array(1 << 10).fill(-1);
  private norms = new Uint8Array(1 << 10);
  private documentCount = 0;
  private documentsWithTerms = 0;
  private tokens = 0;

  /** What is gathered: term, document and count of each posting. */
  private readonly gathered = { terms: growingIntegers(), documents: growingIntegers(), counts: growingIntegers() };
  private readonly inDocument = new Map<number, number>();

  constructor(
    private readonly space: PostingsSpace,
    private readonly runSize = postingsPerRun,
  ) {}

  /** Adds the next document. */
  add(text: string): void {
    const { inDocument, gathered } = this;
    inDocument.clear();
    let length = 0;
    forEachTerm(text, (term) => {
      length++;
      let number = this.numbers.get(term);
      if (number === undefined) {
        number = this.numbers.size;
        this.numbers.set(term, number);
        if (number >= this.frequencies.length) {
          this.frequencies = grown(this.frequencies, new Uint32Array(number * 2));
          this.lastDocuments = grown(this.lastDocuments, new Int32Array(number * 2).fill(-1));
        }
      }
      inDocument.set(number, (inDocument.get(number) ?? 0) + 1);
    });
    const document = this.documentCount++;
    if (document >= this.norms.length) this.norms = grown(this.norms, new Uint8Array(document * 2));
    this.norms[document] = byteOfLength(length);
    this.tokens += length;
    if (length > 0) this.documentsWithTerms++;
    for (const [number, count] of inDocument) {
      this.frequencies[number]++;
      gathered.terms.push(number);
      gathered.documents.push(document);
      gathered.counts.push(count);
    }
    if (gathered.terms.length >= this.runSize) this.writeRun();
  }

  /** @param ranks by document, the place of its asin among all. */
  finish(ranks: Uint32Array): IndexData {
    this.writeRun();
    const termCount = this.numbers.size;
    const postingStarts = this.merge(termCount);
    return {
      documents: this.documentsWithTerms,
      tokens: this.tokens,
      norms: this.norms.slice(0, this.documentCount),
      ranks,
      terms: TextTable.from(this.numbers.keys(), termCount),
      frequencies: this.frequencies.slice(0, termCount),
      postingStarts,
      postings: this.space.finish(),
    };
  }

  /**
   * Sorts what is gathered by term and keeps it. A run holds for each of its terms: the gap to the run's last term
   * number, the length of its postings in bytes, and these.
   */
  private writeRun(): void {
    const { lastDocuments } = this;
    const terms = this.gathered.terms.filled();
    const documents = this.gathered.documents.filled();
    const counts = this.gathered.counts.filled();
    const count = terms.length;
    if (count === 0) return;
    const starts = new Uint32Array(this.numbers.size + 1);
    for (let i = 0; i < count; i++) starts[terms[i] + 1]++;
    for (let t = 0; t < this.numbers.size; t++) starts[t + 1] += starts[t];
    const order = new Uint32Array(count);
    const next = starts.slice();
    for (let i = 0; i < count; i++) order[next[terms[i]]++] = i;

    const run = new ByteWriter();
    const list = new ByteWriter();
    let lastTerm = -1;
    for (let term = 0; term < this.numbers.size; term++) {
      if (starts[term] === starts[term + 1]) continue;
      list.clear();
      for (let i = starts[term]; i < starts[term + 1]; i++) {
        const document = documents[order[i]];
        const gap = document - lastDocuments[term];
        lastDocuments[term] = document;
        const occurrences = counts[order[i]];
        list.integer(gap * 2 + (occurrences === 1 ? 1 : 0));
        if (occurrences !== 1) list.integer(occurrences);
      }
      run.integer(term - lastTerm);
      lastTerm = term;
      run.integer(list.length);
      run.bytes(list.view());
    }
    this.space.putRun(run.view().slice());
    for (const column of Object.values(this.gathered)) column.clear();
  }

  private merge(termCount: number): Float64Array {
    const starts = new Float64Array(termCount + 1);
    const readers = Array.from(this.space.runs(), (store) => new RunReader(store));
    const out = new ByteWriter();
    let written = 0;
    for (let term = 0; term < termCount; term++) {
      starts[term] = written + out.length;
      // Runs are in the order of their documents, so that joining them keeps gaps right.
      for (const reader of readers) {
        if (reader.term === term) reader.take(out);
      }
      if (out.length >= 1 << 20) {
        this.space.append(out.view());
        written += out.length;
        out.clear();
      }
    }
    starts[termCount] = written + out.length;
    this.space.append(out.view());
    return starts;
  }
}

/** Walks through one run, window by window. */
class RunReader {
  /** The term that comes next; -1 after the last. */
  term = -1;
  private length = 0;
  private window: Uint8Array = new Uint8Array(0);
  private at = 0;
  private offset = 0;

  constructor(private readonly store: ByteStore) {
    this.advance();
  }

  /** Appends the present term's postings to `out` and goes on to the next term. */
  take(out: ByteWriter): void {
    this.ensure(this.length);
    out.bytes(this.window.subarray(this.at, this.at + this.length));
    this.at += this.length;
    this.advance();
  }

  private advance(): void {
    this.ensure(10);
    if (this.at >= this.window.length) {
      this.term = -1;
      // No term has this number, so that the reader is at rest.
      return;
    }
    this.term += this.integer();
    this.length = this.integer();
  }

  private integer(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.window[this.at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** Makes at least `length` bytes readable, as far as the run goes. */
  private ensure(length: number): void {
    if (this.window.length - this.at >= length) return;
    this.offset += this.at;
    this.window = this.store.read(this.offset, Math.max(length, 1 << 16)).slice();
    this.at = 0;
  }
}

/** A growing buffer of bytes and variable-length integers. */
class ByteWriter {
  length = 0;
  private buffer = new Uint8Array(1 << 16);

  clear(): void {
    this.length = 0;
  }

  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  integer(value: number): void {
    if (this.length + 5 > this.buffer.length) this.buffer = grown(this.buffer, new Uint8Array(this.buffer.length * 2));
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  bytes(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.buffer.length) {
      this.buffer = grown(this.buffer, new Uint8Array(Math.max(needed, this.buffer.length * 2)));
    }
    this.buffer.set(bytes, this.length);
    this.length = needed;
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
