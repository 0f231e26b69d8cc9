import type { NodeId } from '../../trajectories/ids';
import type { Episode, EpisodeEvent, Settings } from '../episode';
import type { CallGate } from './callGate';
import { LiveWork } from './liveWork';
import { insideOf, type Cursor, type Inside, type Moment } from './moments';
import type { Tape } from './tape';

/** Something that an episode does, given up when the signal aborts. */
export type Work = (signal: AbortSignal) => AsyncGenerator<EpisodeEvent, unknown>;

export interface CourseParts {
  readonly episode: Episode;
  readonly tape: Tape;
  readonly gate: CallGate;
  /** Whether the episode can go on beyond its record. */
  readonly live: boolean;
  /** Parameters and prompts in force when a step begins. */
  readonly settings: () => Settings;
  /** Told of everything the episode yields, before its moment is delivered. */
  readonly onRecorded: (event: EpisodeEvent) => void;
}

/** The moments of an episode from a cursor on: those of its record, then those that the episode makes by going on. */
export class Course {
  private live: LiveWork | null = null;
  /** Where the cursor stood when an interrupted decision was gone on with: what lies before it is behind the cursor. */
  private behind: { readonly node: NodeId; readonly inside: Inside } | null = null;

  constructor(private readonly parts: CourseParts) {}

  /** Has the episode do something at a node; its moments come next. */
  begin(node: NodeId, work: Work): void {
    this.live = new LiveWork(node, this.parts.gate, work, this.parts.onRecorded);
  }

  /** The moment after the cursor; null at the end of an episode that is over or only recorded. */
  async next(cursor: Cursor, withCalls: boolean): Promise<Moment | null> {
    for (;;) {
      if (this.live !== null) {
        const moment = await this.live.next();
        if (moment?.kind === 'boundary') this.live = null;
        if (moment !== null && this.isBehind(moment)) continue;
        return moment;
      }
      const { episode, tape, live, settings } = this.parts;
      const recorded = await tape.forward(cursor, withCalls);
      if (recorded !== null) return recorded;
      if (!live || episode.node(cursor.node).end !== null) return null;
      const { inside, node } = cursor;
      const inForce = settings();
      this.behind = inside === null || inside.decision === null ? null : { node, inside };
      this.begin(node, (signal) => episode.step(node, inForce, signal));
    }
  }

  /** The moment before the cursor; null at the episode's start. Never asks a model. */
  previous(cursor: Cursor, withCalls: boolean): Promise<Moment | null> {
    return this.parts.tape.backward(cursor, withCalls);
  }

  /** Lets what was begun run to its end. */
  async finish(): Promise<void> {
    while (this.live !== null) {
      const moment = await this.live.next();
      if (moment === null || moment.kind === 'boundary') this.live = null;
    }
  }

  /** Aborts the calls under way; what waits for the next moment gets an `AbortError`. */
  cancel(): void {
    this.live?.cancel();
  }

  /** Gives up what is under way and waits until nothing of it is left. */
  async abandon(): Promise<void> {
    const { live } = this;
    this.live = null;
    this.behind = null;
    await live?.abandon();
  }

  /** What was under way has failed. */
  failed(): void {
    this.live = null;
  }

  private isBehind(moment: Moment): boolean {
    if (this.behind === null) return false;
    const { node, inside: from } = this.behind;
    const inside = insideOf(moment);
    const behind =
      inside !== null &&
      moment.node === node &&
      inside.decision === from.decision &&
      (inside.events < from.events || (inside.events === from.events && inside.calls <= from.calls));
    if (!behind) this.behind = null;
    return behind;
  }
}
