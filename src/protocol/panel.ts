import type { Picture } from '../environments/picture';
import type { Status } from '../environments/environment';
import type { ColumnStep, DecisionColumns } from '../lac/decisionColumns';
import type { ActionValue, Agreement, DecisionEvent } from '../lac/events';
import type { ScoredToken, TokenProbability } from '../lac/languageModel';
import type { ParameterName, Parameters } from '../lac/parameters';
import type { Role, Verdict } from '../lac/transcript';
import type { BranchId, DecisionIndex, NodeId } from '../trajectories/ids';

/** The page draws pictures and may know the environments' other types no more than it needs. */
export type {
  GridPicture,
  GridThing,
  Picture,
  RoomObject,
  RoomPicture,
  RoomReceptacle,
  ShopPicture,
} from '../environments/picture';

/**
 * What the page of the side panel (and of the trajectory editor) is told: a state of independent sections. On `ready`
 * the host answers with all of it; after that come numbered patches, each replacing whole sections or appending to one.
 */

export const protocolVersion = 1;

/** An offer that the page shows as a button; `command` goes back to the host as it is. */
export interface Offer {
  readonly label: string;
  readonly command: string;
  readonly primary: boolean;
}

/** What is going on, in words, and what can be done next. There is always one; the page is never blank. */
export interface StatusSection {
  readonly kind: 'empty' | 'starting' | 'running' | 'paused' | 'ended' | 'interrupted' | 'error';
  /** `live`: decisions can be made; `replay`: only what was recorded. */
  readonly mode: 'live' | 'replay';
  readonly title: string;
  readonly detail: string;
  readonly offers: readonly Offer[];
  /** What the engine is doing now, for example `critic · turn left · depth 1`; null when it waits. */
  readonly activity: string | null;
  /** True while a person acts and the engine only shows what it would do; switched by `lac.play`. */
  readonly playing: boolean;
}

/**
 * Commands of the page's own buttons, sent by `command`; the host does what VS Code's debug toolbar does. `lac.decide`
 * makes the decision under the cursor and executes nothing; `lac.play` switches `status.playing`. Offers bring commands of
 * their own.
 */
export const toolbarCommands = [
  'lac.continue',
  'lac.decide',
  'lac.pause',
  'lac.step',
  'lac.stepInto',
  'lac.stepBack',
  'lac.reverse',
  'lac.stop',
  'lac.play',
] as const;
export type ToolbarCommand = (typeof toolbarCommands)[number];

export interface ModelState {
  readonly name: string;
  /** null: the recording came from another format and does not say. */
  readonly backend: 'embedded' | 'ollama' | 'openai' | null;
  readonly size: string | null;
  /** Share of the model in the GPU's memory, 0 to 1; null when unknown. */
  readonly gpuShare: number | null;
  /** `recorded`: a replay, which asks nothing of it. */
  readonly state: 'ready' | 'loading' | 'busy' | 'unreachable' | 'recorded';
}

export interface CostSummary {
  readonly calls: number;
  readonly reused: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly seconds: number;
}

export interface BranchSummary {
  readonly id: BranchId;
  readonly parent: BranchId | null;
  /** Step of the parent at which it leaves. */
  readonly fromStep: number;
  readonly steps: number;
  readonly outcome: Status | 'horizon';
  /** null where the recording does not say. */
  readonly reward: number | null;
}

export interface EpisodeSection {
  readonly environment: string;
  readonly task: string;
  readonly taskType: string;
  readonly goal: string;
  /** Step under the cursor, from 0. */
  readonly step: number;
  /** Most steps of the episode; of a recording that does not say, its number of steps. */
  readonly horizon: number;
  readonly outcome: Status | 'horizon';
  /** null where the recording does not say. */
  readonly reward: number | null;
  readonly branch: BranchId;
  readonly branches: readonly BranchSummary[];
  readonly model: ModelState;
  /** Of a live session what it spent, of a recording what was recorded; null where it does not say. */
  readonly cost: CostSummary | null;
  /** File of the recording, for people; null when nothing is recorded. */
  readonly file: string | null;
}

export interface WorldSection {
  readonly node: NodeId;
  readonly observation: string;
  /** Set where a person replaced what the environment said. */
  readonly originalObservation: string | null;
  readonly picture: Picture | null;
  /** What led here; null at the start. */
  readonly arrival: {
    readonly action: string;
    readonly by: 'choice' | 'person';
    readonly invalid: boolean;
    readonly useless: boolean;
    readonly reflection: string | null;
    readonly says: Verdict | null;
    /** What the rollout had imagined for this action, and whether it happened. */
    readonly imagined: { readonly observation: string; readonly same: boolean } | null;
  } | null;
  readonly admissible: readonly string[] | null;
  /** Known by search, never shown to the model. */
  readonly truth: { readonly remaining: number | null; readonly bestReward: number; readonly exact: boolean } | null;
  /** How many imagined observations of executed actions came true so far on this branch. */
  readonly imagination: { readonly right: number; readonly of: number };
}

/** What really happened (or would have happened) after a candidate's action at this node. */
export interface RealOutcome {
  readonly candidate: number;
  readonly observation: string;
  readonly reward: number;
  readonly status: Status;
  /** The executed action's outcome, or one that was tried out on a copy of the state. */
  readonly by: 'executed' | 'tried';
  readonly truth: { readonly remaining: number | null; readonly bestReward: number } | null;
}

/** A decision at a node: the first one or a probe. */
export interface DecisionTab {
  readonly index: DecisionIndex;
  readonly reason: 'step' | 'probe';
  /** What differs from the first decision, in words: `alpha 2`, `critic prompt changed`. */
  readonly label: string;
  readonly complete: boolean;
}

export interface DecisionSection {
  /** The node under the cursor; where nothing was decided there yet, the one that led to it. */
  readonly node: NodeId;
  /** Its step. */
  readonly step: number;
  /** Empty for the node that led to the cursor. */
  readonly tabs: readonly DecisionTab[];
  readonly shown: DecisionIndex;
  /** Events of the shown decision, in order of arrival; the page folds them. */
  readonly events: readonly DecisionEvent[];
  /** Events of the decision that was shown before the last change; its values stay visible as ghosts. */
  readonly ghost: readonly DecisionEvent[] | null;
  readonly parameters: Parameters;
  /** True while a model is asked for this decision. */
  readonly running: boolean;
  /** The decision's action, when a step was executed from it. */
  readonly executed: {
    readonly candidate: number | null;
    readonly action: string;
    readonly by: 'choice' | 'person';
  } | null;
  readonly outcomes: readonly RealOutcome[];
  /** What re-samples under this decision's prompts tell; null where there are none. */
  readonly noise: NoiseSummary | null;
}

/** How much of an action's Q is noise of sampling. */
export interface NoiseSummary {
  readonly times: number;
  readonly temperature: number;
  readonly actions: readonly {
    readonly action: string;
    readonly count: number;
    readonly mean: number | null;
    /** 95% interval of the mean; null with fewer than two values. */
    readonly interval: readonly [low: number, high: number] | null;
    /** Q before the prompts were edited. */
    readonly before: number | null;
    /** Whether the edit changed Q by more than sampling does. */
    readonly standsOut: boolean | null;
  }[];
}

/** What a change would cost, before it is made. */
export interface ForecastSummary {
  readonly calls: readonly [least: number, most: number];
  readonly tokens: readonly [least: number, most: number];
  readonly reused: number;
}

/** A change that waits for a yes. */
export interface PendingChange {
  readonly change: string;
  readonly forecast: ForecastSummary;
  /** True in a recording that cannot answer it: a yes goes on from this step in a recording of its own. */
  readonly goesOn: boolean;
}

export interface ControlsSection {
  /** Parameters in force for the next decision. */
  readonly parameters: Parameters;
  /** Forecast of setting a parameter to the next lower or higher value, by name. */
  readonly forecasts: Readonly<
    Partial<Record<ParameterName, { readonly down: ForecastSummary | null; readonly up: ForecastSummary | null }>>
  >;
  /** A change that costs more calls than this asks first (`lac.autoRunCalls`). */
  readonly autoRunCalls: number;
  readonly pending: PendingChange | null;
  /** False in a replay: a change can then be looked at only as far as it needs no calls. */
  readonly canCall: boolean;
}

/** One recorded step of the branch, as the timeline and the alpha slider need it. */
export interface TimelineStep {
  readonly node: NodeId;
  /** Steps from the start; the decision at this node leads to step + 1. */
  readonly step: number;
  readonly action: string | null;
  /** Index of the chosen candidate; null while there is no decision, or a person acted. */
  readonly choice: number | null;
  /** What alpha decides from, by candidate. */
  readonly candidates: ColumnStep['candidates'];
  /** The recorded choice where alpha does not decide; null elsewhere. */
  readonly fixed: number | null;
  readonly agreement: Agreement | null;
  readonly certain: boolean;
  readonly reward: number;
  readonly status: Status;
  readonly invalid: boolean;
  readonly useless: boolean;
  /** Descriptions of breakpoints that were hit at this node. */
  readonly hits: readonly string[];
  /** Whether a breakpoint stands on this step's line of the transcript; switched by the request `breakpoint`. */
  readonly breakpoint: boolean;
  /** Branches that leave here. */
  readonly branches: readonly BranchId[];
}

/**
 * All steps of a recording that is too long to be told step by step: flat arrays in which entry k is step k. Texts are
 * not in it.
 */
export interface LongTimeline {
  readonly columns: DecisionColumns;
  readonly node: Int32Array;
  /** -1 where nothing was chosen. */
  readonly choice: Int32Array;
  /** Q of the choice, NaN where it is unknown; `bound` is its place in `bounds`. */
  readonly q: Float64Array;
  readonly bound: Uint8Array;
  /** Place in `agreements`; 255 where nothing was chosen. */
  readonly agreement: Uint8Array;
  readonly certain: Uint8Array;
  readonly reward: Float64Array;
  /** Place in `statuses`. */
  readonly status: Uint8Array;
  readonly invalid: Uint8Array;
  readonly useless: Uint8Array;
  readonly branches: readonly { readonly step: number; readonly branch: BranchId }[];
}

/** The words that the codes of a `LongTimeline` stand for. */
export const longTimelineWords = {
  statuses: ['running', 'success', 'failure', 'limit'],
  agreements: ['both', 'prior', 'critic', 'neither'],
  bounds: ['exact', 'lower', 'upper', 'none'],
} as const satisfies {
  readonly statuses: readonly Status[];
  readonly agreements: readonly Agreement[];
  readonly bounds: readonly ActionValue['bound'][];
};

export interface TimelineSection {
  readonly branch: BranchId;
  readonly cursor: NodeId;
  /** Empty where `long` holds the steps. */
  readonly steps: readonly TimelineStep[];
  readonly long?: LongTimeline;
  /** Pearson r of the chosen Q with the step; null with fewer than three steps. */
  readonly trend: number | null;
}

/** The steps of the shown branch at which the condition of a search holds. */
export interface SearchSection {
  readonly expression: string;
  /** Their numbers, in order. */
  readonly steps: readonly number[];
}

export interface PromptPartSummary {
  /** `head` or a role. */
  readonly part: string;
  readonly file: string;
  readonly changed: boolean;
  readonly tokens: number;
  /** True when the count is the model's own. */
  readonly exact: boolean;
  readonly problems: number;
}

export interface PromptsSection {
  /** null: the recording has no prompts. */
  readonly set: string | null;
  readonly parts: readonly PromptPartSummary[];
}

export interface PanelState {
  readonly status: StatusSection;
  readonly episode: EpisodeSection | null;
  readonly world: WorldSection | null;
  readonly decision: DecisionSection | null;
  readonly controls: ControlsSection | null;
  readonly timeline: TimelineSection | null;
  /** null where nothing is searched for. */
  readonly search: SearchSection | null;
  readonly prompts: PromptsSection | null;
}

/** The sections of a page that has its status alone to show. */
export const noSections: Omit<PanelState, 'status'> = {
  episode: null,
  world: null,
  decision: null,
  controls: null,
  timeline: null,
  search: null,
  prompts: null,
};

export type SectionName = keyof PanelState;

/** One change of the state. */
export type Change =
  | {
      readonly [K in SectionName]: { readonly kind: 'replace'; readonly section: K; readonly value: PanelState[K] };
    }[SectionName]
  /** More events of the decision that is shown. */
  | {
      readonly kind: 'events';
      readonly node: NodeId;
      readonly decision: DecisionIndex;
      readonly events: readonly DecisionEvent[];
    }
  /** More steps at the end of the timeline. */
  | {
      readonly kind: 'steps';
      readonly steps: readonly TimelineStep[];
      readonly cursor: NodeId;
      readonly trend: number | null;
    };

/** Questions of the page, by name, with what each carries and what it gets back. */
export interface PanelRequests {
  /** The page has loaded. */
  ready: { params: { readonly version: number }; result: { readonly seq: number; readonly state: PanelState } };
  /** The first state has been painted. */
  drawn: { params: Record<string, never>; result: null };
  /** A patch is missing. */
  resync: { params: Record<string, never>; result: { readonly seq: number; readonly state: PanelState } };
  /** An offer's command, or a `ToolbarCommand`. */
  command: { params: { readonly command: string }; result: null };
  /** Move the cursor along the record. */
  moveTo: { params: { readonly node: NodeId }; result: null };
  /** Actions of steps of a branch, from one to before another (at most 256): what a `LongTimeline` does not tell. */
  actions: {
    params: { readonly branch: BranchId; readonly from: number; readonly to: number };
    /** null where none was executed. */
    result: { readonly actions: readonly (string | null)[] };
  };
  clearSearch: { params: Record<string, never>; result: null };
  showBranch: { params: { readonly branch: BranchId }; result: null };
  showDecision: { params: { readonly node: NodeId; readonly decision: DecisionIndex }; result: null };
  /** Parameters for the next decision; where they change the present one, it is decided again. */
  setParameter: { params: { readonly name: ParameterName; readonly value: string | number }; result: null };
  /** Yes or no to `controls.pending`. */
  confirm: { params: { readonly run: boolean }; result: null };
  forecast: { params: { readonly name: ParameterName; readonly value: string | number }; result: ForecastSummary };
  addCandidate: { params: { readonly action: string }; result: null };
  /** What really happens after a candidate, on a copy of the state. */
  tryOut: { params: { readonly candidate: number }; result: RealOutcome };
  /** Executes an action: a candidate's or any text. */
  act: { params: { readonly action: string }; result: null };
  editObservation: { params: { readonly observation: string }; result: null };
  /** k rollouts of each candidate at a temperature, against noise. */
  resample: { params: { readonly times: number; readonly temperature: number }; result: null };
  /** One recorded model call in full. */
  call: { params: { readonly id: string }; result: CallDetail };
  prompt: { params: { readonly part: string; readonly how: 'open' | 'diff' | 'reset' | 'preview' }; result: null };
  breakpoint: { params: { readonly node: NodeId; readonly enabled: boolean }; result: null };
}

/** A model call opened down to its tokens. */
export interface CallDetail {
  readonly id: string;
  readonly role: Role;
  readonly candidate: number | null;
  readonly depth: number | null;
  readonly prompt: string;
  readonly text: string;
  readonly tokens: readonly ScoredToken[];
  readonly top: readonly TokenProbability[];
  readonly seconds: number | null;
  readonly reused: boolean;
}

export type PanelRequestName = keyof PanelRequests;

export type PageMessage = {
  readonly [K in PanelRequestName]: {
    readonly kind: 'request';
    readonly id: number;
    readonly name: K;
    readonly params: PanelRequests[K]['params'];
  };
}[PanelRequestName];

export type HostMessage =
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly outcome:
        | { readonly ok: true; readonly result: PanelRequests[PanelRequestName]['result'] }
        | { readonly ok: false; readonly code: string; readonly message: string };
    }
  | { readonly kind: 'patch'; readonly seq: number; readonly changes: readonly Change[] };
