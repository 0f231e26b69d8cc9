import { censoredBound, readLabels } from '../../src/lac/labels';
import type {
  CallOptions,
  GenerateRequest,
  Generation,
  LanguageModel,
  ModelDescription,
  NextDistribution,
  NextRequest,
  Score,
  ScoreRequest,
  TokenProbability,
} from '../../src/lac/languageModel';
import { logFloor } from '../../src/lac/labels';

/**
 * The distribution of the next token after a prompt: token -> probability. What is missing to 1 stands for tokens that are
 * not named. `''` is the end of the text.
 */
export type NextToken = (prompt: string) => Readonly<Record<string, number>>;

/** Sorted best first, at most `count`; equal probabilities in alphabetical order, the end of the text left out. */
export function bestTokens(next: Readonly<Record<string, number>>, count: number): TokenProbability[] {
  return Object.entries(next)
    .filter(([token, probability]) => token !== '' && probability > 0)
    .sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([token, probability]) => ({ token, logprob: Math.log(probability) }));
}

/** The token that is chosen: the likeliest at temperature 0, else the one at `draw` (0 to 1) of the tempered distribution. */
export function chooseToken(next: Readonly<Record<string, number>>, temperature: number, draw: number): string {
  const entries = Object.entries(next)
    .filter(([, probability]) => probability > 0)
    .sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1));
  if (entries.length === 0) return '';
  if (temperature === 0) return entries[0][0];
  const weights = entries.map(([, probability]) => probability ** (1 / temperature));
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return entries[index][0];
  }
  return entries[entries.length - 1][0];
}

/** A number in [0, 1) that depends on seed and place alone, so that servers answer alike in any order. */
export function drawAt(seed: number, ordinal: number, place: number): number {
  let z =
    (Math.imul(seed + 1, 0x9e3779b9) ^ Math.imul(ordinal + 1, 0x85ebca6b) ^ Math.imul(place + 1, 0xc2b2ae35)) >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x7feb352d);
  z = Math.imul(z ^ (z >>> 15), 0x846ca68b);
  return ((z ^ (z >>> 16)) >>> 0) / 4294967296;
}

/**
 * A language model in memory that a test writes as a function, without any server: for tests of what stands above the
 * back ends. Counts its tokens as words of `NextToken`; a prompt counts one token for each four characters.
 */
export class WrittenModel implements LanguageModel {
  readonly description: ModelDescription;
  /** Prompts in the order in which they were asked. */
  readonly prompts: string[] = [];
  /** Requests under way, and the most there ever were at once. */
  running = 0;
  mostRunning = 0;
  disposed = false;

  constructor(
    private readonly next1: NextToken,
    options: {
      readonly digest?: string;
      readonly name?: string;
      /** The one text that it says it knows. */
      readonly transcript?: string;
      readonly before?: (prompt: string, signal: AbortSignal) => Promise<void>;
    } = {},
  ) {
    this.before = options.before;
    this.description = {
      backend: 'embedded',
      name: options.name ?? 'written',
      digest: options.digest ?? 'written',
      contextLength: null,
      capabilities: { distribution: 'top', top: 20, scores: 'exact' },
      parameterSize: null,
      quantization: null,
      ...(options.transcript !== undefined && { transcript: options.transcript }),
    };
  }
  private readonly before: ((prompt: string, signal: AbortSignal) => Promise<void>) | undefined;

  generate(request: GenerateRequest, options: CallOptions): Promise<Generation> {
    return this.run(request.prompt.join(''), options.signal, (prompt) => {
      const tokens = [];
      let text = '';
      let end: Generation['end'] = 'length';
      while (tokens.length < request.maxTokens) {
        const next = this.next1(prompt + text);
        const token = chooseToken(next, request.temperature, drawAt(request.seed ?? 0, request.ordinal, tokens.length));
        if (token === '') {
          end = 'end-of-text';
          break;
        }
        const shown = request.top > 0 ? { top: bestTokens(next, request.top) } : {};
        const scored = { token, logprob: Math.log(next[token]), ...shown };
        if (token === '\n' && request.terminator === 'unscored') {
          end = 'newline';
          break;
        }
        tokens.push(scored);
        options.onToken?.(scored);
        if (token.includes('\n')) {
          end = 'newline';
          break;
        }
        text += token;
      }
      const usage = { promptTokens: Math.ceil(prompt.length / 4), generatedTokens: tokens.length };
      return { kind: 'generate', text, tokens, end, score: 'exact', usage };
    });
  }

  next(request: NextRequest, options: CallOptions): Promise<NextDistribution> {
    return this.run(request.prompt.join(''), options.signal, (prompt) => {
      const top = bestTokens(this.next1(prompt), 20);
      const usage = { promptTokens: Math.ceil(prompt.length / 4), generatedTokens: 1 };
      return { kind: 'next', labels: readLabels(top, request.labels, { complete: false }), top, usage };
    });
  }

  score(request: ScoreRequest, options: CallOptions): Promise<Score> {
    return this.run(request.prompt.join(''), options.signal, (prompt) => {
      const tokens = [];
      let done = '';
      while (done !== request.continuation) {
        const next = this.next1(prompt + done);
        const rest = request.continuation.slice(done.length);
        const token = Object.keys(next)
          .filter((candidate) => candidate !== '' && rest.startsWith(candidate))
          .sort((a, b) => b.length - a.length)
          .at(0);
        const bound = Math.min(censoredBound(bestTokens(next, 20)), logFloor / 10);
        tokens.push({ token: token ?? rest[0], logprob: token === undefined ? bound : Math.log(next[token]) });
        done += token ?? rest[0];
      }
      const logprob = tokens.reduce((sum, token) => sum + token.logprob, 0);
      const usage = { promptTokens: Math.ceil(prompt.length / 4), generatedTokens: tokens.length };
      return { kind: 'score', tokens, logprob, score: 'exact', usage };
    });
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }

  private async run<T>(prompt: string, signal: AbortSignal, answer: (prompt: string) => T): Promise<T> {
    signal.throwIfAborted();
    this.prompts.push(prompt);
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      await this.before?.(prompt, signal);
      signal.throwIfAborted();
      return answer(prompt);
    } finally {
      this.running--;
    }
  }
}
