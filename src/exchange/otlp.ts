import { createHash } from 'node:crypto';
import { recordedReward } from '../trajectories/outcome';
import type { CallLine } from '../trajectories/schema';
import type { NodeEntry } from '../trajectories/timeline';
import type { StepView } from '../expressions';
import type { ExchangeFormat, Recording, WriteOptions, Writing } from './format';
import { jsonFile, tracksOf, type Track } from './recordedSteps';

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

function write(recording: Recording, { stem }: WriteOptions): Writing {
  const { header } = recording.contents;
  const started = header.at?.['startedAt'];
  const begun = typeof started === 'string' ? Date.parse(started) : Number.NaN;
  const origin = Number.isNaN(begun) ? 0 : begun;
  const tracks = tracksOf(recording);
  const spans = tracks.flatMap((track) => trackSpans(recording, track, origin));
  const resource = {
    attributes: attributesOf({ 'service.name': 'lac', 'service.version': header.engine }),
  };
  const scope = { name: 'lac', version: header.engine };
  const timed = [...recording.contents.calls.values()].some((call) => timeOf(call) !== null);
  return {
    files: [jsonFile(`${stem}.otlp.json`, { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] })],
    losses: [
      'Prompts are left out (the conventions make them opt-in); answers, observations and actions are there.',
      'Rollouts stand as their calls; distributions over tokens are left out.',
      ...(timed ? [] : ['No call has a time: spans begin and end when the run began.']),
    ],
  };
}

function trackSpans(recording: Recording, track: Track, origin: number): Span[] {
  const { header } = recording.contents;
  const { timeline, branch, nodes, views } = track;
  const traceId = hex(`${header.engine} ${timeline.task.environment} ${timeline.task.id} ${timeline.id} ${branch}`, 32);
  const rootId = hex(`${traceId} root`, 16);
  const seen = new Set<string>();
  const spans: Span[] = [];
  let clock = origin;
  for (const [step, node] of nodes.entries()) {
    const next = nodes.at(step + 1);
    if (next === undefined && node.decisions.length === 0) continue;
    const ids = node.decisions.flatMap(({ events }) =>
      events.flatMap((event) => ('calls' in event ? event.calls : [])),
    );
    const reflected = next?.reflection?.calls ?? [];
    const fresh = [...new Set([...ids, ...reflected])].filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    const calls = fresh.flatMap((id) => recording.contents.calls.get(id) ?? []);
    const time = around(
      calls.flatMap((call) => timeOf(call) ?? []),
      clock,
    );
    clock = Math.max(clock, time.end);
    const stepId = hex(`${traceId} step ${step}`, 16);
    spans.push(stepSpan(traceId, rootId, stepId, views[step], time));
    for (const call of calls) spans.push(callSpan(traceId, stepId, call, recording, time.start));
    if (next !== undefined) spans.push(actionSpan(traceId, stepId, next, clock));
  }
  const whole = around(
    spans.map((span) => ({ start: Number(span.startTimeUnixNano) / 1e6, end: Number(span.endTimeUnixNano) / 1e6 })),
    origin,
  );
  const end = nodes.at(-1)?.end ?? null;
  const root: Span = {
    traceId,
    spanId: rootId,
    name: 'invoke_agent lac',
    kind: 1,
    startTimeUnixNano: nanoseconds(whole.start),
    endTimeUnixNano: nanoseconds(whole.end),
    attributes: attributesOf({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': header.model.backend,
      'gen_ai.request.model': header.model.name,
      'gen_ai.agent.name': 'lac',
      'gen_ai.agent.version': header.engine,
      'gen_ai.conversation.id': `${timeline.task.environment}/${timeline.task.id}/${timeline.id}/${branch}`,
      'lac.goal': timeline.goal,
      'lac.task': timeline.task.id,
      'lac.method': timeline.parameters.method,
      'lac.reward': end === null ? undefined : recordedReward(end),
      'lac.success': end?.success,
      'lac.end': end?.reason,
    }),
    status: { code: 0 },
  };
  return [root, ...spans];
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
  recording: Recording,
  otherwise: number,
): Span {
  const time = timeOf(call) ?? { start: otherwise, end: otherwise };
  const { request, answer } = call;
  const { model } = recording.contents.header;
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

function actionSpan(traceId: string, parentSpanId: string, node: NodeEntry, at: number): Span {
  const { arrival } = node;
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
      'gen_ai.tool.call.arguments': JSON.stringify({ action: arrival?.action }),
      'gen_ai.tool.call.result': node.observation,
      'lac.by': arrival?.by,
      'lac.reward': arrival?.unknown?.includes('reward') === true ? null : arrival?.reward,
      'lac.status': node.status,
    }),
    status: { code: 0 },
  };
}
