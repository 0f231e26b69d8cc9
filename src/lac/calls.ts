import type { AnswerTo, ModelDescription, ModelRequest, ScoredToken } from './languageModel';
import type { Role } from './transcript';

/** SHA-256 (64 hex digits) of a call's canonical JSON: model digest and request. */
export type CallId = string & { readonly __brand?: 'CallId' };

/** For whom a call is made; recorded beside the call, no part of its id. */
export interface CallPurpose {
  readonly role: Role;
  /** Index of the candidate, or null when the call serves the whole decision. */
  readonly candidate: number | null;
  /** Imagined depth from 1, or null outside a rollout. */
  readonly depth: number | null;
}

export interface Called<A> {
  readonly call: CallId;
  readonly answer: A;
  /** True when the call log had the answer and no model was asked. */
  readonly reused: boolean;
}

export interface CallHooks {
  readonly signal: AbortSignal;
  readonly onToken?: (token: ScoredToken) => void;
}

/**
 * How the method asks a model: recorded, content-addressed, budgeted and scheduled. Implemented over a
 * `LanguageModel` and a call log; the method itself never talks to a back end.
 */
export interface ModelCalls {
  readonly model: ModelDescription;
  /** How many calls may be under way at once; at 1 the method goes candidate by candidate, depth first. */
  readonly parallel: number;
  ask<R extends ModelRequest>(request: R, purpose: CallPurpose, hooks: CallHooks): Promise<Called<AnswerTo<R>>>;
}
