import { readFileSync, writeFileSync } from 'node:fs';
import { seededRandom } from '../src/lac/random';
import { inOtherColors, recolored } from './data/recolor';

/** Puts most texts of a file in other colours: `node scripts/run.mjs training/recolorTexts.ts <from> <to> <seed>`. */
const [from, to, seed] = process.argv.slice(2);
if (from === undefined || to === undefined || !(Number(seed) >= 0)) {
  throw new Error('usage: recolorTexts.ts <from> <to> <seed>');
}
const random = seededRandom(Number(seed));
const texts = readFileSync(from, 'utf8').trimEnd().split('\n\n');
const changed = texts.map((text) => {
  const lines = text.split('\n');
  return (random.next() < inOtherColors ? recolored(lines, random) : null) ?? lines;
});
writeFileSync(to, changed.map((lines) => `${lines.join('\n')}\n\n`).join(''));
