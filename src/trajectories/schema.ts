import type { Snapshot, Status, Task } from '../environments/environment';
import type { Picture } from '../environments/picture';
import type { CallId, CallPurpose } from '../lac/calls';
import type { DecisionEvent, ReflectionEvent } from '../lac/events';
import type { GenerateRequest, ModelAnswer, ModelDescription, NextRequest, ScoreRequest } from '../lac/languageModel';
import type { Parameters } from '../lac/parameters';
import type { BranchId, DecisionIndex, EpisodeId, NodeId } from './ids';

/**
 * The native format, `*.lac.jsonl`: one JSON object a line, append-only. Whatever changes from run to run though seed
 * and calls are equal (times, durations, live or reused, server facts) stands under `at`. Fields that a reader does not
 * know stay in the file and are ignored.
 */

export const formatName = 'lac-trajectory';
export const formatVersion = 1;

/** Volatile facts of a line. */
export type At = Readonly<Record<string, unknown>>;

interface Line<T extends string> {
  readonly type: T;
  readonly at?: At;
}

/** The first line of every journal. */
export interface HeaderLine extends Line<'header'> {
  readonly format: typeof formatName;
  readonly version: number;
  readonly engine: string;
  readonly environment: { readonly id: string; readonly version: string; readonly sha256: string | null };
  readonly model: ModelDescription;
  /** Parameters at the start; a decision that was made with others says so. */
  readonly parameters: Parameters;
  /** Ids of the tasks that the run was asked for, in order: a resumed run plays those that are left. */
  readonly tasks?: readonly string[];
  /** Only in imported recordings: parameters are then mere defaults that nothing was decided with. */
  readonly source?: ForeignSource;
}

/** Where an imported recording comes from. */
export interface ForeignSource {
  /** Id of the exchange format: `atif`, `conversations`, `swe-agent`, `inspect`. */
  readonly format: string;
  readonly version: string | null;
  /** The program that acted, as the file names it. */
  readonly agent: string | null;
  /** What the conversion could not carry over, for people. */
  readonly losses: readonly string[];
}

/** Facts of a step that a foreign file may leave open; the fields then hold neutral values that mean nothing. */
export const openFacts = ['observation', 'reward', 'invalid', 'useless', 'cost'] as const;
export type OpenFact = (typeof openFacts)[number];

/** What a foreign file says beyond the native fields, as it stood there. */
export type ForeignRemainder = Readonly<Record<string, unknown>>;

/** Identifies a text by the texts before it: 16 hex digits of SHA-256 over `after` and `text`. */
export type SegmentId = string;

/**
 * A piece of prompt text. `after` names the piece before it, so that a prompt is named by its last segment alone and
 * prompts that begin alike share their beginning.
 */
export interface SegmentLine extends Line<'segment'> {
  readonly id: SegmentId;
  readonly after: SegmentId | null;
  readonly text: string;
}

/** A prompt set in force; each part's text is kept whole. */
export interface PromptsLine extends Line<'prompts'> {
  /** SHA-256 of the parts, 16 hex digits. */
  readonly id: string;
  readonly name: string;
  /** By file name of the part. */
  readonly parts: Readonly<Record<string, string>>;
}

type Stored<R> = Omit<R, 'prompt'> & { readonly prompt: SegmentId };
export type StoredRequest = Stored<GenerateRequest> | Stored<NextRequest> | Stored<ScoreRequest>;

/** One model call, written as soon as it ends. */
export interface CallLine extends Line<'call'> {
  readonly id: CallId;
  readonly request: StoredRequest;
  /** `cancelled` and `failed` calls are kept with what they had produced and never reused. */
  readonly status: 'complete' | 'cancelled' | 'failed';
  /** null unless complete. */
  readonly answer: ModelAnswer | null;
  /** The text that had arrived; only where the call is not complete. */
  readonly partial?: string;
  /** What went wrong; only where the call failed. */
  readonly error?: { readonly code: string | null; readonly message: string };
  readonly at?: At & { readonly purpose?: CallPurpose };
}

export interface EpisodeLine extends Line<'episode'> {
  readonly episode: EpisodeId;
  readonly task: Task;
  readonly goal: string;
  readonly observation: string;
  /** Id of the prompt set at the start. */
  readonly prompts: string;
  readonly parameters: Parameters;
  readonly state: NodeState;
  readonly foreign?: ForeignRemainder;
}

/** What is known of a node besides its observation; all of it deterministic. */
export interface NodeState {
  /** 16 hex digits of SHA-256 over the environment's snapshot: equal states have equal hashes. */
  readonly hash: string;
  readonly picture: Picture | null;
  /** Every action that the environment admits, or null. */
  readonly admissible: readonly string[] | null;
  /** Beginnings of actions that go on with free text; absent where there are none. */
  readonly openings?: readonly string[];
  readonly truth: { readonly remaining: number | null; readonly bestReward: number; readonly exact: boolean } | null;
  /** Only where actions cannot be replayed. */
  readonly snapshot?: Snapshot;
}

/** Why a decision was made. */
export type DecisionReason = 'step' | 'probe';

/** A decision begins; its events follow. */
export interface DecisionLine extends Line<'decision'> {
  readonly episode: EpisodeId;
  readonly node: NodeId;
  readonly decision: DecisionIndex;
  readonly reason: DecisionReason;
  readonly prompts: string;
  readonly parameters: Parameters;
  /** Candidates that a person added, in order. */
  readonly added: readonly string[];
  /** Number of the re-sample, from 0: other draws of everything that is drawn. */
  readonly resample: number;
}

/** One event of a decision, in canonical order (candidate, then depth). */
export interface EventLine extends Line<'event'> {
  readonly episode: EpisodeId;
  readonly node: NodeId;
  readonly decision: DecisionIndex;
  readonly event: DecisionEvent;
}

/** Whether the model's choice was executed, or an action that a person gave. */
export type ActionSource = 'choice' | 'person';

/** An executed action: an edge of the tree and the node that it leads to. */
export interface StepLine extends Line<'step'> {
  readonly episode: EpisodeId;
  readonly branch: BranchId;
  readonly from: NodeId;
  readonly node: NodeId;
  /** Number of steps from the episode's start along this branch, from 1. */
  readonly step: number;
  /** The decision whose choice this was; null when a person acted without one, or the recording has none. */
  readonly decision: DecisionIndex | null;
  readonly by: ActionSource;
  readonly action: string;
  readonly observation: string;
  /** The environment's own observation, where a person replaced it. */
  readonly edited: { readonly observation: string } | null;
  readonly reward: number;
  readonly status: Status;
  readonly invalid: boolean;
  readonly useless: boolean;
  readonly state: NodeState;
  /** Only in imported recordings: what the source does not say. */
  readonly unknown?: readonly OpenFact[];
  readonly foreign?: ForeignRemainder;
}

/** A reflection on the step that led to `node`. */
export interface ReflectionLine extends Line<'reflection'> {
  readonly episode: EpisodeId;
  readonly node: NodeId;
  readonly event: ReflectionEvent;
}

/** A branch begins: the next step line of this branch starts at `from`. */
export interface BranchLine extends Line<'branch'> {
  readonly episode: EpisodeId;
  readonly branch: BranchId;
  readonly parent: BranchId;
  readonly from: NodeId;
  readonly cause: 'action' | 'observation';
}

/** What really happens when an action that was not chosen is run from a node ("run it for real"). */
export interface OutcomeLine extends Line<'outcome'> {
  readonly episode: EpisodeId;
  readonly node: NodeId;
  readonly action: string;
  readonly observation: string;
  readonly reward: number;
  readonly status: Status;
  readonly invalid: boolean;
  readonly useless: boolean;
  readonly state: NodeState;
}

export type EndReason = Exclude<Status, 'running'> | 'horizon';

export interface EndLine extends Line<'end'> {
  readonly episode: EpisodeId;
  readonly branch: BranchId;
  readonly node: NodeId;
  readonly reason: EndReason;
  readonly success: boolean;
  readonly steps: number;
  readonly reward: number;
  /** Only in imported recordings: what the source does not say. */
  readonly unknown?: readonly OpenFact[];
}

export type JournalLine =
  | HeaderLine
  | SegmentLine
  | PromptsLine
  | CallLine
  | EpisodeLine
  | DecisionLine
  | EventLine
  | StepLine
  | ReflectionLine
  | BranchLine
  | OutcomeLine
  | EndLine;

export type JournalLineType = JournalLine['type'];
