import { LacError } from '../errors/lacError';
import type { Environment, Task } from '../environments/environment';
import type { ModelCalls } from '../lac/calls';
import type { DecisionEvent, ReflectionEvent } from '../lac/events';
import type { DecisionPorts } from '../lac/asking';
import { decide, reflect } from '../lac/decide';
import { methodRules, thoughtsInForce } from '../lac/methods';
import type { Parameters } from '../lac/parameters';
import type { ProposalContext } from '../lac/proposal';
import type { Prompter } from '../lac/transcript';
import type { PromptRenderer } from '../prompts/render';
import { branchId, type BranchId, type DecisionIndex, type EpisodeId, type NodeId } from '../trajectories/ids';
import type { JournalSink } from '../trajectories/journal';
import type { ActionSource, EndReason, OutcomeLine } from '../trajectories/schema';
import { Timeline, type DecisionEntry, type NodeEntry } from '../trajectories/timeline';
import { describeState, Place, type StateOptions } from './place';
import type { PromptsInForce } from './promptsInForce';
import { Recorder } from './recorder';

/** What an episode works with. */
export interface EpisodePorts {
  readonly environment: Environment;
  readonly calls: ModelCalls;
  readonly sink: JournalSink;
  readonly state: StateOptions;
  /** Stands between the method and the prompts, where somebody wants to know what each prompt was rendered from. */
  readonly watch?: (renderer: PromptRenderer) => Prompter;
}

/** Parameters and prompts that the next decision is made with. */
export interface Settings {
  readonly parameters: Parameters;
  readonly prompts: PromptsInForce;
}

/** What goes on in an episode, in the order in which it happens. */
export type EpisodeEvent =
  | { readonly type: 'decision'; readonly node: NodeId; readonly decision: DecisionIndex }
  | {
      readonly type: 'decision-event';
      readonly node: NodeId;
      readonly decision: DecisionIndex;
      readonly event: DecisionEvent;
    }
  | { readonly type: 'step'; readonly node: NodeId }
  | { readonly type: 'reflection'; readonly node: NodeId; readonly event: ReflectionEvent }
  | { readonly type: 'end'; readonly node: NodeId; readonly reason: EndReason };

/** How an action comes to be executed. */
export interface Execution {
  readonly action: string;
  readonly by: ActionSource;
  readonly decision: DecisionIndex | null;
  /** Replaces what the environment says, marked as edited. */
  readonly observation?: string;
}

/** What a person adds to a decision. */
export interface ByHand {
  readonly added: readonly string[];
  /** Number of the re-sample, from 0. */
  readonly resample: number;
}

const nothingByHand: ByHand = { added: [], resample: 0 };

/** The actions that a node's state offers. */
export function choices({ state }: NodeEntry): Pick<ProposalContext, 'admissible' | 'openings'> {
  return { admissible: state.admissible, ...(state.openings === undefined ? {} : { openings: state.openings }) };
}

/**
 * One episode as a recorded computation over its tree: decisions, steps and reflections can be made at any node, each is
 * recorded, and history is never rewritten. Nothing here knows of a user interface.
 */
export class Episode {
  private readonly place: Place;
  private readonly recorder: Recorder;
  /** What `stepsUsed` found; the way to a node never changes. */
  private readonly used = new Map<NodeId, number>();

  private constructor(
    readonly timeline: Timeline,
    private readonly ports: EpisodePorts,
    /** Ids of the prompt sets that the journal holds; shared by the run's episodes. */
    private readonly knownPrompts: Set<string>,
  ) {
    this.place = new Place(ports.environment, timeline);
    this.recorder = new Recorder(timeline, ports.sink);
  }

  /** Starts a task and records its beginning. */
  static async start(
    id: EpisodeId,
    task: Task,
    settings: Settings,
    ports: EpisodePorts,
    knownPrompts: Set<string>,
    signal: AbortSignal,
  ): Promise<Episode> {
    const { goal, observation } = await ports.environment.reset(task, signal);
    const state = await describeState(ports.environment, ports.state, signal);
    const { parameters, prompts } = settings;
    if (!knownPrompts.has(prompts.line.id)) ports.sink.write(prompts.line);
    knownPrompts.add(prompts.line.id);
    const line = {
      type: 'episode',
      episode: id,
      task,
      goal,
      observation,
      prompts: prompts.line.id,
      parameters,
      state,
    } as const;
    ports.sink.write(line);
    const episode = new Episode(new Timeline(line), ports, knownPrompts);
    episode.place.arrived(0);
    return episode;
  }

  /** Goes on with a recorded episode. The environment is brought to a node when something is done there. */
  static resume(timeline: Timeline, ports: EpisodePorts, knownPrompts: Set<string>): Episode {
    return new Episode(timeline, ports, knownPrompts);
  }

  /** Throws `episode.no-node`. */
  node(id: NodeId): NodeEntry {
    const node = this.timeline.node(id);
    if (node === undefined) throw new LacError('episode.no-node', { node: id });
    return node;
  }

  /** Steps that count towards the horizon on the way to a node: counted thoughts included. */
  stepsUsed(id: NodeId): number {
    const fresh: { readonly id: NodeId; readonly thoughts: number }[] = [];
    let node = this.node(id);
    while (node.arrival !== null && !this.used.has(node.id)) {
      const { from, decision } = node.arrival;
      const before = this.node(from);
      const entry = decision === null ? undefined : before.decisions.at(decision);
      const counted = entry !== undefined && thoughtsInForce(entry.parameters) === 'counted';
      const thoughts = counted ? entry.events.filter((event) => event.type === 'thought').length : 0;
      fresh.push({ id: node.id, thoughts });
      node = before;
    }
    let used = this.used.get(node.id) ?? 0;
    for (const { id: each, thoughts } of fresh.reverse()) {
      used += 1 + thoughts;
      this.used.set(each, used);
    }
    return used;
  }

  /** Why nothing can follow a node, or null. */
  ended(id: NodeId, { parameters }: Settings): EndReason | null {
    const { status } = this.node(id);
    if (status !== 'running') return status;
    return this.stepsUsed(id) >= parameters.horizon ? 'horizon' : null;
  }

  /**
   * Decides at a node: continues the decision that was interrupted there with the same settings, else makes the first one
   * or a probe.
   */
  async *decide(
    id: NodeId,
    settings: Settings,
    signal: AbortSignal,
    hand: ByHand = nothingByHand,
  ): AsyncGenerator<EpisodeEvent, DecisionEntry> {
    const node = this.node(id);
    const entry = this.interrupted(node, settings, hand) ?? this.begin(node, settings, hand);
    const decision = entry.index;
    yield { type: 'decision', node: id, decision };
    const recorder = this.recorder.decision(entry);
    const ordered = this.ports.calls.parallel <= 1;
    const events = decide(
      { transcript: this.timeline.transcript(id), ...choices(node), ...hand },
      this.methodPorts(settings),
      settings.parameters,
      { signal },
    );
    for await (const event of events) {
      recorder.take(event, ordered);
      yield { type: 'decision-event', node: id, decision, event };
    }
    return entry;
  }

  private methodPorts({ parameters, prompts }: Settings): DecisionPorts {
    const renderer = prompts.renderer(parameters);
    return { calls: this.ports.calls, prompter: this.ports.watch?.(renderer) ?? renderer };
  }

  private interrupted(node: NodeEntry, settings: Settings, hand: ByHand): DecisionEntry | undefined {
    const last = node.decisions.at(-1);
    if (last === undefined || last.complete || last.prompts !== settings.prompts.line.id) return undefined;
    const same =
      JSON.stringify(last.parameters) === JSON.stringify(settings.parameters) &&
      JSON.stringify(last.added) === JSON.stringify(hand.added) &&
      last.resample === hand.resample;
    return same ? last : undefined;
  }

  private begin(node: NodeEntry, { parameters, prompts }: Settings, hand: ByHand): DecisionEntry {
    if (!this.knownPrompts.has(prompts.line.id)) {
      this.ports.sink.write(prompts.line);
      this.knownPrompts.add(prompts.line.id);
    }
    this.recorder.record({
      type: 'decision',
      episode: this.timeline.id,
      node: node.id,
      decision: node.decisions.length,
      reason: node.decisions.some((decision) => decision.complete) ? 'probe' : 'step',
      prompts: prompts.line.id,
      parameters,
      ...hand,
    });
    const entry = node.decisions.at(-1);
    if (entry === undefined) throw new Error('the decision was not recorded');
    return entry;
  }

  /**
   * Executes an action at a node and records where it leads. The same action from the same node, unedited, leads to the
   * node that is there already. A new branch begins when the node has been left on its branch before.
   */
  async act(id: NodeId, execution: Execution, signal: AbortSignal): Promise<NodeEntry> {
    const from = this.node(id);
    if (from.status !== 'running') {
      throw new LacError('episode.over', { step: from.step, reason: from.status });
    }
    const existing = this.existing(from, execution);
    if (existing !== undefined) return existing;
    await this.place.moveTo(id, signal);
    this.place.strayed();
    const { environment } = this.ports;
    const result = await environment.step(execution.action, signal);
    const state = await describeState(environment, this.ports.state, signal);
    const branch = this.branchFor(from, execution);
    const node = this.timeline.nodes.length;
    this.recorder.record({
      type: 'step',
      episode: this.timeline.id,
      branch,
      from: id,
      node,
      step: from.step + 1,
      decision: execution.decision,
      by: execution.by,
      action: execution.action,
      observation: execution.observation ?? result.observation,
      edited: execution.observation === undefined ? null : { observation: result.observation },
      reward: result.reward,
      status: result.status,
      invalid: result.invalid,
      useless: result.useless,
      state,
    });
    this.place.arrived(node);
    return this.node(node);
  }

  private existing(from: NodeEntry, { action, observation }: Execution): NodeEntry | undefined {
    return from.children
      .map((child) => this.node(child))
      .find(({ arrival, ...child }) => {
        if (arrival?.action !== action) return false;
        return observation === undefined ? arrival.edited === null : child.observation === observation;
      });
  }

  private branchFor(from: NodeEntry, { observation }: Execution): BranchId {
    const left = from.children.some((child) => this.node(child).branch === from.branch);
    if (!left) return from.branch;
    const branch = branchId(this.timeline.branches.length);
    this.recorder.record({
      type: 'branch',
      episode: this.timeline.id,
      branch,
      parent: from.branch,
      from: from.id,
      cause: observation === undefined ? 'action' : 'observation',
    });
    return branch;
  }

  /** Has the model reflect on the step that led to a node; nothing where it has done so, or the method writes none. */
  async *reflect(id: NodeId, settings: Settings, signal: AbortSignal): AsyncGenerator<EpisodeEvent> {
    const node = this.node(id);
    if (node.arrival === null || node.reflection !== null || this.ended(id, settings) !== null) return;
    if (!methodRules[settings.parameters.method].reflections) return;
    const transcript = this.timeline.transcript(id);
    const events = reflect({ transcript }, this.methodPorts(settings), settings.parameters, { signal });
    for await (const event of events) {
      this.recorder.record({ type: 'reflection', episode: this.timeline.id, node: id, event });
      yield { type: 'reflection', node: id, event };
    }
  }

  /** Records that a branch ends at a node; does nothing when that is recorded. */
  *end(id: NodeId, settings: Settings): Generator<EpisodeEvent> {
    const node = this.node(id);
    const reason = this.ended(id, settings);
    if (reason === null || node.end !== null) return;
    const reward = this.timeline.path(id).reduce((sum, each) => sum + (each.arrival?.reward ?? 0), 0);
    this.recorder.record({
      type: 'end',
      episode: this.timeline.id,
      branch: node.branch,
      node: id,
      reason,
      success: node.status === 'success',
      steps: node.step,
      reward,
    });
    yield { type: 'end', node: id, reason };
  }

  /**
   * One environment step from a node: decides unless a complete decision with these settings is there, executes its
   * choice, reflects. Returns the node reached, or the same node when the episode has ended there.
   */
  async *step(id: NodeId, settings: Settings, signal: AbortSignal): AsyncGenerator<EpisodeEvent, NodeId> {
    yield* this.reflect(id, settings, signal);
    if (this.ended(id, settings) !== null) {
      yield* this.end(id, settings);
      return id;
    }
    const entry = this.decided(id, settings) ?? (yield* this.decide(id, settings, signal));
    const choice = entry.events.findLast((event) => event.type === 'choice');
    if (choice === undefined) throw new Error('a complete decision has a choice');
    const execution: Execution = { action: choice.action, by: 'choice', decision: entry.index };
    return yield* this.perform(id, execution, settings, signal);
  }

  /** Executes an action, reflects on it and ends the episode where it is over. Returns the node reached. */
  async *perform(
    id: NodeId,
    execution: Execution,
    settings: Settings,
    signal: AbortSignal,
  ): AsyncGenerator<EpisodeEvent, NodeId> {
    const reached = await this.act(id, execution, signal);
    yield { type: 'step', node: reached.id };
    yield* this.reflect(reached.id, settings, signal);
    yield* this.end(reached.id, settings);
    return reached.id;
  }

  /** The last complete decision at a node that was made with these settings. */
  decided(id: NodeId, { parameters, prompts }: Settings): DecisionEntry | undefined {
    const wanted = JSON.stringify(parameters);
    return this.node(id).decisions.findLast(
      (entry) => entry.complete && entry.prompts === prompts.line.id && JSON.stringify(entry.parameters) === wanted,
    );
  }

  /** Runs from a node until the episode ends. */
  async *run(id: NodeId, settings: Settings, signal: AbortSignal): AsyncGenerator<EpisodeEvent, NodeId> {
    let at = id;
    while (this.node(at).end === null) at = yield* this.step(at, settings, signal);
    return at;
  }

  /** What an action really leads to, tried on the environment and taken back; recorded once. */
  async tryOut(id: NodeId, action: string, signal: AbortSignal): Promise<OutcomeLine> {
    const node = this.node(id);
    const known = node.outcomes.find((outcome) => outcome.action === action);
    if (known !== undefined) return known;
    await this.place.moveTo(id, signal);
    this.place.strayed();
    const { environment } = this.ports;
    const { observation, reward, status, invalid, useless } = await environment.step(action, signal);
    const state = await describeState(environment, this.ports.state, signal);
    const line: OutcomeLine = {
      type: 'outcome',
      episode: this.timeline.id,
      node: id,
      action,
      observation,
      reward,
      status,
      invalid,
      useless,
      state,
    };
    this.recorder.record(line);
    return line;
  }
}
