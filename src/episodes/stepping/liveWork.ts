import type { DecisionIndex, NodeId } from '../../trajectories/ids';
import type { Role } from '../../lac/transcript';
import { abortError } from '../../models/clock';
import type { EpisodeEvent } from '../episode';
import type { CallGate, ComingCall } from './callGate';
import { afterEvent, afterReflection, beforeCall, onArrival, type Moment } from './moments';

interface Waiting {
  readonly coming: ComingCall;
  readonly release: () => void;
}

type Pulled =
  | { readonly ok: true; readonly result: IteratorResult<EpisodeEvent, unknown> }
  | { readonly ok: false; readonly error: unknown };

/**
 * Something that an episode does now, taken moment by moment: nothing happens and no call begins between two pulls, and a
 * call that is about to begin is a moment of its own. What is under way when the work is abandoned is aborted.
 */
export class LiveWork {
  private readonly abort = new AbortController();
  private readonly events: AsyncGenerator<EpisodeEvent, unknown>;
  private readonly waiting: Waiting[] = [];
  private held: Waiting | null = null;
  private pending: Promise<Pulled> | null = null;
  private wake: () => void = () => undefined;
  private node: NodeId;
  private decision: DecisionIndex | null = null;
  private count = 0;
  private calls = 0;
  private reflecting = true;
  private readonly roles = new Set<Role>();
  private done = false;

  /** @param onEvent told of everything the episode yields, before the moment is delivered. */
  constructor(
    from: NodeId,
    private readonly gate: CallGate,
    start: (signal: AbortSignal) => AsyncGenerator<EpisodeEvent, unknown>,
    private readonly onEvent: (event: EpisodeEvent) => void,
  ) {
    this.node = from;
    this.events = start(this.abort.signal);
    gate.setKeeper((coming, signal) => this.hold(coming, signal));
  }

  /** The node that was reached so far. */
  get at(): NodeId {
    return this.node;
  }

  /** The next moment; null when the work is done. Rejects with what went wrong, or an `AbortError`. */
  async next(): Promise<Moment | null> {
    if (this.done) return null;
    this.held?.release();
    this.held = null;
    for (;;) {
      const call = this.waiting.shift();
      if (call !== undefined) {
        this.held = call;
        return this.callMoment(call.coming);
      }
      // A call may come before the pull returns.
      const arrived = new Promise<null>((resolve) => (this.wake = () => resolve(null)));
      this.pending ??= settle(this.events.next());
      const pulled = await Promise.race([this.pending, arrived]);
      if (pulled === null) continue;
      this.pending = null;
      if (!pulled.ok) {
        this.finish();
        throw pulled.error;
      }
      if (pulled.result.done === true) {
        this.finish();
        return { kind: 'boundary', node: this.node };
      }
      const event = pulled.result.value;
      const moment = this.momentOf(event);
      this.onEvent(event);
      if (moment !== null) return moment;
    }
  }

  /** Aborts the calls under way; the next moment is an `AbortError`. */
  cancel(): void {
    this.abort.abort(new DOMException('The call was stopped.', 'AbortError'));
  }

  /** Ends the work and waits until nothing of it is under way. */
  async abandon(): Promise<void> {
    if (this.done) return;
    this.cancel();
    if (this.pending !== null) await this.pending;
    await settle(this.events.return(undefined));
    this.finish();
  }

  private finish(): void {
    this.done = true;
    this.gate.setKeeper(null);
  }

  private hold(coming: ComingCall, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(abortError(signal));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const place = this.waiting.indexOf(entry);
        if (place >= 0) this.waiting.splice(place, 1);
        reject(abortError(signal));
      };
      const release = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const entry: Waiting = { coming, release };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(entry);
      this.wake();
    });
  }

  private callMoment(coming: ComingCall): Moment {
    this.calls++;
    const first = !this.roles.has(coming.purpose.role);
    this.roles.add(coming.purpose.role);
    const decision = this.reflecting ? null : this.decision;
    const inside = beforeCall(decision, decision === null ? 0 : this.count, this.calls, coming);
    return { kind: 'call', node: this.node, inside, coming, first };
  }

  private momentOf(event: EpisodeEvent): Moment | null {
    this.calls = 0;
    switch (event.type) {
      case 'decision':
        this.node = event.node;
        this.decision = event.decision;
        this.count = 0;
        this.reflecting = false;
        this.roles.clear();
        return null;
      case 'decision-event': {
        this.count++;
        const inside = afterEvent(event.decision, this.count, event.event);
        return { kind: 'event', node: event.node, inside, event: event.event };
      }
      case 'step':
        this.node = event.node;
        this.reflecting = true;
        this.roles.clear();
        return { kind: 'arrival', node: event.node, inside: onArrival };
      case 'reflection':
        return { kind: 'reflection', node: event.node, inside: afterReflection, event: event.event };
      case 'end':
        return null;
    }
  }
}

function settle(result: Promise<IteratorResult<EpisodeEvent, unknown>>): Promise<Pulled> {
  return result.then(
    (value) => ({ ok: true, result: value }),
    (error: unknown) => ({ ok: false, error }),
  );
}
