import type { StepView } from '../../expressions';
import { foldDecision, type Decision } from '../../lac/decision';
import type { DecisionEvent } from '../../lac/events';
import type { BranchId, DecisionIndex, NodeId } from '../../trajectories/ids';
import type { CallLookup } from '../../trajectories/callCosts';
import { type DecisionEntry, type NodeEntry, decisionShown } from '../../trajectories/timeline';
import type { Episode, EpisodeEvent } from '../episode';
import { insideOf, type Cursor, type Moment } from './moments';
import { TranscriptText } from './transcriptText';
import { Views } from './views';

/** Threads: a session names at most so many branches that it has visited. */
const mostVisited = 8;

/** Where a session's cursor stands in the episode, and what is to be seen from there. */
export class Position {
  private readonly views: Views;
  private readonly transcripts = new Map<BranchId, TranscriptText>();
  private visitedBranches: readonly BranchId[];
  private selected: { readonly node: NodeId; readonly decision: DecisionIndex } | null = null;
  /** Events of the decision that is being made, those that wait to be recorded included. */
  private arriving: {
    readonly node: NodeId;
    readonly decision: DecisionIndex;
    readonly events: DecisionEvent[];
  } | null = null;

  /** @param onVisit told when the cursor has come to a branch that it was not on before. */
  constructor(
    private readonly episode: Episode,
    lookup: CallLookup,
    private cursorNow: Cursor,
    private readonly onVisit: () => void,
  ) {
    this.views = new Views(episode.timeline, lookup);
    this.visitedBranches = [cursorNow.branch];
  }

  get cursor(): Cursor {
    return this.cursorNow;
  }

  /** Branches that were visited, in order of their first visit; at most 8, the present one among them. */
  get visited(): readonly BranchId[] {
    return this.visitedBranches;
  }

  /** The node under the cursor. */
  get node(): NodeEntry {
    return this.episode.node(this.cursorNow.node);
  }

  /** Nodes of the cursor's branch from the start to its tip. */
  get line(): readonly NodeEntry[] {
    return this.episode.timeline.line(this.cursorNow.branch);
  }

  /** The node that follows the cursor's on its branch; undefined at the tip. */
  get nextNode(): NodeEntry | undefined {
    return this.line.at(this.node.step + 1);
  }

  /** The decision under the cursor: the one it stands in, the one selected, the one that led on, or the last. */
  get decision(): DecisionEntry | undefined {
    const { node, selected } = this;
    const named = this.cursorNow.inside?.decision ?? null;
    if (named !== null) return node.decisions.at(named);
    return selected?.node === node.id ? node.decisions.at(selected.decision) : decisionShown(node, this.nextNode);
  }

  /** The decision under the cursor as far as the cursor has come; null where there is none. */
  get decisionSoFar(): { readonly entry: DecisionEntry; readonly decision: Decision } | null {
    const entry = this.decision;
    return entry === undefined ? null : { entry, decision: foldDecision(this.eventsSoFar(entry)) };
  }

  /** Inside a step of which nothing is left to be decided: after the choice, or in the reflection on the step before. */
  get pastChoice(): boolean {
    const { inside } = this.cursorNow;
    if (inside === null) return false;
    const entry = this.decision;
    return inside.decision === null || (entry?.complete === true && inside.events >= entry.events.length);
  }

  /**
   * The step that expressions are about: inside a decision what is known so far; at a boundary the decision there, or,
   * where nothing is decided yet, the step that led here. null when there is neither.
   */
  view(): StepView | null {
    const { branch, inside } = this.cursorNow;
    const { node } = this;
    const entry = this.decision;
    if (inside !== null && inside.decision === null) return this.arrivalView();
    if (entry === undefined) return (node.step === 0 ? this.stepView(0) : this.stepView(node.step - 1)) ?? null;
    const executed = this.nextNode?.arrival?.decision ?? null;
    if (inside === null && (executed === entry.index || entry === decisionShown(node, this.nextNode))) {
      return this.stepView(node.step) ?? null;
    }
    return this.views.inside(branch, node, entry, this.eventsSoFar(entry), inside?.place ?? null);
  }

  /** The step that led to the cursor's node; null at the start. */
  arrivalView(): StepView | null {
    return this.stepView(this.node.step - 1) ?? null;
  }

  /** The steps of a branch as expressions see them. */
  stepViews(branch: BranchId): readonly StepView[] {
    return this.views.of(branch);
  }

  /** A branch as text. */
  transcript(branch: BranchId): TranscriptText {
    let text = this.transcripts.get(branch);
    if (text === undefined) {
      text = new TranscriptText(this.episode.timeline, branch);
      this.transcripts.set(branch, text);
    }
    return text;
  }

  /** Puts the cursor somewhere. */
  place(cursor: Cursor): void {
    this.cursorNow = cursor;
    if (this.selected !== null && this.selected.node !== cursor.node) this.selected = null;
    if (this.visitedBranches.includes(cursor.branch)) return;
    const others = this.visitedBranches.slice(-(mostVisited - 1));
    this.visitedBranches = [...others, cursor.branch];
    this.onVisit();
  }

  /** Moves the cursor to a moment, on its branch as long as that holds the moment's node. */
  enter(moment: Moment): void {
    const node = this.episode.node(moment.node);
    const { branch } = this.cursorNow;
    const same = this.line.at(node.step)?.id === node.id;
    if (moment.kind === 'boundary' && this.arriving?.node === node.id && this.arriving.decision > 0) {
      this.select(node.id, this.arriving.decision);
    }
    this.place({ branch: same ? branch : node.branch, node: node.id, inside: insideOf(moment) });
  }

  /** Puts the cursor on the boundary of its node. */
  leaveDecision(): void {
    this.place({ ...this.cursorNow, inside: null });
  }

  /** Shows a decision of a node for as long as the cursor stays there. */
  select(node: NodeId, decision: DecisionIndex): void {
    this.selected = { node, decision };
  }

  /** Something was recorded: what was made from the record before no longer holds. */
  recorded(event: EpisodeEvent): void {
    this.forget();
    if (event.type === 'decision') {
      this.arriving = { node: event.node, decision: event.decision, events: [] };
    } else if (event.type === 'decision-event') {
      this.arriving?.events.push(event.event);
    }
  }

  /** Drops what was made from the record. */
  forget(): void {
    this.views.forget();
    this.transcripts.clear();
  }

  /** The decision that was being made goes no further. */
  interrupted(): void {
    this.arriving = null;
  }

  private stepView(step: number): StepView | undefined {
    return step < 0 ? undefined : this.views.of(this.cursorNow.branch).at(step);
  }

  private eventsSoFar(entry: DecisionEntry): readonly DecisionEvent[] {
    const { inside, node } = this.cursorNow;
    const { arriving } = this;
    const same = arriving !== null && arriving.node === node && arriving.decision === entry.index;
    const events = same && arriving.events.length > entry.events.length ? arriving.events : entry.events;
    return inside?.decision === entry.index ? events.slice(0, inside.events) : events;
  }
}
