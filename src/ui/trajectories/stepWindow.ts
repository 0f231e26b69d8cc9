import type { EpisodeLine, StepLine } from '../../trajectories/schema';
import type { NodeId } from '../../trajectories/ids';
import type { StepRecord } from '../../trajectories/index/trajectoryIndex';
import { Timeline } from '../../trajectories/timeline';

/** A step with what surrounds it, as a little episode of its own. */
export interface StepWindow {
  readonly timeline: Timeline;
  /** The node of the step in this timeline. */
  readonly node: NodeId;
}

/**
 * The step before, the step and what it led to, as an episode that what is drawn of a whole one can be drawn from. Its
 * nodes are 0, 1, 2 in their order, whatever their numbers in the file.
 */
export function stepWindow(start: EpisodeLine, before: StepRecord | null, here: StepRecord): StepWindow {
  const first = before ?? here;
  const timeline = new Timeline({
    ...start,
    observation: first.node.observation,
    state: first.node.state,
  });
  if (before === null) {
    fill(timeline, 0, here);
    return { timeline, node: 0 };
  }
  fill(timeline, 0, before);
  fill(timeline, 1, here);
  return { timeline, node: 1 };
}

/** A record's decisions, and the step that followed with its reflection. */
function fill(timeline: Timeline, node: NodeId, { decisions, next, reflection }: StepRecord): void {
  const { id: episode } = timeline;
  for (const { line, events } of decisions) {
    timeline.apply({ ...line, episode, node });
    for (const event of events) timeline.apply({ ...event, episode, node });
  }
  if (next === null) return;
  timeline.apply(moved(next, node, episode));
  if (reflection !== null) timeline.apply({ ...reflection, episode, node: node + 1 });
}

function moved(line: StepLine, from: NodeId, episode: Timeline['id']): StepLine {
  return { ...line, episode, branch: 'b0', from, node: from + 1, step: from + 1 };
}
