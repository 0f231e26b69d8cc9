import { quantile } from '../../src/evaluation/statistics';
import { regularExpression } from '../../src/expressions/pattern';
import { parsePromptFile } from '../../src/prompts/syntax';
import { readHostile } from '../exchange/hostileFiles';
import type { Bench, Figure } from './figure';

/** One kind of hostile input: what is done with it at a size. */
interface Hostile {
  readonly name: string;
  /** Makes the input; what is returned reads it. */
  readonly prepare: (size: number) => () => unknown;
}

interface Group {
  readonly name: string;
  /** The smaller size; the other is twice that. */
  readonly size: number;
  readonly unit: string;
  readonly inputs: readonly Hostile[];
}

const prompts = ['{{', '}}{{', '---\n', '\n', '{{a '].map((piece): Hostile => ({
  name: JSON.stringify(piece),
  prepare: (size) => {
    const text = piece.repeat(size / piece.length);
    return () => parsePromptFile(text);
  },
}));

const patterns = ['(a+)+$', '^(a|a)*$', '(a|aa)+$', '(.*a){20}$', '([a-z]+)*!', '((((a*)*)*)*)*b', '(x+x+)+y'].map(
  (source): Hostile => ({
    name: `/${source}/`,
    prepare: (size) => {
      const text = `${'a'.repeat(size)}#`;
      return () => regularExpression(source)(text);
    },
  }),
);

function conversation(turns: readonly string[]): Uint8Array {
  const conversations = turns.map((value, i) => ({ from: i % 2 === 0 ? 'human' : 'gpt', value }));
  return Buffer.from(JSON.stringify([{ conversations }]));
}

function imported(name: string, bytesOf: (size: number) => Uint8Array): Hostile {
  return {
    name,
    prepare: (size) => {
      const bytes = bytesOf(size);
      return () => readHostile('hostile', bytes);
    },
  };
}

const imports: readonly Hostile[] = [
  imported('one long line', (size) => conversation(['x'.repeat(size), 'Action: go'])),
  imported('many turns', (size) =>
    conversation(Array.from({ length: size / 32 }, (_, i) => (i % 2 === 0 ? 'You see a wall.' : 'Action: go'))),
  ),
  imported('many lines of one turn', (size) => conversation(['a\n'.repeat(size / 2), 'Action: go'])),
  imported('opening brackets', (size) => Buffer.from('['.repeat(size))),
  imported('lines that are no JSON', (size) => Buffer.from('{"type":\n'.repeat(size / 9))),
];

const groups: readonly Group[] = [
  { name: 'prompts', size: 400_000, unit: 'characters', inputs: prompts },
  { name: 'patterns', size: 20_000, unit: 'characters', inputs: patterns },
  { name: 'imports', size: 1 << 20, unit: 'bytes', inputs: imports },
];

/** Median processor time of reading an input, in milliseconds. */
async function processorTime(read: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    await read();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return quantile(times, 0.5) ?? 0;
}

/** Below this a time is mostly noise, and what it doubles to says nothing. */
const leastMs = 5;

/** Processor time on hostile input, and what it grows to when the input is twice as long: about twice where it is linear. */
export const bench: Bench = async (log) => {
  const figures: Figure[] = [];
  for (const { name, size, unit, inputs } of groups) {
    let growth = { ratio: 0, input: '' };
    let longest = { ms: 0, input: '' };
    for (const input of inputs) {
      const single = await processorTime(input.prepare(size));
      const double = await processorTime(input.prepare(2 * size));
      const ratio = double / Math.max(single, leastMs);
      log(`${name} ${input.name}: ${single.toFixed(1)} ms, twice as long ${double.toFixed(1)} ms`);
      if (ratio > growth.ratio) growth = { ratio, input: input.name };
      if (double > longest.ms) longest = { ms: double, input: input.name };
    }
    figures.push(
      {
        name: `hostile.${name}.growth`,
        value: growth.ratio,
        unit: 'x the time for twice the input',
        aim: { direction: 'at-most', value: 3 },
        note: `the worst of ${inputs.length}: ${growth.input}; ${size.toLocaleString('en')} and twice as many ${unit}`,
      },
      {
        name: `hostile.${name}.time`,
        value: longest.ms,
        unit: 'ms CPU',
        aim: { direction: 'at-most', value: 1000 },
        note: `the longest of ${inputs.length}: ${longest.input}; ${(2 * size).toLocaleString('en')} ${unit}`,
      },
    );
  }
  return figures;
};
