import type { DebugSession } from '../../episodes/stepping/session';
import type { ModelDescription } from '../../lac/languageModel';
import type { ChatWrap } from '../../prompts/render';
import type { MeasuredCost } from '../../trajectories/callCosts';

/** A session with what belongs to it: where it is recorded, whom it asks, what ends with it. */
export interface OpenedSession {
  readonly session: DebugSession;
  /** The recording as it is called now; null where nothing is recorded. */
  readonly file: string | null;
  readonly model: ModelDescription;
  /** Name by which the model is opened; null in a replay. */
  readonly modelName: string | null;
  /** Share of the model in the GPU's memory, 0 to 1; null when unknown. */
  readonly gpuShare: () => Promise<number | null>;
  /** The model's chat template, for prompt sets that ask for it. */
  readonly wrap: ChatWrap | null;
  /** Folder of the workspace's prompt files; null in a replay. */
  readonly promptsFolder: string | null;
  /** What the recorded episode cost; null in a live session, and where the recording does not say. */
  readonly recordedCost: MeasuredCost | null;
  /** What a person must know of the recording as it was read, in words: lines left out, losses of its format. */
  readonly notes: readonly string[];
  /** Ends the session and frees model, environment and file. */
  readonly close: () => Promise<void>;
}
