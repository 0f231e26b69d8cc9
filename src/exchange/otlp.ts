import { createHash } from 'node:crypto';
import type { StepView } from '../expressions';
import type { CallId } from '../lac/calls';
import type { Method } from '../lac/parameters';
import type { BranchId, NodeId } from '../trajectories/ids';
import { statuses } from '../trajectories/index/indexData';
import type {
  SearchOptions,
  StepRecord,
  Track as IndexedTrack,
  TrajectoryIndex,
} from '../trajectories/index/trajectoryIndex';
import { recordedReward } from '../trajectories/outcome';
import type { CallLine, EpisodeLine, HeaderLine, StepLine } from '../trajectories/schema';
import type { ExchangeFormat, Recording, StreamedWriting, WriteOptions, Writing } from './format';
import { textFile, tracksOf, type Track } from './recordedSteps';

/**
 * Traces as OTLP/JSON with the attributes of OpenTelemetry's GenAI semantic conventions (1.38, in development): an
 * `invoke_agent` span for each branch, in it a span for each step with its model calls (`text_completion`) and its action
 * (`execute_tool`). What the conventions have no name for is under `lac.`.
 */
export const otlp: ExchangeFormat = {
  id: 'otlp',
  title: 'OpenTelemetry traces (OTLP/JSON)',
  extension: '.otlp.json',
  recognises: null,
  read: null,
  write,
  stream,
};

type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 1 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly object[];
  readonly status: { readonly code: 0 | 2; readonly message?: string };
}

/** Milliseconds since 1970. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds * 1000)) * 1000n);
}

function attributesOf(values: Attributes): object[] {
  return Object.entries(values).flatMap(([key, value]): object[] => {
    if (value === null || value === undefined) return [];
    if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }];
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }];
    if (typeof value !== 'number')
      return [{ key, value: { arrayValue: { values: value.map((text) => ({ stringValue: text })) } } }];
    if (!Number.isFinite(value)) return [];
    return [{ key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }];
  });
}

function timeOf(call: CallLine): Stretch | null {
  const { startedAt, durationMs } = call.at ?? {};
  const start = typeof startedAt === 'string' ? Date.parse(startedAt) : Number.NaN;
  if (Number.isNaN(start)) return null;
  return { start, end: start + (typeof durationMs === 'number' && durationMs > 0 ? durationMs : 0) };
}

function around(stretches: readonly Stretch[], otherwise: number): Stretch {
  const start = stretches.reduce((least, each) => Math.min(least, each.start), Infinity);
  const end = stretches.reduce((most, each) => Math.max(most, each.end), -Infinity);
  return start === Infinity ? { start: otherwise, end: otherwise } : { start, end };
}

/** What spans of one step are made of; `next` is the step that was executed, null where none was. */
interface TracedStep {
  readonly view: StepView;
  /** Calls that any decision at the step or the reflection on it rests on, in order; some twice. */
  readonly callIds: readonly CallId[];
  /** Whether anything was decided at it. */
  readonly decided: boolean;
  readonly next: Executed | null;
}

interface Executed extends Pick<StepLine, 'action' | 'by' | 'reward' | 'observation' | 'status'> {
  readonly id: NodeId;
  readonly unknown?: StepLine['unknown'] | undefined;
}

/** A branch from its episode's start to its tip. */
interface TracedBranch {
  readonly episode: Pick<EpisodeLine, 'episode' | 'goal' | 'task'> & { readonly method: Method };
  readonly branch: BranchId;
  readonly end: { readonly reward: number | null; readonly success: boolean; readonly reason: string } | null;
}

/** The spans of one branch, made step by step; that of the whole comes last, for only then its end is known. */
class Trace {
  private readonly traceId: string;
  private readonly rootId: string;
  /** Lines of calls that belong to an earlier step. */
  private readonly seen = new Set<CallId | number>();
  private clock: number;
  private readonly whole = { start: Infinity, end: -Infinity };
  /** Whether a call said when it was made. */
  timed = false;

  constructor(
    private readonly header: HeaderLine,
    private readonly of: TracedBranch,
    private readonly origin: number,
  ) {
    const { episode, branch } = of;
    const { environment, id } = episode.task;
    this.traceId = hex(`${header.engine} ${environment} ${id} ${episode.episode} ${branch}`, 32);
    this.rootId = hex(`${this.traceId} root`, 16);
    this.clock = origin;
  }

  /** Those of the calls that no earlier step rests on; `key` is what tells calls apart. */
  fresh(ids: readonly CallId[], key: (id: CallId) => CallId | number): readonly CallId[] {
    const found = [...new Set(ids)].filter((id) => !this.seen.has(key(id)));
    for (const id of found) this.seen.add(key(id));
    return found;
  }

  /** The spans of a step, of its model calls and its action; `calls` are those that no earlier step rests on. */
  step({ view, decided, next }: TracedStep, calls: readonly CallLine[]): readonly Span[] {
    if (next === null && !decided) return [];
    const { traceId, rootId, header, whole } = this;
    const stretches = calls.flatMap((call) => timeOf(call) ?? []);
    this.timed ||= stretches.length > 0;
    const time = around(stretches, this.clock);
    this.clock = Math.max(this.clock, time.end);
    whole.start = Math.min(whole.start, time.start);
    whole.end = Math.max(whole.end, this.clock);
    const stepId = hex(`${traceId} step ${view.step}`, 16);
    return [
      stepSpan(traceId, rootId, stepId, view, time),
      ...calls.map((call) => callSpan(traceId, stepId, call, header, time.start)),
      ...(next === null ? [] : [actionSpan(traceId, stepId, next, this.clock)]),
    ];
  }

  root(): Span {
    const { header, origin, whole } = this;
    const { episode, branch, end } = this.of;
    const { environment, id } = episode.task;
    const time = whole.start === Infinity ? { start: origin, end: origin } : whole;
    return {
      traceId: this.traceId,
      spanId: this.rootId,
      name: 'invoke_agent lac',
      kind: 1,
      startTimeUnixNano: nanoseconds(time.start),
      endTimeUnixNano: nanoseconds(time.end),
      attributes: attributesOf({
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.provider.name': header.model.backend,
        'gen_ai.request.model': header.model.name,
        'gen_ai.agent.name': 'lac',
        'gen_ai.agent.version': header.engine,
        'gen_ai.conversation.id': `${environment}/${id}/${episode.episode}/${branch}`,
        'lac.goal': episode.goal,
        'lac.task': id,
        'lac.method': episode.method,
        'lac.reward': end?.reward,
        'lac.success': end?.success,
        'lac.end': end?.reason,
      }),
      status: { code: 0 },
    };
  }
}

/** When a run began, in milliseconds since 1970; 0 where it does not say. */
function beginningOf({ at }: HeaderLine): number {
  const started = at?.['startedAt'];
  const begun = typeof started === 'string' ? Date.parse(started) : Number.NaN;
  return Number.isNaN(begun) ? 0 : begun;
}

/** What stands before and behind the spans in a file. */
function envelope({ engine }: HeaderLine): readonly [string, string] {
  const resource = { attributes: attributesOf({ 'service.name': 'lac', 'service.version': engine }) };
  const scope = { name: 'lac', version: engine };
  const mark = '"spans":[';
  const [before, after] = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [] }] }] }).split(
    mark,
  );
  return [`${before}${mark}`, `\n${after}\n`];
}

function lossesOf(timed: boolean): readonly string[] {
  return [
    'Prompts are left out (the conventions make them opt-in); answers, observations and actions are there.',
    'Rollouts stand as their calls; distributions over tokens are left out.',
    ...(timed ? [] : ['No call has a time: spans begin and end when the run began.']),
  ];
}

function write(recording: Recording, { stem }: WriteOptions): Writing {
  const { header, calls } = recording.contents;
  const origin = beginningOf(header);
  let timed = false;
  const spans = tracksOf(recording).flatMap((track) => {
    const trace = new Trace(header, branchOf(track), origin);
    const steps = track.nodes.flatMap((_, step) => {
      const traced = stepOf(track, step);
      const fresh = trace.fresh(traced.callIds, (id) => id);
      return trace.step(
        traced,
        fresh.flatMap((id) => calls.get(id) ?? []),
      );
    });
    timed ||= trace.timed;
    return [...steps, trace.root()];
  });
  const [before, after] = envelope(header);
  const text = `${before}\n${spans.map((span) => JSON.stringify(span)).join(',\n')}${after}`;
  return { files: [textFile(`${stem}.otlp.json`, text)], losses: lossesOf(timed) };
}

function branchOf({ timeline, branch, nodes }: Track): TracedBranch {
  const { id: episode, goal, task, parameters } = timeline;
  const end = nodes.at(-1)?.end ?? null;
  return {
    episode: { episode, goal, task, method: parameters.method },
    branch,
    end: end === null ? null : { reward: recordedReward(end), success: end.success, reason: end.reason },
  };
}

function stepOf({ nodes, views }: Track, step: number): TracedStep {
  const node = nodes[step];
  const next = nodes.at(step + 1);
  const arrival = next?.arrival ?? null;
  return {
    view: views[step],
    callIds: [
      ...node.decisions.flatMap(({ events }) => events.flatMap((event) => ('calls' in event ? event.calls : []))),
      ...(next?.reflection?.calls ?? []),
    ],
    decided: node.decisions.length > 0,
    next:
      next === undefined || arrival === null
        ? null
        : { ...arrival, id: next.id, observation: next.observation, status: next.status },
  };
}

/** The same spans, piece by piece as the steps are read. */
function stream(index: TrajectoryIndex, options: SearchOptions): StreamedWriting {
  const state = { timed: false };
  return { pieces: piecesOf(index, options, state), losses: () => lossesOf(state.timed) };
}

async function* piecesOf(
  index: TrajectoryIndex,
  options: SearchOptions,
  state: { timed: boolean },
): AsyncGenerator<string> {
  const { header } = index.data;
  const [before, after] = envelope(header);
  let separator = '\n';
  const text = (spans: readonly Span[]): string => {
    const written = spans.map((span) => JSON.stringify(span)).join(',\n');
    const piece = written === '' ? '' : `${separator}${written}`;
    if (piece !== '') separator = ',\n';
    return piece;
  };
  yield before;
  const tracks = index.executedTracks();
  for (const [number, track] of tracks.entries()) {
    let trace: Trace | undefined;
    const onProgress = (fraction: number): void => options.onProgress?.((number + fraction) / tracks.length);
    for await (const record of index.records(track, { ...options, onProgress })) {
      if (trace === undefined) {
        if (record.node.type !== 'episode') break;
        trace = new Trace(header, indexedBranch(index, track, record.node), beginningOf(header));
      }
      const traced = recordedStep(record);
      const beside = new Map(record.calls.map((call) => [call.id, call]));
      const calls: CallLine[] = [];
      for (const id of trace.fresh(traced.callIds, (each) => index.callPlace(each) ?? each)) {
        const call = beside.get(id) ?? index.call(id);
        if (call !== undefined) calls.push(call);
      }
      yield text(trace.step(traced, calls));
    }
    if (trace === undefined) continue;
    state.timed ||= trace.timed;
    yield text([trace.root()]);
  }
  yield after;
}

function indexedBranch(index: TrajectoryIndex, track: IndexedTrack, start: EpisodeLine): TracedBranch {
  const { episode, goal, task, parameters } = start;
  const tip = track.rows.at(-1);
  const end = track.episode.ends.find(({ row }) => row === tip);
  const success = tip !== undefined && statuses[index.data.nodes.status[tip]] === 'success';
  return {
    episode: { episode, goal, task, method: parameters.method },
    branch: track.branch,
    end: end === undefined ? null : { reward: end.reward, success, reason: end.reason },
  };
}

function recordedStep({ view, decisions, next, reflection }: StepRecord): TracedStep {
  return {
    view,
    callIds: [
      ...decisions.flatMap(({ events }) => events.flatMap(({ event }) => ('calls' in event ? event.calls : []))),
      ...(reflection?.event.calls ?? []),
    ],
    decided: decisions.length > 0,
    next: next === null ? null : { ...next, id: next.node },
  };
}

function stepSpan(traceId: string, parentSpanId: string, spanId: string, view: StepView, time: Stretch): Span {
  const chosen = view.chosen === null ? undefined : view.candidates?.[view.chosen];
  return {
    traceId,
    spanId,
    parentSpanId,
    name: `step ${view.step}`,
    kind: 1,
    startTimeUnixNano: nanoseconds(time.start),
    endTimeUnixNano: nanoseconds(time.end),
    attributes: attributesOf({
      'lac.step': view.step,
      'lac.observation': view.observation,
      'lac.thoughts': view.thoughts,
      'lac.candidates': view.candidates?.map(({ action }) => action ?? ''),
      'lac.alpha': view.alpha,
      'lac.choice': chosen?.action,
      'lac.prior': chosen?.logPrior === undefined || chosen.logPrior === null ? null : Math.exp(chosen.logPrior),
      'lac.q': chosen?.q,
      'lac.bound': chosen?.bound,
      'lac.policy': chosen?.policy,
      'lac.agreement': view.agreement,
      'lac.certain': view.certain,
      'lac.notes': view.notes,
      'lac.reflection': view.reflection,
    }),
    status: { code: 0 },
  };
}

function callSpan(
  traceId: string,
  parentSpanId: string,
  call: CallLine,
  { model }: HeaderLine,
  otherwise: number,
): Span {
  const time = timeOf(call) ?? { start: otherwise, end: otherwise };
  const { request, answer } = call;
  const generates = request.kind === 'generate' ? request : null;
  const text = answer?.kind === 'generate' ? answer.text : null;
  const purpose = call.at?.purpose;
  return {
    traceId,
    spanId: hex(`${traceId} ${parentSpanId} ${call.id}`, 16),
    parentSpanId,
    name: `text_completion ${model.name}`,
    kind: 3,
    startTimeUnixNano: nanoseconds(time.start),
    endTimeUnixNano: nanoseconds(time.end),
    attributes: attributesOf({
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.provider.name': model.backend,
      'gen_ai.request.model': model.name,
      'gen_ai.response.id': call.id,
      'gen_ai.request.max_tokens': generates?.maxTokens,
      'gen_ai.request.temperature': generates?.temperature,
      'gen_ai.request.seed': generates?.seed,
      'gen_ai.usage.input_tokens': answer?.usage.promptTokens,
      'gen_ai.usage.output_tokens': answer?.usage.generatedTokens,
      'gen_ai.response.finish_reasons':
        answer?.kind === 'generate' ? [answer.end === 'length' ? 'length' : 'stop'] : null,
      'gen_ai.output.messages':
        text === null ? null : JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: text }] }]),
      'lac.question': request.kind,
      'lac.role': purpose?.role,
      'lac.candidate': purpose?.candidate,
      'lac.depth': purpose?.depth,
    }),
    status: { code: 0 },
  };
}

function actionSpan(traceId: string, parentSpanId: string, node: Executed, at: number): Span {
  return {
    traceId,
    spanId: hex(`${traceId} action ${node.id}`, 16),
    parentSpanId,
    name: 'execute_tool act',
    kind: 1,
    startTimeUnixNano: nanoseconds(at),
    endTimeUnixNano: nanoseconds(at),
    attributes: attributesOf({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'act',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': `call_${node.id}`,
      'gen_ai.tool.call.arguments': JSON.stringify({ action: node.action }),
      'gen_ai.tool.call.result': node.observation,
      'lac.by': node.by,
      'lac.reward': node.unknown?.includes('reward') === true ? null : node.reward,
      'lac.status': node.status,
    }),
    status: { code: 0 },
  };
}
