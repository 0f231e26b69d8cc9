import { inLanguage, phrase, phrases, type Phrase, type Translate } from '../../errors/phrase';
import { environmentKinds } from '../../environments/registry';
import { noiseOf } from '../../episodes/stepping/resamples';
import { foldDecision } from '../../lac/decision';
import { valueTrend } from '../../lac/diagnostics';
import type { DecisionEvent } from '../../lac/events';
import { parameterNames } from '../../lac/parameters';
import { columnStep } from '../../lac/redecide';
import type { PromptSegments } from '../../lac/languageModel';
import type { PromptSet } from '../../prompts/promptSet';
import { estimateTokens } from '../../prompts/tokens';
import type {
  BranchSummary,
  CallDetail,
  DecisionSection,
  DecisionTab,
  NoiseSummary,
  EpisodeSection,
  LongTimeline,
  PromptsSection,
  RealOutcome,
  TimelineSection,
  TimelineStep,
  WorldSection,
} from '../../protocol/panel';
import { sameObservation } from '../../prompts/transcriptLines';
import type { BranchId, DecisionIndex, NodeId } from '../../trajectories/ids';
import { IndexedTimeline } from '../../trajectories/index/indexedTimeline';
import type { CallLine } from '../../trajectories/schema';
import type { DecisionEntry, NodeEntry, Timeline } from '../../trajectories/timeline';
import { longTimeline } from '../trajectories/longTimeline';

/** What an episode's record looks like from a cursor. */
export interface Viewpoint {
  readonly timeline: Timeline;
  readonly branch: BranchId;
  readonly node: NodeId;
  /** The decision that is shown; null: the one that was executed on the branch, else the last. */
  readonly decision: DecisionIndex | null;
  /** Where the cursor stands inside a decision of the record, only this many of its events have happened. */
  readonly happened: { readonly decision: DecisionIndex; readonly events: number } | null;
}

/** The nodes of a branch, kept while none was added. */
export class BranchLines {
  private readonly lines = new Map<BranchId, { readonly nodes: number; readonly line: readonly NodeEntry[] }>();

  constructor(private readonly timeline: Timeline) {}

  of(branch: BranchId): readonly NodeEntry[] {
    const nodes = this.timeline.nodes.length;
    const kept = this.lines.get(branch);
    if (kept?.nodes === nodes) return kept.line;
    const line = this.timeline.line(branch);
    this.lines.set(branch, { nodes, line });
    return line;
  }
}

/** The decision of a node that a person sees unless they choose another. */
export function decisionInView(
  { decision, branch, timeline }: Viewpoint,
  node: NodeEntry,
  line: readonly NodeEntry[],
): DecisionEntry | undefined {
  if (decision !== null) return node.decisions.at(decision);
  const next = node.branch === branch || line.at(node.step)?.id === node.id ? line.at(node.step + 1) : undefined;
  const executed = next?.arrival?.decision ?? null;
  const last = node.decisions.at(-1);
  if (executed === null) return last;
  // A probe that was made after the step went on is what the person asked for last.
  return timeline.node(node.id)?.decisions.at(executed) ?? last;
}

export function episodeSection(
  viewpoint: Viewpoint,
  facts: Pick<EpisodeSection, 'model' | 'cost' | 'file'>,
): EpisodeSection {
  const { timeline, node: id, branch } = viewpoint;
  const node = timeline.node(id) ?? timeline.start;
  const end = node.end;
  return {
    environment: titleOf(timeline.task.environment),
    task: timeline.task.id,
    taskType: timeline.task.type,
    goal: timeline.goal,
    step: node.step,
    horizon:
      facts.model.backend === null
        ? (timeline.tip(branch)?.step ?? 0)
        : (node.decisions.at(-1)?.parameters ?? timeline.parameters).horizon,
    outcome: end?.reason ?? node.status,
    reward: timeline.rewardTo(id),
    branch,
    branches: timeline.branches.map(({ id: each }) => branchSummary(timeline, each)),
    ...facts,
  };
}

/** An environment's title; of one that is not ours, the name that its recording has. */
export function titleOf(environment: string): string {
  return environmentKinds.find(({ id }) => id === environment)?.title ?? environment;
}

function branchSummary(timeline: Timeline, id: BranchId): BranchSummary {
  const entry = timeline.branches.find((branch) => branch.id === id);
  const tip = timeline.tip(id) ?? timeline.start;
  return {
    id,
    parent: entry?.parent ?? null,
    fromStep: timeline.node(entry?.from ?? 0)?.step ?? 0,
    steps: tip.step,
    outcome: tip.end?.reason ?? tip.status,
    reward: timeline.rewardTo(tip.id),
  };
}

export function worldSection({ timeline, node: id }: Viewpoint): WorldSection {
  const node = timeline.node(id) ?? timeline.start;
  const { arrival, reflection, state, observation } = node;
  return {
    node: node.id,
    observation,
    originalObservation: arrival?.edited?.observation ?? null,
    picture: state.picture,
    arrival:
      arrival === null
        ? null
        : {
            action: arrival.action,
            by: arrival.by,
            invalid: arrival.invalid,
            useless: arrival.useless,
            reflection: reflection?.text ?? null,
            says: reflection?.says ?? null,
            imagined: imaginedOf(timeline, node),
          },
    admissible: state.admissible,
    truth: state.truth,
    // How many came true before would take reading all of a recording that is not in memory.
    imagination: timeline instanceof IndexedTimeline ? { right: 0, of: 0 } : imaginationOf(timeline, node),
  };
}

/** What the executed action's rollout had imagined, and whether it happened; null where there was no rollout. */
function imaginedOf(
  timeline: Timeline,
  node: NodeEntry,
): { readonly observation: string; readonly same: boolean } | null {
  const { arrival } = node;
  if (arrival === null || arrival.decision === null) return null;
  const events = timeline.node(arrival.from)?.decisions.at(arrival.decision)?.events ?? [];
  const candidate = events.find((event) => event.type === 'proposal' && event.action === arrival.action);
  if (candidate?.type !== 'proposal') return null;
  const step = events.find(
    (event) => event.type === 'rollout-step' && event.depth === 1 && event.candidate === candidate.candidate,
  );
  if (step?.type !== 'rollout-step') return null;
  const real = arrival.edited?.observation ?? node.observation;
  return { observation: step.observation, same: sameObservation(step.observation, real) };
}

function imaginationOf(timeline: Timeline, node: NodeEntry): WorldSection['imagination'] {
  let [right, of] = [0, 0];
  for (const each of timeline.path(node.id)) {
    const imagined = imaginedOf(timeline, each);
    if (imagined === null) continue;
    of++;
    if (imagined.same) right++;
  }
  return { right, of };
}

export interface DecisionFacts {
  /** The decision that was shown before the last change; its values stay as ghosts. */
  readonly ghost: DecisionIndex | null;
  readonly running: boolean;
  readonly translate: Translate;
}

/** The decision under the cursor, before it the one that led there; null where nothing has been decided yet. */
export function decisionSection(
  viewpoint: Viewpoint,
  line: readonly NodeEntry[],
  { ghost, running, translate }: DecisionFacts,
): DecisionSection | null {
  const { timeline, node: id, happened } = viewpoint;
  const node = timeline.node(id) ?? timeline.start;
  const shown = decisionInView(viewpoint, node, line);
  if (shown === undefined) return decisionBefore(viewpoint, node, line, translate);
  const events = happened?.decision === shown.index ? shown.events.slice(0, happened.events) : shown.events;
  const next = line.at(node.step)?.id === node.id ? line.at(node.step + 1) : undefined;
  return {
    node: node.id,
    step: node.step,
    tabs: node.decisions.map((entry) => tabOf(entry, node.decisions[0], translate)),
    shown: shown.index,
    events: [...events],
    ghost: ghost === null || ghost === shown.index ? null : (node.decisions.at(ghost)?.events ?? null),
    parameters: shown.parameters,
    running,
    executed: executedOf(next, shown, happened !== null),
    outcomes: outcomesOf(timeline, node, shown),
    noise: noiseSummary(node, shown),
  };
}

function noiseSummary(node: NodeEntry, shown: DecisionEntry): NoiseSummary | null {
  const noise = noiseOf(node, shown);
  if (noise === null) return null;
  const actions = noise.actions.map(({ action, values, mean, low, high, before, standsOut }) => {
    const interval = low === null || high === null ? null : ([low, high] as const);
    return { action, count: values.length, mean, interval, before, standsOut };
  });
  return { ...noise, actions };
}

function decisionBefore(
  viewpoint: Viewpoint,
  { arrival }: NodeEntry,
  line: readonly NodeEntry[],
  translate: Translate,
): DecisionSection | null {
  const before = arrival === null ? undefined : viewpoint.timeline.node(arrival.from);
  if (before === undefined || before.decisions.length === 0) return null;
  const there = { ...viewpoint, node: before.id, decision: null, happened: null };
  const section = decisionSection(there, line, { ghost: null, running: false, translate });
  return section === null ? null : { ...section, tabs: [] };
}

function executedOf(next: NodeEntry | undefined, shown: DecisionEntry, inside: boolean): DecisionSection['executed'] {
  const arrival = next?.arrival;
  if (arrival === null || arrival === undefined || inside) return null;
  return { candidate: candidateOf(shown.events, arrival.action), action: arrival.action, by: arrival.by };
}

function candidateOf(events: readonly DecisionEvent[], action: string): number | null {
  const found = events.find((event) => event.type === 'proposal' && event.action === action);
  return found?.type === 'proposal' ? found.candidate : null;
}

/** What really followed the candidates: of executed actions, and of those that were tried out. */
function outcomesOf(timeline: Timeline, node: NodeEntry, shown: DecisionEntry): readonly RealOutcome[] {
  const outcomes = new Map<number, RealOutcome>();
  for (const { action, observation, reward, status, state } of node.outcomes) {
    const candidate = candidateOf(shown.events, action);
    if (candidate !== null) {
      outcomes.set(candidate, { candidate, observation, reward, status, by: 'tried', truth: state.truth });
    }
  }
  for (const child of node.children) {
    const reached = timeline.node(child);
    const arrival = reached?.arrival ?? null;
    if (reached === undefined || arrival === null) continue;
    const candidate = candidateOf(shown.events, arrival.action);
    if (candidate === null) continue;
    const observation = arrival.edited?.observation ?? reached.observation;
    const { status, state } = reached;
    outcomes.set(candidate, {
      candidate,
      observation,
      reward: arrival.reward,
      status,
      by: 'executed',
      truth: state.truth,
    });
  }
  return [...outcomes.values()].sort((a, b) => a.candidate - b.candidate);
}

function tabOf(entry: DecisionEntry, first: DecisionEntry, translate: Translate): DecisionTab {
  const { index, reason, complete } = entry;
  const label = index === 0 ? phrase('decision') : differenceBetween(first, entry);
  return { index, reason, complete, label: inLanguage(label, translate) };
}

/** How a probe differs from the first decision, in words. */
function differenceBetween(first: DecisionEntry, probe: DecisionEntry): Phrase {
  const changed: Phrase[] = parameterNames
    .filter((name) => first.parameters[name] !== probe.parameters[name])
    .map((name) => ({ text: '{name} {value}', args: { name, value: probe.parameters[name] } }));
  if (probe.prompts !== first.prompts) changed.push(phrase('prompt changed'));
  if (probe.added.length > first.added.length) {
    changed.push({ text: '+ {added}', args: { added: probe.added.slice(first.added.length).join(', ') } });
  }
  if (probe.resample !== first.resample) changed.push(phrase('re-sample {number}', { number: probe.resample }));
  return changed.length === 0 ? phrase('again') : phrases(changed, ', ');
}

const noHits: readonly Phrase[] = [];
const noSteps: readonly TimelineStep[] = [];

/**
 * The steps of a branch for the timeline, each made once: a step stays the same object until its node, its decision or
 * what followed it changes.
 */
export class TimelineSteps {
  private readonly steps = new Map<string, { readonly key: string; readonly step: TimelineStep }>();
  /** Of a recording that is not in memory. */
  private readonly long = new Map<BranchId, LongTimeline>();

  constructor(
    private readonly timeline: Timeline,
    private readonly translate: Translate,
  ) {}

  section(
    { branch, node }: Viewpoint,
    line: readonly NodeEntry[],
    hits: ReadonlyMap<NodeId, readonly Phrase[]>,
    /** Steps with a breakpoint. */
    marked: ReadonlySet<number>,
  ): TimelineSection {
    if (this.timeline instanceof IndexedTimeline) {
      return { branch, cursor: node, steps: noSteps, long: this.columns(this.timeline, branch), trend: null };
    }
    const steps = line.map((entry, i) =>
      this.step(entry, line.at(i + 1), hits.get(entry.id) ?? noHits, marked.has(entry.step)),
    );
    const chosen = steps.map(({ choice, candidates }) =>
      choice === null ? null : (candidates[choice]?.value.q ?? null),
    );
    return { branch, cursor: node, steps, trend: valueTrend(chosen) };
  }

  private columns(timeline: IndexedTimeline, branch: BranchId): LongTimeline {
    let columns = this.long.get(branch);
    if (columns === undefined) {
      const track = timeline.index.track(timeline.id, branch);
      if (track === undefined) throw new TypeError(`there is no branch ${branch}`);
      columns = longTimeline(timeline.index, track);
      this.long.set(branch, columns);
    }
    return columns;
  }

  private step(
    node: NodeEntry,
    next: NodeEntry | undefined,
    hits: readonly Phrase[],
    breakpoint: boolean,
  ): TimelineStep {
    const executed = next?.arrival?.decision ?? null;
    const entry = executed === null ? node.decisions.findLast(({ complete }) => complete) : node.decisions.at(executed);
    const branches = this.timeline.branches.filter(({ from, parent }) => parent !== null && from === node.id);
    const ids = branches.map(({ id }) => id);
    const key = [
      entry?.index,
      entry?.events.length,
      next?.id,
      hits.length,
      ids.length,
      node.end?.reason,
      breakpoint,
    ].join(' ');
    const place = `${node.id} ${next?.id ?? ''}`;
    const kept = this.steps.get(place);
    if (kept?.key === key) return kept.step;
    const told = hits.map((each) => inLanguage(each, this.translate));
    const step = { ...decided(entry), ...happened(node, next), hits: told, breakpoint, branches: ids };
    this.steps.set(place, { key, step });
    return step;
  }
}

function decided(
  entry: DecisionEntry | undefined,
): Pick<TimelineStep, 'choice' | 'candidates' | 'fixed' | 'agreement' | 'certain'> {
  const decision = entry === undefined ? null : foldDecision(entry.events);
  if (entry === undefined || decision?.choice === null || decision === null) {
    return { choice: null, candidates: [], fixed: null, agreement: null, certain: true };
  }
  const { candidate, agreement, certain } = decision.choice;
  return { choice: candidate, ...columnStep(decision, entry.parameters), agreement, certain };
}

function happened(
  node: NodeEntry,
  next: NodeEntry | undefined,
): Pick<TimelineStep, 'node' | 'step' | 'action' | 'reward' | 'status' | 'invalid' | 'useless'> {
  const arrival = next?.arrival ?? null;
  return {
    node: node.id,
    step: node.step,
    action: arrival?.action ?? null,
    reward: arrival?.reward ?? 0,
    status: next?.status ?? node.status,
    invalid: arrival?.invalid ?? false,
    useless: arrival?.useless ?? false,
  };
}

/** The parts of a prompt set with their state; lengths are estimated. */
export function promptsSection(set: PromptSet): PromptsSection {
  const parts = [...set.parts.values()]
    .filter(({ id }) => !id.startsWith('examples'))
    .map(({ id, file, changed, syntax }) => ({
      part: id,
      file,
      changed,
      tokens: estimateTokens(syntax.text.slice(syntax.body.start, syntax.body.end)),
      exact: false,
      problems: set.diagnostics.filter((diagnostic) => diagnostic.part === id).length,
    }));
  return { set: set.id, parts };
}

/** One recorded model call in full. */
export function callDetail(line: CallLine, prompt: PromptSegments | undefined): CallDetail {
  const { id, answer, at } = line;
  const purpose = at?.purpose;
  const duration = at?.['durationMs'];
  return {
    id,
    role: purpose?.role ?? 'actor',
    candidate: purpose?.candidate ?? null,
    depth: purpose?.depth ?? null,
    prompt: prompt?.join('') ?? '',
    text: answer?.kind === 'generate' ? answer.text : (line.partial ?? ''),
    tokens: answer?.kind === 'generate' || answer?.kind === 'score' ? answer.tokens : [],
    top: answer?.kind === 'next' ? answer.top : [],
    seconds: typeof duration === 'number' ? duration / 1000 : null,
    reused: at?.['reused'] === true,
  };
}
