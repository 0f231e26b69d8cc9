import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../../src/lac/random';
import { readLlama } from '../../src/models/embedded/architecture';
import { readGguf } from '../../src/models/embedded/gguf';
import { KeyValueCache } from '../../src/models/embedded/keyValueCache';
import { MAX_ROWS, Network, NetworkPlan } from '../../src/models/embedded/network';
import { pagesFor } from '../../src/models/embedded/prefixes';
import { wasmKernel } from '../../src/models/embedded/wasmKernel';
import { EmbeddedModel } from '../../src/models/embedded/embeddedModel';
import { workerEngine } from '../../src/models/embedded/workerEngine';
import { embeddedWorker } from '../support/bundled';
import { kernelBinary } from '../support/kernelBinary';
import { syntheticGguf } from '../support/syntheticGguf';
import type { Bench, Figure } from './figure';

/** The size of model that the product ships: 3 million parameters in Q8_0. */
const shape = { width: 192, layers: 6, heads: 6, feedForward: 512, vocabulary: 1024, context: 2048 };
const PREFILL = 512;

/** Tokens per second of this process's CPU time, so that other load on the machine does not count. */
function rate(tokens: number, work: () => void): number {
  work();
  let best = 0;
  for (let repeat = 0; repeat < 3; repeat++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, tokens / ((user + system) / 1e6));
  }
  return best;
}

interface LlamaCpp {
  readonly getLlama: (options: object) => Promise<{
    loadModel: (options: object) => Promise<{
      createContext: (options: object) => Promise<{
        getSequence: () => {
          evaluateWithoutGeneratingNewTokens: (tokens: readonly number[]) => Promise<void>;
          clearHistory: () => Promise<void>;
        };
      }>;
    }>;
    dispose: () => Promise<void>;
  }>;
}

/** llama.cpp's prefill on the same file, one thread; undefined where node-llama-cpp is not installed. */
async function peerPrefill(file: string, tokens: readonly number[]): Promise<number | undefined> {
  const folder = process.env['LLAMA_CPP_MODULES'] ?? process.cwd();
  const entry = path.join(folder, 'node_modules/node-llama-cpp/dist/index.js');
  if (!existsSync(entry)) return undefined;
  const url = pathToFileURL(entry).href;
  const { getLlama } = (await import(url)) as LlamaCpp;
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: shape.context, batchSize: PREFILL, threads: 1 });
  const sequence = context.getSequence();
  let best = 0;
  for (let repeat = 0; repeat < 5; repeat++) {
    await sequence.clearHistory();
    const before = process.cpuUsage();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens);
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, tokens.length / ((user + system) / 1e6));
  }
  await llama.dispose();
  return best;
}

/** The embedded model's speed on one core. */
export const bench: Bench = async (log) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lac-bench-'));
  try {
    const file = path.join(folder, 'synthetic-3m-q8_0.gguf');
    writeFileSync(file, syntheticGguf({ ...shape, type: 'Q8_0', seed: 1 }));
    const random = seededRandom(2);
    const tokens = Array.from({ length: 1152 }, () => 256 + Math.floor(random.next() * 512));
    const bytes = syntheticGguf({ ...shape, type: 'Q8_0', seed: 1 });
    const plan = new NetworkPlan(readLlama(readGguf(bytes, file), file), shape.context);
    const pages = pagesFor(shape.context);
    const network = new Network(plan, wasmKernel(kernelBinary(), plan.bytes(pages)));
    const cache = new KeyValueCache(
      pages,
      (from, to) => network.copyPage(from, to),
      () => false,
    );
    const sequence = cache.empty();
    const read = (count: number, step: number): void => {
      const end = sequence.tokens.length + count;
      while (sequence.tokens.length < end) {
        const at = sequence.tokens.length;
        const part = tokens.slice(at, Math.min(end, at + step));
        cache.extend(sequence, part.length);
        network.forward([{ sequence, tokens: part, wanted: step === 1 || at + step >= end ? 'last' : 'none' }]);
      }
    };
    const prefill = rate(PREFILL, () => {
      cache.rewind(sequence, 0);
      read(PREFILL, MAX_ROWS);
    });
    const decodeAt = (position: number): number => {
      cache.rewind(sequence, 0);
      read(position, MAX_ROWS);
      return rate(64, () => {
        cache.rewind(sequence, position);
        read(64, 1);
      });
    };
    const perSecond = 'tokens per CPU-second';
    const aim = (value: number) => ({ aim: { direction: 'at-least', value } as const });
    const figures: Figure[] = [
      { name: 'embedded.prefill512', value: prefill, unit: perSecond, ...aim(3000) },
      { name: 'embedded.decode.short', value: decodeAt(1), unit: perSecond, ...aim(2500), note: 'up to 64 tokens' },
      { name: 'embedded.decode512', value: decodeAt(512), unit: perSecond },
      { name: 'embedded.decode1024', value: decodeAt(1024), unit: perSecond },
    ];
    const launch = workerEngine(await embeddedWorker());
    const start = performance.now();
    const model = await EmbeddedModel.open({ file, launch });
    const { signal } = new AbortController();
    await model.next({ kind: 'next', prompt: ['Goal: go to the red ball\nAction:'], labels: [] }, { signal });
    const seconds = (performance.now() - start) / 1000;
    await model.dispose();
    figures.push({
      name: 'embedded.load',
      value: seconds,
      unit: 's',
      aim: { direction: 'at-most', value: 1 },
      note: 'worker, file and first answer, wall clock',
    });
    const peer = await peerPrefill(file, tokens.slice(0, PREFILL));
    if (peer === undefined) {
      log('SKIPPED: node-llama-cpp is not installed (LLAMA_CPP_MODULES: a folder whose node_modules has it)');
    } else {
      figures.push(
        { name: 'embedded.peer.prefill512', value: peer, unit: perSecond, note: 'node-llama-cpp, one thread' },
        {
          name: 'embedded.peer.ratio',
          value: peer / prefill,
          unit: 'times as fast as ours',
          aim: { direction: 'at-most', value: 2.5 },
        },
      );
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
