import type { BranchSummary, LongTimeline } from '../../protocol/panel';
import { flags, statuses, type IndexedEpisode } from '../../trajectories/index/indexData';
import type { Track, TrajectoryIndex } from '../../trajectories/index/trajectoryIndex';
import type { NodeId } from '../../trajectories/ids';

/** The number of each row's node within its episode. */
function nodeOf({ rows }: IndexedEpisode, row: number): NodeId {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The steps of a track as the page draws them. Costs no reading. */
export function longTimeline(index: TrajectoryIndex, track: Track): LongTimeline {
  const { nodes, decisions, candidates } = index.data;
  const { rows, episode } = track;
  const count = rows.length;
  const timeline = {
    columns: index.alphaColumns(track),
    node: new Int32Array(count),
    choice: new Int32Array(count).fill(-1),
    q: new Float64Array(count).fill(Number.NaN),
    bound: new Uint8Array(count),
    agreement: new Uint8Array(count).fill(255),
    certain: new Uint8Array(count),
    reward: new Float64Array(count),
    status: new Uint8Array(count),
    invalid: new Uint8Array(count),
    useless: new Uint8Array(count),
    branches: branchesOn(track),
  };
  for (let step = 0; step < count; step++) {
    const row = rows[step];
    timeline.node[step] = nodeOf(episode, row);
    timeline.status[step] = nodes.status[row];
    const decision = index.decisionRow(track, step);
    if (decision >= 0 && decisions.chosen[decision] >= 0) {
      const chosen = decisions.chosen[decision];
      const candidate = decisions.candidates[decision] + chosen;
      timeline.choice[step] = chosen;
      timeline.q[step] = candidates.q[candidate];
      timeline.bound[step] = candidates.bound[candidate];
      timeline.agreement[step] = decisions.agreement[decision];
      timeline.certain[step] = decisions.certain[decision];
    }
    if (step + 1 >= count) continue;
    const next = rows[step + 1];
    timeline.status[step] = nodes.status[next];
    timeline.reward[step] = (nodes.flags[next] & flags.openReward) === 0 ? nodes.reward[next] || 0 : 0;
    timeline.invalid[step] = (nodes.flags[next] & flags.invalid) === 0 ? 0 : 1;
    timeline.useless[step] = (nodes.flags[next] & flags.useless) === 0 ? 0 : 1;
  }
  return timeline;
}

function branchesOn({ episode, rows }: Track): LongTimeline['branches'] {
  const steps = new Map<number, number>();
  const wanted = new Set(episode.branches.flatMap(({ parent, from }) => (parent === null ? [] : [from])));
  rows.forEach((row, step) => {
    if (wanted.has(row)) steps.set(row, step);
  });
  return episode.branches.flatMap(({ id, parent, from }) => {
    const step = steps.get(from);
    return parent === null || step === undefined ? [] : [{ step, branch: id }];
  });
}

/** The known rewards up to each step of a track, added up; NaN where none is known after the start. */
export function rewardsOf({ data }: TrajectoryIndex, { rows }: Track): Float64Array {
  const { nodes } = data;
  const sums = new Float64Array(rows.length);
  let sum: number | null = null;
  for (let step = 1; step < rows.length; step++) {
    const row = rows[step];
    if ((nodes.flags[row] & flags.openReward) === 0) sum = (sum ?? 0) + (nodes.reward[row] || 0);
    sums[step] = sum ?? Number.NaN;
  }
  return sums;
}

/** The reward up to a step, of `rewardsOf`; null where the recording does not say. */
export function rewardAt(rewards: Float64Array, step: number): number | null {
  const reward = rewards[step];
  return Number.isNaN(reward) ? null : reward;
}

/** The branches of an episode, each walked once. */
export function branchSummaries(index: TrajectoryIndex, episode: IndexedEpisode): readonly BranchSummary[] {
  const { nodes } = index.data;
  return episode.branches.map(({ id, parent, from }) => {
    const track = index.track(episode.id, id);
    const tip = track?.rows.at(-1) ?? from;
    const end = episode.ends.find(({ row }) => row === tip);
    return {
      id,
      parent,
      fromStep: nodes.step[from],
      steps: nodes.step[tip],
      outcome: end?.reason === 'horizon' ? 'horizon' : statuses[nodes.status[tip]],
      reward: track === undefined ? 0 : rewardAt(rewardsOf(index, track), track.rows.length - 1),
    };
  });
}
