import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ollama } from 'ollama';
import { readLlama } from '../../src/models/embedded/architecture';
import { Distribution } from '../../src/models/embedded/distribution';
import { EmbeddedModel } from '../../src/models/embedded/embeddedModel';
import { readGguf } from '../../src/models/embedded/gguf';
import type { Kernel } from '../../src/models/embedded/kernel';
import { KeyValueCache } from '../../src/models/embedded/keyValueCache';
import { MAX_ROWS, Network, NetworkPlan } from '../../src/models/embedded/network';
import { pagesFor } from '../../src/models/embedded/prefixes';
import { scriptKernel } from '../../src/models/embedded/scriptKernel';
import { startServer } from '../../src/models/embedded/server/server';
import { readTokenizer, type Tokenizer } from '../../src/models/embedded/tokenizer';
import { wasmKernel } from '../../src/models/embedded/wasmKernel';
import { workerEngine } from '../../src/models/embedded/workerEngine';
import { embeddedWorker, kernelBinary } from '../support/embeddedWorker';
import { llamaCppAttention } from '../support/llamaCppAttention';
import { ConformanceReport, type Conformance } from './report';

/** Agreement of log-probabilities, for those above `LEAST`. */
const TOLERANCE = 1e-2;
const LEAST = -10;
/** llama.cpp sums the attention of so many tokens of a batch in float32, of a rest in float16. */
const TILE = 64;

interface TokenizeRow {
  readonly kind: 'tokenize';
  readonly text: string;
  readonly tokens: readonly number[];
}
interface NextRow {
  readonly kind: 'next';
  readonly tokens: readonly number[];
  readonly top: readonly (readonly [number, number])[];
  readonly total: number;
}
type Row = TokenizeRow | NextRow;

function readRows(file: string): Row[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

type Arithmetic = 'own' | 'llama.cpp';

/** Raw scores after each token list, by one kernel. */
class Reader {
  private readonly cache: KeyValueCache;
  private readonly own: Network;
  private readonly rounded: Network;

  constructor(plan: NetworkPlan, kernel: Kernel, pages: number) {
    this.own = new Network(plan, kernel);
    this.rounded = new Network(plan, llamaCppAttention(kernel));
    this.cache = new KeyValueCache(
      pages,
      (from, to) => this.own.copyPage(from, to),
      () => false,
    );
  }

  read(tokens: readonly number[], arithmetic: Arithmetic): Float32Array {
    const sequence = this.cache.empty();
    const tiled = Math.floor(tokens.length / TILE) * TILE;
    let logits: Float32Array | undefined;
    for (let at = 0; at < tokens.length;) {
      const end = Math.min(at + MAX_ROWS, tokens.length, at < tiled ? tiled : Infinity);
      this.cache.extend(sequence, end - at);
      const network = arithmetic === 'own' || at < tiled ? this.own : this.rounded;
      logits = network.forward([{ sequence, tokens: tokens.slice(at, end), wanted: 'last' }])[0]?.[0];
      at = end;
    }
    this.cache.release(sequence);
    if (logits === undefined) throw new RangeError('a row without tokens');
    return logits;
  }
}

interface Comparison {
  readonly worst: number;
  readonly problem: string | undefined;
}

function compare(row: NextRow, logits: Float32Array): Comparison {
  const distribution = new Distribution(logits);
  let worst = 0;
  let problem: string | undefined;
  const entries = row.top.filter(([, logprob]) => logprob > LEAST);
  for (const [token, logprob] of entries) {
    const difference = Math.abs(distribution.logprob(token) - logprob);
    worst = Math.max(worst, difference);
    if (difference > TOLERANCE) problem ??= `token ${token}: ${distribution.logprob(token)} instead of ${logprob}`;
  }
  for (const [a, aLogprob] of entries) {
    for (const [b, bLogprob] of entries) {
      if (aLogprob - bLogprob > TOLERANCE && distribution.logprob(a) <= distribution.logprob(b)) {
        problem ??= `tokens ${a} and ${b} change places`;
      }
    }
  }
  let total = 0;
  for (let token = 0; token < distribution.size; token++) total += Math.exp(distribution.logprob(token));
  if (Math.abs(total - 1) > 1e-6 || Math.abs(row.total - 1) > 1e-3) problem ??= `the probabilities sum to ${total}`;
  return { worst, problem };
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  return Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
}

function checkRows(file: string, rows: readonly Row[], report: ConformanceReport, log: (line: string) => void): void {
  const name = path.basename(file);
  const gguf = readGguf(readFileSync(file), file);
  const tokenizer = readTokenizer(gguf, file);
  const next = rows.filter((row) => row.kind === 'next');
  for (const row of rows) {
    if (row.kind !== 'tokenize') continue;
    const tokens = tokenizer.tokenize(row.text).join();
    const problem = tokens === row.tokens.join() ? undefined : `${tokens} instead of ${row.tokens.join()}`;
    report.count(`${name} tokenize ${JSON.stringify(row.text)}`, problem);
  }
  const longest = Math.max(1, ...next.map(({ tokens }) => tokens.length));
  const plan = new NetworkPlan(readLlama(gguf, file), longest);
  const pages = pagesFor(longest);
  const wasm = new Reader(plan, wasmKernel(kernelBinary(), plan.bytes(pages)), pages);
  const script = new Reader(plan, scriptKernel(plan.bytes(pages)), pages);
  let [worstOwn, worst, within] = [0, 0, 0];
  next.forEach((row, i) => {
    const own = wasm.read(row.tokens, 'own');
    const rounded = wasm.read(row.tokens, 'llama.cpp');
    for (const [arithmetic, logits] of [
      ['own', own],
      ['llama.cpp', rounded],
    ] as const) {
      const same = sameBits(logits, script.read(row.tokens, arithmetic));
      report.count(`${name} next ${i}, bits of both kernels (${arithmetic})`, same ? undefined : 'they differ');
    }
    const comparison = compare(row, rounded);
    report.count(`${name} next ${i}`, comparison.problem);
    worst = Math.max(worst, comparison.worst);
    const plain = compare(row, own);
    worstOwn = Math.max(worstOwn, plain.worst);
    if (plain.problem === undefined) within++;
  });
  log(
    `${name}: ${next.length} distributions, largest difference ${worst.toExponential(1)} with llama.cpp's float16 sums` +
      `; without them, as the product computes, ${worstOwn.toExponential(1)} (${within} rows within ${TOLERANCE})`,
  );
}

function promptsOf(rows: readonly Row[], tokenizer: Tokenizer): string[] {
  const texts = rows.flatMap((row) =>
    row.kind === 'next' ? [row.tokens.map((token) => tokenizer.textOf(token)).join('')] : [],
  );
  return [...texts.filter((text) => !text.includes('\ufffd')).slice(0, 10), 'Goal: go to the red ball\nAction:'];
}

/** The same log-probabilities over HTTP as in process. */
async function checkServer(file: string, rows: readonly Row[], report: ConformanceReport): Promise<void> {
  const model = await EmbeddedModel.open({ file, launch: workerEngine(await embeddedWorker()) });
  const server = await startServer({ model, name: 'conformance', port: 0 });
  try {
    const client = new Ollama({ host: server.url });
    const { signal } = new AbortController();
    for (const prompt of promptsOf(rows, readTokenizer(readGguf(readFileSync(file), file), file))) {
      const answer = await client.generate({
        model: 'conformance',
        prompt,
        raw: true,
        stream: false,
        logprobs: true,
        top_logprobs: 20,
        options: { temperature: 1, seed: 1, num_predict: 1, top_k: 0, top_p: 1, min_p: 0 },
      });
      const { top } = await model.next({ kind: 'next', prompt: [prompt], labels: [] }, { signal });
      const there = answer.logprobs?.[0]?.top_logprobs?.map(({ token, logprob }) => ({ token, logprob }));
      // The token that ends a text, or stops inside a character, brings no entry.
      if (there === undefined) report.skip('over HTTP: the drawn token has no entry');
      else {
        const equal = JSON.stringify(there) === JSON.stringify(top);
        report.count(`${path.basename(file)} over HTTP ${JSON.stringify(prompt)}`, equal ? undefined : 'they differ');
      }
    }
  } finally {
    await server.close();
    await model.dispose();
  }
}

/** Holds the embedded model against what llama.cpp answered: every `*.gguf` with its `*.jsonl` or `*.jsonl.gz`. */
export const conform: Conformance = async ({ folder }, log) => {
  const report = new ConformanceReport();
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.gguf'))) {
    const file = path.join(folder, name);
    const stem = file.slice(0, -'.gguf'.length);
    const recording = [`${stem}.jsonl`, `${stem}.jsonl.gz`].find((candidate) => existsSync(candidate));
    const rows = recording === undefined ? [] : readRows(recording);
    if (recording === undefined) report.skip(`${name} has no recording`);
    else checkRows(file, rows, report, log);
    await checkServer(file, rows, report);
  }
  return report;
};
