import { isAbort, LacError, messageOf } from '../../errors/lacError';
import type { Called, CallHooks, CallId, CallPurpose, ModelCalls } from '../../lac/calls';
import type {
  AnswerTo,
  CallOptions,
  LanguageModel,
  ModelAnswer,
  ModelDescription,
  ModelRequest,
  PromptSegments,
  ScoredToken,
  ServerFacts,
  TokenUsage,
} from '../../lac/languageModel';
import { abortError, isoTime, type Clock } from '../clock';
import type { Role } from '../../lac/transcript';
import { watchAbort } from './watchAbort';
import type { Budget } from './budget';
import { CallIds } from './callId';
import type { CallLog, CallTimes, RecordedCall } from './callLog';
import { addTo, costOfCall, noCost, type Cost, type CostByRole, type CostSum } from './cost';
import { patientRetry, withRetries, type RetryPolicy } from './retry';
import type { HeldText, ModelEndpoint, Scheduler } from './scheduler';

/** What happens to a call, for those who show it. */
export type CallEvent =
  | { readonly type: 'reused'; readonly call: CallId; readonly purpose: CallPurpose }
  | { readonly type: 'waiting'; readonly call: CallId; readonly request: ModelRequest; readonly purpose: CallPurpose }
  | { readonly type: 'started'; readonly call: CallId; readonly endpoint: string; readonly attempt: number }
  | { readonly type: 'token'; readonly call: CallId; readonly token: ScoredToken }
  | { readonly type: 'retrying'; readonly call: CallId; readonly error: LacError; readonly delayMs: number }
  /** Given up before any model was asked: cancelled while it waited, or the budget was used up. */
  | { readonly type: 'dropped'; readonly call: CallId }
  | { readonly type: 'ended'; readonly record: RecordedCall };

/** Must not throw. */
export type CallListener = (event: CallEvent) => void;

/** Where answers come from: a model, or the log alone. */
export type CallSource =
  | {
      readonly mode: 'live';
      /** Shared by all that use the same endpoints, so that `parallel` holds for them together. */
      readonly scheduler: Scheduler;
      readonly budget: Budget;
      readonly retry?: RetryPolicy;
    }
  | { readonly mode: 'replay'; readonly model: ModelDescription; readonly parallel?: number };

interface Joined {
  readonly hooks: CallHooks;
}

/** A call under way, which any number of askers share. */
interface Flight {
  readonly answer: Promise<ModelAnswer>;
  readonly abort: AbortController;
  readonly tokens: ScoredToken[];
  readonly joined: Joined[];
  /** True once nothing of it can be cancelled any more. */
  over: boolean;
}

interface Attempt {
  startedAt: number;
  readonly tokens: string[];
  facts: ServerFacts | null;
  number: number;
  waitedMs: number;
}

function answers<R extends ModelRequest>(request: R, answer: ModelAnswer): answer is AnswerTo<R> {
  return answer.kind === request.kind;
}

function put(model: LanguageModel, request: ModelRequest, options: CallOptions): Promise<ModelAnswer> {
  switch (request.kind) {
    case 'generate':
      return model.generate(request, options);
    case 'next':
      return model.next(request, options);
    case 'score':
      return model.score(request, options);
  }
}

/** What a slot's cache holds once the call is answered. */
function cacheAfter(prompt: PromptSegments, answer: ModelAnswer): HeldText {
  return { prompt, written: answer.kind === 'generate' ? answer.text : '' };
}

/** A server that is cut off at the end of a line does not say how long the prompt was: then about four characters a token. */
function countedUsage(usage: TokenUsage, promptCharacters: number): TokenUsage {
  return usage.promptTokens > 0 ? usage : { ...usage, promptTokens: Math.ceil(promptCharacters / 4) };
}

/** The one digest and description of all endpoints; throws `model.endpoints-differ` where they serve different weights. */
export function sameModel(endpoints: readonly ModelEndpoint[]): ModelDescription {
  const [first, ...others] = endpoints;
  const digest = first.model.description.digest;
  const other = others.find((endpoint) => endpoint.model.description.digest !== digest);
  if (other !== undefined) {
    throw new LacError('model.endpoints-differ', {
      first: first.name,
      second: other.name,
      firstDigest: digest.slice(0, 12),
      secondDigest: other.model.description.digest.slice(0, 12),
    });
  }
  return first.model.description;
}

/**
 * Asks a model through a call log: what was answered before is never asked again, what is being asked is asked once, and
 * every call that ends is recorded. In a replay a call that is not in the log is `model.not-recorded`.
 */
export class RecordedModelCalls implements ModelCalls {
  readonly model: ModelDescription;
  readonly parallel: number;
  private readonly ids: CallIds;
  private readonly flights = new Map<CallId, Flight>();
  /** Those of calls that ended uncancelled, for the next ones: a new signal costs as much as all else that is done for a call. */
  private readonly spare: AbortController[] = [];
  private readonly listeners = new Set<CallListener>();
  private readonly costs: Readonly<Record<Role, CostSum>> = {
    actor: { ...noCost },
    forward: { ...noCost },
    critic: { ...noCost },
    reflection: { ...noCost },
  };

  constructor(
    private readonly source: CallSource,
    private readonly log: CallLog,
    private readonly clock: Clock,
  ) {
    this.model = source.mode === 'replay' ? source.model : sameModel(source.scheduler.endpoints);
    this.ids = new CallIds(this.model.digest);
    this.parallel = source.mode === 'replay' ? (source.parallel ?? 1) : source.scheduler.parallel;
  }

  /** What all calls so far have cost, by role. */
  get cost(): CostByRole {
    const { actor, forward, critic, reflection } = this.costs;
    return { actor: { ...actor }, forward: { ...forward }, critic: { ...critic }, reflection: { ...reflection } };
  }

  /** Calls the listener on everything that happens to a call, until the returned function is called. */
  subscribe(listener: CallListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when no call is under way. */
  async idle(): Promise<void> {
    while (this.flights.size > 0) await Promise.allSettled([...this.flights.values()].map(({ answer }) => answer));
  }

  async ask<R extends ModelRequest>(request: R, purpose: CallPurpose, hooks: CallHooks): Promise<Called<AnswerTo<R>>> {
    if (hooks.signal.aborted) throw abortError(hooks.signal);
    const call = this.ids.idOf(request);
    const known = this.log.get(call);
    if (known !== undefined) {
      this.charge(purpose.role, { ...noCost, reused: 1 });
      this.emit({ type: 'reused', call, purpose });
      return { call, answer: this.checked(request, known, call), reused: true };
    }
    if (this.source.mode === 'replay') {
      throw new LacError('model.not-recorded', { call: call.slice(0, 12), role: purpose.role, kind: request.kind });
    }
    let running = this.flights.get(call);
    if (running?.abort.signal.aborted === true) {
      // Whoever asked before has just cancelled it; this asker has not.
      await Promise.allSettled([running.answer]);
      running = this.flights.get(call);
    }
    const flight = running ?? this.depart(call, request, purpose, this.source);
    const answer = await this.join(flight, hooks);
    if (running !== undefined) this.charge(purpose.role, { ...noCost, reused: 1 });
    return { call, answer: this.checked(request, answer, call), reused: running !== undefined };
  }

  private checked<R extends ModelRequest>(request: R, answer: ModelAnswer, call: CallId): AnswerTo<R> {
    if (answers(request, answer)) return answer;
    throw new LacError('model.bad-record', { call: call.slice(0, 12), found: answer.kind, kind: request.kind });
  }

  /** Waits with the others for the answer; the last one to give up cancels the call. */
  private join(flight: Flight, hooks: CallHooks): Promise<ModelAnswer> {
    for (const token of flight.tokens) hooks.onToken?.(token);
    return new Promise((resolve, reject) => {
      const joined: Joined = { hooks };
      const onAbort = (): void => {
        if (flight.over) return;
        if (flight.joined.length === 1) {
          flight.abort.abort(abortError(hooks.signal));
          return;
        }
        flight.joined.splice(flight.joined.indexOf(joined), 1);
        reject(abortError(hooks.signal));
      };
      const leave = watchAbort(hooks.signal, onAbort);
      flight.joined.push(joined);
      flight.answer.then(
        (answer) => {
          leave();
          resolve(answer);
        },
        (error: unknown) => {
          leave();
          reject(error instanceof Error ? error : new Error(messageOf(error), { cause: error }));
        },
      );
    });
  }

  private depart(
    call: CallId,
    request: ModelRequest,
    purpose: CallPurpose,
    source: Extract<CallSource, { mode: 'live' }>,
  ): Flight {
    const abort = this.spare.pop() ?? new AbortController();
    const tokens: ScoredToken[] = [];
    const joined: Joined[] = [];
    const onToken = (token: ScoredToken): void => {
      tokens.push(token);
      this.emit({ type: 'token', call, token });
      for (const { hooks } of joined) hooks.onToken?.(token);
    };
    // However soon it fails, it does so behind its first `await`, when the flight is there to be removed.
    const answer = this.perform(call, request, purpose, source, abort.signal, onToken);
    const flight: Flight = { answer, abort, tokens, joined, over: false };
    this.flights.set(call, flight);
    this.emit({ type: 'waiting', call, request, purpose });
    return flight;
  }

  private async perform(
    call: CallId,
    request: ModelRequest,
    purpose: CallPurpose,
    source: Extract<CallSource, { mode: 'live' }>,
    signal: AbortSignal,
    onToken: (token: ScoredToken) => void,
  ): Promise<ModelAnswer> {
    const { prompt } = request;
    const asked = this.clock.now();
    const last: Attempt = { startedAt: asked, tokens: [], facts: null, number: 0, waitedMs: 0 };
    let avoid: ModelEndpoint | undefined;
    let cached = 0;
    const attempt = async (number: number): Promise<ModelAnswer> => {
      const lease = await source.scheduler.acquire(prompt, signal, avoid);
      let held: HeldText | null = null;
      try {
        if (number === 1) source.budget.reserveCall();
        last.startedAt = this.clock.now();
        last.number = number;
        last.facts = null;
        last.waitedMs = last.startedAt - asked;
        this.emit({ type: 'started', call, endpoint: lease.endpoint.name, attempt: number });
        avoid = lease.endpoint;
        cached = lease.cachedCharacters;
        const given = await put(lease.endpoint.model, request, {
          signal,
          onToken: (token) => {
            last.tokens.push(token.token);
            onToken(token);
          },
          onFacts: (facts) => (last.facts = facts),
        });
        held = cacheAfter(prompt, given);
        return given;
      } finally {
        lease.release(held);
      }
    };
    const mayRetry = (error: LacError, _number: number, delayMs: number): boolean => {
      // What was shown of an answer is never shown twice: once a token came, the failure stands.
      if (last.tokens.length > 0) return false;
      this.charge(purpose.role, { ...noCost, retries: 1 });
      this.emit({ type: 'retrying', call, error, delayMs });
      return true;
    };
    try {
      let answer: ModelAnswer;
      try {
        const policy = source.retry ?? patientRetry;
        answer = await withRetries(attempt, { policy, clock: this.clock, signal, mayRetry });
      } catch (error) {
        if (last.number > 0) this.recordFailure(error, last, { id: call, request, purpose });
        else this.emit({ type: 'dropped', call });
        throw error;
      }
      const at = this.times(last);
      let characters = 0;
      for (const text of prompt) characters += text.length;
      const usage = countedUsage(answer.usage, characters);
      source.budget.spend(usage, at.durationMs);
      this.charge(purpose.role, costOfCall(usage, { characters, cached }, at.durationMs));
      this.record({ id: call, request, purpose, status: 'complete', answer, at });
      return answer;
    } finally {
      this.land(call);
    }
  }

  private land(call: CallId): void {
    const flight = this.flights.get(call);
    if (flight === undefined) return;
    this.flights.delete(call);
    flight.over = true;
    if (!flight.abort.signal.aborted) this.spare.push(flight.abort);
  }

  private recordFailure(error: unknown, last: Attempt, base: Pick<RecordedCall, 'id' | 'request' | 'purpose'>): void {
    const at = this.times(last);
    const partial = last.tokens.join('');
    if (isAbort(error)) {
      this.record({ ...base, status: 'cancelled', partial, at });
      return;
    }
    const known = error instanceof LacError ? { code: error.code, args: error.args } : { code: null, args: {} };
    this.record({ ...base, status: 'failed', partial, error: { ...known, message: messageOf(error) }, at });
  }

  private times(last: Attempt): CallTimes {
    return {
      startedAt: isoTime(last.startedAt),
      durationMs: this.clock.now() - last.startedAt,
      waitedMs: last.waitedMs,
      attempts: last.number,
      server: last.facts,
    };
  }

  private record(call: RecordedCall): void {
    this.log.put(call);
    this.emit({ type: 'ended', record: call });
  }

  private charge(role: Role, cost: Cost): void {
    addTo(this.costs[role], cost);
  }

  private emit(event: CallEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
