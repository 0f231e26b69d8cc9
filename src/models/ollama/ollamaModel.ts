import { LacError } from '../../errors/lacError';
import { censoredBound, logFloor } from '../../lac/labels';
import type {
  CallOptions,
  GenerateRequest,
  Generation,
  LanguageModel,
  ModelDescription,
  NextDistribution,
  NextRequest,
  Score,
  ScoredToken,
  ScoreRequest,
  TokenProbability,
  TokenUsage,
} from '../../lac/languageModel';
import {
  addUsage,
  comesAgain,
  countsAgree,
  noUsage,
  readNext,
  sampledInstead,
  sampleSeed,
  type ShownTop,
} from '../completionReading';
import { LineAssembler, type ReportedToken } from '../lineAssembler';
import { readForcedText } from './forcedText';
import { streamFailure, type OllamaServer } from './server';
import { shownToken } from './shownToken';
import { readChunk, type WireChunk, type WireEnd } from './wire';

/** How many of the most probable tokens Ollama shows at a place. */
export const mostShown = 20;

/** What differs between requests; everything else is the same in all, as some of it reloads the model. */
export interface RawRequest {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly top: number;
  readonly stop: readonly string[];
  readonly format?: object;
}

/** How a streamed answer ended: as it should, cut off by us, or without a last line. */
type StreamEnd = WireEnd | 'cut' | 'no-end';

const greedy = { temperature: 0, seed: 0 } as const;

/** Prompts whose best tokens are kept for further scores: those within a decision, whose candidates take a few tokens each. */
const mostRemembered = 128;

/** The raw completion protocol of one model on one Ollama server. */
export class OllamaModel implements LanguageModel {
  /** The best tokens after a prompt, the oldest first. */
  private readonly shown = new Map<string, readonly TokenProbability[]>();

  constructor(
    readonly server: OllamaServer,
    readonly description: ModelDescription,
    /** The context that every request asks for; another one would reload the model. */
    readonly context: number,
  ) {}

  async generate(request: GenerateRequest, options: CallOptions): Promise<Generation> {
    const prompt = request.prompt.join('');
    const raw: RawRequest = {
      prompt,
      maxTokens: request.maxTokens,
      temperature: request.temperature,
      seed: sampleSeed(request),
      top: request.top,
      stop: request.terminator === 'scored' ? [] : ['\n'],
    };
    const line = new LineAssembler({ terminator: request.terminator, top: request.top, onToken: options.onToken });
    const end = await this.stream(raw, options, (chunk) => {
      line.add(chunk.text, chunk.tokens);
      return !line.ended;
    });
    if (end === 'no-end' && !line.looping) {
      throw new LacError('model.incomplete', {
        model: this.description.name,
        url: this.server.name,
        tokens: line.tokens.length,
      });
    }
    if (line.reported === 0 && line.text !== '') throw this.noLogProbabilities();
    const exact = await this.isExact(line, end, raw, options.signal);
    return {
      kind: 'generate',
      text: line.text,
      tokens: line.tokens,
      end: lineEnd(line, end, request.terminator),
      score: exact ? 'exact' : 'partial',
      usage: usageOf(end, line.reported),
    };
  }

  /** Whether every token of the line came, each with its own log-probability. */
  private async isExact(line: LineAssembler, end: StreamEnd, raw: RawRequest, signal: AbortSignal): Promise<boolean> {
    if (line.lost || end === 'no-end') return false;
    if (end !== 'cut') return allCame(end, line.reported);
    if (line.onePerPiece) return true;
    return comesAgain(line, async (take) => {
      const count = await this.stream({ ...raw, maxTokens: line.reported, top: 0 }, { signal }, take);
      return typeof count === 'object' && allCame(count, line.reported);
    });
  }

  next(request: NextRequest, options: CallOptions): Promise<NextDistribution> {
    return readNext(request, options, (prompt, labels, each) => this.top(prompt, labels, each));
  }

  /** The best next tokens after a prompt, also where the best of all is the end of the text, for which nothing is shown. */
  private async top(prompt: string, labels: readonly string[], options: CallOptions): Promise<ShownTop> {
    const base: RawRequest = { prompt, maxTokens: 1, ...greedy, top: mostShown, stop: [] };
    const attempts: readonly RawRequest[] = [
      base,
      // The grammar forces a token other than the end; what is shown beside it is still the raw distribution.
      { ...base, format: { enum: labels } },
      ...sampledInstead(base),
    ];
    let usage = noUsage;
    for (const attempt of attempts) {
      const shown: ReportedToken[] = [];
      let text = '';
      let end: StreamEnd;
      try {
        end = await this.stream(attempt, options, (chunk) => {
          shown.push(...chunk.tokens);
          text += chunk.text;
          return true;
        });
      } catch (error) {
        // A server without grammars is asked in the next way.
        if (attempt.format !== undefined && error instanceof LacError && error.code === 'model.request-refused')
          continue;
        throw error;
      }
      usage = addUsage(usage, usageOf(end, shown.length));
      const token = shown.at(0);
      if (token === undefined && text !== '') throw this.noLogProbabilities();
      if (token === undefined) continue;
      if (token.top.length === 0) throw this.noLogProbabilities();
      if (attempt.format !== undefined && isMasked(token)) continue;
      return { top: token.top, usage };
    }
    throw new LacError('model.no-next-token', { model: this.description.name, url: this.server.name });
  }

  /**
   * Scores a text token by token, each read from the best tokens of its place: the way through it that the model itself
   * prefers. Only what is not among them is forced, as a JSON string; as that token then follows a quote that the prompt
   * does not have, its log-probability is known no better than that it is below the ones shown.
   */
  async score(request: ScoreRequest, options: CallOptions): Promise<Score> {
    if (this.description.capabilities.scores === 'none') {
      throw this.noScores('it reports the probabilities after the grammar, not the raw ones');
    }
    let prompt = request.prompt.join('');
    let rest = request.continuation;
    let usage = noUsage;
    const tokens: ScoredToken[] = [];
    while (rest !== '') {
      const shown = await this.remembered(prompt, rest, options);
      usage = addUsage(usage, shown.usage);
      let token = shownToken(shown.top, rest);
      if (token === undefined) {
        const forced = await this.unshown(prompt, rest, censoredBound(shown.top), options);
        usage = addUsage(usage, forced.usage);
        token = forced.token;
      }
      tokens.push(token);
      prompt += token.token;
      rest = rest.slice(token.token.length);
    }
    // A call that fails on its way is tried again only while nothing was shown of it.
    for (const token of tokens) options.onToken?.(token);
    const logprob = tokens.reduce((sum, token) => sum + (token.logprob ?? logFloor), 0);
    return { kind: 'score', tokens, logprob, score: 'lower-bound', usage };
  }

  /** The best tokens after a prompt, asked for once: the candidates of a decision begin alike. */
  private async remembered(prompt: string, rest: string, options: CallOptions): Promise<ShownTop> {
    const known = this.shown.get(prompt);
    if (known !== undefined) return { top: known, usage: noUsage };
    const { signal, onFacts } = options;
    const answer = await this.top(prompt, [rest], { signal, ...(onFacts && { onFacts }) });
    const oldest = this.shown.keys().next();
    if (this.shown.size >= mostRemembered && oldest.done === false) this.shown.delete(oldest.value);
    this.shown.set(prompt, answer.top);
    return answer;
  }

  /** The first token of a text where it is not among the best of its place: it is forced, and no likelier than `bound`. */
  private async unshown(
    prompt: string,
    text: string,
    bound: number,
    options: CallOptions,
  ): Promise<{ readonly token: ScoredToken; readonly usage: TokenUsage }> {
    const line = text.endsWith('\n') ? text.slice(0, -1) : text;
    if (line === '') return { token: { token: text, logprob: bound }, usage: noUsage };
    const { tokens, usage } = await this.force(prompt, line, options);
    const { token, logprob } = tokens[0];
    return { token: { token, logprob: Math.min(logprob ?? bound, bound) }, usage };
  }

  /** The tokens of a text that the grammar forces, with their raw log-probabilities. */
  async force(
    prompt: string,
    text: string,
    options: CallOptions,
  ): Promise<{ readonly tokens: readonly ScoredToken[]; readonly usage: TokenUsage }> {
    const reported: ReportedToken[] = [];
    const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
    const raw = { prompt, maxTokens: 2 * bytes + 8, ...greedy, top: 0, stop: [], format: { const: text } };
    const end = await this.stream(raw, options, (chunk) => {
      reported.push(...chunk.tokens);
      return true;
    });
    const tokens = readForcedText(reported, text);
    if (tokens === undefined) throw this.noScores('it did not write the text that the grammar asked for');
    if (tokens.some((token) => token.logprob === null)) throw this.noScores('log-probabilities are missing');
    if (typeof end === 'object' && !allCame(end, reported.length)) {
      throw this.noScores('log-probabilities of some tokens were lost');
    }
    return { tokens, usage: usageOf(end, reported.length) };
  }

  dispose(): Promise<void> {
    // Every request owns its socket and closes it when it ends.
    return Promise.resolve();
  }

  private noLogProbabilities(): LacError {
    return new LacError('model.no-log-probabilities', { model: this.description.name, url: this.server.name });
  }

  private noScores(reason: string): LacError {
    return new LacError('model.no-scores', { model: this.description.name, url: this.server.name, reason });
  }

  /** Streams an answer until it ends or `take` returns false; then the connection is closed. */
  async stream(raw: RawRequest, options: CallOptions, take: (chunk: WireChunk) => boolean): Promise<StreamEnd> {
    const own = new AbortController();
    const onAbort = (): void => {
      own.abort();
    };
    if (options.signal.aborted) onAbort();
    options.signal.addEventListener('abort', onAbort, { once: true });
    let tokens = 0;
    const details = { tokens: () => tokens, context: this.context };
    try {
      return await this.server.request(
        this.description.name,
        own.signal,
        async (client) => {
          const stream = await client.generate(this.wireRequest(raw));
          try {
            for await (const part of stream) {
              const chunk = readChunk(part);
              tokens += chunk.text === '' ? 0 : Math.max(1, chunk.tokens.length);
              const more = take(chunk);
              if (chunk.done !== null) return this.finish(chunk.done, options);
              if (!more) {
                options.onFacts?.({ server: this.server.name, loadMs: null, promptMs: null, generateMs: null });
                return 'cut';
              }
            }
            return 'no-end';
          } catch (error) {
            const failure = streamFailure(error);
            if (failure === undefined) throw error;
            if (failure === 'no-end') return failure;
            throw failure;
          }
        },
        details,
      );
    } finally {
      options.signal.removeEventListener('abort', onAbort);
      own.abort();
    }
  }

  private finish(end: WireEnd, options: CallOptions): WireEnd {
    const used = end.promptTokens + end.generatedTokens;
    if (used > this.context) {
      // The server has dropped the beginning of the prompt to go on; what it wrote then answers another prompt.
      throw new LacError('model.prompt-too-long', {
        model: this.description.name,
        tokens: used,
        context: this.context,
      });
    }
    const { loadMs, promptMs, generateMs } = end;
    options.onFacts?.({ server: this.server.name, loadMs, promptMs, generateMs });
    return end;
  }

  private wireRequest(raw: RawRequest) {
    return {
      model: this.description.name,
      prompt: raw.prompt,
      raw: true,
      stream: true as const,
      think: false,
      truncate: false,
      logprobs: true,
      top_logprobs: raw.top,
      ...(raw.format && { format: raw.format }),
      options: {
        num_ctx: this.context,
        num_predict: raw.maxTokens,
        temperature: raw.temperature,
        seed: raw.seed,
        top_k: 0,
        top_p: 1,
        min_p: 0,
        typical_p: 1,
        repeat_penalty: 1,
        presence_penalty: 0,
        frequency_penalty: 0,
        stop: [...raw.stop],
      },
    };
  }
}

function allCame(end: WireEnd, reported: number): boolean {
  return countsAgree(end.generatedTokens, reported, end.reason === 'length');
}

function lineEnd(line: LineAssembler, end: StreamEnd, terminator: 'scored' | 'unscored'): Generation['end'] {
  if (line.ended) return 'newline';
  if (typeof end === 'string' || end.reason === 'length') return 'length';
  // Ollama says "stop" for a stop text and for the end of the text alike; a line that may end at a newline did.
  return terminator === 'unscored' ? 'newline' : 'end-of-text';
}

function usageOf(end: StreamEnd, reported: number): TokenUsage {
  if (typeof end === 'string') return { promptTokens: 0, generatedTokens: reported };
  return { promptTokens: end.promptTokens, generatedTokens: end.generatedTokens };
}

/** After a grammar that allows nothing but a quote, a raw distribution still shows other tokens, and surely not only it. */
function isMasked({ top }: ReportedToken): boolean {
  return top.every(({ token, logprob }) => token.trimStart().startsWith('"') || logprob <= logFloor / 2);
}
