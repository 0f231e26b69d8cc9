import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLlama } from '../../../src/models/embedded/architecture';
import { Distribution } from '../../../src/models/embedded/distribution';
import { readGguf } from '../../../src/models/embedded/gguf';
import { type Kernel } from '../../../src/models/embedded/kernel';
import { KeyValueCache } from '../../../src/models/embedded/keyValueCache';
import { MAX_ROWS, Network, NetworkPlan } from '../../../src/models/embedded/network';
import { pagesFor } from '../../../src/models/embedded/prefixes';
import { scriptKernel } from '../../../src/models/embedded/scriptKernel';
import { wasmKernel } from '../../../src/models/embedded/wasmKernel';
import { seededRandom } from '../../../src/lac/random';
import { kernelBinary } from '../../support/kernelBinary';
import { ReferenceNetwork } from '../../support/referenceNetwork';
import { syntheticGguf, type SyntheticShape } from '../../support/syntheticGguf';

const CONTEXT = 128;
const kernels = {
  wasm: (bytes: number): Kernel => wasmKernel(kernelBinary(), bytes),
  javascript: (bytes: number): Kernel => scriptKernel(bytes),
};

function planOf(bytes: Uint8Array): NetworkPlan {
  return new NetworkPlan(readLlama(readGguf(bytes, 'model.gguf'), 'model.gguf'), CONTEXT);
}

/** Scores after the last token, read `step` tokens at a time. */
function read(plan: NetworkPlan, kernel: keyof typeof kernels, tokens: readonly number[], step: number): Float32Array {
  const pages = pagesFor(CONTEXT);
  const network = new Network(plan, kernels[kernel](plan.bytes(pages)));
  const cache = new KeyValueCache(
    pages,
    (from, to) => network.copyPage(from, to),
    () => false,
  );
  const sequence = cache.empty();
  let scores: Float32Array | undefined;
  for (let at = 0; at < tokens.length; at += step) {
    const part = tokens.slice(at, at + step);
    cache.extend(sequence, part.length);
    scores = network.forward([{ sequence, tokens: part, wanted: 'last' }])[0]?.[0];
  }
  if (scores === undefined) throw new RangeError('no tokens');
  return scores;
}

function farthest(scores: Float32Array, reference: Float64Array): number {
  const distribution = new Distribution(scores);
  return reference.reduce((most, logprob, i) => Math.max(most, Math.abs(distribution.logprob(i) - logprob)), 0);
}

describe('the arithmetic of the embedded model', () => {
  const base = { width: 96, layers: 2, heads: 6, feedForward: 160, vocabulary: 300, context: CONTEXT, seed: 11 };
  const shapes: Record<string, SyntheticShape> = {
    'six heads on two of keys, F32': { ...base, keyHeads: 2, type: 'F32' },
    'six heads on three of keys, Q8_0': { ...base, width: 192, keyHeads: 3, type: 'Q8_0', ownOutput: true },
    'four heads on one of keys, whose width fills no panel': {
      ...base,
      width: 80,
      heads: 4,
      keyHeads: 1,
      feedForward: 52,
      type: 'F32',
    },
    'a head of keys for each': { ...base, type: 'Q8_0' },
  };

  it.each(Object.entries(shapes))(
    'is that of float64, whatever the batch and the kernel: %s',
    (_, shape) => {
      const plan = planOf(syntheticGguf(shape));
      const random = seededRandom(5);
      const tokens = Array.from({ length: 77 }, () => 3 + Math.floor(random.next() * 256));
      const whole = read(plan, 'wasm', tokens, MAX_ROWS);
      const reference = new ReferenceNetwork(plan.model, 'exact').logprobs(tokens);
      // The scores must differ enough for the comparison to mean something.
      expect(Math.max(...reference) - Math.min(...reference)).toBeGreaterThan(1);
      expect(farthest(whole, reference)).toBeLessThan(shape.type === 'F32' ? 1e-4 : 2e-3);
      for (const kernel of ['wasm', 'javascript'] as const) {
        for (const step of [1, 7, MAX_ROWS]) expect(read(plan, kernel, tokens, step)).toEqual(whole);
      }
    },
    30_000,
  );

  // llama.cpp rounds what it multiplies by Q8_0 to 8 bits and strays by 0.16 from float64 on these texts. This is what
  // it says (node-llama-cpp 3.22.1, CPU, one thread) to the same weights written as F32, where it does not.
  it("gives llama.cpp's log-probabilities for the weights of a Q8_0 file", () => {
    const folder = path.resolve('test/models/embedded/recordings');
    const plan = planOf(readFileSync(path.join(folder, 'tiny-1m-q8_0.gguf')));
    const lines = gunzipSync(readFileSync(path.join(folder, 'tiny-1m-q8_0-as-f32.jsonl.gz')))
      .toString()
      .trim()
      .split('\n');
    let worst = 0;
    for (const line of lines) {
      const row = JSON.parse(line) as { tokens: number[]; top: [number, number][] };
      const distribution = new Distribution(read(plan, 'wasm', row.tokens, MAX_ROWS));
      for (const [token, logprob] of row.top) {
        if (logprob > -10) worst = Math.max(worst, Math.abs(distribution.logprob(token) - logprob));
      }
    }
    expect(lines).toHaveLength(60);
    expect(worst).toBeLessThan(1.1e-2);
  });
});
