import type { ErrorCode } from '../../errors/catalogue';
import type { ErrorArguments } from '../../errors/texts';
import type { ScoredToken } from '../../lac/languageModel';
import type { Answer, EngineSettings, ModelFacts, Question } from './questions';

/** An error as it crosses to another thread. */
export type WireError =
  | { readonly kind: 'lac'; readonly code: ErrorCode; readonly args: ErrorArguments }
  | { readonly kind: 'abort' }
  | { readonly kind: 'other'; readonly message: string };

/** What the worker is started with. */
export type WorkerStart = EngineSettings;

export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question; readonly stream: boolean }
  | { readonly kind: 'abort'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'ready'; readonly facts: ModelFacts }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'token'; readonly id: number; readonly token: ScoredToken }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError };
