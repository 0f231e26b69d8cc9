import { analyze } from './analyzer';
import type { TextTable } from './textTable';

/** Bytes that lie in memory or on disk; `read` may return a view that is valid until the next read. */
export interface ByteStore {
  read(offset: number, length: number): Uint8Array;
  /** Lets go of an open file, which the next read opens again. */
  close(): void;
}

/**
 * A full-text index in typed arrays. A document's number is its product's place in the catalogue; a term's number is
 * the order in which terms were first seen.
 */
export interface IndexData {
  /** Documents with at least one term, and terms of all documents: what BM25 takes its averages from. */
  readonly documents: number;
  readonly tokens: number;
  /** By document: its length in terms, as one byte. */
  readonly norms: Uint8Array;
  /** By document: its asin's place in the order of all asins, by which ties are settled. */
  readonly ranks: Uint32Array;
  readonly terms: TextTable;
  /** By term: in how many documents it occurs. */
  readonly frequencies: Uint32Array;
  /** By term: where its postings lie in `postings`; one more entry than terms. */
  readonly postingStarts: Float64Array;
  /** For each document of a term, ascending: gap to the last one times two, plus one when the term occurs once; else the count follows. All as variable-length integers. */
  readonly postings: ByteStore;
}

export interface Hit {
  readonly document: number;
  /** BM25 in single precision, as Lucene 8 gives it. */
  readonly score: number;
}

/** BM25's parameters in the original's search engine. */
const k1 = 0.9;
const b = 0.4;

/**
 * Search as Anserini 0.14 on Lucene 8 does it: every term of the query, weighed by how often it stands there; BM25 with
 * lengths of one byte, in single precision; best score first, ties by asin.
 */
export class SearchIndex {
  /** By the byte of a length: the inverse of its part in BM25's denominator. */
  private readonly lengthFactors = new Float32Array(256);
  private readonly scores: Float64Array;
  private readonly touched: Uint32Array;

  constructor(private readonly data: IndexData) {
    this.scores = new Float64Array(data.norms.length);
    this.touched = new Uint32Array(data.norms.length);
    const f = Math.fround;
    const average = f(data.tokens / data.documents);
    for (let byte = 0; byte < 256; byte++) {
      const relative = f(f(f(b) * lengthOfByte(byte)) / average);
      this.lengthFactors[byte] = f(1 / f(f(k1) * f(f(1 - f(b)) + relative)));
    }
  }

  /** The best `limit` documents; none for a query without terms. */
  search(query: string, limit: number): Hit[] {
    const counts = new Map<string, number>();
    for (const term of analyze(query)) counts.set(term, (counts.get(term) ?? 0) + 1);
    let found = 0;
    for (const [term, count] of counts) found = this.addTerm(term, count, found);
    return this.best(found, limit);
  }

  close(): void {
    this.data.postings.close();
  }

  /** Adds a term's scores and returns how many documents have been touched. */
  private addTerm(term: string, count: number, foundBefore: number): number {
    const { terms, frequencies, postingStarts, postings, norms, documents } = this.data;
    const number = terms.find(term);
    if (number < 0) return foundBefore;
    const frequency = frequencies[number];
    const f = Math.fround;
    const idf = f(Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5)));
    const weight = f(count * idf);
    const once = new Float64Array(256).fill(-1);
    const start = postingStarts[number];
    const bytes = postings.read(start, postingStarts[number + 1] - start);
    const { scores, touched, lengthFactors } = this;
    let found = foundBefore;
    let at = 0;
    let document = -1;
    for (let i = 0; i < frequency; i++) {
      let byte = bytes[at++];
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[at++];
        value |= (byte & 0x7f) << shift;
      }
      document += value >>> 1;
      const norm = norms[document];
      let score: number;
      if ((value & 1) === 1) {
        score = once[norm];
        if (score < 0) {
          score = f(weight - f(weight / f(1 + lengthFactors[norm])));
          once[norm] = score;
        }
      } else {
        byte = bytes[at++];
        let occurrences = byte & 0x7f;
        for (let shift = 7; byte >= 0x80; shift += 7) {
          byte = bytes[at++];
          occurrences |= (byte & 0x7f) << shift;
        }
        score = f(weight - f(weight / f(1 + f(occurrences * lengthFactors[norm]))));
      }
      if (scores[document] === 0) touched[found++] = document;
      scores[document] += score;
    }
    return found;
  }

  private best(found: number, limit: number): Hit[] {
    const { scores, touched } = this;
    const { ranks } = this.data;
    const best: { document: number; score: number; rank: number }[] = [];
    let worst = -Infinity;
    for (let i = 0; i < found; i++) {
      const document = touched[i];
      const score = Math.fround(scores[document]);
      scores[document] = 0;
      if (score < worst) continue;
      const rank = ranks[document];
      let place = best.length;
      while (place > 0) {
        const above = best[place - 1];
        if (above.score > score || (above.score === score && above.rank < rank)) break;
        place--;
      }
      if (place >= limit) continue;
      best.splice(place, 0, { document, score, rank });
      if (best.length > limit) best.pop();
      if (best.length === limit) worst = best[limit - 1].score;
    }
    return best.map(({ document, score }) => ({ document, score }));
  }
}

/** Lucene's `SmallFloat.intToByte4`: exact below 40, then four significant bits. */
export function byteOfLength(length: number): number {
  return length < exactLengths ? length : exactLengths + shortFloat(length - exactLengths);
}

/** Lucene's `SmallFloat.byte4ToInt`. */
export function lengthOfByte(byte: number): number {
  if (byte < exactLengths) return byte;
  const bits = (byte - exactLengths) & 7;
  const shift = ((byte - exactLengths) >>> 3) - 1;
  return exactLengths + (shift < 0 ? bits : (bits | 8) * 2 ** shift);
}

/** 255 less the short float of the largest integer. */
const exactLengths = 24;

function shortFloat(value: number): number {
  const bits = 32 - Math.clz32(value);
  if (bits < 4) return value;
  const shift = bits - 4;
  return ((value >>> shift) & 7) | ((shift + 1) << 3);
}
