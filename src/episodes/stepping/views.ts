import { decisionView, unknownStep, type CursorView, type StepView } from '../../expressions';
import { foldDecision } from '../../lac/decision';
import type { DecisionEvent } from '../../lac/events';
import type { BranchId } from '../../trajectories/ids';
import { stepViews } from '../../trajectories/stepViews';
import type { CallLookup } from '../../trajectories/callCosts';
import type { DecisionEntry, NodeEntry, Timeline } from '../../trajectories/timeline';

/** The steps of branches as expressions see them, made when they are asked for. */
export class Views {
  private readonly known = new Map<BranchId, readonly StepView[]>();

  constructor(
    private readonly timeline: Timeline,
    private readonly lookup: CallLookup,
  ) {}

  /** Something was recorded: what was made before no longer holds. */
  forget(): void {
    this.known.clear();
  }

  /** Entry k is the decision at step k and what came of it. */
  of(branch: BranchId): readonly StepView[] {
    let views = this.known.get(branch);
    if (views === undefined) {
      views = stepViews(this.timeline, branch, this.lookup);
      this.known.set(branch, views);
    }
    return views;
  }

  /** A step in the middle of its decision: what is still to come is unknown, whether recorded or not. */
  inside(
    branch: BranchId,
    node: NodeEntry,
    entry: Pick<DecisionEntry, 'parameters'>,
    events: readonly DecisionEvent[],
    cursor: CursorView | null,
  ): StepView | null {
    const base = this.of(branch).at(node.step);
    if (base === undefined) return null;
    const decision = foldDecision(events);
    const { method, alpha, tieRule } = entry.parameters;
    return {
      ...unknownStep,
      step: base.step,
      episode: base.episode,
      branch: base.branch,
      goal: base.goal,
      taskType: base.taskType,
      method,
      alpha,
      tieRule,
      observation: base.observation,
      edited: base.edited,
      action: decision.choice?.action ?? null,
      thoughts: decision.thoughts.map(({ text }) => text),
      ...decisionView(decision),
      // Read only when it is asked for: it takes a look at every call.
      get cost() {
        return base.cost;
      },
      cursor,
      at: (step) => base.at(step),
    };
  }
}
