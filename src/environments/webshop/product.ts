import { floatRepr, strip } from './pythonText';

/** One product as the original's `load_products` makes it. */
export interface Product {
  readonly asin: string;
  /** `Title`. */
  readonly name: string;
  readonly description: string;
  readonly bullets: readonly string[];
  readonly category: string;
  /** Lower case, stripped. */
  readonly query: string;
  readonly productCategory: string;
  /** One price, or the two ends of a range; 100 where the listing names none. */
  readonly pricing: readonly number[];
  /** The price as pages show it: `$15.3`, `$8.98 to $11.99`. */
  readonly priceTag: string;
  /** Address of the first picture; empty where the listing has none. */
  readonly image: string;
  /** Option names in the listing's order, lower case, each with its values. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** A product record that cannot be loaded: says why; the caller knows the file and the record. */
export class RecordProblem extends Error {
  override readonly name = 'RecordProblem';
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The asin of a product record, or null where the original skips the record (`nan`, longer than 10). */
export function asinOf(record: unknown): string | null {
  if (!isObject(record)) throw new RecordProblem('a product must be an object');
  const asin = stringField(record, 'asin');
  return asin === 'nan' || Array.from(asin).length > 10 ? null : asin;
}

/** Loads one record of items_shuffle. Throws `RecordProblem` where the original would raise. */
export function loadProduct(record: unknown): Product {
  if (!isObject(record)) throw new RecordProblem('a product must be an object');
  const [pricing, priceTag] = loadPricing(record['pricing']);
  return {
    asin: stringField(record, 'asin'),
    name: stringField(record, 'name'),
    description: stringField(record, 'full_description'),
    bullets: loadBullets(record),
    category: stringField(record, 'category'),
    query: strip(stringField(record, 'query').toLowerCase()),
    productCategory: stringField(record, 'product_category'),
    pricing,
    priceTag,
    image: firstImage(record['images']),
    options: loadOptions(record['customization_options']),
  };
}

/** The text that the original's index holds of a product. */
export function indexedText(product: Product): string {
  const options = Array.from(product.options, ([name, values]) => `${name}: ${values.join(', ')}`).join(', and ');
  return [product.name, product.description, product.bullets.at(0) ?? '', options].join(' ').toLowerCase();
}

export function stringField(record: JsonObject, name: string): string {
  const value = record[name];
  if (typeof value === 'string') return value;
  throw new RecordProblem(value === undefined ? `"${name}" is missing` : `"${name}" must be a text`);
}

export function stringList(value: unknown, name: string): readonly string[] {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every((item): item is string => typeof item === 'string')) return items;
  }
  throw new RecordProblem(`"${name}" must be a list of texts`);
}

function loadBullets(record: JsonObject): readonly string[] {
  const bullets = record['small_description'];
  if (typeof bullets === 'string') return [bullets];
  return stringList(bullets, 'small_description');
}

function firstImage(images: unknown): string {
  const first: unknown = Array.isArray(images) ? images[0] : undefined;
  return typeof first === 'string' ? first : '';
}

function loadPricing(value: unknown): readonly [readonly number[], string] {
  if (value === undefined || value === null || value === '') return [[100], '$100.0'];
  if (typeof value !== 'string') throw new RecordProblem('"pricing" must be a text such as "$19.99" or "$19.99$27.99"');
  const prices = value
    .split('$')
    .slice(1)
    .map((part) => {
      const digits = part.replace(/[^\p{Nd}.]/gu, '');
      if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(digits)) throw new RecordProblem(`"pricing" is no price: ${value}`);
      return Number(digits);
    });
  const [first, second] = prices;
  if (prices.length === 0) throw new RecordProblem(`"pricing" has no dollar sign: ${value}`);
  if (prices.length === 1) return [prices, `$${floatRepr(first)}`];
  return [[first, second], `$${floatRepr(first)} to $${floatRepr(second)}`];
}

function loadOptions(value: unknown): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, readonly string[]>();
  if (value === undefined || value === null || value === '' || value === false) return options;
  if (Array.isArray(value) && value.length === 0) return options;
  if (!isObject(value)) throw new RecordProblem('"customization_options" must be an object or ""');
  for (const [name, contents] of Object.entries(value)) {
    if (contents === null) continue;
    if (!Array.isArray(contents)) throw new RecordProblem(`option "${name}" must be a list`);
    const list: readonly unknown[] = contents;
    options.set(
      name.toLowerCase(),
      list.map((content) => {
        if (!isObject(content)) throw new RecordProblem(`a value of option "${name}" must be an object`);
        return strip(stringField(content, 'value')).replaceAll('/', ' | ').toLowerCase();
      }),
    );
  }
  return options;
}
