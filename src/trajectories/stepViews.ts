import { decisionView, unknownStep, type CostView, type StepView } from '../expressions';
import { foldDecision } from '../lac/decision';
import { repeats } from '../lac/diagnostics';
import type { CallId } from '../lac/calls';
import type { BranchId } from './ids';
import { IndexedTimeline } from './index/indexedTimeline';
import { indexedViews } from './index/indexedViews';
import { callsOf, costView, type CallLookup, type MeasuredCost } from './callCosts';
import { decisionShown, type DecisionEntry, type NodeEntry, type Timeline } from './timeline';

/** What a whole episode cost as far as its calls are recorded, probes and all branches included. */
export function episodeCost(timeline: Timeline, lookup: CallLookup): MeasuredCost {
  const ids = new Set<CallId>();
  let uses = 0;
  for (const node of timeline.nodes) {
    const decisions = node.decisions.length === 0 ? [undefined] : node.decisions;
    const used = new Set(decisions.flatMap((decision) => [...callsOf(node, decision)]));
    uses += used.size;
    for (const id of used) ids.add(id);
  }
  return costView([...ids], uses - ids.size, lookup);
}

/** The steps of a branch as expressions see them: entry k is the decision at step k and what came of it. */
export function stepViews(timeline: Timeline, branch: BranchId, lookup: CallLookup): readonly StepView[] {
  if (timeline instanceof IndexedTimeline) return indexedViews(timeline, branch, lookup);
  const nodes = timeline.line(branch);
  const tip = nodes.at(-1);
  if (tip === undefined) return [];
  const uses = repeats(timeline.transcript(tip.id));
  const seen = new Set<CallId>();
  const views: StepView[] = [];
  const at = (step: number): StepView | null => views.at(step) ?? null;
  for (const [step, node] of nodes.entries()) {
    const next = nodes.at(step + 1);
    const decision = decisionShown(node, next);
    const ids = callsOf(node, decision);
    const fresh = [...ids].filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    const cost = (): CostView => costView(fresh, ids.size - fresh.length, lookup);
    views.push(viewOf(timeline, { step, node, next, decision }, (uses.at(step) ?? 0) > 0, cost, at));
  }
  return views;
}

interface Place {
  readonly step: number;
  readonly node: NodeEntry;
  readonly next: NodeEntry | undefined;
  readonly decision: DecisionEntry | undefined;
}

function viewOf(
  timeline: Timeline,
  { step, node, next, decision }: Place,
  loop: boolean,
  cost: () => CostView,
  at: StepView['at'],
): StepView {
  let known: CostView | undefined;
  const folded = decision === undefined ? null : foldDecision(decision.events);
  const thoughts = folded?.thoughts.map(({ text }) => text) ?? null;
  const open = new Set(next?.arrival?.unknown);
  // Thoughts of an imported step are a decision that weighed nothing: no candidates, no parameter in force.
  const weighed = folded !== null && next?.arrival?.unknown === undefined;
  return {
    ...unknownStep,
    step,
    episode: timeline.id,
    branch: node.branch,
    goal: timeline.goal,
    taskType: timeline.task.type,
    method: weighed ? (decision?.parameters.method ?? null) : null,
    alpha: weighed ? (decision?.parameters.alpha ?? null) : null,
    tieRule: decision?.parameters.tieRule ?? 'prior',
    observation: node.observation,
    action: next?.arrival?.action ?? folded?.choice?.action ?? null,
    outcome: open.has('observation') ? null : (next?.observation ?? null),
    reflection: next?.reflection?.text ?? null,
    says: next?.reflection?.says ?? null,
    thoughts,
    reward: open.has('reward') ? null : (next?.arrival?.reward ?? null),
    status: next?.status ?? null,
    invalid: open.has('invalid') ? null : (next?.arrival?.invalid ?? null),
    useless: open.has('useless') ? null : (next?.arrival?.useless ?? null),
    loop: next === undefined ? null : loop,
    edited: node.arrival === null ? false : node.arrival.edited !== null,
    ...(weighed ? decisionView(folded) : {}),
    get cost() {
      if (open.has('cost')) return null;
      known ??= cost();
      return known;
    },
    at,
  };
}
