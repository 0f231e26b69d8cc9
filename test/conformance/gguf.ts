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
import { embeddedWorker } from '../support/bundled';
import { kernelBinary } from '../support/kernelBinary';
import { ReferenceNetwork } from '../support/referenceNetwork';
import { ConformanceReport, type Conformance } from './report';

/** Agreement of log-probabilities, for those above `LEAST`. */
const TOLERANCE = 1e-2;
const LEAST = -10;
/** How near the product's log-probabilities have to be to those of the same network in float64. */
const PRECISION = 4e-3;
/** How much farther than the most that its known roundings bring about llama.cpp may be from float64. */
const SPREAD = 3;

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

/** Log-probabilities after each token list, by one kernel. */
class Reader {
  private readonly cache: KeyValueCache;
  private readonly network: Network;

  constructor(plan: NetworkPlan, kernel: Kernel, pages: number) {
    this.network = new Network(plan, kernel);
    this.cache = new KeyValueCache(
      pages,
      (from, to) => this.network.copyPage(from, to),
      () => false,
    );
  }

  read(tokens: readonly number[]): Float32Array {
    const sequence = this.cache.empty();
    let logits: Float32Array | undefined;
    for (let at = 0; at < tokens.length; at += MAX_ROWS) {
      const part = tokens.slice(at, at + MAX_ROWS);
      this.cache.extend(sequence, part.length);
      logits = this.network.forward([{ sequence, tokens: part, wanted: 'last' }])[0]?.[0];
    }
    this.cache.release(sequence);
    if (logits === undefined) throw new RangeError('a row without tokens');
    return logits;
  }
}

type Logprob = (token: number) => number;

/** The greatest difference over the recorded tokens above `LEAST`. */
function distance(row: NextRow, a: Logprob, b: Logprob): number {
  return row.top.reduce(
    (most, [token, logprob]) => (logprob > LEAST ? Math.max(most, Math.abs(a(token) - b(token))) : most),
    0,
  );
}

/** What is against the row's agreement with llama.cpp within `TOLERANCE`, values and order. */
function disagreement(row: NextRow, ours: Logprob): string | undefined {
  const entries = row.top.filter(([, logprob]) => logprob > LEAST);
  for (const [token, logprob] of entries) {
    if (Math.abs(ours(token) - logprob) > TOLERANCE) return `token ${token}: ${ours(token)} instead of ${logprob}`;
  }
  for (const [a, aLogprob] of entries) {
    for (const [b, bLogprob] of entries) {
      if (aLogprob - bLogprob > TOLERANCE && ours(a) <= ours(b)) return `tokens ${a} and ${b} change places`;
    }
  }
  return undefined;
}

function wrongTotal(row: NextRow, distribution: Distribution): string | undefined {
  let total = 0;
  for (let token = 0; token < distribution.size; token++) total += Math.exp(distribution.logprob(token));
  if (Math.abs(total - 1) > 1e-6) return `the probabilities sum to ${total}`;
  return Math.abs(row.total - 1) > 1e-3 ? `the recorded probabilities sum to ${row.total}` : undefined;
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  return Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** One row: distances between the product (ours), llama.cpp (recorded), and the reference, exact and rounded. */
interface Distances {
  readonly name: string;
  readonly disagreement: string | undefined;
  readonly oursToRecorded: number;
  readonly oursToExact: number;
  readonly recordedToExact: number;
  readonly recordedToRounded: number;
  readonly roundedToExact: number;
}

/**
 * Judges the rows of one file. The product's numbers always have to be those of float64. They also have to agree with
 * llama.cpp's, but where llama.cpp itself is not within the tolerance of float64: it rounds inputs of Q8_0 products to
 * 8 bits, and keys, values and sums of attention to float16, and its numbers change by up to 0.2 with the batch, the
 * processor and the kind of attention. Such rows are named, and count only if their error is of the size that these
 * roundings bring about in float64.
 */
function judge(file: string, rows: readonly Distances[], report: ConformanceReport, log: (line: string) => void): void {
  const bound = SPREAD * Math.max(0, ...rows.map(({ roundedToExact }) => roundedToExact));
  const inexact: Distances[] = [];
  for (const row of rows) {
    const { name, oursToExact, recordedToExact } = row;
    report.count(
      `${name} against float64`,
      oursToExact > PRECISION ? `differs by ${oursToExact}, more than ${PRECISION}` : undefined,
    );
    const excused =
      row.disagreement !== undefined && recordedToExact > TOLERANCE && recordedToExact <= Math.max(TOLERANCE, bound);
    report.count(`${name} against llama.cpp`, excused ? undefined : row.disagreement);
    if (excused) inexact.push(row);
  }
  const most = (of: (row: Distances) => number): string => Math.max(0, ...rows.map(of)).toExponential(1);
  const within = (of: (row: Distances) => number): number => rows.filter((row) => of(row) <= TOLERANCE).length;
  log(
    `${file}: ${rows.length} distributions; ours differ from float64 by at most ${most((row) => row.oursToExact)}, ` +
      `from llama.cpp by ${most((row) => row.oursToRecorded)} (${within((row) => row.oursToRecorded)} rows within ${TOLERANCE})`,
  );
  if (inexact.length === 0) return;
  const plain = median(rows.map(({ recordedToExact }) => recordedToExact));
  const rounded = median(rows.map(({ recordedToRounded }) => recordedToRounded));
  report.count(
    `${file}: llama.cpp's roundings explain its distance from float64`,
    rounded < plain ? undefined : `median distance ${plain}, and with its roundings in float64 ${rounded}`,
  );
  log(
    `  llama.cpp is itself farther than ${TOLERANCE} from float64 in ${inexact.length} of them. With its roundings float64 comes ` +
      `as near as ${rounded.toExponential(1)} (median; ${plain.toExponential(1)} without), within ${TOLERANCE} in ${within((row) => row.recordedToRounded)} rows`,
  );
  const named = rows.flatMap((row, i) => (inexact.includes(row) ? [`${i} (${row.recordedToExact.toFixed(3)})`] : []));
  log(`  These are, with llama.cpp's distance from float64: next ${named.join(', ')}`);
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
  const llama = readLlama(gguf, file);
  const plan = new NetworkPlan(llama, longest);
  const pages = pagesFor(longest);
  const wasm = new Reader(plan, wasmKernel(kernelBinary(), plan.bytes(pages)), pages);
  const script = new Reader(plan, scriptKernel(plan.bytes(pages)), pages);
  const exact = new ReferenceNetwork(llama, 'exact');
  const rounding = new ReferenceNetwork(llama, 'llama.cpp');
  const distances = next.map((row, i): Distances => {
    const rowName = `${name} next ${i}`;
    const logits = wasm.read(row.tokens);
    report.count(
      `${rowName}, bits of both kernels`,
      sameBits(logits, script.read(row.tokens)) ? undefined : 'they differ',
    );
    const distribution = new Distribution(logits);
    const [inExact, inRounded] = [exact.logprobs(row.tokens), rounding.logprobs(row.tokens)];
    const recorded = new Map(row.top);
    const ours = (token: number): number => distribution.logprob(token);
    const theirs = (token: number): number => recorded.get(token) ?? NaN;
    const precise = (token: number): number => inExact[token] ?? NaN;
    const rounded = (token: number): number => inRounded[token] ?? NaN;
    const totals = wrongTotal(row, distribution);
    report.count(`${rowName}, sum of probabilities`, totals);
    return {
      name: rowName,
      disagreement: disagreement(row, ours),
      oursToRecorded: distance(row, ours, theirs),
      oursToExact: distance(row, ours, precise),
      recordedToExact: distance(row, theirs, precise),
      recordedToRounded: distance(row, theirs, rounded),
      roundedToExact: distance(row, rounded, precise),
    };
  });
  judge(name, distances, report, log);
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
