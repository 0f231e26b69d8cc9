import { readFileSync, writeFileSync } from 'node:fs';
import { seededRandom } from '../src/lac/random';
import { inOtherColors, recolored } from './data/recolor';
import { beginningOf } from './data/windows';

/**
 * Puts most texts of a file in other colours, those that begin alike in the same ones:
 * `node scripts/run.mjs training/recolorTexts.ts <from> <to> <seed>`.
 */
const [from, to, seed] = process.argv.slice(2);
if (from === undefined || to === undefined || !(Number(seed) >= 0)) {
  throw new Error('usage: recolorTexts.ts <from> <to> <seed>');
}
const random = seededRandom(Number(seed));
const texts = readFileSync(from, 'utf8')
  .trimEnd()
  .split('\n\n')
  .map((text) => text.split('\n'));
const groups: string[][][] = [];
for (const lines of texts) {
  const group = groups.at(-1);
  const alike = group?.[0] !== undefined && beginningOf(group[0]).join('\n') === beginningOf(lines).join('\n');
  if (alike) group.push(lines);
  else groups.push([lines]);
}
const changed = groups.flatMap((group) => (random.next() < inOtherColors ? recolored(group, random) : null) ?? group);
writeFileSync(to, changed.map((lines) => `${lines.join('\n')}\n\n`).join(''));
