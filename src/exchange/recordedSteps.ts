import type { StepView } from '../expressions';
import type { BranchId } from '../trajectories/ids';
import { stepViews } from '../trajectories/stepViews';
import type { NodeEntry, Timeline } from '../trajectories/timeline';
import type { Recording, WrittenFile } from './format';

/** A way through an episode, from its start to a branch's end. */
export interface Track {
  readonly timeline: Timeline;
  readonly branch: BranchId;
  /** `e1` alone for an episode without branches, else `e1.b2`. */
  readonly name: string;
  readonly nodes: readonly NodeEntry[];
  /** Entry k is the decision at node k and what came of it. */
  readonly views: readonly StepView[];
}

/** Every branch of every episode; a branch of which nothing was executed is left out, the first is always there. */
export function tracksOf({ contents }: Recording): readonly Track[] {
  return contents.episodes.flatMap((timeline) =>
    timeline.branches
      .filter(({ id }) => id === 'b0' || timeline.nodes.some((node) => node.branch === id))
      .map(({ id }): Track => ({
        timeline,
        branch: id,
        name: timeline.branches.length === 1 ? timeline.id : `${timeline.id}.${id}`,
        nodes: timeline.line(id),
        views: stepViews(timeline, id, (call) => contents.calls.get(call)),
      })),
  );
}

const encoder = new TextEncoder();

export function jsonFile(name: string, value: unknown): WrittenFile {
  return { name, bytes: encoder.encode(`${JSON.stringify(value, null, 2)}\n`) };
}

export function textFile(name: string, text: string): WrittenFile {
  return { name, bytes: encoder.encode(text) };
}
