import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CliContext } from '../../src/cli/context';
import { debugHost } from '../../src/cli/debugHost';
import { Terminal } from '../../src/cli/terminal';
import { LacError } from '../../src/errors/lacError';
import { LacDebugAdapter } from '../../src/debugAdapter/adapter';
import type { OpenedModel } from '../../src/episodes/launch';
import { abortError, systemClock } from '../../src/models/clock';
import { fileSource } from '../../src/trajectories/byteSource';
import { readJournal } from '../../src/trajectories/journal';
import words from '../../l10n/bundle.l10n.de.json';
import { names as expressionNames } from '../../src/expressions';
import { babyAiWords } from '../support/babyAiWords';
import { DapClient, golden } from '../support/dapClient';
import { openedOllama } from '../support/openedOllama';
import { ScriptedOllama } from '../support/scriptedOllama';
import { WrittenModel, type NextToken } from '../support/writtenModel';

let folder: string;
const clients: DapClient[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-dap-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) {
    await client.send('disconnect');
  }
  rmSync(folder, { recursive: true, force: true });
});

function contextWith(open: () => Promise<OpenedModel>): CliContext {
  return {
    terminal: new Terminal(process.stdout, process.stderr, {}),
    assets: { data: path.resolve('media/data'), embeddedModel: '', embeddedWorker: '' },
    openEmbedded: () => Promise.reject(new Error('no embedded model here')),
    models: { open },
    clock: systemClock,
    version: 'test',
    signal: new AbortController().signal,
  };
}

function connect(open: () => Promise<OpenedModel>): DapClient {
  const client = new DapClient(new LacDebugAdapter(debugHost(contextWith(open))));
  clients.push(client);
  return client;
}

function written(model = new WrittenModel(babyAiWords, { transcript: 'babyai-text' })): () => Promise<OpenedModel> {
  return () => Promise.resolve({ endpoints: [{ name: 'written', model, parallel: 1 }], wrap: null });
}

/** A model that would turn left before all else, with verdicts that the test chooses. */
function turningWords(verdicts: () => Readonly<Record<string, number>>): NextToken {
  return (prompt) => {
    const line = prompt.slice(prompt.lastIndexOf('\n') + 1);
    if (line.endsWith('This step is')) return verdicts();
    if (!line.startsWith('Action:')) return babyAiWords(prompt);
    switch (line) {
      case 'Action:':
        return { ' turn': 0.8, ' go': 0.2 };
      case 'Action: turn':
        return { ' left': 0.8, ' right': 0.2 };
      case 'Action: go':
        return { ' forward': 1 };
      default:
        return { '\n': 1 };
    }
  };
}

const parameters = { horizon: 4, depth: 1, candidates: 3 };
let files = 0;
const launchArguments = (more: object = {}): object => ({
  environment: 'babyai-text',
  task: 'MixedTrainLocal/goto/17',
  model: 'embedded',
  parameters,
  trajectory: path.join(folder, `run${++files}.lac.jsonl`),
  ...more,
});

/** Holds everything that was said against the recorded traffic. */
function expectTraffic(client: DapClient, name: string, from = 0): void {
  const now = client.transcript(
    [
      [folder, '<folder>'],
      ...Array.from({ length: files }, (_, i) => [`run${i + 1}.lac`, 'run.lac'] as const).reverse(),
    ],
    from,
  );
  const file = path.resolve('test/debugAdapter/golden', `${name}.txt`);
  expect(now).toBe(golden(file, now));
}

describe('the debug adapter', () => {
  test('launches and runs to the end', async () => {
    const client = connect(written());
    const stopped = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
    await client.launch(launchArguments({ stopOnEntry: false }));
    expect(await stopped).toMatchObject({ reason: 'end' });
    await client.request('threads');
    await client.request('stackTrace', { threadId: 1 });
    const ended = client.event('terminated');
    await client.request('continue', { threadId: 1 });
    await ended;
    await client.event('exited');
    expectTraffic(client, 'launch-to-end');
  });

  test('runs without debugging to the end of the session', async () => {
    const client = connect(written());
    const ended = client.event('terminated');
    const initialized = client.event('initialized');
    await client.request('initialize', { adapterID: 'lac' });
    await client.request('launch', launchArguments({ noDebug: true }));
    await initialized;
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: '*' }] });
    await client.request('configurationDone');
    await ended;
    expect(client.traffic.some(({ message }) => message['event'] === 'stopped')).toBe(false);
  });

  test('takes each kind of step', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    const from = client.traffic.length;
    await client.move('stepIn');
    await client.request('stackTrace', { threadId: 1 });
    for (let i = 0; i < 6; i++) await client.move('stepIn');
    await client.request('stackTrace', { threadId: 1 });
    await client.request('stepInTargets', { frameId: 10 });
    await client.move('stepIn', { threadId: 1, targetId: 3 });
    await client.request('stackTrace', { threadId: 1 });
    await client.move('stepOut');
    await client.move('next');
    await client.request('stackTrace', { threadId: 1 });
    await client.move('stepBack');
    await client.move('next');
    expectTraffic(client, 'steps', from);
  });

  test('shows scopes and variables, paged', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    await client.move('stepOut');
    const from = client.traffic.length;
    const decision = await client.scope('Decision');
    const chosen = decision.find(({ name }) => name === 'candidate 1');
    await client.variables(chosen?.variablesReference ?? 0);
    const rollouts = await client.scope('Rollouts');
    await client.variables(rollouts[0].variablesReference);
    const calls = await client.scopeReference('Model calls');
    const [call] = await client.variables(calls, { filter: 'indexed', start: 2, count: 1 });
    expect(call.name).toBe('2');
    await client.variables(call.variablesReference);
    await client.scope('Environment');
    await client.scope('Parameters');
    await client.scope('Cost');
    const { sources } = await client.request<DebugProtocol.LoadedSourcesResponse['body']>('loadedSources');
    await client.request('source', { sourceReference: sources[0].sourceReference });
    expectTraffic(client, 'variables', from);
  });

  test('goes back along the record to breakpoints, without a call', async () => {
    const model = new WrittenModel(babyAiWords, { transcript: 'babyai-text' });
    const client = connect(written(model));
    const end = client.event('stopped');
    await client.launch(launchArguments({ stopOnEntry: false }));
    await end;
    const asked = model.prompts.length;
    const from = client.traffic.length;
    await client.move('stepBack');
    await client.request('setBreakpoints', {
      source: { path: 'lac-prompt:/builtin/babyai-text/critic' },
      breakpoints: [{ line: 3, condition: 'step == 2' }],
    });
    await client.request('setBreakpoints', {
      source: { path: 'b0.lac-transcript' },
      breakpoints: [{ line: 6 }],
    });
    await client.move('reverseContinue');
    await client.request('stackTrace', { threadId: 1 });
    await client.move('reverseContinue');
    await client.request('stackTrace', { threadId: 1 });
    await client.move('reverseContinue');
    await client.move('continue');
    await client.move('continue');
    await client.move('continue');
    expect(model.prompts).toHaveLength(asked);
    expectTraffic(client, 'back', from);
  });

  test('stops at every kind of breakpoint, with conditions', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    const from = client.traffic.length;
    const prompt = { path: 'lac-prompt:/builtin/babyai-text/forward' };
    await client.request('breakpointLocations', { source: prompt, line: 1, endLine: 10 });
    await client.request('setBreakpoints', {
      source: prompt,
      breakpoints: [{ line: 2, condition: 'role == "forward"' }],
    });
    await client.move('continue');
    await client.request('stackTrace', { threadId: 1 });
    await client.request('setBreakpoints', { source: prompt, breakpoints: [{ line: 2, hitCondition: '2' }] });
    await client.move('continue');
    await client.request('setBreakpoints', {
      source: prompt,
      breakpoints: [{ line: 2, logMessage: 'depth {depth} of {candidate}', hitCondition: '>= 1' }],
    });
    await client.move('stepOut');
    await client.request('setBreakpoints', { source: prompt, breakpoints: [] });
    await client.request('setFunctionBreakpoints', {
      breakpoints: [
        { name: '*', condition: 'step == 1' },
        { name: 'go *', condition: 'step > ' },
      ],
    });
    await client.move('continue');
    await client.request('setFunctionBreakpoints', { breakpoints: [] });
    await client.request('setExceptionBreakpoints', {
      filters: ['critic-overrules'],
      filterOptions: [{ filterId: 'low-margin', condition: '0.999' }],
    });
    await client.move('continue');
    await client.request('exceptionInfo', { threadId: 1 });
    await client.request('setExceptionBreakpoints', { filters: ['contradicted', 'no-effect'] });
    await client.move('continue');
    await client.request('exceptionInfo', { threadId: 1 });
    await client.request('setExceptionBreakpoints', { filters: [] });
    await client.move('stepOut');
    const decision = await client.scopeReference('Decision');
    const choice = await client.request<{ dataId: string }>('dataBreakpointInfo', {
      variablesReference: decision,
      name: 'choice',
    });
    expect(choice.dataId).toBe('choice');
    await client.request('dataBreakpointInfo', { name: 'Q("go forward")' });
    await client.request('dataBreakpointInfo', { name: 'mass' });
    await client.request('setDataBreakpoints', { breakpoints: [{ dataId: 'choice' }, { dataId: 'Q:go forward' }] });
    await client.move('restartFrame', { frameId: 12 });
    await client.evaluate('set alpha 0', 'repl');
    expectTraffic(client, 'breakpoints', from);
  });

  test('stops where an exception filter strikes, and says why in its words', async () => {
    let verdicts: Readonly<Record<string, number>> = { ' BAD': 0.8, ' GOOD': 0.1, ' UNKNOWN': 0.1 };
    const client = connect(
      written(
        new WrittenModel(
          turningWords(() => verdicts),
          { transcript: 'babyai-text' },
        ),
      ),
    );
    const entry = client.event('stopped');
    // With alpha 0 the prior chooses, which likes turning left best.
    await client.launch(launchArguments({ parameters: { ...parameters, horizon: 8, alpha: 0, loopGuard: 0 } }));
    await entry;
    const from = client.traffic.length;
    const strike = async (filter: string, condition?: string): Promise<void> => {
      const options =
        condition === undefined ? { filters: [filter] } : { filterOptions: [{ filterId: filter, condition }] };
      await client.request('setExceptionBreakpoints', { filters: [], ...options });
      expect(await client.move('continue')).toMatchObject({ reason: 'exception' });
    };
    await strike('low-q');
    await strike('all-bad', 'step == 1');
    // GOOD is likelier than all other tokens, and BAD is not among those that are shown.
    const others = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [` word${i}`, 0.02]));
    verdicts = { ' GOOD': 0.4, ...others };
    await strike('outside-top');
    await strike('low-mass', '0.5');
    await strike('loop');
    // A verdict that is only bounded, with weight: the true value could change the choice.
    await client.evaluate('set alpha 1', 'repl');
    await strike('uncertain');
    expect((await client.send('setExceptionBreakpoints', { filters: ['conjured'] })).success).toBe(false);
    expectTraffic(client, 'filters', from);
  });

  test('stops where the Q of a watched action differs from the last decision that held it', async () => {
    let verdicts: Readonly<Record<string, number>> = { ' BAD': 0.2, ' GOOD': 0.7, ' UNKNOWN': 0.1 };
    const client = connect(
      written(
        new WrittenModel(
          turningWords(() => verdicts),
          { transcript: 'babyai-text' },
        ),
      ),
    );
    const entry = client.event('stopped');
    await client.launch(launchArguments({ parameters: { ...parameters, alpha: 0, loopGuard: 0 } }));
    await entry;
    await client.request('setDataBreakpoints', { breakpoints: [{ dataId: 'Q:turn left' }, { dataId: 'Q:drop' }] });
    await client.move('next');
    expect(await client.move('stepOut')).toMatchObject({ reason: 'step' });
    verdicts = { ' BAD': 0.7, ' GOOD': 0.2, ' UNKNOWN': 0.1 };
    expect(await client.move('continue')).toMatchObject({
      reason: 'data breakpoint',
      description: 'Q of "turn left" changed from 1.253 to -1.253',
    });
    expect((await client.stackTop()).name).toBe('improve');
  });

  test("errors are said in the reader's language", async () => {
    const host = { ...debugHost(contextWith(written())), translate: (text: string) => text.toUpperCase() };
    const client = new DapClient(new LacDebugAdapter(host));
    clients.push(client);
    expect(await client.send('stackTrace', { threadId: 1 })).toMatchObject({
      success: false,
      message: 'debugger.no-session',
      body: { error: { format: 'NO EPISODE HAS BEEN STARTED. SEND LAUNCH OR ATTACH FIRST.' } },
    });
  });

  test("stops, frames, scopes, values and the console speak the reader's language", async () => {
    const german: Readonly<Record<string, string>> = words;
    const host = { ...debugHost(contextWith(written())), translate: (text: string) => german[text] ?? text };
    const client = new DapClient(new LacDebugAdapter(host));
    clients.push(client);
    const entry = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
    await client.launch(launchArguments());
    expect(await entry).toMatchObject({ description: 'Die Episode beginnt' });
    expect(await client.move('stepIn')).toMatchObject({ description: 'Vor einem Aufruf des Akteurs' });
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: '*' }] });
    expect((await client.move('continue')).description).toMatch(/^„.+“ wurde gewählt$/u);
    await client.request('setFunctionBreakpoints', { breakpoints: [] });
    expect((await client.stackTop(1)).name).toBe('improve');
    const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
      threadId: 1,
    });
    expect(stackFrames[1].name).toBe('Schritt 0');
    const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>('completions', {
      text: 'agreem',
      column: 7,
    });
    expect(targets.map(({ detail }) => detail)).toEqual([german[expressionNames['agreement'].description]]);
    const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: 11 });
    expect(scopes.map(({ name }) => name)).toEqual([
      'Entscheidung (Schritt 0)',
      'Rollouts',
      'Modellaufrufe',
      'Umgebung',
      'Parameter',
      'Kosten',
    ]);
    const [decision, rollouts] = await Promise.all(
      scopes.slice(0, 2).map(({ variablesReference }) => client.variables(variablesReference)),
    );
    // Names stay those of the expression language, by which they are asked for and set.
    const names = ['choice', 'action', 'agreement', 'certain', 'margin', 'flips', 'candidate 1'];
    expect(decision.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(decision.filter(({ value }) => value.includes('(gewählt): Prior '))).toHaveLength(1);
    expect(rollouts[0]?.value).toContain('1 vorgestellter Schritt');
    expect(await client.evaluate('help', 'repl')).toContain('diese Liste');
    expect(await client.evaluate('forecast', 'repl')).toMatch(
      /^Hier noch einmal zu entscheiden würde .+ Aufrufe, .+ brauchen\.\n\(kein Modell/u,
    );
    await client.request('setExceptionBreakpoints', {
      filterOptions: [{ filterId: 'low-margin', condition: '0.999' }],
      filters: [],
    });
    await client.move('continue');
    const info = await client.request<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', { threadId: 1 });
    expect(info.description).toMatch(/^der Abstand ist 0\.\d+$/u);
  });

  test('gives a value whole to the clipboard, and cut to every other place', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    await client.move('next');
    const long = `You see a ${'very '.repeat(1000)}red ball`;
    const variablesReference = await client.scopeReference('Environment');
    await client.request('setVariable', { variablesReference, name: 'observation', value: long });
    await client.move('stepOut');
    expect(await client.evaluate('observation', 'clipboard')).toBe(long);
    expect(await client.evaluate('observation', 'watch')).toMatch(/very \.\.\. \(\d+ characters\)$/u);
  });

  describe('with a client that can show what has changed', () => {
    async function launched(
      model: WrittenModel,
      more: object = {},
    ): Promise<{ readonly client: DapClient; readonly adapter: LacDebugAdapter }> {
      const adapter = new LacDebugAdapter(debugHost(contextWith(written(model))));
      const client = new DapClient(adapter);
      clients.push(client);
      const initialized = client.event('initialized');
      await client.request('initialize', { adapterID: 'lac', supportsInvalidatedEvent: true });
      await client.request('launch', launchArguments(more));
      await initialized;
      const entry = client.event('stopped');
      await client.request('configurationDone');
      await entry;
      return { client, adapter };
    }

    const eventsSince = (client: DapClient, from: number): readonly unknown[] =>
      client.traffic.slice(from).flatMap(({ message }) => (message.type === 'event' ? [message['event']] : []));

    const chosenQ = async (client: DapClient): Promise<string | undefined> =>
      (await client.scope('Decision')).find(({ value }) => value.includes('(chosen)'))?.value;

    test('a probe at a step keeps the frame, and its variables are new', async () => {
      const { client, adapter } = await launched(new WrittenModel(babyAiWords, { transcript: 'babyai-text' }));
      await client.move('next');
      await client.move('stepBack');
      const frame = await client.stackTop();
      const before = await chosenQ(client);
      const from = client.traffic.length;
      const told = client.event<DebugProtocol.InvalidatedEvent['body']>('invalidated');
      await adapter.opened?.session.probe({ parameters: { depth: 0 } });
      expect(await told).toEqual({ areas: ['variables'] });
      expect(eventsSince(client, from)).toEqual(['invalidated']);
      expect(await client.stackTop()).toEqual(frame);
      expect(await chosenQ(client)).not.toBe(before);
    });

    test('a variable that is set is such a probe, and so is a command of the console', async () => {
      const { client } = await launched(new WrittenModel(babyAiWords, { transcript: 'babyai-text' }));
      await client.move('next');
      await client.move('stepBack');
      const from = client.traffic.length;
      const variablesReference = await client.scopeReference('Parameters');
      const told = client.event('invalidated');
      await client.request('setVariable', { variablesReference, name: 'depth', value: '0' });
      await told;
      const again = client.event('invalidated');
      await client.evaluate('set depth 1', 'repl');
      await again;
      expect(eventsSince(client, from)).toEqual(['invalidated', 'invalidated']);
    });

    test('a probe from within a decision leaves its frames, without taking the focus', async () => {
      const { client, adapter } = await launched(new WrittenModel(babyAiWords, { transcript: 'babyai-text' }));
      await client.move('stepOut');
      const from = client.traffic.length;
      const stopped = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
      const told = client.event('invalidated');
      await adapter.opened?.session.probe({ parameters: { alpha: 0 } });
      expect(await stopped).toMatchObject({ reason: 'restart', preserveFocusHint: true });
      await told;
      expect(eventsSince(client, from)).toEqual(['stopped', 'invalidated']);
      expect((await client.stackTop()).name).toBe('step 0');
    });

    test('a breakpoint in a probe is a stop like every other', async () => {
      const { client, adapter } = await launched(new WrittenModel(babyAiWords, { transcript: 'babyai-text' }));
      await client.move('next');
      await client.move('stepBack');
      await client.request('setFunctionBreakpoints', { breakpoints: [{ name: '*' }] });
      const stopped = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
      await adapter.opened?.session.probe({ parameters: { alpha: 0 } });
      const body = await stopped;
      expect(body).toMatchObject({ reason: 'function breakpoint' });
      expect(body.preserveFocusHint).toBeUndefined();
    });

    /** A model whose calls can be held until they are let go, or aborted. */
    function heldModel(): { readonly model: WrittenModel; readonly hold: () => void; readonly letGo: () => void } {
      let letGo: () => void = () => undefined;
      let held: Promise<void> | null = null;
      const before = (_prompt: string, signal: AbortSignal): Promise<void> =>
        held === null
          ? Promise.resolve()
          : Promise.race([
              held,
              new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(abortError(signal)))),
            ]);
      const model = new WrittenModel(babyAiWords, { transcript: 'babyai-text', before });
      const hold = (): void => {
        held = new Promise((resolve) => (letGo = resolve));
      };
      return { model, hold, letGo: () => letGo() };
    }

    /** Stands at a decided step, and what is decided there from now on is held. */
    async function held(): Promise<Awaited<ReturnType<typeof launched>> & { readonly letGo: () => void }> {
      const { model, hold, letGo } = heldModel();
      const launch = await launched(model);
      await launch.client.move('next');
      await launch.client.move('stepBack');
      hold();
      return { ...launch, letGo };
    }

    test('a movement that is asked for while a probe is decided in place comes after it', async () => {
      const { client, adapter, letGo } = await held();
      const deciding = adapter.opened?.session.probe({ parameters: { candidates: 4 } });
      const stopped = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
      const moved = client.request('next', { threadId: 1 });
      // Once the next request is answered, this one has been taken.
      await client.request('threads');
      expect(adapter.opened?.session.isProbing).toBe(true);
      letGo();
      expect((await deciding)?.reason).toBe('probe');
      await moved;
      expect((await stopped).reason).toBe('step');
      expect((await client.stackTop()).name).toBe('step 1');
    });

    test('a variable that is set while another is decided in place takes its place', async () => {
      const { client, adapter, letGo } = await held();
      const from = client.traffic.length;
      const variablesReference = await client.scopeReference('Parameters');
      const set = (name: string, value: string): Promise<unknown> =>
        client.request('setVariable', { variablesReference, name, value });
      await set('candidates', '4');
      expect(adapter.opened?.session.isProbing).toBe(true);
      await client.request('setExpression', { expression: 'depth', value: '2' });
      letGo();
      const stop = await adapter.opened?.session.standstill;
      expect(stop?.reason).toBe('probe');
      const decision = adapter.opened?.session.decision;
      expect(decision).toMatchObject({ complete: true, parameters: { candidates: 4, depth: 2 } });
      await client.request('threads');
      expect(new Set(eventsSince(client, from))).toEqual(new Set(['invalidated']));
    });

    test('an action that is set while a parameter is decided on in place waits for it and is stepped on', async () => {
      const { client, adapter, letGo } = await held();
      await client.request('setExpression', { expression: 'candidates', value: '4' });
      const acted = client.request('setExpression', { expression: 'action', value: 'toggle' });
      await client.request('threads');
      expect(adapter.opened?.session.isProbing).toBe(true);
      letGo();
      await acted;
      expect(adapter.opened?.session.decision).toMatchObject({ complete: true, parameters: { candidates: 4 } });
      await client.move('next');
      expect(adapter.opened?.session.node.arrival?.action).toBe('toggle');
    });

    test('a probe that fails is said without taking the focus', async () => {
      const fails = { now: false };
      const before = (): Promise<void> =>
        fails.now
          ? Promise.reject(new LacError('model.budget', { spent: 1, limit: 1, unit: 'calls' }))
          : Promise.resolve();
      const { client, adapter } = await launched(new WrittenModel(babyAiWords, { transcript: 'babyai-text', before }));
      await client.move('next');
      await client.move('stepBack');
      fails.now = true;
      const stopped = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
      await adapter.opened?.session.probe({ parameters: { candidates: 4 } });
      expect(await stopped).toMatchObject({ reason: 'exception', preserveFocusHint: true });
    });

    test('settings in force from now on leave the client where it is', async () => {
      const { client, adapter } = await launched(new WrittenModel(babyAiWords, { transcript: 'babyai-text' }));
      await client.move('stepOut');
      const from = client.traffic.length;
      const told = client.event<DebugProtocol.InvalidatedEvent['body']>('invalidated');
      const settings = adapter.opened?.session.settings;
      if (settings === undefined) throw new Error('no session is open');
      adapter.opened?.session.setSettings({ parameters: { ...settings.parameters, alpha: 3 } });
      expect(await told).toEqual({ areas: ['variables'] });
      expect(eventsSince(client, from)).toEqual(['invalidated']);
    });
  });

  test('setting a variable makes a probe, or a branch when stepped on', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    await client.move('next');
    await client.move('stepOut');
    const from = client.traffic.length;
    await client.move('setVariable', {
      variablesReference: await client.scopeReference('Parameters'),
      name: 'alpha',
      value: '0',
    });
    await client.move('setExpression', { expression: 'depth', value: '0' });
    await client.move('setExpression', { expression: 'candidate 1', value: 'toggle' });
    await client.request('setVariable', {
      variablesReference: await client.scopeReference('Decision'),
      name: 'action',
      value: 'turn left',
    });
    await client.move('next');
    await client.request('setVariable', {
      variablesReference: await client.scopeReference('Environment'),
      name: 'observation',
      value: 'You see a red ball 1 step forward',
    });
    await client.move('next');
    await client.request('threads');
    const wrong = await client.send('setVariable', {
      variablesReference: await client.scopeReference('Parameters'),
      name: 'alpha',
      value: 'much',
    });
    expect(wrong.success).toBe(false);
    expectTraffic(client, 'set-variable', from);
  });

  test('evaluates in each context', async () => {
    const model = new WrittenModel(babyAiWords, { transcript: 'babyai-text' });
    const client = connect(written(model));
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    await client.move('stepOut');
    const asked = model.prompts.length;
    const from = client.traffic.length;
    await client.evaluate('Q', 'watch');
    await client.evaluate('policy(alpha=2)', 'watch');
    await client.evaluate('candidates', 'hover');
    await client.evaluate('flips', 'variables');
    await client.evaluate('choice', 'clipboard');
    expect((await client.send('evaluate', { expression: 'Q <', context: 'watch' })).success).toBe(false);
    expect((await client.send('evaluate', { expression: 'nothing', context: 'hover' })).success).toBe(false);
    expect(model.prompts).toHaveLength(asked);
    await client.evaluate('help', 'repl');
    await client.evaluate('try turn left', 'repl');
    await client.evaluate('forecast', 'repl');
    await client.evaluate('set depth 2', 'repl');
    await client.evaluate('add toggle', 'repl');
    await client.evaluate('resample 2', 'repl');
    await client.evaluate('act turn left', 'repl');
    await client.evaluate('goto 0', 'repl');
    expect((await client.send('evaluate', { expression: 'goto 99', context: 'repl' })).success).toBe(false);
    expect((await client.send('evaluate', { expression: 'act', context: 'repl' })).success).toBe(false);
    await client.request('completions', { text: 'pol', column: 4 });
    await client.request('completions', { text: 'act go', column: 7 });
    await client.request('gotoTargets', { source: { path: 'b0.lac-transcript' }, line: 3 });
    await client.move('goto', { threadId: 1, targetId: 2 });
    expectTraffic(client, 'evaluate', from);
  });

  test('decides a frame again', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    await client.move('stepOut');
    const from = client.traffic.length;
    const { id } = await client.stackTop();
    await client.move('restartFrame', { frameId: id });
    await client.scope('Decision');
    expectTraffic(client, 'restart-frame', from);
  });

  describe('whose recording is taken away', () => {
    const complaints = (client: DapClient): readonly string[] =>
      client.traffic.flatMap(({ message }) => {
        const { category, output } = (message['body'] ?? {}) as {
          readonly category?: string;
          readonly output?: string;
        };
        return category === 'stderr' && output !== undefined ? [output] : [];
      });

    async function launched(): Promise<{ readonly client: DapClient; readonly file: string }> {
      const client = connect(written());
      const file = path.join(mkdtempSync(path.join(folder, 'taken-')), 'runs', 'run.lac.jsonl');
      const entry = client.event('stopped');
      await client.launch(launchArguments({ trajectory: file }));
      await entry;
      await client.move('next');
      return { client, file };
    }

    test('writes it again and says so, and goes on', async () => {
      const { client, file } = await launched();
      rmSync(path.dirname(file), { recursive: true });
      await client.move('next');
      expect(complaints(client)).toEqual([expect.stringMatching(/run\.lac\.jsonl was deleted .* written again/u)]);
      const source = fileSource(file);
      const { problems, episodes } = await readJournal(source).finally(() => source.close());
      expect(problems).toEqual([]);
      expect(episodes[0].line('b0').map(({ step }) => step)).toEqual([0, 1, 2]);
    });

    test('says at the end that it lies elsewhere', async () => {
      const { client, file } = await launched();
      writeFileSync(file, 'not ours');
      const terminated = client.event('terminated');
      await client.request('terminate');
      await terminated;
      expect(complaints(client)).toEqual([expect.stringContaining('run-2.lac.jsonl, where the recording goes on')]);
    });

    test('ends all the same where nothing can be written any more, and says why', async () => {
      const { client, file } = await launched();
      rmSync(path.dirname(file), { recursive: true });
      writeFileSync(path.dirname(file), 'no folder');
      const terminated = client.event('terminated');
      await client.request('terminate');
      await terminated;
      expect(complaints(client)).toEqual([expect.stringContaining('run.lac.jsonl cannot be written')]);
    });
  });

  test('terminate reaches the socket of a call that runs', async () => {
    const ollama = await ScriptedOllama.start({ next: babyAiWords });
    try {
      const client = connect(() => openedOllama(ollama));
      const entry = client.event('stopped');
      await client.launch(launchArguments());
      await entry;
      ollama.forget();
      ollama.next({ play: 'silence' });
      const from = client.traffic.length;
      await client.request('continue', { threadId: 1 });
      const [request] = await ollama.came(1);
      const ended = client.event('terminated');
      await client.request('terminate');
      // The server would stay silent for ever: only the hanging up of the client ends this request.
      await request.over;
      expect(request.state).toBe('closed');
      await ended;
      await ollama.quiet();
      expectTraffic(client, 'terminate', from);
    } finally {
      await ollama.close();
    }
  });

  test('replays a recording without model and environment', async () => {
    const trajectory = path.join(folder, 'recorded.lac.jsonl');
    const live = connect(written());
    const end = live.event('stopped');
    await live.launch(launchArguments({ stopOnEntry: false, trajectory }));
    await end;
    await live.send('disconnect');
    clients.splice(clients.indexOf(live), 1);
    const client = connect(() => Promise.reject(new Error('a replay opens no model')));
    const entry = client.event('stopped');
    await client.launch({ trajectory, mode: 'replay' });
    await entry;
    await client.request('setExceptionBreakpoints', { filters: ['contradicted'] });
    await client.move('continue');
    await client.move('stepIn');
    await client.request('stackTrace', { threadId: 1 });
    await client.move('stepOut');
    await client.evaluate('choice(alpha=0)', 'watch');
    await client.evaluate('set alpha 0', 'repl');
    await client.move('stepBack');
    await client.move('reverseContinue');
    expect((await client.send('evaluate', { expression: 'try toggle', context: 'repl' })).success).toBe(false);
    await client.request('setExceptionBreakpoints', { filters: [] });
    await client.move('continue');
    expectTraffic(client, 'replay');
  });

  test('refuses bad configurations and requests in words', async () => {
    const client = connect(written());
    await client.request('initialize', { adapterID: 'lac' });
    for (const given of [
      { environment: 'chess' },
      { task: 'MixedTrainLocal/fly/17' },
      { parameters: { alpha: -1 } },
      { parameters: { alhpa: 1 } },
      { stopOnEntry: 'yes' },
      { tsak: 'a' },
      { mode: 'replay' },
      { mode: 'replay', trajectory: path.join(folder, 'none.lac.jsonl') },
    ]) {
      expect((await client.send('launch', given)).success).toBe(false);
    }
    for (const [command, given] of [
      ['stackTrace', { threadId: 1 }],
      ['conjure', {}],
      ['scopes', { frameId: 12 }],
    ] as const) {
      expect((await client.send(command, given)).success).toBe(false);
    }
    expectTraffic(client, 'bad-input', 2);
  });

  test('serves two sessions side by side', async () => {
    const [one, two] = [connect(written()), connect(written())];
    const entries = [one.event('stopped'), two.event('stopped')];
    await Promise.all([one.launch(launchArguments()), two.launch(launchArguments())]);
    await Promise.all(entries);
    await Promise.all([one.move('next'), two.move('stepIn')]);
    expect((await one.stackTop()).name).toBe('step 1');
    expect((await two.stackTop()).name).toBe('propose');
  });

  test('says what is wrong while it runs', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const model = new WrittenModel(babyAiWords, { transcript: 'babyai-text', before: () => held });
    const client = connect(written(model));
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    await client.request('continue', { threadId: 1 });
    expect(await client.send('next', { threadId: 1 })).toMatchObject({ success: false, message: 'debugger.running' });
    const stopped = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
    await client.request('pause', { threadId: 1 });
    release();
    expect(await stopped).toMatchObject({ reason: 'pause' });
  });

  test('starts the task again in a recording of its own, breakpoints kept', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: '*' }] });
    await client.move('next');
    const again = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
    await client.request('restart', { arguments: launchArguments() });
    expect(await again).toMatchObject({ reason: 'entry' });
    expect(await client.move('continue')).toMatchObject({ reason: 'function breakpoint' });
    expect((await client.stackTop(1)).name).toBe('improve');
  });

  test('ends where the task cannot be started again', async () => {
    const client = connect(written());
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    const terminated = client.event('terminated');
    const answer = await client.send('restart', { arguments: launchArguments({ task: 'MixedTrainLocal/nowhere/1' }) });
    expect(answer.success).toBe(false);
    await terminated;
  });

  test('shows the progress of long calls, which can be cancelled; what was cancelled stays pending', async () => {
    let slow = true;
    const model = new WrittenModel(babyAiWords, {
      before: (_prompt, signal) =>
        slow
          ? new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
            })
          : Promise.resolve(),
    });
    const client = connect(written(model));
    const initialized = client.event('initialized');
    await client.request('initialize', { adapterID: 'lac', supportsProgressReporting: true });
    await client.request('launch', launchArguments());
    await initialized;
    const entry = client.event('stopped');
    await client.request('configurationDone');
    await entry;
    const started = client.event<DebugProtocol.ProgressStartEvent['body']>('progressStart');
    await client.request('continue', { threadId: 1 });
    const { progressId, cancellable, message } = await started;
    expect({ cancellable, message }).toEqual({ cancellable: true, message: 'actor' });
    const ended = client.event('progressEnd');
    const stopped = client.event<DebugProtocol.StoppedEvent['body']>('stopped');
    await client.request('cancel', { progressId });
    await ended;
    expect(await stopped).toMatchObject({ reason: 'pause' });
    slow = false;
    expect(await client.move('stepOut')).toMatchObject({ reason: 'step' });
  });

  test('a failed call is an exception at which the episode can be gone on with', async () => {
    let failing = true;
    let problem = new LacError('model.budget', { spent: 1, limit: 1, unit: 'calls' });
    const refuse = (): Promise<void> => (failing ? Promise.reject(problem) : Promise.resolve());
    const client = connect(written(new WrittenModel(babyAiWords, { before: refuse })));
    const entry = client.event('stopped');
    await client.launch(launchArguments());
    await entry;
    expect(await client.move('next')).toMatchObject({ reason: 'exception' });
    const info = await client.request<DebugProtocol.ExceptionInfoResponse['body']>('exceptionInfo', { threadId: 1 });
    expect(info).toMatchObject({ exceptionId: 'model.budget', breakMode: 'unhandled' });
    const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
      'setExceptionBreakpoints',
      {
        filters: ['model-error', 'budget'],
      },
    );
    const [modelError, budget] = breakpoints.map(({ id }) => id);
    // A budget that is over has a filter of its own.
    expect((await client.move('next')).hitBreakpointIds).toEqual([budget]);
    problem = new LacError('model.crashed', { model: 'm', url: 'u', reason: 'r' });
    expect((await client.move('next')).hitBreakpointIds).toEqual([modelError]);
    failing = false;
    expect(await client.move('next')).toMatchObject({ reason: 'step' });
  });
});
