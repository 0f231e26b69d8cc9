import type { PromptSegments } from './languageModel';

/** The four parts that the model plays. All read one transcript; the line at which it stops tells which part is meant. */
export const roles = ['actor', 'forward', 'critic', 'reflection'] as const;
export type Role = (typeof roles)[number];

/** The words that a reflection can end in. */
export const verdicts = ['GOOD', 'BAD', 'UNKNOWN'] as const;
export type Verdict = (typeof verdicts)[number];

/** One step of a transcript, real or imagined. */
export interface TranscriptStep {
  /** Thoughts before the action (`think: ...`), each answered `OK.`. */
  readonly thoughts: readonly string[];
  readonly action: string;
  /** null while the transcript stops before it. */
  readonly observation: string | null;
  /** The whole reflection with its verdict; null when there is none (yet). */
  readonly reflection: string | null;
}

/** What has really happened: goal, first observation and the steps so far. */
export interface Transcript {
  readonly goal: string;
  readonly firstObservation: string;
  readonly steps: readonly TranscriptStep[];
  /** Thoughts of the step now being decided. */
  readonly thoughts: readonly string[];
}

/** The line that the model is to write or read: its marker ends the prompt. */
export type Slot = 'action' | 'observation' | 'reflection' | 'verdict';

/** Everything that a prompt depends on besides the prompt set. */
export interface PromptRequest {
  readonly role: Role;
  readonly slot: Slot;
  readonly transcript: Transcript;
  /** Steps that are only imagined, after the real ones; the last may be incomplete. */
  readonly imagined: readonly TranscriptStep[];
  /** Beginning of the slot's line that is already there (a proposal's prefix, a reflection up to its verdict). */
  readonly prefix: string;
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
