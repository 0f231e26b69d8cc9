import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateCatalogue } from './catalogue';

/**
 * Writes the catalogue that ships, the same bytes each time:
 * `node scripts/run.mjs src/environments/webshop/generate/write.ts media/data/webshop`.
 */
const folder = process.argv[2] ?? 'media/data/webshop';
const { products, attributes, instructions } = generateCatalogue(20, 6);
mkdirSync(folder, { recursive: true });
const lines = (members: readonly string[]): string => members.join(',\n');
const named = (record: Readonly<Record<string, unknown>>): string =>
  `{\n${lines(Object.entries(record).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`))}\n}\n`;
const listing = `[\n${lines(products.map((product) => JSON.stringify(product)))}\n]\n`;
writeFileSync(path.join(folder, 'items_shuffle.json'), listing);
writeFileSync(path.join(folder, 'items_ins_v2.json'), named(attributes));
writeFileSync(path.join(folder, 'items_human_ins.json'), named(instructions));
