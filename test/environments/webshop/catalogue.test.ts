import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCatalogue } from '../../../src/environments/webshop/checkCatalogue';
import { generateCatalogue } from '../../../src/environments/webshop/generate/catalogue';
import { humanGoals, syntheticGoals } from '../../../src/environments/webshop/goals';
import { IndexBuilder, MemoryPostings } from '../../../src/environments/webshop/indexBuilder';
import { openCatalogue } from '../../../src/environments/webshop/openCatalogue';
import { SearchIndex } from '../../../src/environments/webshop/searchIndex';
import { writeSyntheticCatalogue } from '../../bench/syntheticCatalogue';

const shipped = path.resolve('media/data/webshop');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'webshop-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const product = {
  asin: 'B000000001',
  name: 'Lamp',
  full_description: 'A lamp.',
  small_description: ['bright'],
  pricing: '$12.50',
  images: [],
  category: 'garden',
  query: ' Lamps ',
  product_category: 'Home › Lamps',
  customization_options: { Color: [{ value: ' Red/Blue ' }], Size: null },
};

function put(products: string, attributes = '{}'): void {
  writeFileSync(path.join(folder, 'items_shuffle.json'), products);
  writeFileSync(path.join(folder, 'items_ins_v2.json'), attributes);
}

describe('loading', () => {
  it('loads products as the original does', async () => {
    const second = {
      ...product,
      asin: 'B000000002',
      pricing: '',
      small_description: 'one text',
      customization_options: '',
    };
    const third = { ...product, asin: 'B000000003', pricing: '$1,008.00$1,199' };
    const skipped = [{ ...product, asin: 'nan' }, { ...product, asin: 'B0000000011' }, product];
    put(
      JSON.stringify([product, second, third, ...skipped]).replace('"images":[]', '"images":[],"rating":NaN'),
      '{"B000000001": {"attributes": ["soft light"]}}',
    );
    const catalogue = await openCatalogue(folder);
    expect(catalogue.size).toBe(3);
    expect(catalogue.product(0)).toMatchObject({ query: 'lamps', priceTag: '$12.5' });
    expect([...catalogue.product(0).options]).toEqual([['color', ['red | blue']]]);
    expect(catalogue.product(1)).toMatchObject({ priceTag: '$100.0', bullets: ['one text'] });
    expect(catalogue.product(2)).toMatchObject({ priceTag: '$1008.0 to $1199.0' });
    expect(catalogue.price(2)).toBeGreaterThan(1008);
    expect([catalogue.attributes(0), catalogue.attributes(1)]).toEqual([['soft light'], ['DUMMY_ATTR']]);
  });

  it.each([
    ['not json', 'neither a JSON array nor an object'],
    ['[{"asin": "B000000001"', 'record 0'],
    [`[${JSON.stringify(product)}`, 'cut off'],
    [`[${JSON.stringify(product)},`, 'record 1'],
    [`[${JSON.stringify(product)} ${JSON.stringify(product)}]`, 'missing between records'],
    [`[${JSON.stringify(product)}] and more`, 'more after the end'],
    ['[{"asin": }]', 'record 0'],
    ['', 'empty'],
  ])('names file and record of a malformed file: %s', async (text, reason) => {
    put(text);
    await expect(openCatalogue(folder)).rejects.toMatchObject({ code: 'webshop.malformed-file' });
    await expect(openCatalogue(folder)).rejects.toThrow(reason);
    await expect(openCatalogue(folder)).rejects.toThrow('items_shuffle.json');
  });

  it.each([
    [{ name: 5 }, '"name" must be a text'],
    [{ pricing: 'cheap' }, '"pricing" has no dollar sign'],
    [{ pricing: '$' }, '"pricing" is no price'],
    [{ customization_options: { Color: 'red' } }, 'option "Color" must be a list'],
    [{ small_description: [1] }, '"small_description"'],
  ])('names the record that cannot be loaded: %j', async (change, reason) => {
    put(JSON.stringify([product, { ...product, asin: 'B000000009', ...change }]));
    await expect(openCatalogue(folder)).rejects.toMatchObject({ code: 'webshop.bad-record' });
    await expect(openCatalogue(folder)).rejects.toThrow(`record 1 (B000000009): ${reason}`);
    const report = await checkCatalogue(folder, { cacheFolder: null });
    expect(report).toMatchObject({ products: 1, problemCount: 1 });
  });

  it('names what is missing', async () => {
    await expect(openCatalogue(folder)).rejects.toMatchObject({ code: 'webshop.missing-file' });
    writeFileSync(path.join(folder, 'items_shuffle.json'), '[]');
    await expect(openCatalogue(folder)).rejects.toThrow('items_ins_v2');
    await expect(openCatalogue(path.join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'webshop.unreadable-file',
    });
  });

  it('stops when it is told to', async () => {
    writeSyntheticCatalogue(folder, 3000, 3);
    const stop = new AbortController();
    const opening = openCatalogue(folder, { signal: stop.signal });
    stop.abort();
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a kept index', () => {
  it('gives the same shop as one held whole, and is made anew when the files change', async () => {
    writeSyntheticCatalogue(folder, 700, 5);
    const cacheFolder = path.join(folder, 'cache');
    const whole = await openCatalogue(folder);
    const built = await openCatalogue(folder, { cacheFolder, heldWhole: 0 });
    const progress: number[] = [];
    const kept = await openCatalogue(folder, { cacheFolder, heldWhole: 0, onProgress: (part) => progress.push(part) });
    expect(progress).toEqual([]);
    const file = path.join(folder, 'items_human_ins.json');
    for (const other of [built, kept]) {
      expect(other.sha256).toBe(whole.sha256);
      expect(other.columns.prices).toEqual(whole.columns.prices);
      for (let place = 0; place < whole.size; place += 37) {
        expect(other.product(place)).toEqual(whole.product(place));
        expect(other.attributes(place)).toEqual(whole.attributes(place));
        expect(other.placeOf(whole.asin(place))).toBe(place);
        const query = whole.product(place).name;
        expect(other.search(query, 50)).toEqual(whole.search(query, 50));
      }
      for (const make of [(c: typeof whole) => humanGoals(c, file), syntheticGoals]) {
        const [goals, others] = [make(whole), make(other)];
        expect(others.size).toBe(goals.size);
        for (let i = 0; i < goals.size; i += 11) expect(others.at(i)).toEqual(goals.at(i));
      }
      other.close();
    }
    const text = readFileSync(path.join(folder, 'items_shuffle.json'), 'utf8');
    writeFileSync(path.join(folder, 'items_shuffle.json'), `${text}\n`);
    const again = await openCatalogue(folder, { cacheFolder, heldWhole: 0, onProgress: (part) => progress.push(part) });
    expect(progress.at(-1)).toBe(1);
    again.close();
  });

  it('is made anew when it is damaged', async () => {
    writeSyntheticCatalogue(folder, 200, 6);
    const cacheFolder = path.join(folder, 'cache');
    mkdirSync(cacheFolder);
    const first = await openCatalogue(folder, { cacheFolder, heldWhole: 0 });
    const query = first.product(3).name;
    const hits = first.search(query, 50);
    first.close();
    const index = readdirSync(cacheFolder).find((name) => name.endsWith('.index')) ?? '';
    const bytes = readFileSync(path.join(cacheFolder, index));
    writeFileSync(path.join(cacheFolder, index), bytes.subarray(0, bytes.length - 100));
    const second = await openCatalogue(folder, { cacheFolder, heldWhole: 0 });
    expect(second.search(query, 50)).toEqual(hits);
    second.close();
  });
});

it('builds the same index in many runs as in one', () => {
  const texts = generateCatalogue(4, 2).products.map(
    (each) => `${String(each['name'])} ${String(each['full_description'])}`,
  );
  const ranks = Uint32Array.from(texts.keys());
  const build = (runSize: number): SearchIndex => {
    const builder = new IndexBuilder(new MemoryPostings(), runSize);
    for (const text of texts) builder.add(text);
    return new SearchIndex(builder.finish(ranks));
  };
  const [one, many] = [build(1 << 20), build(50)];
  for (const text of texts) expect(many.search(text, 50)).toEqual(one.search(text, 50));
});

it('ships what its generator makes', () => {
  const { products, attributes, instructions } = generateCatalogue(20, 6);
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(shipped, name), 'utf8'));
  expect(read('items_shuffle.json')).toEqual(products);
  expect(read('items_ins_v2.json')).toEqual(attributes);
  expect(read('items_human_ins.json')).toEqual(instructions);
});

it('checks the catalogue that ships', async () => {
  const report = await checkCatalogue(shipped, { cacheFolder: null });
  expect(report).toMatchObject({ products: 300, skipped: 0, problemCount: 0, indexKept: false });
  expect(report.goals['human']).toBeGreaterThan(200);
});
