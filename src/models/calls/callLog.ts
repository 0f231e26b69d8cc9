import type { ErrorArguments } from '../../errors/texts';
import type { CallId, CallPurpose } from '../../lac/calls';
import type { ModelAnswer, ModelRequest, ServerFacts } from '../../lac/languageModel';

/** All about a call that differs from run to run. */
export interface CallTimes {
  /** ISO 8601, when the model was asked (the last time, if it was asked again). */
  readonly startedAt: string;
  readonly durationMs: number;
  /** How long the call had waited for a free place at an endpoint, and between attempts. */
  readonly waitedMs: number;
  /** 1 unless the call was repeated after a failure. */
  readonly attempts: number;
  readonly server: ServerFacts | null;
}

interface RecordedBase {
  readonly id: CallId;
  readonly request: ModelRequest;
  /** For whom the call was made first. */
  readonly purpose: CallPurpose;
  readonly at: CallTimes;
}

export interface CompleteCall extends RecordedBase {
  readonly status: 'complete';
  readonly answer: ModelAnswer;
}
/** Stopped by the user: kept for reading, never reused. */
export interface CancelledCall extends RecordedBase {
  readonly status: 'cancelled';
  /** The text that had arrived. */
  readonly partial: string;
}
export interface FailedCall extends RecordedBase {
  readonly status: 'failed';
  readonly partial: string;
  /** The catalogue's code and arguments; `code` is null for a defect of the program. */
  readonly error: { readonly code: string | null; readonly args: ErrorArguments; readonly message: string };
}
export type RecordedCall = CompleteCall | CancelledCall | FailedCall;

/** Content-addressed memory of model calls. */
export interface CallLog {
  /** The answer of a complete call; undefined for one that is unknown, cancelled or failed. */
  get(id: CallId): ModelAnswer | undefined;
  /** Keeps a call that ended, however it ended. */
  put(call: RecordedCall): void;
}
