import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LacError } from '../../../src/errors/lacError';
import { seededRandom } from '../../../src/lac/random';
import { readLlama } from '../../../src/models/embedded/architecture';
import { readGguf } from '../../../src/models/embedded/gguf';
import { readTokenizer } from '../../../src/models/embedded/tokenizer';
import { syntheticGguf } from '../../support/syntheticGguf';
import { testSeed } from '../../support/seed';

const recordings = path.resolve('test/models/embedded/recordings');
const file = path.join(recordings, 'tiny-1m-q8_0.gguf');
const small = { width: 32, layers: 1, heads: 2, keyHeads: 1, feedForward: 32, vocabulary: 300, context: 64 } as const;

function open(bytes: Uint8Array): void {
  const gguf = readGguf(bytes, 'hostile.gguf');
  readTokenizer(gguf, 'hostile.gguf');
  readLlama(gguf, 'hostile.gguf');
}

describe('GGUF files', () => {
  it('tokenizes as llama.cpp does', () => {
    const tokenizer = readTokenizer(readGguf(readFileSync(file), file), file);
    const lines = readFileSync(path.join(recordings, 'tiny-1m-q8_0.jsonl'), 'utf8').trim().split('\n');
    const rows = lines
      .map((line) => JSON.parse(line) as { kind: string; text: string; tokens: number[] })
      .filter(({ kind }) => kind === 'tokenize');
    expect(rows.length).toBeGreaterThan(100);
    for (const { text, tokens } of rows) expect(tokenizer.tokenize(text), JSON.stringify(text)).toEqual(tokens);
  });

  it('refuses every truncation with an error that names the file', () => {
    const bytes = syntheticGguf({ ...small, type: 'Q8_0', seed: 1 });
    open(bytes);
    for (let length = 0; length < bytes.length - 32; length += length < 2000 ? 7 : 997) {
      expect(() => open(bytes.subarray(0, length)), `first ${length} bytes`).toThrow(LacError);
    }
  });

  it('meets mutated headers with a clear error or a sound model, and allocates nothing absurd', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const original = syntheticGguf({ ...small, type: 'Q8_0', seed: 1 });
    const extremes = [0n, 1n, 0xffn, 0xffff_ffffn, 0x7fff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn, 9n, 1n << 40n];
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 1500; i++) {
      const bytes = Buffer.from(original);
      const at = Math.floor(random.next() * 9000);
      const extreme = extremes[Math.floor(random.next() * extremes.length)] ?? 0n;
      if (random.next() < 0.5) bytes.writeBigUInt64LE(extreme, at);
      else bytes.writeUInt32LE(Number(extreme & 0xffff_ffffn), at);
      try {
        open(bytes);
      } catch (error) {
        expect(error, `mutation at ${at} of seed ${seed}`).toBeInstanceOf(LacError);
      }
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1_048_576);
  });
});
