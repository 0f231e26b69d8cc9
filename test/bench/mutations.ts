import path from 'node:path';
import { bigFile, damaged, readHostile, realFiles } from '../exchange/hostileFiles';
import { seeded } from '../exchange/mutations';
import type { Bench, Figure } from './figure';

const megabyte = 1 << 20;
const rounds = Number(process.env['LAC_MUTATIONS'] ?? 100_000);
const seed = Number(process.env['LAC_SEED'] ?? 20_261_122);

/**
 * Structure-aware damage to real files of every format that is read, every second one over 100 KB: the worst processor
 * time and memory of one reading, and what was said. `LAC_MUTATIONS` and `LAC_SEED` choose how many and which.
 */
export const bench: Bench = async (log) => {
  const files = [
    ...realFiles(path.resolve('test/exchange/recordings')),
    ...realFiles(path.resolve('media/data/examples'), (name) => name.endsWith('.lac.jsonl')),
  ];
  // Checks are compiled when the first lines are read.
  for (const { name, bytes } of files) await readHostile(name, bytes);
  const random = seeded(seed);
  const said = new Map<string, number>();
  const worst = { cpuMs: 0, memory: 0 };
  let big = 0;
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const file = files[(round >> 1) % files.length];
    const hostile = damaged(file, random, round % 2 === 0);
    if (hostile.length > bigFile) big++;
    bytes += hostile.length;
    const before = process.memoryUsage.rss();
    const peakBefore = process.resourceUsage().maxRSS * 1024;
    const { said: word, cpuMs } = await readHostile(file.name, hostile).catch((error: unknown) => {
      throw new Error(`seed ${seed}, round ${round}, ${file.name}`, { cause: error });
    });
    // The process's peak can only be read as a whole: where it has not risen, this reading stayed below it.
    const peak = process.resourceUsage().maxRSS * 1024;
    const used = (peak > peakBefore ? peak : process.memoryUsage.rss()) - before;
    if (cpuMs > worst.cpuMs) log(`round ${round}, ${file.name}: ${Math.round(cpuMs)} ms, ${word}`);
    worst.cpuMs = Math.max(worst.cpuMs, cpuMs);
    worst.memory = Math.max(worst.memory, used);
    said.set(word, (said.get(word) ?? 0) + 1);
    if ((round + 1) % 5000 === 0) log(`${round + 1} of ${rounds}`);
  }
  for (const [word, count] of said) log(`${word}: ${count}`);
  if ('polluted' in {}) throw new Error('a file changed the prototype of objects');
  const average = Math.round(bytes / rounds / 1024);
  const note = `${rounds.toLocaleString('en')} mutations of ${files.length} files, ${average} KB on average, seed ${seed}`;
  const figures: readonly Figure[] = [
    {
      name: 'mutations.processor-time',
      value: worst.cpuMs,
      unit: 'ms',
      aim: { direction: 'at-most', value: 1000 },
      note,
    },
    {
      name: 'mutations.memory',
      value: worst.memory / megabyte,
      unit: 'MiB',
      aim: { direction: 'at-most', value: 200 },
      note,
    },
    { name: 'mutations.big', value: (100 * big) / rounds, unit: '%', aim: { direction: 'at-least', value: 40 }, note },
  ];
  return figures;
};
