import { parameterNames } from '../../lac/parameters';
import type {
  Aspect,
  ComparedActions,
  ComparedCandidate,
  ComparedStepDetail,
  ComparedStepPair,
  ComparisonState,
} from '../../protocol/compare';
import type { StepView } from '../../expressions';
import { promptPairs, type ComparedSide, type Comparison, type StepComparison } from '../../trajectories/compare';
import { aspects } from '../../trajectories/comparedFacts';
import { decisionShown } from '../../trajectories/timeline';

/** One of the two, with what it is called. */
export interface NamedSide extends ComparedSide {
  readonly file: string;
}

/** Actions that one question gets. */
const mostActions = 256;

/** Two trajectories side by side, as the page is told of them. */
export class ComparisonView {
  constructor(
    private readonly left: NamedSide,
    private readonly right: NamedSide,
    private readonly comparison: Comparison,
  ) {}

  state(): ComparisonState {
    const { equal, setup, first, parted, steps, left, right } = this.comparison;
    const shown = (side: (step: StepComparison) => StepView | null): number =>
      steps.reduce((count, step) => count + (side(step) === null ? 0 : 1), 0);
    return {
      left: { ...nameOf(this.left), summary: { ...left, shown: shown((each) => each.left) } },
      right: { ...nameOf(this.right), summary: { ...right, shown: shown((each) => each.right) } },
      setup,
      equal,
      first,
      parted,
      aspects,
      differs: Uint16Array.from(steps, ({ differs }) => bitsOf(differs)),
    };
  }

  /** What was done at steps from one on, up to another; of many only the first. Throws `trajectory.changed`. */
  actions(from: number, to: number): readonly ComparedActions[] {
    const steps = this.comparison.steps.slice(Math.max(0, from), Math.min(to, from + mostActions));
    return steps.map(({ left, right }) => ({ left: left?.action ?? null, right: right?.action ?? null }));
  }

  /** A step in full; undefined where neither side has it. */
  step(step: number): ComparedStepPair | undefined {
    const found = this.comparison.steps.at(step);
    if (found === undefined || step < 0) return undefined;
    const pairs = promptPairs(this.left, this.right, step);
    const prompts = pairs.filter(({ left, right }) => left !== right);
    return {
      step,
      left: detailOf(found.left),
      right: detailOf(found.right),
      parameters: this.parameters(step),
      prompts,
      equalPrompts: pairs.length - prompts.length,
    };
  }

  /** Parameters of the step's decision that differ. */
  private parameters(step: number): ComparedStepPair['parameters'] {
    const [left, right] = [this.left, this.right].map(({ timeline, branch }) => {
      const line = timeline.line(branch);
      const node = line.at(step);
      return node === undefined ? undefined : decisionShown(node, line.at(step + 1))?.parameters;
    });
    if (left === undefined || right === undefined) return [];
    return parameterNames.flatMap((name) =>
      left[name] === right[name] ? [] : [{ name, left: String(left[name]), right: String(right[name]) }],
    );
  }
}

function nameOf({ file, timeline, branch }: NamedSide): { readonly file: string; readonly place: string } {
  return { file, place: `${timeline.id} ${branch} · ${timeline.task.id}` };
}

/** The aspects in which a step differs, as bits in their order. */
function bitsOf(differs: readonly Aspect[]): number {
  return differs.reduce((bits, aspect) => bits | (1 << aspects.indexOf(aspect)), 0);
}

function detailOf(view: StepView | null): ComparedStepDetail | null {
  if (view === null) return null;
  const candidates = view.candidates?.map(({ action, logPrior, q, bound, policy }): ComparedCandidate => ({
    action: action ?? '',
    prior: logPrior === null ? null : Math.exp(logPrior),
    value: { q, bound },
    policy,
  }));
  return {
    observation: view.observation,
    thoughts: view.thoughts ?? [],
    candidates: candidates ?? null,
    chosen: view.chosen === null ? null : (view.candidates?.[view.chosen]?.action ?? null),
    action: view.action,
    outcome: view.outcome,
    reflection: view.reflection,
    reward: view.reward,
    status: view.status,
  };
}
