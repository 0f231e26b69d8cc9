/** Ids in a trajectory: counters or hashes, never random, so that equal runs have equal ids. */

/** `e1`, `e2`, ... in the order in which the run's episodes began. */
export type EpisodeId = `e${number}`;
/** `b0` is where the episode began; `b1`, ... in the order of creation. */
export type BranchId = `b${number}`;
/** A state of the environment: a counter within its episode, from 0 (the start). */
export type NodeId = number;
/** A decision at a node: 0 is the one that was first made there, 1, 2, ... are probes. */
export type DecisionIndex = number;

export function episodeId(ordinal: number): EpisodeId {
  return `e${ordinal}`;
}

export function branchId(ordinal: number): BranchId {
  return `b${ordinal}`;
}
