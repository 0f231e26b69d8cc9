import { hash } from 'node:crypto';
import { LacError } from '../errors/lacError';
import type { Environment, Snapshot, StepResult } from '../environments/environment';
import type { NodeId } from '../trajectories/ids';
import type { NodeState } from '../trajectories/schema';
import type { NodeEntry, Timeline } from '../trajectories/timeline';

/** Snapshots kept in memory; older ones are made again by replaying actions. */
const keptSnapshots = 256;

/** What of a state is recorded besides its observation. */
export interface StateOptions {
  /** Whether the planner is asked at every state. */
  readonly truth: boolean;
}

/** Equal states have equal hashes. */
export function snapshotHash(snapshot: Snapshot): string {
  return hash('sha256', JSON.stringify(snapshot.state)).slice(0, 16);
}

/** Describes the environment's present state for the record. */
export async function describeState(
  environment: Environment,
  options: StateOptions,
  signal: AbortSignal,
): Promise<NodeState> {
  const truth = options.truth ? await environment.truth(signal) : null;
  return {
    hash: snapshotHash(environment.snapshot()),
    picture: environment.picture(),
    admissible: environment.admissible(),
    ...openingsOf(environment),
    truth: truth === null ? null : { remaining: truth.remaining, bestReward: truth.bestReward, exact: truth.exact },
  };
}

function openingsOf(environment: Environment): { readonly openings?: readonly string[] } {
  const openings = environment.openings?.() ?? [];
  return openings.length === 0 ? {} : { openings };
}

/**
 * Brings the one environment of an episode to any state of its tree: by snapshot where there is one, else by replaying
 * actions from the nearest state that can be restored. What comes back is held against the record; a disagreement is
 * refused.
 */
export class Place {
  private readonly snapshots = new Map<NodeId, Snapshot>();
  private present: NodeId | null = null;

  constructor(
    private readonly environment: Environment,
    private readonly timeline: Timeline,
  ) {}

  /** Tells that the environment stands at a node now, freshly reached. */
  arrived(node: NodeId): void {
    this.present = node;
    this.keep(node, this.environment.snapshot());
  }

  /** Tells that the environment has left the tree (an action was tried out, or a step failed half-way). */
  strayed(): void {
    this.present = null;
  }

  async moveTo(id: NodeId, signal: AbortSignal): Promise<void> {
    if (this.present === id) return;
    if (this.timeline.node(id) === undefined) throw new LacError('episode.no-node', { node: id });
    this.present = null;
    const path = this.timeline.path(id);
    let at = path.findLastIndex((node) => this.snapshots.has(node.id));
    const snapshot = at < 0 ? undefined : this.snapshots.get(path[at].id);
    if (snapshot === undefined) {
      const start = await this.environment.reset(this.timeline.task, signal);
      this.agree(path[0], 'first observation', this.timeline.start.observation, start.observation);
      at = 0;
    } else {
      await this.environment.restore(snapshot, signal);
    }
    for (const node of path.slice(at + 1)) await this.replay(node, signal);
    this.arrived(id);
  }

  private async replay(node: NodeEntry, signal: AbortSignal): Promise<void> {
    const { arrival } = node;
    if (arrival === null) return;
    const result: StepResult = await this.environment.step(arrival.action, signal);
    const observation = arrival.edited?.observation ?? node.observation;
    this.agree(node, 'observation', observation, result.observation);
    this.agree(node, 'state', node.state.hash, snapshotHash(this.environment.snapshot()));
    this.keep(node.id, this.environment.snapshot());
  }

  private agree(node: NodeEntry, what: string, recorded: string, now: string): void {
    if (recorded === now) return;
    throw new LacError('episode.disagrees', {
      environment: this.environment.id,
      step: node.step,
      what,
      recorded: shortened(recorded),
      now: shortened(now),
    });
  }

  private keep(node: NodeId, snapshot: Snapshot): void {
    this.snapshots.delete(node);
    this.snapshots.set(node, snapshot);
    if (this.snapshots.size <= keptSnapshots) return;
    const oldest = this.snapshots.keys().next();
    if (oldest.done !== true) this.snapshots.delete(oldest.value);
  }
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
