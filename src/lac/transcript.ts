import type { PromptSegments } from './languageModel';

/** The four parts that the model plays. All read one transcript; the line at which it stops tells which part is meant. */
export const roles = ['actor', 'forward', 'critic', 'reflection'] as const;
export type Role = (typeof roles)[number];

/** The words that a reflection can end in. */
export const verdicts = ['GOOD', 'BAD', 'UNKNOWN'] as const;
export type Verdict = (typeof verdicts)[number];

/** One step of a transcript, real or imagined. */
export interface TranscriptStep {
  /** Thoughts before the action, each the whole line (`think: ...`), each answered `OK.`. */
  readonly thoughts: readonly string[];
  readonly action: string;
  /** null while the transcript stops before it. */
  readonly observation: string | null;
  /** The whole reflection with its verdict; null when there is none (yet). */
  readonly reflection: string | null;
  /** Reward that method `icpi` imagined for the step: a `Reward:` line after the observation; absent elsewhere. */
  readonly reward?: number;
}

/** What has really happened: goal, first observation and the steps so far. */
export interface Transcript {
  readonly goal: string;
  readonly firstObservation: string;
  readonly steps: readonly TranscriptStep[];
  /** Thoughts of the step now being decided, each the whole line (`think: ...`). */
  readonly thoughts: readonly string[];
}

/**
 * The line that the model is to write or read: its marker ends the prompt.
 * - `verdict`: the label slot of a reflection; the prefix holds the reflection up to `verdictLead`. The last imagined
 *   step may have no observation (a value from the action alone).
 * - `probability`: the probability of success, as a number (method `lac-direct`).
 * - `reward`: the reward of the last imagined step, 0 or 1 (method `icpi`).
 * - `subgoal`: the next sub-goal of the goal after those in `subgoals` (method `rafa`).
 * - `satisfied`: how many of `subgoals` hold at the end of the imagined steps (method `rafa`).
 */
export const slots = [
  'action',
  'observation',
  'reflection',
  'verdict',
  'probability',
  'reward',
  'subgoal',
  'satisfied',
] as const;
export type Slot = (typeof slots)[number];

/** Everything that a prompt depends on besides the prompt set. */
export interface PromptRequest {
  readonly role: Role;
  readonly slot: Slot;
  readonly transcript: Transcript;
  /** Steps that are only imagined, after the real ones; the last may be incomplete. */
  readonly imagined: readonly TranscriptStep[];
  /**
   * Beginning of the slot's line that is already there (a proposal's prefix, a reflection up to its verdict). It comes
   * verbatim right after the marker, so it begins with the blank that parts the two; empty when the marker ends the prompt.
   */
  readonly prefix: string;
  /** Sub-goals so far, in order; for the slots `subgoal` and `satisfied`, absent elsewhere. */
  readonly subgoals?: readonly string[];
}

export interface RenderedPrompt {
  /** The prompt ends without white space. */
  readonly segments: PromptSegments;
}

/** Turns a request into a prompt; implemented by `prompts/`. */
export interface Prompter {
  render(request: PromptRequest): RenderedPrompt;
  /** The words right before the verdict, without the blank that follows them: `This step is`. */
  readonly verdictLead: string;
}
