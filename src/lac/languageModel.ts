/**
 * The port to a language model: three questions, each plain data, each answered with log-probabilities.
 * Natural logarithms throughout, taken from the model's raw next-token distribution (temperature 1, before any
 * sampling filter), whatever the temperature that a text was sampled with.
 */

/** A prompt as the segments that it was put together from; the model reads their concatenation. */
export type PromptSegments = readonly string[];

/** One entry of a next-token distribution. */
export interface TokenProbability {
  readonly token: string;
  /** Natural logarithm of the token's probability, at most 0. */
  readonly logprob: number;
}

/** One token of a text that the model wrote or was made to write. */
export interface ScoredToken {
  readonly token: string;
  /** null: the server lost it (the text is known, its probability is not). */
  readonly logprob: number | null;
  /** The most probable tokens at this place, best first; empty or absent where they were not asked for. */
  readonly top?: readonly TokenProbability[];
}

/** Writes one line: the continuation of the prompt up to and including the first newline. */
export interface GenerateRequest {
  readonly kind: 'generate';
  readonly prompt: PromptSegments;
  /** At most this many tokens, at least 1; the newline counts. */
  readonly maxTokens: number;
  /** Whether the newline's own log-probability is needed (a proposal) or not (an imagined line). */
  readonly terminator: 'scored' | 'unscored';
  /** 0 is greedy. Above 0 the untempered distribution at temperature 1 is scored all the same. */
  readonly temperature: number;
  /** Random seed of the sampling; null when greedy. */
  readonly seed: number | null;
  /** Tells repeated samples of one prompt apart, from 0. */
  readonly ordinal: number;
  /** How many of the most probable tokens are wanted at every place, 0 to 20. */
  readonly top: number;
}

/** Reads the distribution of the one next token, and in it the labels. */
export interface NextRequest {
  readonly kind: 'next';
  readonly prompt: PromptSegments;
  /** Label words, such as `GOOD`; variants in case and leading blank count as the same label. */
  readonly labels: readonly string[];
}

/** The log-probability of a given continuation. */
export interface ScoreRequest {
  readonly kind: 'score';
  readonly prompt: PromptSegments;
  /** Not empty. Ends with the visible terminator (newline) where that belongs to the score. */
  readonly continuation: string;
}

export type ModelRequest = GenerateRequest | NextRequest | ScoreRequest;

/** Tokens of one call as the model counts them; 0 where the server does not say. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

/** How a generated line ended: at the newline, at `maxTokens`, or where the model ended its text. */
export type LineEnd = 'newline' | 'length' | 'end-of-text';

export interface Generation {
  readonly kind: 'generate';
  /** The line without its newline. */
  readonly text: string;
  /** The tokens in order, the newline's included when the terminator was scored and reached. */
  readonly tokens: readonly ScoredToken[];
  readonly end: LineEnd;
  /** `partial`: at least one token's log-probability is missing or doubtful, so the sum is no score. */
  readonly score: 'exact' | 'partial';
  readonly usage: TokenUsage;
}

/** A label's log-probability, or, where the label is outside what the model shows, an upper bound of it. */
export interface LabelProbability {
  readonly label: string;
  /** Exact log-probability, all variants merged by log-sum-exp; null when only the bound is known. */
  readonly logprob: number | null;
  /** Upper bound of the log-probability; equal to `logprob` where that is known. */
  readonly bound: number;
  /** The tokens that were merged into the label. */
  readonly variants: readonly string[];
}

export interface NextDistribution {
  readonly kind: 'next';
  /** One entry for each label asked for, in that order. */
  readonly labels: readonly LabelProbability[];
  /** The most probable tokens, best first, 20 at most. */
  readonly top: readonly TokenProbability[];
  readonly usage: TokenUsage;
}

export interface Score {
  readonly kind: 'score';
  readonly tokens: readonly ScoredToken[];
  /** Sum over the tokens. */
  readonly logprob: number;
  /** `lower-bound`: the server scored a tokenisation that need not be the model's own. */
  readonly score: 'exact' | 'lower-bound';
  readonly usage: TokenUsage;
}

export type ModelAnswer = Generation | NextDistribution | Score;

/** The answer type that belongs to a request type. */
export type AnswerTo<R extends ModelRequest> = R extends GenerateRequest
  ? Generation
  : R extends NextRequest
    ? NextDistribution
    : Score;

export interface ModelCapabilities {
  /** `full`: the whole next-token distribution, so that no label is ever only bounded; `top`: the best `top` tokens. */
  readonly distribution: 'full' | 'top' | 'none';
  /** How many of the most probable tokens a place can show. */
  readonly top: number;
  /** How a forced continuation is scored. */
  readonly scores: 'exact' | 'lower-bound' | 'none';
}

/** The two halves of a model's own chat template, around a user's message, up to where the assistant's begins. */
export interface ChatWrap {
  readonly before: string;
  readonly after: string;
}

/** What identifies a model and what it can do. Everything here is the same from run to run. */
export interface ModelDescription {
  /** `unknown`: the model of an imported recording; it can be read about and not asked. */
  readonly backend: 'embedded' | 'ollama' | 'openai' | 'unknown';
  /** As the user names it: an Ollama tag, a served model's name, or `embedded`. */
  readonly name: string;
  /** Identifies the weights; part of every call's id. */
  readonly digest: string;
  /** Tokens that prompt and output may fill together; null when unknown. */
  readonly contextLength: number | null;
  readonly capabilities: ModelCapabilities;
  /** For people: size and quantisation, for example `3 M` and `Q8_0`. */
  readonly parameterSize: string | null;
  readonly quantization: string | null;
  /** The one text that the model knows, such as `babyai-text`; absent where it may be asked with any prompts. */
  readonly transcript?: string;
  /** For prompt sets with `wrap: chat`; absent where the model has no chat template or it cannot be known. */
  readonly chatWrap?: ChatWrap;
}

/** What a server tells of a call besides the answer; differs from run to run. */
export interface ServerFacts {
  /** Where the call was answered: the url without any credentials, or `embedded`. */
  readonly server: string;
  /** Milliseconds for loading the model, for the prompt and for the output; null where the server does not say. */
  readonly loadMs: number | null;
  readonly promptMs: number | null;
  readonly generateMs: number | null;
}

export interface CallOptions {
  /** Later calls may run under the same signal: what an ended call leaves at it must do nothing when it aborts. */
  readonly signal: AbortSignal;
  /** Called for each token of a generation as it arrives. */
  readonly onToken?: (token: ScoredToken) => void;
  /** Called for each request that the call took, before the answer; one is the rule. */
  readonly onFacts?: (facts: ServerFacts) => void;
}

/** Implemented by every back end. A call rejects with a `LacError`, or with an `AbortError` soon after the signal. */
export interface LanguageModel {
  readonly description: ModelDescription;
  generate(request: GenerateRequest, options: CallOptions): Promise<Generation>;
  next(request: NextRequest, options: CallOptions): Promise<NextDistribution>;
  score(request: ScoreRequest, options: CallOptions): Promise<Score>;
  /** Frees sockets, workers and timers. */
  dispose(): Promise<void>;
}
