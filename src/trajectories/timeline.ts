import type { Status, Task } from '../environments/environment';
import type { DecisionEvent, ReflectionEvent } from '../lac/events';
import type { Parameters } from '../lac/parameters';
import type { Transcript, TranscriptStep } from '../lac/transcript';
import type { BranchId, DecisionIndex, EpisodeId, NodeId } from './ids';
import { branchId } from './ids';
import { knownReward } from './outcome';
import type {
  ActionSource,
  BranchLine,
  DecisionLine,
  DecisionReason,
  EndLine,
  EpisodeLine,
  EventLine,
  JournalLine,
  NodeState,
  OpenFact,
  OutcomeLine,
  ReflectionLine,
  StepLine,
} from './schema';

/** One decision at a node, as far as it was recorded. */
export interface DecisionEntry {
  readonly node: NodeId;
  readonly index: DecisionIndex;
  readonly reason: DecisionReason;
  readonly prompts: string;
  readonly parameters: Parameters;
  readonly added: readonly string[];
  readonly resample: number;
  readonly events: readonly DecisionEvent[];
  /** True once its choice was recorded. */
  readonly complete: boolean;
}

/** The step that led to a node. */
export interface Arrival {
  readonly from: NodeId;
  readonly action: string;
  readonly by: ActionSource;
  /** Index of the decision at `from` whose choice was executed. */
  readonly decision: DecisionIndex | null;
  readonly reward: number;
  readonly invalid: boolean;
  readonly useless: boolean;
  /** What the environment really answered, where a person replaced it. */
  readonly edited: { readonly observation: string } | null;
  /** Only in imported recordings: what the source does not say of the step. */
  readonly unknown?: readonly OpenFact[] | undefined;
}

/** A state of the environment in an episode's tree. */
export interface NodeEntry {
  readonly id: NodeId;
  readonly branch: BranchId;
  /** Steps from the start along the branch; 0 at the start. */
  readonly step: number;
  /** null at the start. */
  readonly arrival: Arrival | null;
  readonly observation: string;
  readonly status: Status;
  readonly state: NodeState;
  readonly reflection: ReflectionEvent | null;
  readonly decisions: readonly DecisionEntry[];
  readonly outcomes: readonly OutcomeLine[];
  /** Nodes reached from here, in order of creation. */
  readonly children: readonly NodeId[];
  readonly end: EndLine | null;
}

export interface BranchEntry {
  readonly id: BranchId;
  readonly parent: BranchId | null;
  /** The node at which it leaves its parent; the start for `b0`. */
  readonly from: NodeId;
  readonly cause: 'start' | 'action' | 'observation';
}

/** The decision that a node shows: the one whose choice was executed from it on the branch, else its last. */
export function decisionShown(node: NodeEntry, next: NodeEntry | undefined): DecisionEntry | undefined {
  const executed = next?.arrival?.decision ?? null;
  return executed === null ? node.decisions.at(-1) : node.decisions.at(executed);
}

interface MutableDecision extends DecisionEntry {
  readonly events: DecisionEvent[];
  complete: boolean;
}

interface MutableNode extends NodeEntry {
  reflection: ReflectionEvent | null;
  readonly decisions: MutableDecision[];
  readonly outcomes: OutcomeLine[];
  readonly children: NodeId[];
  end: EndLine | null;
}

/** The last decisions of an episode that were made to their end, in their order; at most so many. */
export function latestDecisions({ nodes }: Timeline, most: number): readonly DecisionEntry[] {
  const latest: DecisionEntry[] = [];
  for (let id = nodes.length - 1; id >= 0 && latest.length < most; id--)
    latest.unshift(...nodes[id].decisions.filter(({ complete }) => complete));
  return latest.slice(-most);
}

/** One episode as a tree of nodes, built line by line; the same for a live run and a file. */
export class Timeline {
  readonly id: EpisodeId;
  readonly task: Task;
  readonly goal: string;
  readonly prompts: string;
  readonly parameters: Parameters;
  private readonly nodeList: MutableNode[] = [];
  /** What the model is told of the step to a node; one object for good, so that whoever writes prompts knows it again. */
  private readonly told = new Map<NodeId, TranscriptStep>();
  private readonly branchList: BranchEntry[] = [{ id: branchId(0), parent: null, from: 0, cause: 'start' }];

  constructor(line: EpisodeLine) {
    this.id = line.episode;
    this.task = line.task;
    this.goal = line.goal;
    this.prompts = line.prompts;
    this.parameters = line.parameters;
    this.nodeList.push({
      id: 0,
      branch: branchId(0),
      step: 0,
      arrival: null,
      observation: line.observation,
      status: 'running',
      state: line.state,
      reflection: null,
      decisions: [],
      outcomes: [],
      children: [],
      end: null,
    });
  }

  get nodes(): readonly NodeEntry[] {
    return this.nodeList;
  }

  get branches(): readonly BranchEntry[] {
    return this.branchList;
  }

  get start(): NodeEntry {
    return this.nodeList[0];
  }

  /** undefined when there is no such node. */
  node(id: NodeId): NodeEntry | undefined {
    return this.nodeList[id];
  }

  /** The last node of a branch; the node it leaves from while it has none of its own. */
  tip(branch: BranchId): NodeEntry | undefined {
    const own = this.nodes.findLast((node) => node.branch === branch);
    if (own !== undefined) return own;
    const entry = this.branches.find((candidate) => candidate.id === branch);
    return entry === undefined ? undefined : this.node(entry.from);
  }

  /** The nodes from the start to a node, both included. */
  path(id: NodeId): readonly NodeEntry[] {
    const path: NodeEntry[] = [];
    let node = this.node(id);
    while (node !== undefined) {
      path.push(node);
      node = node.arrival === null ? undefined : this.node(node.arrival.from);
    }
    return path.reverse();
  }

  /** The nodes of a branch from the episode's start to the branch's tip. */
  line(branch: BranchId): readonly NodeEntry[] {
    const tip = this.tip(branch);
    return tip === undefined ? [] : this.path(tip.id);
  }

  /** The known rewards up to a node, added up; null where steps were made and none is known. */
  rewardTo(id: NodeId): number | null {
    return knownReward(this.path(id));
  }

  /** What the model is told of the way to a node. `reflections: false` leaves all reflections out. */
  transcript(id: NodeId): Transcript {
    const steps: TranscriptStep[] = [];
    for (const node of this.path(id)) {
      if (node.arrival !== null) steps.push(this.told.get(node.id) ?? this.tell(node, node.arrival));
    }
    return { goal: this.goal, firstObservation: this.start.observation, steps, thoughts: [] };
  }

  private tell(node: NodeEntry, arrival: Arrival): TranscriptStep {
    const step = this.toldOf(node, arrival);
    this.told.set(node.id, step);
    return step;
  }

  protected toldOf(node: NodeEntry, arrival: Arrival): TranscriptStep {
    return {
      thoughts: this.thoughtsOf(arrival),
      action: arrival.action,
      observation: node.observation,
      reflection: node.reflection?.text ?? null,
    };
  }

  protected thoughtsOf(arrival: Arrival): readonly string[] {
    if (arrival.decision === null) return [];
    const decision = this.node(arrival.from)?.decisions[arrival.decision];
    const thoughts: string[] = [];
    for (const event of decision?.events ?? []) if (event.type === 'thought') thoughts.push(event.text);
    return thoughts;
  }

  /** Takes the next line of this episode. Returns why it does not fit, or undefined. */
  apply(line: JournalLine): string | undefined {
    switch (line.type) {
      case 'decision':
        return this.applyDecision(line);
      case 'event':
        return this.applyEvent(line);
      case 'step':
        return this.applyStep(line);
      case 'reflection':
        return this.applyReflection(line);
      case 'branch':
        return this.applyBranch(line);
      case 'outcome': {
        const node = this.nodeList[line.node];
        if (node === undefined) return missing(line.node);
        node.outcomes.push(line);
        return undefined;
      }
      case 'end': {
        const node = this.nodeList[line.node];
        if (node === undefined) return missing(line.node);
        node.end = line;
        return undefined;
      }
      case 'header':
      case 'segment':
      case 'prompts':
      case 'call':
      case 'episode':
        return undefined;
    }
  }

  private applyDecision(line: DecisionLine): string | undefined {
    const node = this.nodeList[line.node];
    if (node === undefined) return missing(line.node);
    if (line.decision !== node.decisions.length)
      return `decision ${line.decision} of node ${line.node} is out of order`;
    node.decisions.push({
      node: line.node,
      index: line.decision,
      reason: line.reason,
      prompts: line.prompts,
      parameters: line.parameters,
      added: line.added,
      resample: line.resample,
      events: [],
      complete: false,
    });
    return undefined;
  }

  private applyEvent(line: EventLine): string | undefined {
    const decision = this.nodeList[line.node]?.decisions[line.decision];
    if (decision === undefined) return `decision ${line.decision} of node ${line.node} has not begun`;
    decision.events.push(line.event);
    if (line.event.type === 'choice') decision.complete = true;
    return undefined;
  }

  private applyStep(line: StepLine): string | undefined {
    const from = this.nodeList[line.from];
    if (from === undefined) return missing(line.from);
    if (line.node !== this.nodeList.length) return `node ${line.node} is out of order`;
    if (line.step !== from.step + 1) return `step ${line.step} does not follow step ${from.step}`;
    this.nodeList.push({
      id: line.node,
      branch: line.branch,
      step: line.step,
      arrival: {
        from: line.from,
        action: line.action,
        by: line.by,
        decision: line.decision,
        reward: line.reward,
        invalid: line.invalid,
        useless: line.useless,
        edited: line.edited,
        ...(line.unknown === undefined ? {} : { unknown: line.unknown }),
      },
      observation: line.observation,
      status: line.status,
      state: line.state,
      reflection: null,
      decisions: [],
      outcomes: [],
      children: [],
      end: null,
    });
    from.children.push(line.node);
    return undefined;
  }

  private applyReflection(line: ReflectionLine): string | undefined {
    const node = this.nodeList[line.node];
    if (node === undefined) return missing(line.node);
    node.reflection = line.event;
    this.told.delete(node.id);
    return undefined;
  }

  private applyBranch(line: BranchLine): string | undefined {
    if (this.nodeList[line.from] === undefined) return missing(line.from);
    if (line.branch !== branchId(this.branchList.length)) return `branch ${line.branch} is out of order`;
    this.branchList.push({ id: line.branch, parent: line.parent, from: line.from, cause: line.cause });
    return undefined;
  }
}

function missing(node: NodeId): string {
  return `there is no node ${node}`;
}
