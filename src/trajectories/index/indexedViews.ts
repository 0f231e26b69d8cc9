import { decisionView, type CandidateView, type CostView, type DecisionView, type StepView } from '../../expressions';
import { foldDecision } from '../../lac/decision';
import type { BranchId } from '../ids';
import { callsOf, costView, type CallLookup } from '../callCosts';
import { type DecisionEntry, type NodeEntry, decisionShown } from '../timeline';
import { agreements, candidateNumbers, known } from './indexData';
import type { IndexedTimeline } from './indexedTimeline';

/** The steps of a branch of which only columns are in memory; what is text is read when an expression asks for it. */
export function indexedViews(timeline: IndexedTimeline, branch: BranchId, lookup: CallLookup): readonly StepView[] {
  const line = timeline.line(branch);
  const views: StepView[] = [];
  const shared: Shared = { timeline, line, loops: timeline.loops(branch), lookup, views };
  for (let step = 0; step < line.length; step++) views.push(new IndexedView(shared, step));
  return views;
}

interface Shared {
  readonly timeline: IndexedTimeline;
  readonly line: readonly NodeEntry[];
  readonly loops: Uint8Array;
  readonly lookup: CallLookup;
  readonly views: readonly StepView[];
}

class IndexedView implements StepView {
  constructor(
    private readonly shared: Shared,
    readonly step: number,
  ) {}

  private get node(): NodeEntry {
    return this.shared.line[this.step];
  }

  private get next(): NodeEntry | undefined {
    return this.shared.line[this.step + 1];
  }

  private get decision(): DecisionEntry | undefined {
    return decisionShown(this.node, this.next);
  }

  /** Row of the decision in the columns; -1 where only the file or the memory has it. */
  private get row(): number {
    const { timeline } = this.shared;
    const row = timeline.decisionRow(this.node.id, this.next?.id);
    return row >= 0 && timeline.index.data.decisions.count[row] > 0 ? row : -1;
  }

  /** What was decided, read; null where nothing was weighed: thoughts of an imported step are no such decision. */
  private get weighed(): DecisionView | null {
    const { decision } = this;
    if (decision === undefined || this.next?.arrival?.unknown !== undefined) return null;
    return decisionView(foldDecision(decision.events));
  }

  private isOpen(fact: 'observation' | 'reward' | 'invalid' | 'useless' | 'cost'): boolean {
    return this.next?.arrival?.unknown?.includes(fact) === true;
  }

  get episode(): string {
    return this.shared.timeline.id;
  }

  get branch(): string {
    return this.node.branch;
  }

  get goal(): string {
    return this.shared.timeline.goal;
  }

  get taskType(): string {
    return this.shared.timeline.task.type;
  }

  get method(): string | null {
    return this.weighed === null ? null : (this.decision?.parameters.method ?? null);
  }

  get alpha(): number | null {
    const { row } = this;
    if (row >= 0) return known(this.shared.timeline.index.data.decisions.alpha[row]);
    return this.weighed === null ? null : (this.decision?.parameters.alpha ?? null);
  }

  get tieRule(): StepView['tieRule'] {
    const { row } = this;
    if (row < 0) return this.decision?.parameters.tieRule ?? 'prior';
    return this.shared.timeline.index.data.decisions.byIndex[row] === 1 ? 'index' : 'prior';
  }

  get observation(): string {
    return this.node.observation;
  }

  get action(): string | null {
    const arrival = this.next?.arrival ?? null;
    if (arrival !== null) return arrival.action;
    const { decision } = this;
    return decision === undefined ? null : (foldDecision(decision.events).choice?.action ?? null);
  }

  get outcome(): string | null {
    return this.isOpen('observation') ? null : (this.next?.observation ?? null);
  }

  get reflection(): string | null {
    return this.next?.reflection?.text ?? null;
  }

  get says(): StepView['says'] {
    return this.next?.reflection?.says ?? null;
  }

  get thoughts(): readonly string[] | null {
    const { decision } = this;
    return decision === undefined ? null : foldDecision(decision.events).thoughts.map(({ text }) => text);
  }

  get reward(): number | null {
    return this.isOpen('reward') ? null : (this.next?.arrival?.reward ?? null);
  }

  get status(): string | null {
    return this.next?.status ?? null;
  }

  get invalid(): boolean | null {
    return this.isOpen('invalid') ? null : (this.next?.arrival?.invalid ?? null);
  }

  get useless(): boolean | null {
    return this.isOpen('useless') ? null : (this.next?.arrival?.useless ?? null);
  }

  get loop(): boolean | null {
    return this.next === undefined ? null : this.shared.loops[this.step + 1] === 1;
  }

  get edited(): boolean {
    const { arrival } = this.node;
    return arrival !== null && arrival.edited !== null;
  }

  get candidates(): readonly CandidateView[] | null {
    const { row } = this;
    if (row < 0) return this.weighed?.candidates ?? null;
    const { decisions } = this.shared.timeline.index.data;
    let read: readonly CandidateView[] | null = null;
    const texts = (index: number): CandidateView | undefined => {
      read ??= this.weighed?.candidates ?? [];
      return read.at(index);
    };
    return Array.from({ length: decisions.count[row] }, (_, index) => this.candidate(row, index, texts));
  }

  /** Numbers from the columns; whoever asks for more has the decision read. */
  private candidate(
    decision: number,
    index: number,
    texts: (index: number) => CandidateView | undefined,
  ): CandidateView {
    const { data } = this.shared.timeline.index;
    const row = data.decisions.candidates[decision] + index;
    return {
      get action() {
        return texts(index)?.action ?? null;
      },
      ...candidateNumbers(data, row),
      get says() {
        return texts(index)?.says ?? null;
      },
      get mass() {
        return texts(index)?.mass ?? null;
      },
    };
  }

  get chosen(): number | null {
    const { row } = this;
    if (row < 0) return this.weighed?.chosen ?? null;
    const chosen = this.shared.timeline.index.data.decisions.chosen[row];
    return chosen < 0 ? null : chosen;
  }

  get certain(): boolean | null {
    const { row } = this;
    if (row < 0 || this.chosen === null) return this.weighed?.certain ?? null;
    return this.shared.timeline.index.data.decisions.certain[row] === 1;
  }

  get agreement(): StepView['agreement'] {
    const { row } = this;
    if (row < 0 || this.chosen === null) return this.weighed?.agreement ?? null;
    return agreements[this.shared.timeline.index.data.decisions.agreement[row]];
  }

  get notes(): StepView['notes'] {
    return this.weighed?.notes ?? null;
  }

  /** A call is reused where its line stands before the step's. */
  get cost(): CostView | null {
    if (this.isOpen('cost')) return null;
    const { timeline, lookup } = this.shared;
    const ids = [...callsOf(this.node, this.decision)];
    const start = timeline.offsetOf(this.node.id);
    const fresh = ids.filter((id) => (timeline.index.callPlace(id) ?? start) >= start);
    return costView(fresh, ids.length - fresh.length, lookup);
  }

  readonly cursor = null;

  at(step: number): StepView | null {
    return this.shared.views.at(step) ?? null;
  }
}
