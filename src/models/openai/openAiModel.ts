import { LacError } from '../../errors/lacError';
import { logFloor } from '../../lac/labels';
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
  TokenUsage,
} from '../../lac/languageModel';
import { comesAgain, countsAgree, readNext, sampledInstead, sampleSeed, type ShownTop } from '../completionReading';
import { LineAssembler } from '../lineAssembler';
import type { CompletionEvent, PlacedToken } from './completion';
import type { OpenAiServer } from './openAiServer';

interface CompletionRequest {
  readonly prompt: string;
  readonly max_tokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly logprobs: number;
  readonly stop?: readonly string[];
  readonly echo?: boolean;
  readonly ignore_eos?: boolean;
}

/** How a completion went: what came last, and whether we cut it off. */
interface CompletionEnd {
  readonly cut: boolean;
  readonly finish: string | null;
  readonly stoppedAt: string | null;
  readonly usage: TokenUsage | null;
}

/** What the probes at opening found. */
export interface OpenAiTraits {
  /** False where sampled tokens come with tempered log-probabilities; then only greedy lines have a score. */
  readonly rawWhenSampling: boolean;
}

/** The completion protocol as vLLM and llama-server offer it: raw prompts, log-probabilities of the best tokens. */
export class OpenAiModel implements LanguageModel {
  constructor(
    readonly server: OpenAiServer,
    readonly description: ModelDescription,
    private readonly traits: OpenAiTraits,
  ) {}

  async generate(request: GenerateRequest, options: CallOptions): Promise<Generation> {
    const body: CompletionRequest = {
      prompt: request.prompt.join(''),
      max_tokens: request.maxTokens,
      temperature: request.temperature,
      seed: sampleSeed(request),
      logprobs: Math.max(1, Math.min(request.top, this.description.capabilities.top)),
      ...(request.terminator === 'unscored' && { stop: ['\n'] }),
    };
    const line = new LineAssembler({ terminator: request.terminator, top: request.top, onToken: options.onToken });
    const end = await this.complete(body, options, ({ text, tokens }) => {
      line.add(text, tokens);
      return !line.ended;
    });
    if (line.reported === 0 && line.text !== '') throw this.noLogProbabilities();
    const exact =
      (request.temperature === 0 || this.traits.rawWhenSampling) &&
      !line.lost &&
      (end.cut ? line.onePerPiece || (await this.confirm(body, line, options.signal)) : allCame(end, line.reported));
    return {
      kind: 'generate',
      text: line.text,
      tokens: line.tokens,
      end: lineEnd(line, end, request.terminator),
      score: exact ? 'exact' : 'partial',
      usage: end.usage ?? { promptTokens: 0, generatedTokens: line.reported },
    };
  }

  private confirm(body: CompletionRequest, line: LineAssembler, signal: AbortSignal): Promise<boolean> {
    return comesAgain(line, async (take) =>
      allCame(await this.complete({ ...body, max_tokens: line.reported }, { signal }, take), line.reported),
    );
  }

  next(request: NextRequest, options: CallOptions): Promise<NextDistribution> {
    return readNext(request, options, (prompt, _labels, each) => this.top(prompt, each));
  }

  private async top(prompt: string, options: CallOptions): Promise<ShownTop> {
    const logprobs = this.description.capabilities.top;
    const base: CompletionRequest = { prompt, max_tokens: 1, temperature: 0, seed: 0, logprobs };
    const attempts: readonly CompletionRequest[] = [
      base,
      // Where the best token is the end of the text some servers show nothing; told to ignore it they go on.
      { ...base, ignore_eos: true },
      ...(this.traits.rawWhenSampling ? sampledInstead(base) : []),
    ];
    for (const attempt of attempts) {
      const shown: PlacedToken[] = [];
      let text = '';
      let end: CompletionEnd;
      try {
        end = await this.complete(attempt, options, (event) => {
          shown.push(...event.tokens);
          text += event.text;
          return true;
        });
      } catch (error) {
        // OpenAI's own protocol has no `ignore_eos`.
        if (attempt.ignore_eos === true && error instanceof LacError && error.code === 'model.request-refused')
          continue;
        throw error;
      }
      const token = shown.at(0);
      if (token === undefined && text === '') continue;
      if (token === undefined || token.top.length === 0) throw this.noLogProbabilities();
      return { top: token.top.slice(0, logprobs), usage: end.usage ?? { promptTokens: 0, generatedTokens: 1 } };
    }
    throw new LacError('model.no-next-token', { model: this.description.name, url: this.server.name });
  }

  /** Scores by having the prompt echoed with the log-probabilities of its tokens. */
  async score(request: ScoreRequest, options: CallOptions): Promise<Score> {
    const refuse = (reason: string): LacError =>
      new LacError('model.no-scores', { model: this.description.name, url: this.server.name, reason });
    if (this.description.capabilities.scores === 'none')
      throw refuse('it does not echo prompts with log-probabilities');
    const prompt = request.prompt.join('');
    const { tokens: echoed, usage } = await this.echo(prompt + request.continuation, options);
    // Places are counted in characters as the server counts them, not in UTF-16 units.
    const start = Array.from(prompt).length;
    const end = start + Array.from(request.continuation).length;
    const places = echoed.map((token) => ({ ...token, length: Array.from(token.token).length }));
    const inside = places.filter(
      ({ offset, length }) => offset !== null && offset + length > start && offset < end && length > 0,
    );
    const first = inside.at(0);
    if (first === undefined || first.offset === null) throw refuse('it does not say where tokens begin');
    const tokens = inside.map(({ token, logprob }) => ({ token, logprob }));
    if (tokens.some(({ logprob }) => logprob === null)) throw refuse('log-probabilities are missing');
    for (const token of tokens) options.onToken?.(token);
    return {
      kind: 'score',
      tokens,
      logprob: tokens.reduce((sum, { logprob }) => sum + (logprob ?? logFloor), 0),
      // A token that begins in the prompt and ends in the text is no token that the model would have written there.
      score: first.offset < start ? 'lower-bound' : 'exact',
      usage,
    };
  }

  /** All tokens of a text, each with its place and log-probability (the first has none), and one more that follows. */
  async echo(
    text: string,
    options: CallOptions,
  ): Promise<{ readonly text: string; readonly tokens: readonly PlacedToken[]; readonly usage: TokenUsage }> {
    const tokens: PlacedToken[] = [];
    let echoed = '';
    const body: CompletionRequest = { prompt: text, max_tokens: 1, temperature: 0, seed: 0, logprobs: 1, echo: true };
    const end = await this.complete(body, options, (event) => {
      tokens.push(...event.tokens);
      echoed += event.text;
      return true;
    });
    return { text: echoed, tokens, usage: end.usage ?? { promptTokens: tokens.length, generatedTokens: 1 } };
  }

  dispose(): Promise<void> {
    // Every request owns its socket and closes it when it ends.
    return Promise.resolve();
  }

  /** Streams one completion; the connection is closed when it ends, also by cancelling. */
  async complete(
    body: CompletionRequest,
    options: CallOptions,
    take: (event: CompletionEvent) => boolean,
  ): Promise<CompletionEnd> {
    let finish: string | null = null;
    let stoppedAt: string | null = null;
    let usage: TokenUsage | null = null;
    const started = performance.now();
    let firstAt: number | null = null;
    const full = {
      ...body,
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      stream_options: { include_usage: true },
    };
    const cut = await this.server.complete(this.description.name, full, options.signal, (event) => {
      firstAt ??= performance.now();
      finish = event.finish ?? finish;
      stoppedAt = event.stoppedAt ?? stoppedAt;
      usage = event.usage ?? usage;
      return take(event);
    });
    const promptMs = (firstAt ?? performance.now()) - started;
    options.onFacts?.({
      server: this.server.name,
      loadMs: null,
      promptMs,
      generateMs: performance.now() - started - promptMs,
    });
    return { cut, finish, stoppedAt, usage };
  }

  private noLogProbabilities(): LacError {
    return new LacError('model.no-log-probabilities', { model: this.description.name, url: this.server.name });
  }
}

function allCame(end: CompletionEnd, reported: number): boolean {
  return end.usage === null || countsAgree(end.usage.generatedTokens, reported, end.finish === 'length');
}

function lineEnd(line: LineAssembler, end: CompletionEnd, terminator: 'scored' | 'unscored'): Generation['end'] {
  if (line.ended) return 'newline';
  if (end.finish === 'length') return 'length';
  // "stop" is said of a stop text and of the end of the text alike; a line that may end at a newline did.
  return terminator === 'unscored' || end.stoppedAt === '\n' ? 'newline' : 'end-of-text';
}
