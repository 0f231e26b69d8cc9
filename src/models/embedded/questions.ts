import type { NextDistribution, Score, ScoredToken, TokenUsage } from '../../lac/languageModel';

/** How a token is drawn. The filters are those of llama.cpp and work before the temperature. */
export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
  /** Keep the best so many; 0 keeps all. */
  readonly topK: number;
  /** Keep the best whose probabilities sum to this; 1 keeps all. */
  readonly topP: number;
  /** Keep those at least this share of the best one's probability; 0 keeps all. */
  readonly minP: number;
}

/** Continues a prompt token by token. */
export interface CompleteQuestion {
  readonly kind: 'complete';
  readonly prompt: string;
  /** At most this many tokens, at least 1. */
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** How many of the most probable tokens to show at each place, 0 to 20. */
  readonly top: number;
  /** Stop after the first token with a newline, or only where the model ends its text. */
  readonly until: 'newline' | 'end';
  /** Texts after which to stop; they are part of the answer's tokens. */
  readonly stops: readonly string[];
  /** If given, the text becomes one of these; the log-probabilities are the unmasked ones all the same. */
  readonly alternatives: readonly string[] | null;
  /** What to do when prompt and `maxTokens` exceed the context: refuse, or write as much as fits. */
  readonly overflow: 'refuse' | 'shorten';
  /** Context to keep to, where it should be smaller than the model's. */
  readonly contextLength: number | null;
}

export interface NextQuestion {
  readonly kind: 'next';
  readonly prompt: string;
  readonly labels: readonly string[];
}

export interface ScoreQuestion {
  readonly kind: 'score';
  readonly prompt: string;
  readonly continuation: string;
}

export type Question = CompleteQuestion | NextQuestion | ScoreQuestion;

export interface Completion {
  readonly kind: 'complete';
  /** The concatenation of their texts is the text. A token that ends inside a character is ''; the next one has it. */
  readonly tokens: readonly ScoredToken[];
  readonly end: 'newline' | 'stop' | 'length' | 'end-of-text';
  readonly usage: TokenUsage;
}

export type Answer = Completion | NextDistribution | Score;

export type AnswerToQuestion<Q extends Question> = Q extends CompleteQuestion
  ? Completion
  : Q extends NextQuestion
    ? NextDistribution
    : Score;

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly onToken?: ((token: ScoredToken) => void) | undefined;
}

/** What a loaded model file is; the same from run to run. */
export interface ModelFacts {
  readonly file: string;
  /** SHA-256 of the file. */
  readonly digest: string;
  readonly fileBytes: number;
  /** Positions that prompt and output may fill together. */
  readonly contextLength: number;
  readonly parameters: number;
  /** The type that most of the weights have. */
  readonly quantization: string;
  /** The GGUF metadata that are single values. */
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
  /** Which arithmetic runs; both give equal bits. */
  readonly kernel: 'wasm' | 'javascript';
}

/** A loaded model that answers questions, wherever it runs. */
export interface RunningEngine {
  readonly facts: ModelFacts;
  ask<Q extends Question>(question: Q, options: AskOptions): Promise<AnswerToQuestion<Q>>;
  dispose(): Promise<void>;
}

export interface EngineSettings {
  readonly file: string;
  /** Upper bound of the context; null: what the file says, as far as memory allows. */
  readonly contextLength: number | null;
  /** `auto`: WebAssembly where it runs, else JavaScript. */
  readonly kernel: 'auto' | 'wasm' | 'javascript';
}

/** Starts an engine on a file. */
export type EngineLauncher = (settings: EngineSettings) => Promise<RunningEngine>;
