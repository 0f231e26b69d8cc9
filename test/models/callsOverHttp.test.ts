import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../src/lac/languageModel';
import { Budget, unlimited } from '../../src/models/calls/budget';
import { RecordedModelCalls } from '../../src/models/calls/recordedCalls';
import { Scheduler } from '../../src/models/calls/scheduler';
import { openOllama } from '../../src/models/ollama/openOllama';
import { ManualClock } from '../support/manualClock';
import { chunkLine, ScriptedOllama } from '../support/scriptedOllama';
import { MemoryCallLog } from '../support/memoryCallLog';

const purpose = { role: 'forward', candidate: 0, depth: 1 } as const;
const { signal } = new AbortController();
const line = (prompt: string): GenerateRequest => ({
  kind: 'generate',
  prompt: [prompt],
  maxTokens: 9,
  terminator: 'scored',
  temperature: 0,
  seed: null,
  ordinal: 0,
  top: 0,
});
const busy = { play: 'status', status: 503, body: '{"error":"server busy, please try again."}' } as const;

let server: ScriptedOllama;
let log: MemoryCallLog;
let clock: ManualClock;
let calls: RecordedModelCalls;
beforeEach(async () => {
  server = await ScriptedOllama.start({
    next: (prompt) =>
      prompt.endsWith('!') ? { '\n': 0.9, '.': 0.1 } : prompt.endsWith('hi') ? { '!': 1 } : { ' hi': 0.8, x: 0.2 },
  });
  const model = await openOllama({ url: server.url, model: 'scripted', context: null, key: 'hidden-key' }, signal);
  server.forget();
  log = new MemoryCallLog();
  clock = new ManualClock();
  const scheduler = new Scheduler([{ name: server.url, model, parallel: 1 }]);
  calls = new RecordedModelCalls({ mode: 'live', scheduler, budget: new Budget(unlimited) }, log, clock);
});
afterEach(async () => {
  await calls.idle();
  await server.quiet();
  await server.close();
  expect(JSON.stringify(log.calls)).not.toContain('hidden-key');
});

describe('recorded calls of a real connection', () => {
  it('outlast a full queue and a crash before the first token', async () => {
    server.next(busy);
    server.next({ play: 'hang-up' });
    const { answer } = await calls.ask(line('say'), purpose, { signal });
    expect(answer).toMatchObject({ text: ' hi!', score: 'exact' });
    expect(clock.sleeps).toEqual([250, 500]);
    expect(log.calls).toMatchObject([
      { status: 'complete', purpose, at: { attempts: 3, server: { server: server.url } } },
    ]);
    expect(server.requests[0].headers['authorization']).toBe('Bearer hidden-key');
  });

  it('do not repeat a crash in the middle of an answer, and keep what had come', async () => {
    server.next({ play: 'pieces', then: 'hang-up', pieces: [chunkLine(' hi', [{ token: ' hi', logprob: -1 }])] });
    await expect(calls.ask(line('say'), purpose, { signal })).rejects.toMatchObject({ code: 'model.crashed' });
    expect(server.requests).toHaveLength(1);
    expect(log.calls).toMatchObject([{ status: 'failed', partial: ' hi', error: { code: 'model.crashed' } }]);
    expect((await calls.ask(line('say'), purpose, { signal })).reused).toBe(false);
  });

  it('keep the partial text of a cancelled call, whose socket closes at once', async () => {
    server.next({ play: 'step-by-step' });
    const abort = new AbortController();
    const asked = calls.ask(line('say'), purpose, { signal: abort.signal, onToken: () => abort.abort() });
    const fails = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const [request] = await server.came(1);
    server.release();
    await fails;
    // The rest of the answer is held back until the server has seen the socket close.
    await request.over;
    expect(request.state).toBe('closed');
    expect(log.calls).toMatchObject([{ status: 'cancelled', partial: ' hi' }]);
    expect((await calls.ask(line('say'), purpose, { signal })).answer.text).toBe(' hi!');
  });

  it('leave no socket and no timer after many calls that end in every way', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    for (let i = 0; i < 40; i++) {
      if (i % 4 === 1) server.next({ play: 'hang-up' });
      if (i % 4 === 2) server.next({ play: 'silence' });
      const abort = new AbortController();
      const asked = calls.ask(line(`say ${i}`), purpose, { signal: abort.signal });
      const ended = asked.then(
        () => 'answered',
        () => 'failed',
      );
      if (i % 4 === 2) {
        await server.came(server.requests.filter(({ path }) => path === '/api/generate').length + 1);
        abort.abort();
      }
      expect(await ended).toBe(i % 4 === 2 ? 'failed' : 'answered');
    }
    await server.quiet();
    expect(server.openSockets).toBe(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
