import type { Called, CallHooks, CallId, CallPurpose, ModelCalls } from '../../lac/calls';
import type {
  AnswerTo,
  ModelDescription,
  ModelRequest,
  PromptSegments,
  ScoredToken,
  TokenUsage,
} from '../../lac/languageModel';
import type { Prompter, PromptRequest } from '../../lac/transcript';
import type { PromptRenderer } from '../../prompts/render';

/** What a prompt was rendered from, so that its origins can be explained. */
export interface PromptSourceOf {
  readonly request: PromptRequest;
  readonly renderer: PromptRenderer;
}

/** A model call that is about to be made. */
export interface ComingCall {
  readonly request: ModelRequest;
  readonly purpose: CallPurpose;
  /** null for the second token of a label, whose prompt is the first's and that token. */
  readonly source: PromptSourceOf | null;
}

/** What becomes of the model calls, for progress and live views. */
export type CallActivity =
  | { readonly state: 'started'; readonly purpose: CallPurpose }
  | { readonly state: 'token'; readonly purpose: CallPurpose; readonly token: ScoredToken }
  | {
      readonly state: 'ended';
      readonly purpose: CallPurpose;
      /** null where the call failed or was cancelled. */
      readonly call: CallId | null;
      /** The call log had the answer. */
      readonly reused: boolean;
      readonly usage: TokenUsage | null;
    };

/** Remembers what prompts were rendered from, as long as somebody holds the prompt. */
export class PromptMemory {
  private readonly known = new WeakMap<PromptSegments, PromptSourceOf>();

  /** The renderer, watched. */
  readonly watch = (renderer: PromptRenderer): Prompter => ({
    verdictLead: renderer.verdictLead,
    render: (request) => {
      const rendered = renderer.render(request);
      this.known.set(rendered.segments, { request, renderer });
      return rendered;
    },
  });

  sourceOf(prompt: PromptSegments): PromptSourceOf | null {
    return this.known.get(prompt) ?? null;
  }
}

/** Holds a call until it may go on; rejects when the signal aborts. */
export type GateKeeper = (call: ComingCall, signal: AbortSignal) => Promise<void>;

/** Model calls that somebody is asked about before each, so that a session can stand still right before a call. */
export class CallGate implements ModelCalls {
  readonly prompts = new PromptMemory();
  private keeper: GateKeeper | null = null;
  private listener: (activity: CallActivity) => void = () => undefined;

  constructor(private readonly calls: ModelCalls) {}

  get model(): ModelDescription {
    return this.calls.model;
  }

  get parallel(): number {
    return this.calls.parallel;
  }

  /** The one who is told of what becomes of the calls. Must not throw. */
  setListener(listener: (activity: CallActivity) => void): void {
    this.listener = listener;
  }

  /** The one who is asked from now on; null lets every call through. */
  setKeeper(keeper: GateKeeper | null): void {
    this.keeper = keeper;
  }

  async ask<R extends ModelRequest>(request: R, purpose: CallPurpose, hooks: CallHooks): Promise<Called<AnswerTo<R>>> {
    await this.keeper?.({ request, purpose, source: this.prompts.sourceOf(request.prompt) }, hooks.signal);
    this.listener({ state: 'started', purpose });
    let answered: Called<AnswerTo<R>> | null = null;
    try {
      answered = await this.calls.ask(request, purpose, {
        signal: hooks.signal,
        onToken: (token) => {
          hooks.onToken?.(token);
          this.listener({ state: 'token', purpose, token });
        },
      });
      return answered;
    } finally {
      const call = answered?.call ?? null;
      const usage = answered?.answer.usage ?? null;
      this.listener({ state: 'ended', purpose, call, reused: answered?.reused ?? false, usage });
    }
  }
}
