import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Batcher } from '../../../src/models/embedded/batcher';
import type { Sequence } from '../../../src/models/embedded/keyValueCache';
import { MAX_ROWS } from '../../../src/models/embedded/network';

const signal = new AbortController().signal;
const sequence = (): Sequence => ({ tokens: [], pages: [] });
const tokens = (count: number): number[] => new Array<number>(count).fill(1);

test('a short question waits for one pass of a long prompt, and a cancelled one is in no further pass', async () => {
  const [long, short, other] = [sequence(), sequence(), sequence()];
  const passes: { readonly of: readonly Sequence[]; readonly rows: number }[] = [];
  const batcher = new Batcher({
    run: (segments) => {
      const rows = segments.reduce((sum, segment) => sum + segment.tokens.length, 0);
      passes.push({ of: segments.map((segment) => segment.sequence), rows });
      return segments.map(() => []);
    },
  });
  const abort = new AbortController();
  const cancelled = expect(batcher.read(long, tokens(10 * MAX_ROWS), 'none', abort.signal)).rejects.toMatchObject({
    name: 'AbortError',
  });
  while (passes.length === 0) await turn();
  const before = passes.length;
  await batcher.read(short, tokens(1), 'none', signal);
  expect(passes.slice(before)).toEqual([{ of: [short, long], rows: MAX_ROWS }]);
  abort.abort();
  await cancelled;
  await batcher.read(other, tokens(2 * MAX_ROWS), 'none', signal);
  expect(passes.slice(before + 1).map(({ of }) => of)).toEqual([[other], [other]]);
});
