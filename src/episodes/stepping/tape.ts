import { LacError } from '../../errors/lacError';
import type { ModelCalls } from '../../lac/calls';
import { decide, reflect } from '../../lac/decide';
import type { Parameters } from '../../lac/parameters';
import type { Role } from '../../lac/transcript';
import type { DecisionIndex } from '../../trajectories/ids';
import { type DecisionEntry, type NodeEntry, type Timeline, decisionShown } from '../../trajectories/timeline';
import { choices } from '../episode';
import type { PromptsInForce } from '../promptsInForce';
import { PromptMemory, type ComingCall } from './callGate';
import { afterEvent, afterReflection, beforeCall, onArrival, type Cursor, type Moment } from './moments';

/** What a tape needs besides the timeline. */
export interface TapePorts {
  /** Answers from the record alone. */
  readonly recorded: ModelCalls;
  /** The prompt set of an id; null where the record lacks it. */
  readonly prompts: (id: string) => PromptsInForce | null;
}

/** A call that a recorded decision made, and how many events had happened before it. */
interface TracedCall {
  readonly events: number;
  readonly coming: ComingCall;
}

/**
 * An episode's record as a line of moments that can be walked in both directions. Where calls are asked for, a recorded
 * decision is computed again from its recorded answers, which tells before which event each call was made and what its
 * prompt was rendered from; no model is asked.
 */
export class Tape {
  private readonly traces = new Map<string, readonly TracedCall[]>();

  constructor(
    private readonly timeline: Timeline,
    private readonly ports: TapePorts,
  ) {}

  /** The moment after the cursor along its branch; null at the end of the record. */
  async forward(cursor: Cursor, withCalls: boolean): Promise<Moment | null> {
    const segment = await this.segmentAt(cursor, withCalls);
    const index = indexIn(segment, cursor);
    return segment[index + 1] ?? null;
  }

  /** The moment before the cursor along its branch; null at the episode's start. */
  async backward(cursor: Cursor, withCalls: boolean): Promise<Moment | null> {
    if (cursor.inside === null) {
      const node = this.timeline.node(cursor.node);
      if (node === undefined || node.arrival === null) return null;
      const from = this.timeline.node(node.arrival.from);
      if (from === undefined) return null;
      const segment = await this.segment(from, node, null, withCalls);
      return segment.at(-2) ?? null;
    }
    const segment = await this.segmentAt(cursor, withCalls);
    return segment[indexIn(segment, cursor) - 1] ?? null;
  }

  /** What lies between the boundary at or before the cursor and the next one. */
  private segmentAt(cursor: Cursor, withCalls: boolean): Promise<readonly Moment[]> {
    const node = this.timeline.node(cursor.node);
    if (node === undefined) throw new LacError('episode.no-node', { node: cursor.node });
    if (cursor.inside !== null && cursor.inside.decision === null && node.arrival !== null) {
      const from = this.timeline.node(node.arrival.from);
      if (from !== undefined) return this.segment(from, node, null, withCalls);
    }
    const next = this.timeline.line(cursor.branch).at(node.step + 1);
    return this.segment(node, next, cursor.inside?.decision ?? null, withCalls);
  }

  private async segment(
    node: NodeEntry,
    next: NodeEntry | undefined,
    decision: DecisionIndex | null,
    withCalls: boolean,
  ): Promise<readonly Moment[]> {
    const entry = decision === null ? decisionShown(node, next) : node.decisions.at(decision);
    const moments: Moment[] = [{ kind: 'boundary', node: node.id }];
    if (entry !== undefined) {
      const calls = withCalls ? await this.callsOf(node, entry) : [];
      moments.push(...decisionMoments(entry, calls));
    }
    if (next !== undefined) {
      moments.push({ kind: 'arrival', node: next.id, inside: onArrival });
      if (next.reflection !== null) {
        const calls = withCalls ? await this.reflectionCalls(next, entry) : [];
        calls.forEach(({ coming }, index) => {
          const inside = beforeCall(null, 0, index + 1, coming);
          moments.push({ kind: 'call', node: next.id, inside, coming, first: index === 0 });
        });
        moments.push({ kind: 'reflection', node: next.id, inside: afterReflection, event: next.reflection });
      }
      moments.push({ kind: 'boundary', node: next.id });
    }
    return moments;
  }

  private async callsOf(node: NodeEntry, entry: DecisionEntry): Promise<readonly TracedCall[]> {
    const key = `${node.id}/${entry.index}`;
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    const prompts = this.ports.prompts(entry.prompts);
    if (prompts === null) return [];
    const tracer = new Tracer(this.ports.recorded, prompts, entry.parameters);
    const context = {
      transcript: this.timeline.transcript(node.id),
      ...choices(node),
      added: entry.added,
      resample: entry.resample,
    };
    await tracer.follow(decide(context, tracer.methodPorts, entry.parameters, { signal: neverAborted }));
    if (entry.complete) this.traces.set(key, tracer.traced);
    return tracer.traced;
  }

  private async reflectionCalls(node: NodeEntry, entry: DecisionEntry | undefined): Promise<readonly TracedCall[]> {
    const key = `${node.id}/reflection`;
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    const prompts = this.ports.prompts(entry?.prompts ?? this.timeline.prompts);
    if (prompts === null) return [];
    const parameters = entry?.parameters ?? this.timeline.parameters;
    const whole = this.timeline.transcript(node.id);
    // The reflection was asked for while it was still missing.
    const last = whole.steps.at(-1);
    const steps = last === undefined ? [] : whole.steps.with(-1, { ...last, reflection: null });
    const tracer = new Tracer(this.ports.recorded, prompts, parameters);
    const events = reflect({ transcript: { ...whole, steps } }, tracer.methodPorts, parameters, {
      signal: neverAborted,
    });
    await tracer.follow(events);
    this.traces.set(key, tracer.traced);
    return tracer.traced;
  }
}

const neverAborted = new AbortController().signal;

/** Notes which calls a computation makes between which events. */
class Tracer {
  readonly traced: TracedCall[] = [];
  private readonly memory = new PromptMemory();
  private events = 0;

  constructor(
    private readonly recorded: ModelCalls,
    private readonly prompts: PromptsInForce,
    private readonly parameters: Parameters,
  ) {}

  get methodPorts(): { readonly calls: ModelCalls; readonly prompter: ReturnType<PromptMemory['watch']> } {
    const { model } = this.recorded;
    const ask: ModelCalls['ask'] = async (request, purpose, hooks) => {
      const answered = await this.recorded.ask(request, purpose, hooks);
      const source = this.memory.sourceOf(request.prompt);
      this.traced.push({ events: this.events, coming: { request, purpose, source } });
      return answered;
    };
    return { calls: { model, parallel: 1, ask }, prompter: this.memory.watch(this.prompts.renderer(this.parameters)) };
  }

  /** Runs as far as the record has answers. */
  async follow(events: AsyncGenerator<unknown, unknown>): Promise<void> {
    try {
      while ((await events.next()).done !== true) this.events++;
    } catch (error) {
      if (!(error instanceof LacError)) throw error;
      // A record without all answers (interrupted, imported) is traced up to there.
    }
  }
}

function decisionMoments(entry: DecisionEntry, calls: readonly TracedCall[]): Moment[] {
  const moments: Moment[] = [];
  const roles = new Set<Role>();
  let next = 0;
  let since = 0;
  const takeCalls = (events: number): void => {
    while (next < calls.length && calls[next].events <= events) {
      const { coming } = calls[next++];
      since++;
      const inside = beforeCall(entry.index, events, since, coming);
      const first = !roles.has(coming.purpose.role);
      roles.add(coming.purpose.role);
      moments.push({ kind: 'call', node: entry.node, inside, coming, first });
    }
  };
  entry.events.forEach((event, index) => {
    takeCalls(index);
    since = 0;
    moments.push({ kind: 'event', node: entry.node, inside: afterEvent(entry.index, index + 1, event), event });
  });
  return moments;
}

/** Where a cursor stands among the moments of its segment; 0 is the boundary that it begins with. */
function indexIn(segment: readonly Moment[], { node, inside }: Cursor): number {
  if (inside === null) return 0;
  let best = 0;
  segment.forEach((moment, index) => {
    if (moment.kind === 'boundary' || moment.node !== node) return;
    const at = moment.inside;
    if (at.decision !== inside.decision) return;
    // Without its calls a segment has the event before them.
    if (at.events < inside.events || (at.events === inside.events && at.calls <= inside.calls)) best = index;
  });
  return best;
}
