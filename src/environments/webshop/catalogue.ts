import { closeSync, openSync, readSync } from 'node:fs';
import { LacError, messageOf } from '../../errors/lacError';
import type { CatalogueFiles } from './catalogueFiles';
import type { ProductColumns } from './columns';
import { dummyAttributes, loadAttributeEntry, type AttributeEntry, type IndexedCatalogue } from './indexing';
import { parsePythonJson } from './jsonRecords';
import { loadProduct, type Product } from './product';
import { SearchIndex, type Hit } from './searchIndex';

/** Products whose bodies are kept once read, in a catalogue that is not held whole. */
const keptBodies = 4096;

/** A shop's products: columns and search index in memory, bodies read from the original's files when asked for. */
export class Catalogue {
  readonly columns: ProductColumns;
  readonly sha256: string;
  readonly seed: number;
  private readonly index: SearchIndex;
  private readonly products = new Map<number, Product>();
  private readonly entries = new Map<number, AttributeEntry>();
  private readonly productFile: FileWindow;
  private readonly attributeFile: FileWindow;
  private attributePlaces: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(
    readonly files: CatalogueFiles,
    indexed: IndexedCatalogue,
    /** Products that are loaded already; with all of them nothing is read again. */
    loaded: readonly Product[],
  ) {
    this.columns = indexed.columns;
    this.sha256 = indexed.sha256;
    this.seed = indexed.seed;
    this.index = new SearchIndex(indexed.index);
    loaded.forEach((product, place) => this.products.set(place, product));
    this.productFile = new FileWindow(files.products);
    this.attributeFile = new FileWindow(files.attributes);
  }

  get size(): number {
    return this.columns.size;
  }

  /** Place of a product by its asin, or -1. */
  placeOf(asin: string): number {
    return this.columns.asins.find(asin);
  }

  asin(place: number): string {
    return this.columns.asins.at(place);
  }

  product(place: number): Product {
    const known = this.products.get(place);
    if (known !== undefined) return known;
    const { offsets, lengths } = this.columns;
    const product = loadProduct(this.productFile.json(offsets[place], lengths[place]));
    keep(this.products, place, product);
    return product;
  }

  /** The price that is compared with a goal's limit. */
  price(place: number): number {
    return this.columns.prices[place];
  }

  attributes(place: number): readonly string[] {
    return this.attributeEntry(place).attributes;
  }

  attributeEntry(place: number): AttributeEntry {
    const known = this.entries.get(place);
    if (known !== undefined) return known;
    const { attributeOffsets, attributeLengths } = this.columns;
    const entry: AttributeEntry =
      attributeOffsets[place] < 0
        ? { attributes: dummyAttributes, instruction: null, instructionAttributes: [] }
        : loadAttributeEntry(this.attributeFile.json(attributeOffsets[place], attributeLengths[place]));
    keep(this.entries, place, entry);
    return entry;
  }

  /** True when the product has a synthetic instruction, though it may make no goal. */
  hasInstruction(place: number): boolean {
    return this.columns.instructed[place] === 1;
  }

  search(query: string, limit: number): readonly Hit[] {
    return this.index.search(query, limit);
  }

  /** All products of a category, in the catalogue's order. */
  inCategory(category: string): readonly number[] {
    return placesOf(this.columns.categoryNumbers, this.columns.categories.indexOf(category));
  }

  /** All products listed under a query, in the catalogue's order. */
  underQuery(query: string): readonly number[] {
    return placesOf(this.columns.queryNumbers, this.columns.queries.indexOf(query));
  }

  /** All products that have an attribute, in the catalogue's order. Reads all attributes when first asked. */
  withAttribute(attribute: string): readonly number[] {
    if (this.attributePlaces === undefined) {
      const places = new Map<string, number[]>();
      for (let place = 0; place < this.size; place++) {
        for (const each of new Set(this.attributes(place))) {
          const list = places.get(each);
          if (list === undefined) places.set(each, [place]);
          else list.push(place);
        }
      }
      this.attributePlaces = places;
    }
    return this.attributePlaces.get(attribute) ?? [];
  }

  /** Lets go of open files; whatever is asked for later opens them again. */
  close(): void {
    this.productFile.close();
    this.attributeFile.close();
    this.index.close();
  }
}

function keep<T>(kept: Map<number, T>, place: number, value: T): void {
  if (kept.size >= keptBodies) {
    const oldest = kept.keys().next();
    if (oldest.done !== true) kept.delete(oldest.value);
  }
  kept.set(place, value);
}

function placesOf(numbers: Uint32Array, number: number): readonly number[] {
  const places: number[] = [];
  if (number < 0) return places;
  for (let place = numbers.indexOf(number); place >= 0; place = numbers.indexOf(number, place + 1)) places.push(place);
  return places;
}

/** Reads pieces of a file, opened when first needed. */
class FileWindow {
  private descriptor: number | undefined;

  constructor(private readonly file: string) {}

  json(offset: number, length: number): unknown {
    const bytes = Buffer.allocUnsafe(length);
    try {
      this.descriptor ??= openSync(this.file, 'r');
      readSync(this.descriptor, bytes, 0, length, offset);
    } catch (error) {
      throw new LacError('webshop.unreadable-file', { file: this.file, reason: messageOf(error) }, { cause: error });
    }
    try {
      return parsePythonJson(bytes.toString('utf8'));
    } catch (error) {
      // The index said that a record lies here: the file has changed since.
      const args = { file: this.file, record: '?', offset, reason: messageOf(error) };
      throw new LacError('webshop.malformed-file', args, { cause: error });
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}
