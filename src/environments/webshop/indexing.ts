import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { LacError } from '../../errors/lacError';
import type { CatalogueFiles } from './catalogueFiles';
import { growingFloats, growingIntegers, type ProductColumns } from './columns';
import { IndexBuilder, type PostingsSpace } from './indexBuilder';
import { jsonRecords, parseRecord } from './jsonRecords';
import { asinOf, indexedText, isObject, loadProduct, RecordProblem, stringList, type Product } from './product';
import { PythonRandom } from './pythonRandom';
import { compareCodePoints } from './pythonText';
import type { IndexData } from './searchIndex';
import { TextTable } from './textTable';

/** Python's seed before products are loaded: the convention that makes prices and goals repeatable. */
export const usualSeed = 0;

export interface IndexedCatalogue {
  /** The seed from which prices were drawn, and goals are. */
  readonly seed: number;
  readonly columns: ProductColumns;
  readonly index: IndexData;
  /** SHA-256 over the names and contents of the products and the attributes file. */
  readonly sha256: string;
  /** Records that the original skips too: `nan`, too long, or twice the same asin. */
  readonly skipped: number;
}

export interface IndexingOptions {
  /** `usualSeed` unless given. */
  readonly seed?: number | undefined;
  readonly space: PostingsSpace;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number, what: string) => void) | undefined;
  /** Sees each loaded product, in order. */
  readonly onProduct?: (product: Product) => void;
  /** Sees what is wrong with a record, which is then left out; without it the first such record ends the work. */
  readonly onProblem?: (problem: LacError) => void;
}

/**
 * Reads a catalogue's files once, record by record, and makes of them the columns and the search index.
 * Throws `webshop.malformed-file`, `webshop.bad-record`, `webshop.unreadable-file`, or the signal's reason.
 */
export async function indexCatalogue(files: CatalogueFiles, options: IndexingOptions): Promise<IndexedCatalogue> {
  const seed = options.seed ?? usualSeed;
  const pace = new Pace(options.signal);
  const hash = createHash('sha256');
  const asins = new Map<string, number>();
  const offsets = growingFloats();
  const lengths = growingIntegers();
  const prices = growingFloats();
  const optionCombinations = growingFloats();
  const categoryNumbers = growingIntegers();
  const queryNumbers = growingIntegers();
  const categories = new Numbering();
  const queries = new Numbering();
  const builder = new IndexBuilder(options.space);
  const random = new PythonRandom(seed);
  let drawnPrices = 0;
  let skipped = 0;

  const report = (file: string, part: number, from: number, what: string) => {
    const size = Math.max(1, statSync(file).size);
    return (offset: number): void => options.onProgress?.(from + (offset / size) * part, what);
  };
  const progress = report(files.products, 0.9, 0, 'Indexing products');
  hash.update(path.basename(files.products));
  for (const record of jsonRecords(files.products, (bytes) => hash.update(bytes))) {
    if (await pace.rest()) progress(record.offset);
    const value = parseRecord(files.products, record);
    let asin = '';
    try {
      const own = asinOf(value);
      if (own === null || asins.has(own)) {
        skipped++;
        continue;
      }
      asin = own;
      const product = loadProduct(value);
      asins.set(asin, asins.size);
      offsets.push(record.offset);
      lengths.push(record.length);
      const [low, high] = product.pricing;
      if (product.pricing.length > 1) drawnPrices++;
      prices.push(product.pricing.length > 1 ? random.uniform(low, high) : low);
      optionCombinations.push(combinationsOf(product.options));
      categoryNumbers.push(categories.numberOf(product.category));
      queryNumbers.push(queries.numberOf(product.query));
      builder.add(indexedText(product));
      options.onProduct?.(product);
    } catch (error) {
      complain(error, options, files.products, record.index, asin);
    }
  }

  const size = asins.size;
  const attributeOffsets = new Float64Array(size).fill(-1);
  const attributeLengths = new Uint32Array(size);
  const instructed = new Uint8Array(size);
  const combinations = new Float64Array(size);
  const attributeGoals = new Map<string, number>();
  const possible = optionCombinations.take();
  const attributeProgress = report(files.attributes, 0.1, 0.9, 'Reading attributes');
  hash.update(path.basename(files.attributes));
  for (const record of jsonRecords(files.attributes, (bytes) => hash.update(bytes))) {
    if (await pace.rest()) attributeProgress(record.offset);
    const place = record.key === null ? undefined : asins.get(record.key);
    if (place === undefined) continue;
    try {
      const entry = loadAttributeEntry(parseRecord(files.attributes, record));
      attributeOffsets[place] = record.offset;
      attributeLengths[place] = record.length;
      if (entry.instruction === null) continue;
      instructed[place] = 1;
      combinations[place] = possible[place];
      for (const attribute of entry.instructionAttributes) {
        attributeGoals.set(attribute, (attributeGoals.get(attribute) ?? 0) + possible[place]);
      }
    } catch (error) {
      complain(error, options, files.attributes, record.index, record.key ?? '');
    }
  }

  const index = builder.finish(ranksOf(asins));
  options.onProgress?.(1, 'Catalogue ready');
  return {
    seed,
    columns: {
      size,
      asins: TextTable.from(asins.keys(), size),
      offsets: offsets.take(),
      lengths: lengths.take(),
      prices: prices.take(),
      drawnPrices,
      attributeOffsets,
      attributeLengths,
      instructed,
      combinations,
      categoryNumbers: categoryNumbers.take(),
      queryNumbers: queryNumbers.take(),
      categories: categories.texts(),
      queries: queries.texts(),
      attributeGoals,
    },
    index,
    sha256: hash.digest('hex'),
    skipped,
  };
}

/** One entry of items_ins_v2. */
export interface AttributeEntry {
  readonly attributes: readonly string[];
  /** The synthetic instruction; null where the product has none. */
  readonly instruction: string | null;
  readonly instructionAttributes: readonly string[];
}

/** Throws `RecordProblem`. */
export function loadAttributeEntry(value: unknown): AttributeEntry {
  if (!isObject(value)) throw new RecordProblem('an entry must be an object');
  // The original's stand-in for products without attributes.
  const attributes =
    value['attributes'] === undefined ? dummyAttributes : stringList(value['attributes'], 'attributes');
  const instruction = value['instruction'] ?? null;
  if (instruction === null) return { attributes, instruction: null, instructionAttributes: [] };
  if (typeof instruction !== 'string') throw new RecordProblem('"instruction" must be a text');
  const instructionAttributes = stringList(value['instruction_attributes'], 'instruction_attributes');
  if (instructionAttributes.length === 0) throw new RecordProblem('"instruction_attributes" must not be empty');
  return { attributes, instruction, instructionAttributes };
}

export const dummyAttributes: readonly string[] = ['DUMMY_ATTR'];

/** By place: where the asin stands in the order of all asins. */
function ranksOf(asins: ReadonlyMap<string, number>): Uint32Array {
  const ranks = new Uint32Array(asins.size);
  const sorted = [...asins.keys()];
  // The built-in order is by UTF-16 unit, which is much faster and wrong for surrogates alone.
  if (sorted.some((asin) => /[\ud800-\udfff]/.test(asin))) sorted.sort(compareCodePoints);
  else sorted.sort();
  sorted.forEach((asin, rank) => (ranks[asins.get(asin) ?? 0] = rank));
  return ranks;
}

function combinationsOf(options: ReadonlyMap<string, readonly string[]>): number {
  let count = 1;
  for (const values of options.values()) count *= values.length;
  return count;
}

function complain(error: unknown, options: IndexingOptions, file: string, record: number, asin: string): void {
  if (!(error instanceof RecordProblem)) throw error;
  const problem = new LacError(
    'webshop.bad-record',
    { file, record, asin: asin === '' ? 'no asin' : asin, reason: error.message },
    { cause: error },
  );
  if (options.onProblem === undefined) throw problem;
  options.onProblem(problem);
}

/** Texts by number, in the order in which they were first seen. */
class Numbering {
  private readonly numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(text, number);
    return number;
  }

  texts(): readonly string[] {
    return [...this.numbers.keys()];
  }
}

/** Gives other work a turn now and then, and hears whether to stop. */
class Pace {
  private last = performance.now();
  private records = 0;

  constructor(private readonly signal: AbortSignal | undefined) {}

  /** True when it has paused: a good moment to report progress. */
  async rest(): Promise<boolean> {
    if (++this.records % 64 !== 0 || performance.now() - this.last < 25) return false;
    await new Promise((resolve) => setImmediate(resolve));
    this.signal?.throwIfAborted();
    this.last = performance.now();
    return true;
  }
}
