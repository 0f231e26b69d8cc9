import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, onTestFinished, test } from 'vitest';
import { frameMessage, MessageReader } from '../../src/debugAdapter/streams';
import { babyAiWords } from '../support/babyAiWords';
import { cliBundle } from '../support/bundled';
import { ScriptedOllama } from '../support/scriptedOllama';

/** A `lac dap` process with its answers in order. */
async function start(...options: readonly string[]) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-dap-'));
  const child = spawn(process.execPath, [await cliBundle(), 'dap', ...options], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const reader = new MessageReader();
  const answers = new Map<number, (response: DebugProtocol.Response) => void>();
  const events = new EventEmitter();
  child.stdout.on('data', (piece: Buffer) => {
    for (const message of reader.take(piece)) {
      if (message.type === 'event') {
        const told = message as DebugProtocol.Event;
        events.emit(told.event, told.body as unknown);
      }
      if (message.type !== 'response') continue;
      const response = message as DebugProtocol.Response;
      answers.get(response.request_seq)?.(response);
    }
  });
  let seq = 1;
  /** Sends a request, whatever stands in it, and resolves with its answer. */
  const send = (request: object): Promise<DebugProtocol.Response> => {
    const message = { seq: seq++, type: 'request', ...request };
    const answered = new Promise<DebugProtocol.Response>((resolve) => answers.set(message.seq, resolve));
    child.stdin.write(frameMessage(message));
    return answered;
  };
  return { child, folder, send, events, stderr: () => stderr };
}

/** An error as a client shows it. */
function words({ success, message, body }: DebugProtocol.Response): string {
  const { error } = body as { readonly error: DebugProtocol.Message };
  const text = error.format.replace(/\{(\w+)\}/g, (_place, name: string) => error.variables?.[name] ?? '');
  return `${success ? 'success' : 'failure'} ${message ?? ''}: ${text}`;
}

test('answers malformed requests in words, and goes on', { timeout: 60_000 }, async () => {
  const { child, send } = await start();
  await send({ command: 'initialize', arguments: { adapterID: 'lac' } });
  const wrong = (request: string, field: string, expected: string): string =>
    `failure debugger.argument: The request "${request}" has a wrong "${field}". Send ${expected}.`;
  for (const [command, given, answer] of [
    ['initialize', { linesStartAt1: 'yes' }, wrong('initialize', 'linesStartAt1', 'true or false')],
    ['stackTrace', undefined, wrong('stackTrace', 'threadId', 'a whole number from 0 on')],
    ['stackTrace', 'all', wrong('stackTrace', 'arguments', 'an object')],
    ['stackTrace', [1], wrong('stackTrace', 'arguments', 'an object')],
    ['stackTrace', { threadId: '1' }, wrong('stackTrace', 'threadId', 'a whole number from 0 on')],
    ['next', { threadId: 1.5 }, wrong('next', 'threadId', 'a whole number from 0 on')],
    ['setBreakpoints', {}, wrong('setBreakpoints', 'source', 'an object')],
    ['setBreakpoints', { source: { path: 7 } }, wrong('setBreakpoints', 'source.path', 'a text')],
    [
      'setBreakpoints',
      { source: {}, breakpoints: [{ line: 1 }, { line: -1 }] },
      wrong('setBreakpoints', 'breakpoints[1].line', 'a whole number from 0 on'),
    ],
    [
      'setBreakpoints',
      { source: {}, breakpoints: [{ line: 1, condition: {} }] },
      wrong('setBreakpoints', 'breakpoints[0].condition', 'a text'),
    ],
    ['setFunctionBreakpoints', {}, wrong('setFunctionBreakpoints', 'breakpoints', 'a list')],
    ['setFunctionBreakpoints', { breakpoints: [null] }, wrong('setFunctionBreakpoints', 'breakpoints[0]', 'an object')],
    ['setExceptionBreakpoints', { filters: 'all' }, wrong('setExceptionBreakpoints', 'filters', 'a list of texts')],
    [
      'setExceptionBreakpoints',
      { filters: [], filterOptions: [{ filterId: 3 }] },
      wrong('setExceptionBreakpoints', 'filterOptions[0].filterId', 'a text'),
    ],
    ['setDataBreakpoints', { breakpoints: [{}] }, wrong('setDataBreakpoints', 'breakpoints[0].dataId', 'a text')],
    ['variables', { variablesReference: null }, wrong('variables', 'variablesReference', 'a whole number from 0 on')],
    ['setVariable', { variablesReference: 1, name: 'alpha', value: 2 }, wrong('setVariable', 'value', 'a text')],
    ['evaluate', { expression: ['Q'] }, wrong('evaluate', 'expression', 'a text')],
    ['completions', { text: 'Q', column: 'end' }, wrong('completions', 'column', 'a whole number from 0 on')],
    ['source', {}, wrong('source', 'sourceReference', 'a whole number from 0 on')],
    ['goto', { threadId: 1, targetId: '__proto__' }, wrong('goto', 'targetId', 'a whole number from 0 on')],
    ['cancel', { progressId: 1 }, wrong('cancel', 'progressId', 'a text')],
  ] as const) {
    expect(words(await send({ command, arguments: given }))).toBe(answer);
  }
  expect(words(await send({ command: 7 }))).toMatch(/^failure debugger\.request: /);
  expect(words(await send({}))).toMatch(/^failure debugger\.request: /);
  expect(words(await send({ command: '__proto__' }))).toMatch(/^failure debugger\.request: /);
  expect(await send({ command: 'initialize', arguments: {} })).toMatchObject({ success: true });
  const ended = once(child, 'close');
  expect(await send({ command: 'disconnect' })).toMatchObject({ success: true });
  await ended;
  expect(child.exitCode).toBe(0);
});

test('ends with a reason where the stream is no protocol', { timeout: 60_000 }, async () => {
  const { child, stderr } = await start();
  const ended = once(child, 'close');
  child.stdin.write('Content-Length: 7\r\n\r\n{"seq":');
  await ended;
  expect(child.exitCode).toBe(1);
  expect(stderr()).toMatch(/no message of the Debug Adapter Protocol: .+JSON/s);
});

test.each([
  ['calls', '3', /3 of 3 calls/],
  ['tokens', '50', /\d+ of 50 tokens/],
  ['seconds', '0.000001', /of 0\.000001 seconds/],
])(
  'stops where the budget of %s is used up, with the episode still open',
  { timeout: 60_000 },
  async (unit, limit, told) => {
    const ollama = await ScriptedOllama.start({ next: babyAiWords });
    onTestFinished(() => ollama.close());
    const { send, events } = await start(`--budget-${unit}`, limit);
    await send({ command: 'initialize', arguments: { adapterID: 'lac' } });
    const initialized = once(events, 'initialized');
    const stopped = once(events, 'stopped');
    const launched = send({
      command: 'launch',
      arguments: {
        environment: 'babyai-text',
        task: 'MixedTrainLocal/goto/17',
        model: `ollama:${ollama.modelName}@${ollama.url}`,
        stopOnEntry: false,
      },
    });
    await initialized;
    await send({ command: 'configurationDone' });
    expect(await launched).toMatchObject({ success: true });
    const [stop] = (await stopped) as [DebugProtocol.StoppedEvent['body']];
    expect(stop.reason).toBe('exception');
    expect(stop.text).toMatch(told);
    const stack = await send({ command: 'stackTrace', arguments: { threadId: stop.threadId ?? 1 } });
    expect((stack as DebugProtocol.StackTraceResponse).body.stackFrames).not.toHaveLength(0);
  },
);

test.each([
  ['a journal that is too long for memory', 'long.lac.jsonl', 'You have clicked 10.5.'],
  ['a recording of another program', path.resolve('test/exchange/recordings/sample.traj'), 'setup.py'],
])('replays %s', { timeout: 60_000 }, async (_what, trajectory, told) => {
  const { folder, send, events } = await start();
  // A line that was cut off as the process was killed makes it long.
  const cut = `{"type":"segment","text":"${'a'.repeat(17 << 20)}`;
  const saved = path.resolve('media/data/examples/webshop-critic-saves-the-prior.lac.jsonl');
  writeFileSync(path.join(folder, 'long.lac.jsonl'), readFileSync(saved, 'utf8') + cut);
  await send({ command: 'initialize', arguments: { adapterID: 'lac' } });
  const initialized = once(events, 'initialized');
  const stopped = once(events, 'stopped');
  const attached = send({ command: 'attach', arguments: { trajectory } });
  await initialized;
  await send({ command: 'configurationDone' });
  expect(await attached).toMatchObject({ success: true });
  await stopped;
  const ended = once(events, 'stopped');
  await send({ command: 'continue', arguments: { threadId: 1 } });
  await ended;
  const observation = await send({ command: 'evaluate', arguments: { expression: 'observation', context: 'watch' } });
  expect((observation as DebugProtocol.EvaluateResponse).body.result).toContain(told);
});
