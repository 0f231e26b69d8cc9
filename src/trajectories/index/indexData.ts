import type { Agreement } from '../../lac/events';
import type { ActionValue } from '../../lac/events';
import type { CandidateView } from '../../expressions';
import type { Status } from '../../environments/environment';
import type { BranchId, EpisodeId } from '../ids';
import type { HeaderLine } from '../schema';
import type { OffsetTable } from './growing';

/** Codes of words in columns are their places in these lists. */
export const statuses = ['running', 'success', 'failure', 'limit'] as const satisfies readonly Status[];
export const agreements = ['both', 'prior', 'critic', 'neither'] as const satisfies readonly Agreement[];
export const bounds = ['exact', 'lower', 'upper', 'none'] as const satisfies readonly ActionValue['bound'][];

/** Bits of a node's flags. */
export const flags = { invalid: 1, useless: 2, edited: 4, person: 8, openReward: 16, openFlags: 32 } as const;

/** Nodes in the order of their lines; row 0 is the first episode's start. */
export interface NodeColumns {
  /** Index into `episodes`. */
  readonly episode: Int32Array;
  /** Row of the node before; -1 at a start. */
  readonly parent: Int32Array;
  /** Number of the branch (`b3` is 3). */
  readonly branch: Int32Array;
  readonly step: Int32Array;
  /** Offset of the line that made the node: `episode` or `step`. */
  readonly offset: Float64Array;
  /** Offset of the reflection on it; -1 without. */
  readonly reflection: Float64Array;
  readonly reward: Float64Array;
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  /** Index of the decision at the parent that was executed; -1 without. */
  readonly decision: Int32Array;
  /** Row of the last decision at this node; -1 without. */
  readonly lastDecision: Int32Array;
  /** The action that led here, as its place in `actions`; -1 where it has to be read. */
  readonly action: Int32Array;
  /** Hash of the observation before and the action: equal for a repetition. */
  readonly repeat: Float64Array;
  /** Hash of the observation. */
  readonly observation: Float64Array;
}

/** Decisions in the order of their lines. */
export interface DecisionRowColumns {
  readonly node: Int32Array;
  /** Number of the decision at its node; 0 is the first. */
  readonly index: Int32Array;
  /** Row of the decision before it at the same node; -1 for the first. */
  readonly previous: Int32Array;
  /** Bytes from its line to the end of its last event; calls and segments lie in between. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly alpha: Float64Array;
  /** 1 where ties go to the lower index. */
  readonly byIndex: Uint8Array;
  /** 1 where the method's choice does not depend on alpha. */
  readonly fixed: Uint8Array;
  /** -1 before the choice. */
  readonly chosen: Int32Array;
  /** Code of the agreement, 255 before the choice. */
  readonly agreement: Uint8Array;
  readonly certain: Uint8Array;
  /** 1 where thoughts came before the choice. */
  readonly thoughts: Uint8Array;
  /** Candidates are those from `candidates` on, `count` of them. */
  readonly candidates: Int32Array;
  readonly count: Int32Array;
}

/** Candidates of all decisions; NaN is unknown. */
export interface CandidateColumns {
  readonly logPrior: Float64Array;
  readonly q: Float64Array;
  readonly bound: Uint8Array;
  readonly uses: Int32Array;
  readonly penalty: Float64Array;
  readonly score: Float64Array;
  readonly policy: Float64Array;
}

export interface IndexedBranch {
  readonly id: BranchId;
  readonly parent: BranchId | null;
  /** Row at which it leaves its parent. */
  readonly from: number;
  readonly cause: 'start' | 'action' | 'observation';
}

export interface IndexedEnd {
  readonly row: number;
  readonly reason: string;
  readonly reward: number | null;
  readonly offset: number;
}

export interface IndexedEpisode {
  readonly id: EpisodeId;
  readonly environment: string;
  readonly task: string;
  readonly taskType: string;
  readonly goal: string;
  readonly branches: readonly IndexedBranch[];
  /** Row of each node by its number. */
  readonly rows: readonly number[];
  /** Rows at which branches ended, with reason and reward, and where that is said. */
  readonly ends: readonly IndexedEnd[];
  /** What was tried out at a node, by its row. */
  readonly outcomes: readonly { readonly row: number; readonly offset: number }[];
}

/** A journal's index as plain data: can be posted between threads and kept in a file. */
export interface IndexData {
  readonly header: HeaderLine;
  /** Offset behind the last complete line, and how many lines there are. */
  readonly end: number;
  readonly lines: number;
  readonly torn: number;
  readonly episodes: readonly IndexedEpisode[];
  /** Actions as they were executed, each once: the short ones among the first different ones. */
  readonly actions: readonly string[];
  readonly nodes: NodeColumns;
  readonly decisions: DecisionRowColumns;
  readonly candidates: CandidateColumns;
  readonly calls: OffsetTable;
  readonly segments: OffsetTable;
  /** Prompt sets by id, as offsets of their lines. */
  readonly promptSets: Readonly<Record<string, number>>;
  /** The first lines that did not fit, for people; `problemCount` in all. */
  readonly problems: readonly string[];
  readonly problemCount: number;
}

/** The memory of an index's columns: what is moved when it is handed to another thread, and not copied. */
export function columnBuffers({ nodes, decisions, candidates, calls, segments }: IndexData): readonly ArrayBuffer[] {
  const columns = [nodes, decisions, candidates, calls, segments];
  const values = columns.flatMap((each): readonly unknown[] => Object.values(each));
  const buffers = values.flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : []));
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

/** A number of a column; NaN stands for what is not known. */
export const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** A candidate's numbers by its row. */
export function candidateNumbers(
  { candidates }: Pick<IndexData, 'candidates'>,
  row: number,
): Omit<CandidateView, 'action' | 'says' | 'mass'> {
  return {
    logPrior: known(candidates.logPrior[row]),
    q: known(candidates.q[row]),
    bound: bounds[candidates.bound[row]],
    penalty: known(candidates.penalty[row]),
    score: known(candidates.score[row]),
    policy: known(candidates.policy[row]),
  };
}
