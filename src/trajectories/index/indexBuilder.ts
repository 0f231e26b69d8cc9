import { LacError } from '../../errors/lacError';
import { isLinearInAlpha } from '../../lac/methods';
import { methods, type Method } from '../../lac/parameters';
import type { BranchId, EpisodeId } from '../ids';
import { checkLine } from '../lineCheck';
import { parseLine, type LinePlace, type LineScan } from '../lines';
import { formatName, formatVersion, type HeaderLine } from '../schema';
import { Growing, GrowingTable, makeBytes, makeFloats, makeIntegers } from './growing';
import { beforeState, LineStart } from './lineStart';
import {
  agreements,
  bounds,
  flags,
  statuses,
  type IndexData,
  type IndexedBranch,
  type IndexedEnd,
  type IndexedEpisode,
} from './indexData';

type Fields = Readonly<Record<string, unknown>>;

interface OpenEpisode extends IndexedEpisode {
  readonly branches: IndexedBranch[];
  readonly rows: number[];
  readonly ends: IndexedEnd[];
  readonly outcomes: { row: number; offset: number }[];
}

const shownProblems = 100;
/** Actions that are kept in memory: at most so many different ones, and so many characters each. */
const mostActions = 1 << 16;
const longestAction = 200;
/** Events whose numbers stand in columns; of the others only their place counts. */
const columnEvents: ReadonlySet<string> = new Set(['prior', 'improvement', 'choice']);

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const noFields: Fields = {};
const fields = (value: unknown): Fields => (isFields(value) ? value : noFields);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const code = (words: readonly string[], word: unknown): number => Math.max(0, words.indexOf(text(word)));

/** 53 bits that depend on a text alone; for telling repetitions, not for safety. */
function hashOf(texts: readonly string[]): number {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (const each of texts) {
    for (let at = 0; at < each.length; at++) {
      const character = each.charCodeAt(at);
      a = Math.imul(a ^ character, 0x01000193);
      b = Math.imul(b ^ character, 0x85ebca6b) + a;
    }
    a = Math.imul(a ^ 0xffff, 0x01000193);
    b = Math.imul(b ^ 0xfffe, 0x85ebca6b);
  }
  return (b >>> 0) * 2 ** 21 + (a >>> 11);
}

const floats = (from?: Float64Array): Growing<Float64Array> =>
  new Growing(from ?? makeFloats(0), makeFloats, from?.length ?? 0);
const integers = (from?: Int32Array): Growing<Int32Array> =>
  new Growing(from ?? makeIntegers(0), makeIntegers, from?.length ?? 0);
const bytes = (from?: Uint8Array): Growing<Uint8Array> =>
  new Growing(from ?? makeBytes(0), makeBytes, from?.length ?? 0);

function nodeColumns(from?: IndexData['nodes']) {
  return {
    episode: integers(from?.episode),
    parent: integers(from?.parent),
    branch: integers(from?.branch),
    step: integers(from?.step),
    offset: floats(from?.offset),
    reflection: floats(from?.reflection),
    reward: floats(from?.reward),
    status: bytes(from?.status),
    flags: bytes(from?.flags),
    decision: integers(from?.decision),
    lastDecision: integers(from?.lastDecision),
    action: integers(from?.action),
    repeat: floats(from?.repeat),
    observation: floats(from?.observation),
  };
}

function decisionColumns(from?: IndexData['decisions']) {
  return {
    node: integers(from?.node),
    index: integers(from?.index),
    previous: integers(from?.previous),
    start: floats(from?.start),
    end: floats(from?.end),
    alpha: floats(from?.alpha),
    byIndex: bytes(from?.byIndex),
    fixed: bytes(from?.fixed),
    chosen: integers(from?.chosen),
    agreement: bytes(from?.agreement),
    certain: bytes(from?.certain),
    thoughts: bytes(from?.thoughts),
    candidates: integers(from?.candidates),
    count: integers(from?.count),
  };
}

function candidateColumns(from?: IndexData['candidates']) {
  return {
    logPrior: floats(from?.logPrior),
    q: floats(from?.q),
    bound: bytes(from?.bound),
    uses: integers(from?.uses),
    penalty: floats(from?.penalty),
    score: floats(from?.score),
    policy: floats(from?.policy),
  };
}

/** Builds an index line by line; one that is given is gone on with. */
export class IndexBuilder {
  private header: HeaderLine | null;
  private readonly episodes: OpenEpisode[];
  private readonly byEpisode = new Map<string, number>();
  private readonly actions: string[];
  private readonly byAction = new Map<string, number>();
  private readonly nodes: ReturnType<typeof nodeColumns>;
  private readonly decisions: ReturnType<typeof decisionColumns>;
  private readonly candidates: ReturnType<typeof candidateColumns>;
  private readonly calls: GrowingTable;
  private readonly segments: GrowingTable;
  private readonly promptSets: Record<string, number>;
  private readonly problems: string[];
  private problemCount: number;
  private readonly start = new LineStart();
  /** Settings of the decision that was parsed last, and the bytes of its line that they stand in. */
  private settings = { alpha: Number.NaN, byIndex: false, fixed: true };
  private lastRest: Buffer = Buffer.alloc(0);

  constructor(
    private readonly name: string,
    before?: IndexData,
  ) {
    this.header = before?.header ?? null;
    this.episodes = (before?.episodes ?? []).map((episode) => ({
      ...episode,
      branches: [...episode.branches],
      rows: [...episode.rows],
      ends: [...episode.ends],
      outcomes: [...episode.outcomes],
    }));
    this.episodes.forEach(({ id }, ordinal) => this.byEpisode.set(id, ordinal));
    this.actions = [...(before?.actions ?? [])];
    this.actions.forEach((action, place) => this.byAction.set(action, place));
    this.nodes = nodeColumns(before?.nodes);
    this.decisions = decisionColumns(before?.decisions);
    this.candidates = candidateColumns(before?.candidates);
    this.calls = new GrowingTable(before?.calls);
    this.segments = new GrowingTable(before?.segments);
    this.promptSets = { ...before?.promptSets };
    this.problems = [...(before?.problems ?? [])];
    this.problemCount = before?.problemCount ?? 0;
  }

  take(line: Uint8Array, place: LinePlace): void {
    if (line.length === 0) return;
    if (this.header === null) {
      this.header = this.readHeader(line);
      return;
    }
    const { start } = this;
    start.read(line);
    switch (start.kind) {
      case 'call':
        this.calls.addKey(start.high, start.low, place.offset);
        return;
      case 'segment':
        this.segments.addKey(start.high, start.low, place.offset);
        return;
      case 'reflection':
        this.report(place, this.reflection(start.episode, start.node, place));
        return;
      case 'decision':
        if (!this.sameDecision(line, start.rest)) break;
        this.report(place, this.addDecision(start.episode, start.node, start.decision, place));
        return;
      case 'event':
        if (start.event === '' || columnEvents.has(start.event)) break;
        this.report(place, this.eventPlace(start, place));
        return;
      case 'step':
      case 'other':
        break;
    }
    // Imported lines say more behind the state.
    const cut = this.header.source === undefined && start.kind === 'step';
    const parsed = cut ? parseStep(line) : parseLine(line);
    this.report(place, 'reason' in parsed ? parsed.reason : this.apply(parsed.value, place));
    if (start.kind === 'decision' && 'value' in parsed) this.keepDecision(line, start.rest);
  }

  /** A line that is longer than is read. */
  tooLong(place: LinePlace): void {
    this.problem(place, `the line is longer than ${place.length} bytes`);
  }

  /** Throws `trajectory.foreign` when there was no header. */
  finish({ end, lines, torn }: LineScan): IndexData {
    if (this.header === null) throw this.foreign(torn > 0 ? 'the first line is not complete' : 'it is empty');
    const { nodes, decisions, candidates } = this;
    return {
      header: this.header,
      end,
      lines,
      torn,
      episodes: this.episodes,
      actions: this.actions,
      nodes: {
        episode: nodes.episode.finish(),
        parent: nodes.parent.finish(),
        branch: nodes.branch.finish(),
        step: nodes.step.finish(),
        offset: nodes.offset.finish(),
        reflection: nodes.reflection.finish(),
        reward: nodes.reward.finish(),
        status: nodes.status.finish(),
        flags: nodes.flags.finish(),
        decision: nodes.decision.finish(),
        lastDecision: nodes.lastDecision.finish(),
        action: nodes.action.finish(),
        repeat: nodes.repeat.finish(),
        observation: nodes.observation.finish(),
      },
      decisions: {
        node: decisions.node.finish(),
        index: decisions.index.finish(),
        previous: decisions.previous.finish(),
        start: decisions.start.finish(),
        end: decisions.end.finish(),
        alpha: decisions.alpha.finish(),
        byIndex: decisions.byIndex.finish(),
        fixed: decisions.fixed.finish(),
        chosen: decisions.chosen.finish(),
        agreement: decisions.agreement.finish(),
        certain: decisions.certain.finish(),
        thoughts: decisions.thoughts.finish(),
        candidates: decisions.candidates.finish(),
        count: decisions.count.finish(),
      },
      candidates: {
        logPrior: candidates.logPrior.finish(),
        q: candidates.q.finish(),
        bound: candidates.bound.finish(),
        uses: candidates.uses.finish(),
        penalty: candidates.penalty.finish(),
        score: candidates.score.finish(),
        policy: candidates.policy.finish(),
      },
      calls: this.calls.finish(),
      segments: this.segments.finish(),
      promptSets: this.promptSets,
      problems: this.problems,
      problemCount: this.problemCount,
    };
  }

  private readHeader(line: Uint8Array): HeaderLine {
    const parsed = parseLine(line);
    if ('reason' in parsed) throw this.foreign(parsed.reason);
    const { type, format, version } = parsed.value;
    if (type === 'header' && format === formatName && typeof version === 'number' && version > formatVersion)
      throw new LacError('trajectory.version', { file: this.name, version, supported: formatVersion });
    const checked = checkLine(parsed.value);
    if ('reason' in checked) throw this.foreign(checked.reason);
    if ('unknown' in checked || checked.line.type !== 'header') throw this.foreign('the first line is no header');
    return checked.line;
  }

  private apply(line: Fields, place: LinePlace): string | undefined {
    switch (line['type']) {
      case 'call':
        this.calls.add(text(line['id']), place.offset);
        return undefined;
      case 'segment':
        this.segments.add(text(line['id']), place.offset);
        return undefined;
      case 'prompts':
        this.promptSets[text(line['id'])] = place.offset;
        return undefined;
      case 'header':
        return 'a second header';
      case 'episode':
        return this.episode(line, place);
      case 'step':
        return this.step(line, place);
      case 'decision':
        return this.decision(line, place);
      case 'event':
        return this.event(line, place);
      case 'reflection':
        return this.reflection(line['episode'], line['node'], place);
      case 'branch':
        return this.branch(line);
      case 'outcome':
        return this.outcome(line, place);
      case 'end':
        return this.end(line, place);
      default:
        // Types of later versions are no problem.
        return typeof line['type'] === 'string' ? undefined : 'the field "type" is missing';
    }
  }

  private row(episode: unknown, node: unknown): number | undefined {
    const ordinal = this.byEpisode.get(text(episode));
    return ordinal === undefined || typeof node !== 'number' ? undefined : this.episodes[ordinal]?.rows[node];
  }

  private addNode(episode: number, parent: number, line: Fields, place: LinePlace, observed: string): number {
    const { nodes } = this;
    const row = nodes.episode.length;
    const unknown = list(line['unknown']);
    const flag = (name: 'invalid' | 'useless'): number => (line[name] === true ? flags[name] : 0);
    const previous = parent < 0 ? 0 : nodes.observation.get(parent);
    nodes.episode.push(episode);
    nodes.parent.push(parent);
    nodes.branch.push(Number(text(line['branch']).slice(1)) || 0);
    nodes.step.push(parent < 0 ? 0 : number(line['step']));
    nodes.offset.push(place.offset);
    nodes.reflection.push(-1);
    nodes.reward.push(parent < 0 ? Number.NaN : number(line['reward']));
    nodes.status.push(code(statuses, line['status']));
    nodes.flags.push(
      flag('invalid') |
        flag('useless') |
        (line['edited'] === null || line['edited'] === undefined ? 0 : flags.edited) |
        (line['by'] === 'person' ? flags.person : 0) |
        (unknown.includes('reward') ? flags.openReward : 0) |
        (unknown.includes('invalid') ? flags.openFlags : 0),
    );
    nodes.decision.push(typeof line['decision'] === 'number' ? line['decision'] : -1);
    nodes.lastDecision.push(-1);
    nodes.action.push(parent < 0 ? -1 : this.actionPlace(text(line['action'])));
    nodes.repeat.push(parent < 0 ? -1 : hashOf([String(previous), text(line['action'])]));
    nodes.observation.push(hashOf([observed]));
    this.episodes[episode].rows.push(row);
    return row;
  }

  /** Where an action stands among those in memory; -1 for one that does not. */
  private actionPlace(action: string): number {
    const known = this.byAction.get(action);
    if (known !== undefined) return known;
    if (action.length > longestAction || this.actions.length >= mostActions) return -1;
    this.byAction.set(action, this.actions.length);
    this.actions.push(action);
    return this.actions.length - 1;
  }

  private episode(line: Fields, place: LinePlace): string | undefined {
    const id = text(line['episode']);
    if (!isEpisodeId(id)) return 'the episode has no id';
    if (this.byEpisode.has(id)) return `episode ${id} begins twice`;
    const task = fields(line['task']);
    const ordinal = this.episodes.length;
    this.byEpisode.set(id, ordinal);
    const row = this.nodes.episode.length;
    this.episodes.push({
      id,
      environment: text(task['environment']),
      task: text(task['id']),
      taskType: text(task['type']),
      goal: text(line['goal']),
      branches: [{ id: 'b0', parent: null, from: row, cause: 'start' }],
      rows: [],
      ends: [],
      outcomes: [],
    });
    this.addNode(ordinal, -1, line, place, text(line['observation']));
    return undefined;
  }

  private step(line: Fields, place: LinePlace): string | undefined {
    const ordinal = this.byEpisode.get(text(line['episode']));
    if (ordinal === undefined) return `episode ${text(line['episode'])} has not begun`;
    const parent = this.row(line['episode'], line['from']);
    if (parent === undefined) return `there is no node ${String(number(line['from']))}`;
    if (line['node'] !== this.episodes[ordinal]?.rows.length)
      return `node ${String(number(line['node']))} is out of order`;
    this.addNode(ordinal, parent, line, place, text(line['observation']));
    return undefined;
  }

  private reflection(episode: unknown, node: unknown, place: LinePlace): string | undefined {
    const row = this.row(episode, node);
    if (row === undefined) return 'a reflection on a node that is not there';
    this.nodes.reflection.set(row, place.offset);
    return undefined;
  }

  private decision(line: Fields, place: LinePlace): string | undefined {
    const parameters = fields(line['parameters']);
    const method = text(parameters['method']);
    this.settings = {
      alpha: number(parameters['alpha']),
      byIndex: parameters['tieRule'] === 'index',
      fixed: !(isMethod(method) && isLinearInAlpha(method)),
    };
    return this.addDecision(line['episode'], line['node'], line['decision'], place);
  }

  /** A decision under the settings that were read last. */
  private addDecision(episode: unknown, at: unknown, number: unknown, place: LinePlace): string | undefined {
    const node = this.row(episode, at);
    if (node === undefined) return 'a decision at a node that is not there';
    const { nodes, decisions, settings } = this;
    const previous = nodes.lastDecision.get(node);
    const index = previous < 0 ? 0 : decisions.index.get(previous) + 1;
    if (number !== index) return `decision ${typeof number === 'number' ? number : Number.NaN} is out of order`;
    nodes.lastDecision.set(node, decisions.node.length);
    decisions.node.push(node);
    decisions.index.push(index);
    decisions.previous.push(previous);
    decisions.start.push(place.offset);
    decisions.end.push(place.offset + place.length);
    decisions.alpha.push(settings.alpha);
    decisions.byIndex.push(settings.byIndex ? 1 : 0);
    decisions.fixed.push(settings.fixed ? 1 : 0);
    decisions.chosen.push(-1);
    decisions.agreement.push(255);
    decisions.certain.push(0);
    decisions.thoughts.push(0);
    decisions.candidates.push(this.candidates.logPrior.length);
    decisions.count.push(0);
    return undefined;
  }

  /** Whether a decision says the same behind its numbers as the one that was parsed last, as most do. */
  private sameDecision(line: Uint8Array, rest: number): boolean {
    const { lastRest } = this;
    return lastRest.length > 0 && lastRest.equals(line.subarray(rest));
  }

  private keepDecision(line: Uint8Array, rest: number): void {
    this.lastRest = Buffer.from(line.subarray(rest));
  }

  private decisionRow(episode: unknown, node: unknown, index: unknown): number | undefined {
    const row = this.row(episode, node);
    if (row === undefined) return undefined;
    let decision = this.nodes.lastDecision.get(row);
    while (decision >= 0 && this.decisions.index.get(decision) !== index)
      decision = this.decisions.previous.get(decision);
    return decision < 0 ? undefined : decision;
  }

  private eventPlace({ episode, node, decision: index, event }: LineStart, place: LinePlace): string | undefined {
    const decision = this.decisionRow(episode, node, index);
    if (decision === undefined) return `decision ${index} of node ${node} has not begun`;
    this.decisions.end.set(decision, place.offset + place.length);
    if (event === 'thought') this.decisions.thoughts.set(decision, 1);
    return undefined;
  }

  private event(line: Fields, place: LinePlace): string | undefined {
    const decision = this.decisionRow(line['episode'], line['node'], line['decision']);
    if (decision === undefined) return 'an event of a decision that has not begun';
    const { decisions } = this;
    decisions.end.set(decision, place.offset + place.length);
    const event = fields(line['event']);
    switch (event['type']) {
      case 'prior':
        return this.prior(decision, list(event['logPrior']));
      case 'improvement':
        this.improvement(decision, event);
        return undefined;
      case 'choice':
        decisions.chosen.set(decision, number(event['candidate']));
        decisions.agreement.set(decision, code(agreements, event['agreement']));
        decisions.certain.set(decision, event['certain'] === true ? 1 : 0);
        return undefined;
      case 'thought':
        decisions.thoughts.set(decision, 1);
        return undefined;
      default:
        return undefined;
    }
  }

  private prior(decision: number, logPrior: readonly unknown[]): string | undefined {
    const { candidates, decisions } = this;
    if (decisions.count.get(decision) > 0) return 'a second prior of one decision';
    decisions.candidates.set(decision, candidates.logPrior.length);
    decisions.count.set(decision, logPrior.length);
    for (const value of logPrior) {
      candidates.logPrior.push(number(value));
      candidates.q.push(Number.NaN);
      candidates.bound.push(bounds.indexOf('none'));
      candidates.uses.push(0);
      candidates.penalty.push(Number.NaN);
      candidates.score.push(Number.NaN);
      candidates.policy.push(Number.NaN);
    }
    return undefined;
  }

  private improvement(decision: number, event: Fields): void {
    const { candidates, decisions } = this;
    const first = decisions.candidates.get(decision);
    const [values, uses, penalties] = [list(event['values']), list(event['uses']), list(event['penalties'])];
    const [scores, policy] = [list(event['scores']), list(event['policy'])];
    for (let k = 0; k < decisions.count.get(decision); k++) {
      const value = fields(values[k]);
      candidates.q.set(first + k, number(value['q']));
      candidates.bound.set(first + k, code(bounds, value['bound']));
      candidates.uses.set(first + k, number(uses[k]) || 0);
      candidates.penalty.set(first + k, number(penalties[k]));
      candidates.score.set(first + k, number(scores[k]));
      candidates.policy.set(first + k, number(policy[k]));
    }
  }

  private branch(line: Fields): string | undefined {
    const ordinal = this.byEpisode.get(text(line['episode']));
    const episode = ordinal === undefined ? undefined : this.episodes[ordinal];
    const from = this.row(line['episode'], line['from']);
    if (episode === undefined || from === undefined) return 'a branch from a node that is not there';
    const id: BranchId = `b${episode.branches.length}`;
    if (line['branch'] !== id) return `branch ${text(line['branch'])} is out of order`;
    const parent = episode.branches.find((each) => each.id === line['parent'])?.id ?? 'b0';
    episode.branches.push({ id, parent, from, cause: line['cause'] === 'observation' ? 'observation' : 'action' });
    return undefined;
  }

  private outcome(line: Fields, place: LinePlace): string | undefined {
    const ordinal = this.byEpisode.get(text(line['episode']));
    const row = this.row(line['episode'], line['node']);
    if (ordinal === undefined || row === undefined) return 'an outcome at a node that is not there';
    this.episodes[ordinal]?.outcomes.push({ row, offset: place.offset });
    return undefined;
  }

  private end(line: Fields, place: LinePlace): string | undefined {
    const ordinal = this.byEpisode.get(text(line['episode']));
    const row = this.row(line['episode'], line['node']);
    if (ordinal === undefined || row === undefined) return 'the end of an episode that is not there';
    const reward = list(line['unknown']).includes('reward') ? null : number(line['reward']);
    this.episodes[ordinal]?.ends.push({ row, reason: text(line['reason']), reward, offset: place.offset });
    return undefined;
  }

  private report(place: LinePlace, problem: string | undefined): void {
    if (problem !== undefined) this.problem(place, problem);
  }

  private problem(place: LinePlace, reason: string): void {
    this.problemCount++;
    if (this.problems.length < shownProblems) this.problems.push(`line ${place.number}: ${reason}`);
  }

  private foreign(reason: string): LacError {
    return new LacError('trajectory.foreign', { file: this.name, reason });
  }
}

function isEpisodeId(id: string): id is EpisodeId {
  return /^e\d+$/.test(id);
}

function isMethod(name: string): name is Method {
  return methods.some((method) => method === name);
}

/** A step line without its state, whose picture is most of it and stands in no column. */
function parseStep(line: Uint8Array): ReturnType<typeof parseLine> {
  const start = beforeState(line);
  if (start.length === line.length) return parseLine(line);
  const parsed = parseLine(start, '}');
  return 'value' in parsed && 'status' in parsed.value ? parsed : parseLine(line);
}
