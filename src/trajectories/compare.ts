import type { StepView } from '../expressions';
import { parameterNames } from '../lac/parameters';
import type { Agreement, DecisionEvent } from '../lac/events';
import type { CallPurpose } from '../lac/calls';
import { aspects, type Aspect, type SetupDifference, type SideSummary } from './comparedFacts';
import type { BranchId } from './ids';
import type { RecordedAnswers } from './journal';
import { stepFacts, type StepFacts } from './stepFacts';
import { type NodeEntry, type Timeline, decisionShown } from './timeline';

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
  readonly signal?: AbortSignal;
  /** Told how far it has come, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Priors and Qs that differ by no more count as equal; 0 by default. */
  readonly tolerance?: number;
}

/** Work on a comparison goes on so long before whoever else works in this thread has a turn. */
const turnMs = 20;

/**
 * Compares two branches step by step from their start. Of recordings that are not in memory every step is read once, and the
 * result keeps no texts. Throws `trajectory.changed` and the signal's reason.
 */
export async function compareTrajectories(
  left: ComparedSide,
  right: ComparedSide,
  options: CompareOptions = {},
): Promise<Comparison> {
  const [a, b] = [new Side(left), new Side(right)];
  const steps: StepComparison[] = [];
  const total = Math.max(a.length, b.length);
  let parted: number | null = null;
  let turn = performance.now();
  for (let step = 0; step < total; step++) {
    if (performance.now() - turn > turnMs) {
      options.signal?.throwIfAborted();
      options.onProgress?.(step / total);
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    const [one, other] = [a.at(step), b.at(step)];
    const differs =
      one === undefined || other === undefined ? aspects : differences(one.facts, other.facts, options.tolerance ?? 0);
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
    left: a.summary(),
    right: b.summary(),
  };
}

interface Walked {
  readonly view: StepView;
  readonly facts: StepFacts;
}

/** The decisions and steps of a branch, each taken once, and what they come to. */
class Side {
  private readonly nodes: readonly NodeEntry[];
  private readonly steps: ReturnType<typeof stepFacts>;
  private readonly sums = {
    calls: 0,
    promptTokens: 0,
    generatedTokens: 0,
    seconds: 0,
    invalid: 0,
    useless: 0,
    loops: 0,
  };
  private readonly agreed: Record<Agreement, number> = { both: 0, prior: 0, critic: 0, neither: 0 };
  private decisions = 0;
  readonly length: number;

  constructor(private readonly side: ComparedSide) {
    const { contents, timeline, branch } = side;
    this.nodes = timeline.line(branch);
    this.steps = stepFacts(timeline, branch, (id) => contents.calls.get(id));
    const last = this.nodes.at(-1);
    // Where the branch ends nothing was done; what was observed there is the outcome of the step before.
    const ends = this.nodes.length > 1 && last?.decisions.length === 0;
    this.length = this.nodes.length - (ends ? 1 : 0);
  }

  at(step: number): Walked | undefined {
    if (step >= this.length) return undefined;
    const facts = this.steps.at(step);
    this.add(facts);
    return { view: this.steps.views[step], facts };
  }

  private add({ cost, agreement, invalid, useless, loop }: StepFacts): void {
    const { sums } = this;
    sums.calls += cost?.calls ?? 0;
    sums.promptTokens += cost?.promptTokens ?? 0;
    sums.generatedTokens += cost?.generatedTokens ?? 0;
    sums.seconds += cost?.seconds ?? 0;
    if (invalid) sums.invalid++;
    if (useless) sums.useless++;
    if (loop) sums.loops++;
    if (agreement === null) return;
    this.agreed[agreement]++;
    this.decisions++;
  }

  /** Once every step was taken. */
  summary(): SideSummary {
    const { agreed, decisions, nodes } = this;
    const last = nodes.at(-1);
    const end = last?.end ?? null;
    return {
      ...this.sums,
      steps: nodes.length === 0 ? 0 : nodes.length - 1,
      reward: last === undefined ? 0 : this.side.timeline.rewardTo(last.id),
      end: end?.reason ?? null,
      success: end?.success ?? null,
      decisions,
      agreement:
        decisions === 0
          ? null
          : {
              both: agreed.both / decisions,
              prior: agreed.prior / decisions,
              critic: agreed.critic / decisions,
              neither: agreed.neither / decisions,
            },
    };
  }
}

const none: readonly Aspect[] = [];

function differences(a: StepFacts, b: StepFacts, tolerance: number): readonly Aspect[] {
  const found = new Set<Aspect>();
  const compare = (aspect: Aspect, left: unknown, right: unknown): void => {
    if (left !== right) found.add(aspect);
  };
  const compareLists = (aspect: Aspect, left: unknown, right: unknown): void =>
    compare(aspect, JSON.stringify(left), JSON.stringify(right));
  const sameTexts = equalLines(a.lines, b.lines);
  if (!sameTexts) {
    compare('observation', a.observation, b.observation);
    compare('prompts', a.prompts, b.prompts);
    compareLists('parameters', a.parameters, b.parameters);
    compareLists('thoughts', a.thoughts, b.thoughts);
    const [actions, others] = [a.actions, b.actions];
    compareLists('candidates', actions, others);
    compare('choice', chosenOf(a, actions), chosenOf(b, others));
    compare('outcome', a.outcome, b.outcome);
    compare('reflection', a.reflection, b.reflection);
  } else compare('choice', a.chosen, b.chosen);
  if (!found.has('candidates')) compareNumbers(a.candidates, b.candidates, tolerance, found);
  compare('action', a.action, b.action);
  compare('reward', a.reward, b.reward);
  compare('status', a.status, b.status);
  return found.size === 0 ? none : aspects.filter((aspect) => found.has(aspect));
}

function equalLines(left: StepFacts['lines'], right: StepFacts['lines']): boolean {
  if (left === null || right === null || left.length !== right.length) return false;
  return left.every((line, index) => Buffer.compare(line, right[index]) === 0);
}

function compareNumbers(
  left: StepFacts['candidates'],
  right: StepFacts['candidates'],
  tolerance: number,
  found: Set<Aspect>,
): void {
  const apart = (a: number | null, b: number | null): boolean => {
    if (a === null || b === null) return a !== b;
    return a !== b && !(Math.abs(a - b) <= tolerance);
  };
  const prior = (value: number | null): number | null => (value === null ? null : Math.exp(value));
  left.forEach((candidate, index) => {
    const other = right.at(index);
    if (other === undefined) return;
    if (apart(prior(candidate.logPrior), prior(other.logPrior))) found.add('prior');
    if (apart(candidate.q, other.q) || candidate.bound !== other.bound) found.add('Q');
  });
}

function chosenOf({ chosen }: StepFacts, actions: StepFacts['actions']): string | null {
  return chosen === null ? null : (actions?.[chosen] ?? null);
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
