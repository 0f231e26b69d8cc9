import type { CallId, Called, CallPurpose, ModelCalls } from './calls';
import type { AnswerTo, Generation, ModelRequest, ScoredToken } from './languageModel';
import { methodRules } from './methods';
import type { Parameters } from './parameters';
import type { Prompter, PromptRequest, Role, Slot, Transcript, TranscriptStep } from './transcript';

/** What the method works through: the model behind its call log, and the prompt set. */
export interface DecisionPorts {
  readonly calls: ModelCalls;
  readonly prompter: Prompter;
  /** Told of every token of a generated line as it arrives. */
  readonly onToken?: (token: ScoredToken, purpose: CallPurpose) => void;
}

/** One line that is wanted of the model. */
export interface LineWish {
  readonly role: Role;
  readonly slot: Slot;
  readonly transcript: Transcript;
  readonly imagined?: readonly TranscriptStep[];
  readonly prefix?: string;
  readonly subgoals?: readonly string[];
  readonly maxTokens: number;
  readonly terminator?: 'scored' | 'unscored';
  readonly temperature?: number;
  readonly seed?: number | null;
  readonly ordinal?: number;
  readonly top?: number;
  readonly candidate?: number | null;
  readonly depth?: number | null;
}

/** Asks for lines and readings on behalf of one decision; every call passes here. */
export class Asking {
  constructor(
    readonly ports: DecisionPorts,
    readonly parameters: Parameters,
    readonly signal: AbortSignal,
  ) {}

  get parallel(): number {
    return this.ports.calls.parallel;
  }

  /** How many of the most probable tokens a place can show, 20 at most. */
  get top(): number {
    return Math.min(20, this.ports.calls.model.capabilities.top);
  }

  /** The same, with another signal. */
  under(signal: AbortSignal): Asking {
    return signal === this.signal ? this : new Asking(this.ports, this.parameters, signal);
  }

  render(request: PromptRequest): readonly string[] {
    return this.ports.prompter.render(request).segments;
  }

  call<R extends ModelRequest>(request: R, purpose: CallPurpose): Promise<Called<AnswerTo<R>>> {
    this.signal.throwIfAborted();
    const { calls, onToken } = this.ports;
    const { signal } = this;
    const hooks =
      onToken === undefined ? { signal } : { signal, onToken: (token: ScoredToken) => onToken(token, purpose) };
    return calls.ask(request, purpose, hooks);
  }

  line(wish: LineWish): Promise<Called<Generation>> {
    const { role, slot, transcript, imagined = [], prefix = '', subgoals } = wish;
    const asked = { role, slot, transcript, imagined, prefix };
    const prompt = this.render(subgoals === undefined ? asked : { ...asked, subgoals });
    return this.call(
      {
        kind: 'generate',
        prompt,
        maxTokens: wish.maxTokens,
        terminator: wish.terminator ?? 'unscored',
        temperature: wish.temperature ?? 0,
        seed: wish.seed ?? null,
        ordinal: wish.ordinal ?? 0,
        top: wish.top ?? 0,
      },
      { role, candidate: wish.candidate ?? null, depth: wish.depth ?? null },
    );
  }
}

/** The history as the method shows it: without reflections where its rule has none. */
export function shownHistory(transcript: Transcript, { method }: Parameters): Transcript {
  const { reflections } = methodRules[method];
  if (reflections || transcript.steps.every(({ reflection }) => reflection === null)) return transcript;
  return { ...transcript, steps: transcript.steps.map((step) => ({ ...step, reflection: null })) };
}

/** Appends ids, each once. */
export function uniqueCalls(...calls: readonly CallId[]): CallId[] {
  return [...new Set(calls)];
}
