import type { Status } from '../../environments/environment';
import type { ReflectionEvent } from '../../lac/events';
import type { TranscriptStep } from '../../lac/transcript';
import { branchId, type BranchId, type DecisionIndex, type NodeId } from '../ids';
import type { JournalWindow } from '../journalWindow';
import type {
  ActionSource,
  DecisionLine,
  EndLine,
  EpisodeLine,
  EventLine,
  JournalLine,
  NodeState,
  OpenFact,
  OutcomeLine,
  StepLine,
} from '../schema';
import { Timeline, type Arrival, type BranchEntry, type DecisionEntry, type NodeEntry } from '../timeline';
import { flags, statuses, type IndexData, type IndexedEpisode } from './indexData';
import type { TrajectoryIndex } from './trajectoryIndex';

/** What the file says of a node, as far as it was asked for. */
interface Texts {
  readonly line: EpisodeLine | StepLine;
  decisions?: readonly DecisionEntry[];
  reflection?: ReflectionEvent | null;
  outcomes?: readonly OutcomeLine[];
}

/** A decision that is made on top of the record, in memory. */
interface AddedDecision extends DecisionEntry {
  readonly events: DecisionEntry['events'][number][];
  complete: boolean;
}

/** Nodes of which what was read is kept: those that somebody looks at, and a walk's last ones. */
const mostKept = 64;

const noChildren: readonly NodeId[] = [];

/**
 * An episode of a journal that is not in memory. Its nodes know by themselves what stands in columns; whatever else is asked
 * of them is read from the file at that moment and kept for a while. What is decided on top of the record is kept for good.
 * Reading throws `trajectory.changed` where the file is no longer the one that was indexed.
 */
export class IndexedTimeline extends Timeline {
  private readonly entries: readonly IndexedNode[];
  private readonly branchEntries: readonly BranchEntry[];
  private readonly lines = new Map<BranchId, readonly NodeEntry[]>();
  private readonly kept = new Map<number, Texts>();
  private readonly repeated = new Map<BranchId, Uint8Array>();
  private readonly added = new Map<NodeId, { readonly decisions: AddedDecision[]; readonly outcomes: OutcomeLine[] }>();
  private readonly ends: ReadonlyMap<number, number>;
  private readonly tried: ReadonlyMap<number, readonly number[]>;
  /** First child of a node and next child of its parent, as numbers of nodes; -1 for none. */
  private readonly firstChild: Int32Array;
  private readonly sibling: Int32Array;
  private readonly data: IndexData;

  private constructor(
    readonly index: TrajectoryIndex,
    readonly episode: IndexedEpisode,
    private readonly window: JournalWindow,
    start: EpisodeLine,
  ) {
    super(start);
    const { nodes } = (this.data = index.data);
    const { rows } = episode;
    const number = new Map(rows.map((row, node) => [row, node]));
    this.entries = rows.map((row, node) => new IndexedNode(this, node, row));
    this.branchEntries = episode.branches.map(({ id, parent, from, cause }) => ({
      id,
      parent,
      from: number.get(from) ?? 0,
      cause,
    }));
    this.ends = new Map(episode.ends.map(({ row, offset }) => [row, offset]));
    const tried = new Map<number, number[]>();
    for (const { row, offset } of episode.outcomes) tried.set(row, [...(tried.get(row) ?? []), offset]);
    this.tried = tried;
    this.parents = Int32Array.from(rows, (row) => number.get(nodes.parent[row]) ?? -1);
    this.firstChild = new Int32Array(rows.length).fill(-1);
    this.sibling = new Int32Array(rows.length).fill(-1);
    for (let node = rows.length - 1; node > 0; node--) {
      const parent = this.parents[node];
      this.sibling[node] = this.firstChild[parent];
      this.firstChild[parent] = node;
    }
  }

  /** Number of the node before each; -1 at the start. */
  private readonly parents: Int32Array;

  /** An episode of an index. Throws `trajectory.changed`. */
  static open(index: TrajectoryIndex, episode: IndexedEpisode): IndexedTimeline {
    const { window } = index;
    const start = window.lineAt(index.data.nodes.offset[episode.rows[0]]);
    if (start.type !== 'episode') throw window.changed();
    return new IndexedTimeline(index, episode, window, start);
  }

  override get nodes(): readonly NodeEntry[] {
    return this.entries;
  }

  override get branches(): readonly BranchEntry[] {
    return this.branchEntries;
  }

  override get start(): NodeEntry {
    return this.entries[0];
  }

  override node(id: NodeId): NodeEntry | undefined {
    return this.entries[id];
  }

  override path(id: NodeId): readonly NodeEntry[] {
    const path: NodeEntry[] = [];
    for (let node = id; node >= 0 && node < this.entries.length; node = this.parents[node])
      path.push(this.entries[node]);
    return path.reverse();
  }

  override rewardTo(id: NodeId): number | null {
    const { nodes } = this.data;
    let sum: number | null = null;
    for (let node = id; node > 0; node = this.parents[node]) {
      const row = this.episode.rows[node];
      if ((nodes.flags[row] & flags.openReward) === 0) sum = (sum ?? 0) + nodes.reward[row];
    }
    return id === 0 ? 0 : sum;
  }

  override line(branch: BranchId): readonly NodeEntry[] {
    let line = this.lines.get(branch);
    if (line === undefined) {
      line = super.line(branch);
      this.lines.set(branch, line);
    }
    return line;
  }

  /** Takes what is decided or tried out on top of the record; an episode that is only recorded goes no further. */
  override apply(line: JournalLine): string | undefined {
    if (line.type !== 'decision' && line.type !== 'event' && line.type !== 'outcome') return undefined;
    const node = this.node(line.node);
    if (node === undefined) return `there is no node ${line.node}`;
    const added = this.added.get(line.node) ?? { decisions: [], outcomes: [] };
    this.added.set(line.node, added);
    switch (line.type) {
      case 'outcome':
        added.outcomes.push(line);
        return undefined;
      case 'decision':
        if (line.decision !== node.decisions.length)
          return `decision ${line.decision} of node ${line.node} is out of order`;
        added.decisions.push({ ...entryOf(line, []), events: [], complete: false });
        return undefined;
      case 'event': {
        const decision = added.decisions.find(({ index }) => index === line.decision);
        if (decision === undefined) return `decision ${line.decision} of node ${line.node} has not begun`;
        decision.events.push(line.event);
        if (line.event.type === 'choice') decision.complete = true;
        return undefined;
      }
    }
  }

  protected override toldOf(node: NodeEntry, arrival: Arrival): TranscriptStep {
    const thoughts = (): readonly string[] => (this.hasThoughts(node, arrival) ? this.thoughtsOf(arrival) : []);
    return {
      get thoughts() {
        return thoughts();
      },
      get action() {
        return arrival.action;
      },
      get observation() {
        return node.observation;
      },
      get reflection() {
        return node.reflection?.text ?? null;
      },
    };
  }

  private hasThoughts({ id }: NodeEntry, { decision }: Arrival): boolean {
    const { nodes, decisions } = this.data;
    let row = nodes.lastDecision[this.episode.rows[this.parents[id]]];
    while (row >= 0 && decisions.index[row] !== decision) row = decisions.previous[row];
    return row >= 0 && decisions.thoughts[row] === 1;
  }

  /** The decision of a recorded step as its columns have it, by its row; -1 where something was decided on top of it. */
  decisionRow(node: NodeId, next: NodeId | undefined): number {
    const { nodes, decisions } = this.data;
    let row = nodes.lastDecision[this.episode.rows[node]];
    const executed = next === undefined ? -1 : nodes.decision[this.episode.rows[next]];
    if (executed < 0) return this.added.has(node) ? -1 : row;
    while (row >= 0 && decisions.index[row] !== executed) row = decisions.previous[row];
    return row;
  }

  /** Whether something was decided or tried out at a node on top of the record. */
  isAddedTo(node: NodeId): boolean {
    return this.added.has(node);
  }

  /** Whether an action at an observation repeats an earlier one, for each node of a branch by its place; 1 where it does. */
  loops(branch: BranchId): Uint8Array {
    let loops = this.repeated.get(branch);
    if (loops === undefined) {
      const line = this.line(branch);
      const seen = new Set<number>();
      loops = new Uint8Array(line.length);
      for (let step = 1; step < line.length; step++) {
        const hash = this.data.nodes.repeat[this.episode.rows[line[step].id]];
        if (seen.has(hash)) loops[step] = 1;
        seen.add(hash);
      }
      this.repeated.set(branch, loops);
    }
    return loops;
  }

  /** Where the line of a node begins, in bytes; whatever was asked for it stands behind. */
  offsetOf(node: NodeId): number {
    return this.data.nodes.offset[this.episode.rows[node]];
  }

  // What nodes ask

  parentOf(node: NodeId): NodeId {
    return this.parents[node];
  }

  childrenOf(node: NodeId): readonly NodeId[] {
    let child = this.firstChild[node];
    if (child < 0) return noChildren;
    const children: NodeId[] = [];
    for (; child >= 0; child = this.sibling[child]) children.push(child);
    return children;
  }

  lineOf(row: number): EpisodeLine | StepLine {
    return this.textsOf(row).line;
  }

  decisionsOf(node: NodeId, row: number): readonly DecisionEntry[] {
    const texts = this.textsOf(row);
    texts.decisions ??= this.readDecisions(node, row);
    const added = this.added.get(node)?.decisions ?? [];
    return added.length === 0 ? texts.decisions : [...texts.decisions, ...added];
  }

  reflectionOf(row: number): ReflectionEvent | null {
    const offset = this.data.nodes.reflection[row];
    if (offset < 0) return null;
    const texts = this.textsOf(row);
    if (texts.reflection === undefined) {
      const line = this.window.lineAt(offset);
      if (line.type !== 'reflection') throw this.window.changed();
      texts.reflection = line.event;
    }
    return texts.reflection;
  }

  outcomesOf(node: NodeId, row: number): readonly OutcomeLine[] {
    const offsets = this.tried.get(row) ?? [];
    const added = this.added.get(node)?.outcomes ?? [];
    const recorded = offsets.flatMap((offset) => {
      const line = this.window.lineAt(offset);
      return line.type === 'outcome' ? [line] : [];
    });
    return [...recorded, ...added];
  }

  endOf(row: number): EndLine | null {
    const offset = this.ends.get(row);
    if (offset === undefined) return null;
    const line = this.window.lineAt(offset);
    if (line.type !== 'end') throw this.window.changed();
    return line;
  }

  /** What was read of a node last is kept longest. */
  private textsOf(row: number): Texts {
    const known = this.kept.get(row);
    if (known !== undefined) {
      this.kept.delete(row);
      this.kept.set(row, known);
      return known;
    }
    const line = this.window.lineAt(this.data.nodes.offset[row]);
    if (line.type !== 'episode' && line.type !== 'step') throw this.window.changed();
    const texts: Texts = { line };
    this.kept.set(row, texts);
    if (this.kept.size > mostKept) for (const oldest of this.kept.keys()) return this.drop(oldest, texts);
    return texts;
  }

  private drop(row: number, texts: Texts): Texts {
    this.kept.delete(row);
    return texts;
  }

  private readDecisions(node: NodeId, row: number): readonly DecisionEntry[] {
    const { nodes, decisions } = this.data;
    const chain: number[] = [];
    for (let at = nodes.lastDecision[row]; at >= 0; at = decisions.previous[at]) chain.unshift(at);
    return chain.map((decision) => {
      const mine = (line: JournalLine): line is DecisionLine | EventLine =>
        (line.type === 'decision' || line.type === 'event') &&
        line.episode === this.id &&
        line.node === node &&
        line.decision === decisions.index[decision];
      const lines = this.window.linesBetween(decisions.start[decision], decisions.end[decision]).filter(mine);
      const begun = lines.find((line) => line.type === 'decision');
      if (begun === undefined) throw this.window.changed();
      return entryOf(
        begun,
        lines.flatMap((line) => (line.type === 'event' ? [line.event] : [])),
      );
    });
  }
}

function entryOf(line: DecisionLine, events: DecisionEntry['events']): DecisionEntry {
  const { node, decision: index, reason, prompts, parameters, added, resample } = line;
  const complete = events.some(({ type }) => type === 'choice');
  return { node, index, reason, prompts, parameters, added, resample, events, complete };
}

/** A node that asks its timeline whatever does not stand in columns. */
class IndexedNode implements NodeEntry {
  constructor(
    private readonly timeline: IndexedTimeline,
    readonly id: NodeId,
    readonly row: number,
  ) {}

  private get columns(): IndexData['nodes'] {
    return this.timeline.index.data.nodes;
  }

  get branch(): BranchId {
    return branchId(this.columns.branch[this.row]);
  }

  get step(): number {
    return this.columns.step[this.row];
  }

  get arrival(): Arrival | null {
    return this.id === 0 ? null : new IndexedArrival(this.timeline, this.id, this.row);
  }

  get observation(): string {
    return this.timeline.lineOf(this.row).observation;
  }

  get status(): Status {
    return statuses[this.columns.status[this.row]];
  }

  get state(): NodeState {
    return this.timeline.lineOf(this.row).state;
  }

  get reflection(): ReflectionEvent | null {
    return this.timeline.reflectionOf(this.row);
  }

  get decisions(): readonly DecisionEntry[] {
    return this.timeline.decisionsOf(this.id, this.row);
  }

  get outcomes(): readonly OutcomeLine[] {
    return this.timeline.outcomesOf(this.id, this.row);
  }

  get children(): readonly NodeId[] {
    return this.timeline.childrenOf(this.id);
  }

  get end(): EndLine | null {
    return this.timeline.endOf(this.row);
  }
}

/** The step to a node; only texts are read. */
class IndexedArrival implements Arrival {
  constructor(
    private readonly timeline: IndexedTimeline,
    private readonly node: NodeId,
    private readonly row: number,
  ) {}

  private get line(): StepLine {
    const line = this.timeline.lineOf(this.row);
    if (line.type !== 'step') throw new TypeError(`node ${this.node} begins its episode`);
    return line;
  }

  private has(flag: number): boolean {
    return (this.timeline.index.data.nodes.flags[this.row] & flag) !== 0;
  }

  get from(): NodeId {
    return this.timeline.parentOf(this.node);
  }

  get action(): string {
    const { actions, nodes } = this.timeline.index.data;
    const place = nodes.action[this.row];
    return place < 0 ? this.line.action : actions[place];
  }

  get by(): ActionSource {
    return this.has(flags.person) ? 'person' : 'choice';
  }

  get decision(): DecisionIndex | null {
    const decision = this.timeline.index.data.nodes.decision[this.row];
    return decision < 0 ? null : decision;
  }

  get reward(): number {
    return this.timeline.index.data.nodes.reward[this.row];
  }

  get invalid(): boolean {
    return this.has(flags.invalid);
  }

  get useless(): boolean {
    return this.has(flags.useless);
  }

  get edited(): Arrival['edited'] {
    return this.has(flags.edited) ? this.line.edited : null;
  }

  get unknown(): readonly OpenFact[] | undefined {
    return this.timeline.index.data.header.source === undefined ? undefined : this.line.unknown;
  }
}
