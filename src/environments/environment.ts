import type { Picture } from './picture';

/**
 * The port to an environment. One object plays one episode at a time; `reset` begins another.
 * Everything is deterministic given the task; time and randomness never enter but by the task's seed.
 */

export const environmentIds = ['babyai-text', 'alfworld', 'webshop'] as const;
export type EnvironmentId = (typeof environmentIds)[number];

/** One task, named so that anyone can name it again. */
export interface Task {
  /** An `EnvironmentId` for a task that can be played; a recording of a foreign environment has its own word. */
  readonly environment: string;
  /** Unique in its environment and stable: `MixedTrainLocal/goto/17`, a game file's path in its folder, `human/fixed_3`. */
  readonly id: string;
  /** The kind of task by which results are grouped: `go to`, `pick_and_place_simple`, `human`. */
  readonly type: string;
  /** One line for pickers; the goal where it is known without starting the task. */
  readonly title: string;
}

/** A named, ordered, possibly long list of tasks; `at` makes them on demand. */
export interface TaskSet {
  readonly id: string;
  readonly title: string;
  readonly size: number;
  at(index: number): Task;
}

/** Where an episode stands. `limit` is the environment's own step limit; the horizon lies outside. */
export type Status = 'running' | 'success' | 'failure' | 'limit';

export interface Start {
  readonly goal: string;
  readonly observation: string;
}

/** An action in the environment's own words, or why the text is none. */
export type ParsedAction =
  { readonly valid: true; readonly action: string } | { readonly valid: false; readonly reason: string };

export interface StepResult {
  readonly observation: string;
  /** The environment's own reward of this step. */
  readonly reward: number;
  readonly status: Status;
  /** The text was no action here: the state was kept and the observation repeated. */
  readonly invalid: boolean;
  /** The action was understood and the state is equal afterwards. */
  readonly useless: boolean;
}

/** A state as plain JSON data, so that it can be recorded and restored in another process. */
export interface Snapshot {
  readonly environment: EnvironmentId;
  /** Counts up when the form of `state` changes. */
  readonly version: number;
  readonly task: string;
  readonly state: unknown;
}

/** What is true of a state, known by search with full information; for judging critics, never shown to the model. */
export interface Truth {
  /** Fewest actions to success from here; null when success is out of reach (or, when not exact, not found). */
  readonly remaining: number | null;
  /** One shortest plan, in the environment's words; empty when there is none. */
  readonly plan: readonly string[];
  /** Best reward that can still be reached; 1 or 0 where there is only success and failure. */
  readonly bestReward: number;
  /** False when the search was bounded and gave up. */
  readonly exact: boolean;
}

export interface Environment {
  readonly id: EnvironmentId;
  /** Version of the rules and SHA-256 of the data that the tasks come from; part of every journal's header. */
  readonly data: { readonly version: string; readonly sha256: string | null };
  reset(task: Task, signal?: AbortSignal): Promise<Start>;
  /** The action that a text means in the present state. Never throws for any text. */
  parse(text: string): ParsedAction;
  /**
   * Executes a text as an action. A text that is no action keeps the state, repeats the observation and is flagged.
   */
  step(text: string, signal?: AbortSignal): Promise<StepResult>;
  /** Every action that the present state admits, in the environment's order; null where they cannot be listed. */
  admissible(): readonly string[] | null;
  /** Beginnings of actions that go on with free text in the present state (`search[`); absent where there are none. */
  openings?(): readonly string[];
  snapshot(): Snapshot;
  /** Back to a snapshot of the same task; throws `environment.snapshot` when it does not fit. Returns the observation there. */
  restore(snapshot: Snapshot, signal?: AbortSignal): Promise<string>;
  /** null where there is no planner or oracle. */
  truth(signal?: AbortSignal): Promise<Truth | null>;
  picture(): Picture;
  dispose(): Promise<void>;
}

/** What an environment needs from its surroundings, injected by tests, CLI and extension alike. */
export interface EnvironmentResources {
  /** Folder of the files that ship (`media/data/<environment>`). */
  readonly assets: string;
  /** Folder of the user's own data files, or null: the ones that ship are used. */
  readonly dataFolder: string | null;
  /** Folder for cached indexes, or null: nothing is cached. */
  readonly cacheFolder: string | null;
  /** How the environment is played, one of its kind's `variants`; absent or null: as the paper does. */
  readonly variant?: string | null;
  /** Told as long work goes on; 0 to 1. */
  readonly onProgress?: (fraction: number, what: string) => void;
}

/** What is known of an environment before any of its tasks is started. */
export interface EnvironmentKind {
  readonly id: EnvironmentId;
  readonly title: string;
  /** One sentence for pickers. */
  readonly description: string;
  /** Defaults of the paper for this environment, in the names of `Parameters`. */
  readonly defaults: Readonly<Record<string, string | number>>;
  /** Other ways to play it than the paper's, by id, each with what it is; absent where there are none. */
  readonly variants?: Readonly<Record<string, string>>;
  taskSets(resources: EnvironmentResources, signal?: AbortSignal): Promise<readonly TaskSet[]>;
  /** The task of an id; throws `environment.unknown-task`, naming what is near. */
  task(id: string, resources: EnvironmentResources, signal?: AbortSignal): Promise<Task>;
  open(resources: EnvironmentResources, signal?: AbortSignal): Promise<Environment>;
}
