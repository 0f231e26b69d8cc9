import type { DebugSession } from '../episodes/stepping/session';
import type { PromptsInForce } from '../episodes/promptsInForce';
import type { Translate } from '../errors/phrase';
import type { CostForecast } from '../lac/forecast';
import type { PartId } from '../prompts/parts';
import type { BranchId } from '../trajectories/ids';
import type { LaunchConfiguration, ReplayConfiguration } from './configuration';

/** A document that a client can show: by a path or URI that it can open itself, or by its text. */
export type DocumentAddress =
  { readonly kind: 'path'; readonly path: string } | { readonly kind: 'text'; readonly name: string };

/** Where the documents of a session lie. */
export interface SessionDocuments {
  /** A prompt file: a file's path, `lac-prompt:/builtin/<set>/<part>`, or only its text. */
  prompt(part: PartId): DocumentAddress;
  transcript(branch: BranchId): DocumentAddress;
  /** The part that a path or URI is; null for documents that are none of this session's prompts. */
  partOf(path: string): PartId | null;
  branchOf(path: string): BranchId | null;
}

/** What a host has opened for a debug session. */
export interface OpenedSession {
  readonly session: DebugSession;
  readonly documents: SessionDocuments;
  /** Sentences that the user should read at the start: which model is used, where the recording goes. */
  readonly notes: readonly string[];
  /** The prompt files as they are now; null where there are none that could change. */
  currentPrompts(): Promise<PromptsInForce | null>;
  /** Frees model, environment and file. The session is closed before. */
  close(): Promise<void>;
}

/** The surroundings of the debug adapter: VS Code, the command line, a test. */
export interface AdapterHost {
  /** Told to the client in `initialize`. */
  readonly version: string;
  /** A change that costs more calls than this is put in force but run only when `confirm` says so. */
  readonly autoRunCalls: number;
  /** Errors are said in the reader's language. */
  readonly translate: Translate;
  /** Opens environment, model and prompts and starts the task. `progress` says what is being waited for. */
  launch(
    configuration: LaunchConfiguration,
    progress: (message: string) => void,
    signal: AbortSignal,
  ): Promise<OpenedSession>;
  /** Opens a recording. */
  replay(
    configuration: ReplayConfiguration,
    progress: (message: string) => void,
    signal: AbortSignal,
  ): Promise<OpenedSession>;
  /** Asks whether a change that costs that much shall be run now. */
  confirm(change: string, forecast: CostForecast): Promise<boolean>;
}
