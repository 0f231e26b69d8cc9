import type { StepView } from '../expressions';
import type { ActionValue, Agreement } from '../lac/events';
import type { Parameters } from '../lac/parameters';
import type { CallLookup, MeasuredCost } from './callCosts';
import type { BranchId } from './ids';
import { IndexedTimeline } from './index/indexedTimeline';
import { IndexedFacts } from './index/indexedFacts';
import { stepViews } from './stepViews';
import { decisionShown, type NodeEntry, type Timeline } from './timeline';

/** A candidate's numbers; null is unknown. */
export interface CandidateFacts extends ActionValue {
  readonly logPrior: number | null;
}

/** What of a step is compared with another one, and what it adds to a summary. Properties may be getters that read. */
export interface StepFacts {
  /**
   * Lines in which all texts stand, as their file has them: where those of two steps are equal, so are the texts. null where
   * no such lines are at hand.
   */
  readonly lines: readonly Uint8Array[] | null;
  readonly observation: string | null;
  /** Id of the decision's prompt set. */
  readonly prompts: string | null;
  readonly parameters: Parameters | null;
  readonly thoughts: readonly string[];
  readonly actions: readonly (string | null)[] | null;
  readonly candidates: readonly CandidateFacts[];
  /** Index of the chosen candidate. */
  readonly chosen: number | null;
  readonly action: string | null;
  readonly outcome: string | null;
  readonly reward: number | null;
  readonly reflection: string | null;
  readonly status: string;
  readonly agreement: Agreement | null;
  readonly invalid: boolean;
  readonly useless: boolean;
  readonly loop: boolean;
  /** Of the calls that no earlier step rests on; null where the recording does not say. */
  readonly cost: Pick<MeasuredCost, 'calls' | 'promptTokens' | 'generatedTokens' | 'seconds'> | null;
}

/** The steps of a branch as they are compared; best asked for in their order. */
export function stepFacts(
  timeline: Timeline,
  branch: BranchId,
  lookup: CallLookup,
): { readonly views: readonly StepView[]; readonly at: (step: number) => StepFacts } {
  const views = stepViews(timeline, branch, lookup);
  const nodes = timeline.line(branch);
  const indexed = timeline instanceof IndexedTimeline ? new IndexedFacts(timeline, branch) : null;
  return { views, at: (step) => indexed?.at(step) ?? viewedFacts(views[step], nodes[step], nodes.at(step + 1)) };
}

function viewedFacts(view: StepView, node: NodeEntry, next: NodeEntry | undefined): StepFacts {
  const decision = decisionShown(node, next);
  const { candidates, agreement, invalid, useless, loop, cost } = view;
  const { observation, action, outcome, reward, reflection, chosen } = view;
  return {
    lines: null,
    observation,
    prompts: decision?.prompts ?? null,
    parameters: decision?.parameters ?? null,
    thoughts: view.thoughts ?? [],
    actions: candidates?.map((candidate) => candidate.action) ?? null,
    candidates: candidates ?? [],
    chosen,
    action,
    outcome,
    reward,
    reflection,
    status: view.status ?? node.status,
    agreement,
    invalid: invalid === true,
    useless: useless === true,
    loop: loop === true,
    cost: cost === null ? null : { ...cost, seconds: cost.seconds ?? 0 },
  };
}
