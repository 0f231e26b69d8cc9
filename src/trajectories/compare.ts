import type { StepView } from '../expressions';
import { parameterNames } from '../lac/parameters';
import type { Agreement, DecisionEvent } from '../lac/events';
import type { CallPurpose } from '../lac/calls';
import { aspects, type Aspect, type SetupDifference, type SideSummary } from './comparedFacts';
import type { BranchId } from './ids';
import type { RecordedAnswers } from './journal';
import { knownReward } from './outcome';
import { decisionShown, stepViews } from './stepViews';
import type { DecisionEntry, NodeEntry, Timeline } from './timeline';

/** One of two trajectories that are compared: a branch of an episode. */
export interface ComparedSide {
  readonly contents: RecordedAnswers;
  readonly timeline: Timeline;
  readonly branch: BranchId;
}

/** Step k of both sides; null where a side has no such step. */
export interface StepComparison {
  readonly step: number;
  readonly left: StepView | null;
  readonly right: StepView | null;
  /** Empty when the steps are equal. All aspects when one of them is missing. */
  readonly differs: readonly Aspect[];
}

export interface Comparison {
  readonly equal: boolean;
  readonly setup: readonly SetupDifference[];
  /** Index of the first step that differs; null when none does. */
  readonly first: number | null;
  /** From this step on the sides stand in different places: other action or outcome before; null when they never part. */
  readonly parted: number | null;
  readonly steps: readonly StepComparison[];
  readonly left: SideSummary;
  readonly right: SideSummary;
}

export interface CompareOptions {
  /** Priors and Qs that differ by no more count as equal; 0 by default. */
  readonly tolerance?: number;
}

/** Compares two branches step by step from their start. */
export function compareTrajectories(left: ComparedSide, right: ComparedSide, options: CompareOptions = {}): Comparison {
  const [a, b] = [walk(left), walk(right)];
  const steps: StepComparison[] = [];
  let parted: number | null = null;
  for (let step = 0; step < Math.max(a.length, b.length); step++) {
    const [one, other] = [a.at(step), b.at(step)];
    const differs =
      one === undefined || other === undefined ? aspects : differences(one, other, options.tolerance ?? 0);
    steps.push({ step, left: one?.view ?? null, right: other?.view ?? null, differs });
    if (parted === null && differs.some((aspect) => aspect === 'action' || aspect === 'outcome')) parted = step + 1;
  }
  const first = steps.findIndex(({ differs }) => differs.length > 0);
  return {
    equal: first < 0,
    setup: setupDifferences(left.timeline, right.timeline),
    first: first < 0 ? null : first,
    parted,
    steps,
    left: summary(left),
    right: summary(right),
  };
}

interface Walked {
  readonly view: StepView;
  readonly decision: DecisionEntry | undefined;
  readonly node: NodeEntry;
}

/** The decisions and steps of a branch; the last node counts when something was decided or it is where the episode is. */
function walk({ contents, timeline, branch }: ComparedSide): Walked[] {
  const nodes = timeline.line(branch);
  const views = stepViews(timeline, branch, (id) => contents.calls.get(id));
  return nodes.map((node, step) => ({ node, view: views[step], decision: decisionShown(node, nodes.at(step + 1)) }));
}

function differences(left: Walked, right: Walked, tolerance: number): readonly Aspect[] {
  const found = new Set<Aspect>();
  const compare = (aspect: Aspect, a: unknown, b: unknown): void => {
    if (JSON.stringify(a) !== JSON.stringify(b)) found.add(aspect);
  };
  const [a, b] = [left.view, right.view];
  compare('observation', a.observation, b.observation);
  compare('prompts', left.decision?.prompts, right.decision?.prompts);
  compare('parameters', left.decision?.parameters, right.decision?.parameters);
  compare('thoughts', a.thoughts ?? [], b.thoughts ?? []);
  const [actions, others] = [a, b].map((view) => view.candidates?.map(({ action }) => action) ?? null);
  compare('candidates', actions, others);
  if (JSON.stringify(actions) === JSON.stringify(others)) {
    a.candidates?.forEach((candidate, index) => {
      const other = b.candidates?.[index];
      if (other === undefined) return;
      const [p, q] = [candidate.logPrior, other.logPrior].map((value) => (value === null ? null : Math.exp(value)));
      if (apart(p, q, tolerance)) found.add('prior');
      if (apart(candidate.q, other.q, tolerance) || candidate.bound !== other.bound) found.add('Q');
    });
  }
  compare('choice', chosenAction(a), chosenAction(b));
  compare('action', a.action, b.action);
  compare('outcome', a.outcome, b.outcome);
  compare('reward', a.reward, b.reward);
  compare('reflection', a.reflection, b.reflection);
  compare('status', a.status ?? left.node.status, b.status ?? right.node.status);
  return aspects.filter((aspect) => found.has(aspect));
}

function apart(a: number | null, b: number | null, tolerance: number): boolean {
  if (a === null || b === null) return a !== b;
  return a !== b && !(Math.abs(a - b) <= tolerance);
}

function chosenAction({ candidates, chosen }: StepView): string | null {
  return chosen === null ? null : (candidates?.[chosen]?.action ?? null);
}

function setupDifferences(left: Timeline, right: Timeline): SetupDifference[] {
  const facts = (timeline: Timeline): [string, string][] => [
    ['environment', timeline.task.environment],
    ['task', timeline.task.id],
    ['goal', timeline.goal],
    ['prompts', timeline.prompts],
    ...parameterNames.map((name): [string, string] => [name, String(timeline.parameters[name])]),
  ];
  const others = new Map(facts(right));
  return facts(left).flatMap(([field, value]) => {
    const other = others.get(field) ?? '';
    return value === other ? [] : [{ field, left: value, right: other }];
  });
}

function summary(side: ComparedSide): SideSummary {
  const steps = walk(side);
  const views = steps.map(({ view }) => view);
  const last = steps.at(-1)?.node;
  const sum = (pick: (view: StepView) => number | null | undefined): number =>
    views.reduce((all, view) => all + (pick(view) ?? 0), 0);
  const count = (test: (view: StepView) => boolean | null): number =>
    views.filter((view) => test(view) === true).length;
  const agreements = views.flatMap(({ agreement }) => agreement ?? []);
  const share = (agreement: Agreement): number =>
    agreements.filter((each) => each === agreement).length / agreements.length;
  return {
    steps: steps.length === 0 ? 0 : steps.length - 1,
    reward: knownReward(steps.map(({ node }) => node)),
    end: last?.end?.reason ?? null,
    success: last?.end?.success ?? null,
    decisions: agreements.length,
    calls: sum(({ cost }) => cost?.calls),
    promptTokens: sum(({ cost }) => cost?.promptTokens),
    generatedTokens: sum(({ cost }) => cost?.generatedTokens),
    seconds: sum(({ cost }) => cost?.seconds),
    agreement:
      agreements.length === 0
        ? null
        : { both: share('both'), prior: share('prior'), critic: share('critic'), neither: share('neither') },
    invalid: count(({ invalid }) => invalid),
    useless: count(({ useless }) => useless),
    loops: count(({ loop }) => loop),
  };
}

/** The prompts of both sides that serve the same purpose in a step; null where a side never asked that. */
export interface PromptPair {
  /** For people: `forward, candidate 2, depth 1`. */
  readonly purpose: string;
  readonly left: string | null;
  readonly right: string | null;
}

/** The prompts of a step side by side, in the order in which they were asked. */
export function promptPairs(left: ComparedSide, right: ComparedSide, step: number): readonly PromptPair[] {
  const [a, b] = [promptsAt(left, step), promptsAt(right, step)];
  return [...new Set([...a.keys(), ...b.keys()])].map((purpose) => ({
    purpose,
    left: a.get(purpose) ?? null,
    right: b.get(purpose) ?? null,
  }));
}

function promptsAt({ contents, timeline, branch }: ComparedSide, step: number): ReadonlyMap<string, string> {
  const nodes = timeline.line(branch);
  const node = nodes.at(step);
  const decision = node === undefined ? undefined : decisionShown(node, nodes.at(step + 1));
  const prompts = new Map<string, string>();
  for (const event of decision?.events ?? []) {
    if (!('calls' in event)) continue;
    event.calls.forEach((id, index) => {
      const call = contents.calls.get(id);
      const segments = call === undefined ? undefined : contents.segments.load(call.request.prompt);
      if (segments === undefined) return;
      const purpose = `${purposeText(event, call?.at?.purpose)}${index === 0 ? '' : `, ${index + 1}`}`;
      if (!prompts.has(purpose)) prompts.set(purpose, segments.join(''));
    });
  }
  return prompts;
}

function purposeText(event: DecisionEvent, purpose: CallPurpose | undefined): string {
  const candidate = 'candidate' in event ? `, candidate ${event.candidate}` : '';
  const depth = 'depth' in event ? `, depth ${event.depth}` : '';
  return `${purpose?.role ?? event.type} (${event.type}${candidate}${depth})`;
}
