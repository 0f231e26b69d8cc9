import { LacError } from '../../errors/lacError';
import type { LabelProbability, NextDistribution, Score, ScoredToken } from '../../lac/languageModel';
import { seededRandom } from '../../lac/random';
import { Alternatives } from './alternatives';
import { readLlama } from './architecture';
import { Batcher } from './batcher';
import { Distribution, logSumExp } from './distribution';
import { readGguf, type GgufFile } from './gguf';
import { PAGE_POSITIONS, type Kernel, type KernelKind } from './kernel';
import { KeyValueCache, type Sequence } from './keyValueCache';
import { labelVariants } from './labels';
import { readModelFile } from './modelFile';
import { Network, NetworkPlan } from './network';
import { pagesFor, Prefixes } from './prefixes';
import type {
  Answer,
  AnswerToQuestion,
  AskOptions,
  CompleteQuestion,
  Completion,
  EngineLauncher,
  EngineSettings,
  ModelFacts,
  NextQuestion,
  Question,
  RunningEngine,
  ScoreQuestion,
} from './questions';
import { scriptKernel } from './scriptKernel';
import { readTokenizer, type Tokenizer } from './tokenizer';
import { wasmKernel } from './wasmKernel';

const MEGABYTE = 1_048_576;
/** Most memory for the keys and values of one whole context: a longer one is cut back. */
const CONTEXT_BYTES = 256 * MEGABYTE;
/** Memory for keys and values in all, beyond the two contexts that are always there. Touched only when used. */
const CACHE_BYTES = 128 * MEGABYTE;
const MAX_CONTEXTS = 16;
const MAX_ARENA_BYTES = 4096 * MEGABYTE - 65_536;
/** Most tokens that a place can show. */
export const MAX_TOP = 20;

/**
 * A kernel with so much memory; undefined where the system refuses it. With `another` to fall back to, also where
 * WebAssembly or its SIMD is missing.
 */
function startKernel(kind: KernelKind, kernelBinary: Uint8Array, bytes: number, another: boolean): Kernel | undefined {
  try {
    return kind === 'wasm' ? wasmKernel(kernelBinary, bytes) : scriptKernel(bytes);
  } catch (error) {
    if (another || error instanceof RangeError) return undefined;
    throw error;
  }
}

function factsOf(gguf: GgufFile, file: string): Pick<ModelFacts, 'parameters' | 'quantization' | 'metadata'> {
  const byType = new Map<string, number>();
  let parameters = 0;
  for (const { type, shape } of gguf.tensors.values()) {
    const numbers = shape.reduce((product, size) => product * size, 1);
    parameters += numbers;
    byType.set(type, (byType.get(type) ?? 0) + numbers);
  }
  const [most] = [...byType].sort(([, a], [, b]) => b - a);
  if (most === undefined)
    throw new LacError('embedded.corrupt', { file, field: 'its tensors', reason: 'there are none' });
  const metadata: Record<string, string | number | boolean> = {};
  for (const [key, value] of gguf.metadata) if (typeof value !== 'object') metadata[key] = value;
  return { parameters, quantization: most[0], metadata };
}

/**
 * A GGUF model in this thread: reads the file, owns the network and its cache, and answers questions. Many may be
 * asked at once; they share passes and beginnings, and each answer is the same as if it were asked alone.
 */
export class Engine implements RunningEngine {
  private readonly stop = new AbortController();

  private constructor(
    readonly facts: ModelFacts,
    private readonly tokenizer: Tokenizer,
    private readonly batcher: Batcher,
    private readonly prefixes: Prefixes,
    private readonly cache: KeyValueCache,
  ) {}

  /**
   * @param kernelBinary The compiled kernel.
   * @throws LacError `embedded.*` for a file that is missing, damaged or unsupported, and for refused memory.
   */
  static async load(settings: EngineSettings, kernelBinary: Uint8Array): Promise<Engine> {
    const { file } = settings;
    const { bytes, digest } = await readModelFile(file);
    const gguf = readGguf(bytes, file);
    const tokenizer = readTokenizer(gguf, file);
    const model = readLlama(gguf, file);
    const smallest = new NetworkPlan(model, PAGE_POSITIONS);
    const affordable = Math.floor(CONTEXT_BYTES / (smallest.pageSize * 4)) * PAGE_POSITIONS;
    const contextLength = Math.min(
      model.architecture.contextLength,
      settings.contextLength ?? Infinity,
      Math.max(PAGE_POSITIONS, affordable),
    );
    const plan = new NetworkPlan(model, contextLength);
    const perContext = pagesFor(contextLength) + 1;
    const least = 2 * perContext;
    const wished = Math.min(MAX_CONTEXTS * perContext, Math.floor(CACHE_BYTES / (plan.pageSize * 4)));
    // A process with little address space may be refused WebAssembly's memory, which comes with wide guards, of any size.
    const kinds: readonly KernelKind[] = settings.kernel === 'auto' ? ['wasm', 'javascript'] : [settings.kernel];
    const attempts = kinds.flatMap((kind) =>
      [Math.max(least, wished), least].map((pageCount) => ({ kind, pageCount, another: kind !== kinds.at(-1) })),
    );
    for (const { kind, pageCount, another } of attempts) {
      const size = plan.bytes(pageCount);
      if (size > MAX_ARENA_BYTES) continue;
      const kernel = startKernel(kind, kernelBinary, size, another);
      if (kernel === undefined) continue;
      const network = new Network(plan, kernel);
      const cache: KeyValueCache = new KeyValueCache(
        pageCount,
        (from, to) => network.copyPage(from, to),
        () => prefixes.evict(),
      );
      const prefixes = new Prefixes(cache);
      const batcher = new Batcher({
        run: (segments) => {
          for (const { sequence, tokens } of segments) cache.extend(sequence, tokens.length);
          return network.forward(segments);
        },
      });
      const facts = {
        file,
        digest,
        fileBytes: bytes.length,
        contextLength,
        ...factsOf(gguf, file),
        kernel: kernel.kind,
      };
      return new Engine(facts, tokenizer, batcher, prefixes, cache);
    }
    throw new LacError('embedded.memory', { file, megabytes: Math.ceil(plan.bytes(least) / MEGABYTE) });
  }

  async ask<Q extends Question>(question: Q, options: AskOptions): Promise<AnswerToQuestion<Q>>;
  async ask(question: Question, options: AskOptions): Promise<Answer> {
    const withStop = { ...options, signal: AbortSignal.any([options.signal, this.stop.signal]) };
    switch (question.kind) {
      case 'complete':
        return this.complete(question, withStop);
      case 'next':
        return this.next(question, withStop);
      case 'score':
        return this.score(question, withStop);
    }
  }

  /** Aborts what is under way. */
  dispose(): Promise<void> {
    this.stop.abort();
    return Promise.resolve();
  }

  private distribution(logits: Float32Array | undefined): Distribution {
    if (logits === undefined) throw new RangeError('the scores of a token were not computed');
    try {
      return new Distribution(logits);
    } catch (error) {
      throw new LacError('embedded.not-finite', { file: this.facts.file }, { cause: error });
    }
  }

  private promptTokens(prompt: string): number[] {
    const { begin } = this.tokenizer;
    const tokens = this.tokenizer.tokenize(prompt);
    if (begin !== undefined) tokens.unshift(begin);
    if (tokens.length === 0) throw new LacError('embedded.request', { reason: 'the prompt is empty' });
    return tokens;
  }

  private checkRoom(promptTokens: number, newTokens: number, contextLength = this.facts.contextLength): void {
    const total = promptTokens + newTokens;
    if (total <= contextLength) return;
    throw new LacError('embedded.context-full', {
      model: this.facts.file,
      promptTokens,
      newTokens,
      total,
      contextLength,
    });
  }

  /** Reads a prompt, then works on with its sequence and the scores of its last token. */
  private withPrompt<T>(
    prompt: readonly number[],
    pages: number,
    signal: AbortSignal,
    use: (sequence: Sequence, logits: Float32Array | undefined) => Promise<T>,
  ): Promise<T> {
    let logits: Float32Array | undefined;
    return this.prefixes.lend(
      prompt,
      pages,
      signal,
      async (sequence) => {
        [logits] = await this.batcher.read(sequence, prompt.slice(sequence.tokens.length), 'last', signal);
      },
      (sequence) => use(sequence, logits),
    );
  }

  private async complete(question: CompleteQuestion, { signal, onToken }: AskOptions): Promise<Completion> {
    const { maxTokens, sampling, top, until, stops, alternatives, overflow } = question;
    if (!Number.isInteger(maxTokens) || maxTokens < 1) {
      throw new LacError('embedded.request', { reason: `at most ${maxTokens} tokens were asked for` });
    }
    const prompt = this.promptTokens(question.prompt);
    const context = Math.min(this.facts.contextLength, question.contextLength ?? Infinity);
    this.checkRoom(prompt.length, overflow === 'refuse' ? maxTokens : 1, context);
    const limit = Math.min(maxTokens, context - prompt.length);
    const random = seededRandom(sampling.seed);
    const mask = alternatives === null ? null : new Alternatives(alternatives, this.tokenizer);

    return this.withPrompt(prompt, pagesFor(prompt.length + limit), signal, async (sequence, first) => {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      const tokens: ScoredToken[] = [];
      let logits = first;
      let drawn = 0;
      let text = '';
      const finish = (end: Completion['end']): Completion => {
        const rest = decoder.decode();
        const last = tokens.at(-1);
        if (rest !== '' && last !== undefined) tokens[tokens.length - 1] = { ...last, token: last.token + rest };
        return {
          kind: 'complete',
          tokens,
          end,
          usage: { promptTokens: prompt.length, generatedTokens: drawn },
        };
      };
      for (;;) {
        const allowed = mask?.allowed() ?? null;
        drawn++;
        if (allowed?.length === 0) {
          if (mask?.complete === true) return finish('end-of-text');
          throw new LacError('embedded.request', { reason: 'the vocabulary cannot write the alternatives' });
        }
        const distribution = this.distribution(logits);
        const token = distribution.sample(sampling, random, allowed);
        if (this.tokenizer.ends.has(token)) return finish('end-of-text');
        mask?.accept(token);
        const scored: ScoredToken = {
          token: decoder.decode(this.tokenizer.bytesOf(token), { stream: true }),
          logprob: distribution.logprob(token),
          ...(top > 0 && { top: distribution.top(Math.min(top, MAX_TOP), (id) => this.tokenizer.textOf(id)) }),
        };
        tokens.push(scored);
        onToken?.(scored);
        if (until === 'newline' && scored.token.includes('\n')) return finish('newline');
        text += scored.token;
        if (stops.some((stop) => text.includes(stop, text.length - scored.token.length - stop.length))) {
          return finish('stop');
        }
        if (tokens.length === limit) return finish('length');
        [logits] = await this.batcher.read(sequence, [token], 'last', signal);
      }
    });
  }

  private async next({ prompt: text, labels }: NextQuestion, { signal }: AskOptions): Promise<NextDistribution> {
    const prompt = this.promptTokens(text);
    const variants = labels.map((label) => ({ label, variants: labelVariants(label, this.tokenizer) }));
    const longest = Math.max(
      0,
      ...variants.flatMap(({ variants: v }) => (v.kind === 'tokens' ? [] : v.sequences.map((s) => s.tokens.length))),
    );
    this.checkRoom(prompt.length, Math.max(1, longest));
    const pages = pagesFor(prompt.length) + (longest > 0 ? pagesFor(longest) + 1 : 0);
    return this.withPrompt(prompt, pages, signal, async (sequence, logits) => {
      const distribution = this.distribution(logits);
      const found: LabelProbability[] = [];
      for (const { label, variants: variant } of variants) {
        let logprob: number;
        let texts: readonly string[];
        if (variant.kind === 'tokens') {
          logprob = logSumExp(variant.tokens.map((token) => distribution.logprob(token)));
          texts = variant.tokens.map((token) => this.tokenizer.textOf(token));
        } else {
          const sums: number[] = [];
          for (const { tokens } of variant.sequences) {
            const logprobs = await this.forced(sequence, distribution, tokens, signal);
            this.cache.rewind(sequence, prompt.length);
            sums.push(logprobs.reduce((sum, { logprob: one }) => sum + (one ?? 0), 0));
          }
          logprob = logSumExp(sums);
          texts = variant.sequences.map(({ text: spelling }) => spelling);
        }
        found.push({ label, logprob: Math.min(0, logprob), bound: Math.min(0, logprob), variants: texts });
      }
      return {
        kind: 'next',
        labels: found,
        top: distribution.top(MAX_TOP, (id) => this.tokenizer.textOf(id)),
        usage: { promptTokens: prompt.length, generatedTokens: 1 },
      };
    });
  }

  private async score(question: ScoreQuestion, { signal }: AskOptions): Promise<Score> {
    const prompt = this.promptTokens(question.prompt);
    const continuation = this.tokenizer.tokenize(question.continuation);
    if (continuation.length === 0) throw new LacError('embedded.request', { reason: 'the continuation is empty' });
    this.checkRoom(prompt.length, continuation.length);
    const pages = pagesFor(prompt.length + continuation.length);
    return this.withPrompt(prompt, pages, signal, async (sequence, logits) => {
      const tokens = await this.forced(sequence, this.distribution(logits), continuation, signal);
      return {
        kind: 'score',
        tokens,
        logprob: tokens.reduce((sum, { logprob }) => sum + (logprob ?? 0), 0),
        score: 'exact',
        usage: { promptTokens: prompt.length, generatedTokens: continuation.length },
      };
    });
  }

  /** Teacher forcing: each token's log-probability after the sequence and those before it, which it then has read. */
  private async forced(
    sequence: Sequence,
    first: Distribution,
    tokens: readonly number[],
    signal: AbortSignal,
  ): Promise<ScoredToken[]> {
    const before = tokens.slice(0, -1);
    const logits = before.length === 0 ? [] : await this.batcher.read(sequence, before, 'all', signal);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return tokens.map((token, i) => ({
      token: decoder.decode(this.tokenizer.bytesOf(token), { stream: i + 1 < tokens.length }),
      logprob: (i === 0 ? first : this.distribution(logits[i - 1])).logprob(token),
    }));
  }
}

/** Runs the engine in the caller's thread, which it keeps busy: for benchmarks and tests. */
export function inProcess(kernelBinary: Uint8Array): EngineLauncher {
  return (settings) => Engine.load(settings, kernelBinary);
}
