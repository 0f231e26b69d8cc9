import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebShopEnvironment } from '../../src/environments/webshop/environment';
import { webshop } from '../../src/environments/webshop/kind';
import { openCatalogue } from '../../src/environments/webshop/openCatalogue';
import { seededRandom } from '../../src/lac/random';
import { sharedPath } from '../support/recordings';
import type { Bench, Figure } from './figure';
import { vocabularySize, Vocabulary, writeSyntheticCatalogue } from './syntheticCatalogue';

/** WebShop on the 600 real products where they are, else on those that ship. */
export const bench: Bench = async (log) => {
  const data = sharedPath('data', 'webshop');
  const folder = data ?? path.resolve('media/data/webshop');
  const note = data === undefined ? 'the products that ship' : 'the 600-product file';
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = processorTime();
    (await openCatalogue(folder)).close();
    times.push(processorTime() - start);
  }
  const catalogue = await openCatalogue(folder);
  log(`webshop: ${catalogue.size} products`);

  const resources = { assets: folder, dataFolder: null, cacheFolder: null };
  const environment = await webshop.open(resources);
  if (!(environment instanceof WebShopEnvironment)) throw new TypeError('webshop opened something else');
  const [set] = await webshop.taskSets(resources);
  const queries = Array.from({ length: Math.min(set.size, 200) }, (_, i) => set.at(i).title);
  const searching = rate(() => {
    for (const query of queries) catalogue.search(query, 50);
    return queries.length;
  });

  // One search, then a walk over pages, products, options and sub pages.
  const walks: string[][] = [];
  for (let i = 0; i < Math.min(set.size, 50); i++) {
    await environment.reset(set.at(i));
    await environment.step(`search[${queries[i]}]`);
    const asin = environment.admissible().find((action) => /^click\[[A-Z0-9]{10}\]$/.test(action));
    if (asin === undefined) continue;
    const turns = ['click[Next >]', 'click[< Prev]', asin];
    await environment.step(asin);
    const options = environment.admissible().filter((action) => /^click\[[^A-Z<]/.test(action));
    const pages = ['click[Description]', 'click[< Prev]', 'click[Features]', 'click[< Prev]'];
    walks.push([...turns, ...options.slice(0, 6), ...pages, 'click[< Prev]']);
  }
  let steps = 0;
  let spent = 0;
  for (let round = 0; round < 40; round++) {
    for (const [i, walk] of walks.entries()) {
      await environment.reset(set.at(i));
      await environment.step(`search[${queries[i]}]`);
      const start = processorTime();
      for (const action of walk) await environment.step(action);
      spent += processorTime() - start;
      steps += walk.length;
    }
  }
  return [
    {
      name: 'webshop.load',
      value: times[0] / 1000,
      unit: 's',
      aim: { direction: 'at-most', value: 0.5 },
      note: `${note}, first of five, by processor time`,
    },
    {
      name: 'webshop.load-warm',
      value: Math.min(...times) / 1000,
      unit: 's',
      note: `${note}, best of five, by processor time`,
    },
    {
      name: 'webshop.steps',
      value: (steps / spent) * 1000,
      unit: 'steps/s',
      aim: { direction: 'at-least', value: 20_000 },
      note: 'without searches, by processor time',
    },
    {
      name: 'webshop.searches',
      value: searching,
      unit: 'searches/s',
      aim: { direction: 'at-least', value: 1000 },
      note: 'whole instructions as queries, by processor time',
    },
  ];
};

/** Calls per second of processor time, over about a second. */
function rate(work: () => number): number {
  work();
  const start = processorTime();
  let done = 0;
  while (processorTime() - start < 1000) done += work();
  return (done / (processorTime() - start)) * 1000;
}

/** Milliseconds that this process has computed: what one core takes, whatever else runs on the machine. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const phaseVariable = 'LAC_BENCH_WEBSHOP_FOLDER';

/** A made-up catalogue of `LAC_BENCH_PRODUCTS` products; skipped without that variable, for it takes minutes. */
export const largeBench: Bench = async (log) => {
  const given = process.env[phaseVariable];
  if (given !== undefined) return await openedFigures(given);
  const products = Number(process.env['LAC_BENCH_PRODUCTS'] ?? 0);
  if (!(products > 0)) {
    log('webshop-large: skipped; set LAC_BENCH_PRODUCTS (1000000) to run it');
    return [];
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'lac-webshop-'));
  try {
    const bytes = writeSyntheticCatalogue(folder, products, 1);
    log(`webshop-large: ${products} products, ${(bytes / 1e9).toFixed(2)} GB`);
    const start = performance.now();
    const catalogue = await openCatalogue(folder, { cacheFolder: path.join(folder, 'cache'), heldWhole: 0 });
    const indexing = (performance.now() - start) / 1000;
    catalogue.close();
    const peak = process.resourceUsage().maxRSS / 1024;
    // In a process of its own, so that what indexing left behind does not count.
    const child = spawnSync(process.execPath, [process.argv[1], 'webshop-large', '--json'], {
      env: { ...process.env, [phaseVariable]: folder },
      encoding: 'utf8',
    });
    if (child.status !== 0) throw new Error(`the second process failed: ${child.stderr}`);
    const note = `${products.toLocaleString('en')} made-up products`;
    const opened = Object.entries(JSON.parse(child.stdout) as Readonly<Record<string, number>>);
    return [
      { name: 'webshop-large.index', value: indexing, unit: 's', note },
      { name: 'webshop-large.index-memory', value: peak, unit: 'MiB', note: 'peak resident while indexing' },
      ...opened.map(([name, value]) => ({ name, value, ...unitsOf(name), note })),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

function unitsOf(name: string): Pick<Figure, 'unit' | 'aim'> {
  if (name.endsWith('.open')) return { unit: 's', aim: { direction: 'at-most', value: 2 } };
  if (name.endsWith('memory')) return { unit: 'MiB', aim: { direction: 'at-most', value: 1024 } };
  return name.endsWith('.search-worst') ? { unit: 'ms' } : { unit: 'ms', aim: { direction: 'at-most', value: 50 } };
}

async function openedFigures(folder: string): Promise<readonly Figure[]> {
  const cache = path.join(folder, 'cache');
  const start = performance.now();
  const catalogue = await openCatalogue(folder, { cacheFolder: cache, heldWhole: 0 });
  const opening = (performance.now() - start) / 1000;
  const random = seededRandom(2);
  const vocabulary = new Vocabulary(vocabularySize);
  const people = readFileSync(path.join(folder, 'items_human_ins.json'), 'utf8');
  const instructions = [...people.matchAll(/"instruction":"([^"]*)"/g)].map((match) => match[1]);
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    // Half are instructions; half are words of a product with some of the language's most frequent.
    const place = Math.floor(random.next() * catalogue.size);
    const mixed = `${catalogue.product(place).name} ${Array.from({ length: 4 }, () => vocabulary.draw(random.next())).join(' ')}`;
    const query = i % 2 === 0 ? instructions[i % instructions.length] : mixed;
    const before = performance.now();
    const hits = catalogue.search(query, 50);
    for (const hit of hits.slice(0, 10)) catalogue.product(hit.document);
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return [
    { name: 'webshop-large.open', value: opening, unit: 's' },
    { name: 'webshop-large.search-median', value: times[100], unit: 'ms' },
    { name: 'webshop-large.search-95', value: times[190], unit: 'ms' },
    { name: 'webshop-large.search-worst', value: times[199], unit: 'ms' },
    { name: 'webshop-large.memory', value: process.resourceUsage().maxRSS / 1024, unit: 'MiB' },
  ];
}
