import { LacError } from '../errors/lacError';
import { canonicalOrder } from '../lac/decision';
import type { DecisionEvent } from '../lac/events';
import type { JournalSink } from '../trajectories/journal';
import { eventText } from '../trajectories/lineText';
import type { DecisionIndex, NodeId } from '../trajectories/ids';
import type { JournalLine } from '../trajectories/schema';
import type { DecisionEntry, Timeline } from '../trajectories/timeline';

/** Writes what happens in an episode, and keeps its tree at the same time. */
export class Recorder {
  constructor(
    readonly timeline: Timeline,
    private readonly sink: JournalSink,
  ) {}

  record(line: JournalLine): void {
    const problem = this.timeline.apply(line);
    if (problem !== undefined) throw new Error(`a line that does not fit the episode: ${problem}`);
    this.sink.write(line);
  }

  /** Records one decision's events; the entry's events are those that were recorded before it was interrupted. */
  decision(entry: DecisionEntry): DecisionRecorder {
    return new DecisionRecorder(this, entry, this.timeline.id);
  }
}

/**
 * Brings a decision's events into canonical order and writes them. What was recorded before an interruption is not
 * written again: it must come again equal.
 */
export class DecisionRecorder {
  private readonly recorded: readonly DecisionEvent[];
  /** Events of rollouts that came side by side, until all are there. */
  private waiting: DecisionEvent[] = [];
  private count = 0;
  private readonly node: NodeId;
  private readonly decision: DecisionIndex;

  constructor(
    private readonly recorder: Recorder,
    entry: DecisionEntry,
    private readonly episode: Timeline['id'],
  ) {
    this.recorded = [...entry.events];
    this.node = entry.node;
    this.decision = entry.index;
  }

  /** `ordered`: events come in canonical order (one call at a time), so each can be written as it comes. */
  take(event: DecisionEvent, ordered: boolean): void {
    if (!ordered && isOfRollout(event)) {
      this.waiting.push(event);
      return;
    }
    this.flush();
    this.write(event);
  }

  /** Writes what waits, in canonical order. */
  private flush(): void {
    const events = canonicalOrder(this.waiting);
    this.waiting = [];
    for (const event of events) this.write(event);
  }

  private write(event: DecisionEvent): void {
    const before = this.recorded.at(this.count);
    this.count++;
    if (before === undefined || this.count > this.recorded.length) {
      const { episode, node, decision } = this;
      this.recorder.record({ type: 'event', episode, node, decision, event });
      return;
    }
    const [recorded, now] = [eventText(before), eventText(event)];
    if (recorded === now) return;
    throw new LacError('trajectory.differs', {
      file: this.episode,
      where: `node ${this.node}, decision ${this.decision}, event ${this.count}`,
      recorded: recorded.slice(0, 200),
      now: now.slice(0, 200),
    });
  }
}

function isOfRollout(event: DecisionEvent): boolean {
  return event.type === 'rollout-step' || event.type === 'verdict' || event.type === 'value';
}
