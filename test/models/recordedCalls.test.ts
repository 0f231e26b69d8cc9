import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LacError } from '../../src/errors/lacError';
import type { CallId, CallPurpose } from '../../src/lac/calls';
import type {
  GenerateRequest,
  LanguageModel,
  ModelRequest,
  NextRequest,
  ScoreRequest,
} from '../../src/lac/languageModel';
import { Budget, unlimited } from '../../src/models/calls/budget';
import { CallIds, canonicalJson } from '../../src/models/calls/callId';
import { totalCost } from '../../src/models/calls/cost';
import { RecordedModelCalls, type CallEvent } from '../../src/models/calls/recordedCalls';
import { patientRetry, type RetryPolicy } from '../../src/models/calls/retry';
import { Scheduler } from '../../src/models/calls/scheduler';
import { ManualClock } from '../support/manualClock';
import { WrittenModel } from '../support/writtenModel';
import { MemoryCallLog } from '../support/memoryCallLog';

const purpose: CallPurpose = { role: 'actor', candidate: null, depth: null };
const line = (prompt: readonly string[], ordinal = 0): GenerateRequest => ({
  kind: 'generate',
  prompt,
  maxTokens: 8,
  terminator: 'scored',
  temperature: 0,
  seed: null,
  ordinal,
  top: 2,
});
const read = (prompt: readonly string[]): NextRequest => ({ kind: 'next', prompt, labels: ['GOOD', 'BAD'] });
/** Says ` go` and ends the line. */
const simple = (prompt: string): Record<string, number> =>
  prompt.endsWith(' go') ? { '\n': 1 } : { ' go': 0.9, ' no': 0.1 };

function setUp(
  model: LanguageModel = new WrittenModel(simple),
  options: {
    parallel?: number;
    budget?: Budget;
    clock?: ManualClock;
    log?: MemoryCallLog;
    retry?: RetryPolicy;
  } = {},
) {
  const log = options.log ?? new MemoryCallLog();
  const scheduler = new Scheduler([{ name: 'first', model, parallel: options.parallel ?? 1 }]);
  const calls = new RecordedModelCalls(
    {
      mode: 'live',
      scheduler,
      budget: options.budget ?? new Budget(unlimited),
      ...(options.retry && { retry: options.retry }),
    },
    log,
    options.clock ?? new ManualClock(),
  );
  const events: CallEvent[] = [];
  calls.subscribe((event) => events.push(event));
  return { log, calls, events, signal: new AbortController().signal };
}

/** A model whose calls wait until the test lets them go on, in the order that the test wants. */
function gated(): { model: WrittenModel; open: (prompt: string) => void; waiting: () => readonly string[] } {
  const gates = new Map<string, () => void>();
  const model = new WrittenModel(simple, {
    before: (prompt, signal) =>
      new Promise((resolve, reject) => {
        gates.set(prompt, resolve);
        signal.addEventListener('abort', () => {
          gates.delete(prompt);
          reject(new DOMException('stopped', 'AbortError'));
        });
      }),
  });
  return {
    model,
    open: (prompt) => {
      gates.get(prompt)?.();
      gates.delete(prompt);
    },
    waiting: () => [...gates.keys()],
  };
}
const callId = (modelDigest: string, request: ModelRequest): CallId => new CallIds(modelDigest).idOf(request);
const turns = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('ids of calls', () => {
  it('depend on the text of the prompt, not on its segments, and on everything else that is asked', () => {
    const id = callId('d', line(['ab', 'c']));
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(callId('d', line(['a', 'bc']))).toBe(id);
    const others = [
      callId('e', line(['abc'])),
      callId('d', line(['abd'])),
      callId('d', line(['abc'], 1)),
      callId('d', { ...line(['abc']), seed: 3 }),
      callId('d', read(['abc'])),
      callId('d', { ...read(['abc']), labels: ['BAD', 'GOOD'] }),
    ];
    expect(new Set([id, ...others]).size).toBe(7);
  });

  it('are the hash of the whole, whatever was hashed before and wherever a prompt is cut', () => {
    const ids = new CallIds('d');
    const prompts = [
      ['Rules "a"\n', 'x'],
      ['Rules "a"\n', 'x', 'y'],
      ['Rules "a"\n', 'z'],
      ['\ud83d', '\ude00'],
      [],
      ['x'],
      ['a', 'b', 'ä\n', 'd', 'e'],
      ['a', 'b', 'ä\n', 'd', 'f', 'g'],
      ['a', 'b', 'z', 'd'],
      ['a', 'b', 'ä\n', 'd', 'f', 'h', 'i'],
    ];
    for (const prompt of [...prompts, ...prompts]) {
      const score: ScoreRequest = { kind: 'score', prompt, continuation: ' "prompt":"" ' };
      for (const request of [line(prompt), read(prompt), score]) {
        const whole = canonicalJson({ model: 'd', request: { ...request, prompt: prompt.join('') } });
        expect(ids.idOf(request)).toBe(createHash('sha256').update(whole).digest('hex'));
      }
    }
  });

  it('come from JSON with sorted keys, whatever order the fields were written in', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined, A: -0 })).toBe(
      '{"A":0,"b":[1,{"c":"x","d":null}]}',
    );
    expect(() => canonicalJson({ a: NaN })).toThrow('NaN');
  });
});

describe('recorded calls', () => {
  it('ask a model once and then the log, also for a prompt in other segments', async () => {
    const model = new WrittenModel(simple);
    const { calls, log, signal, events } = setUp(model);
    const first = await calls.ask(line(['p', 'q']), purpose, { signal });
    const second = await calls.ask(line(['pq']), { ...purpose, role: 'critic' }, { signal });
    expect(first.reused).toBe(false);
    expect(first.answer.text).toBe(' go');
    expect(second).toEqual({ ...first, reused: true });
    expect(model.prompts).toEqual(['pq']);
    expect(log.calls).toHaveLength(1);
    expect(log.calls[0]).toMatchObject({ id: first.call, status: 'complete', purpose, at: { attempts: 1 } });
    expect(events.map(({ type }) => type)).toEqual(['waiting', 'started', 'token', 'token', 'ended', 'reused']);
  });

  it('share one request among all who ask the same at the same time, late tokens included', async () => {
    const { model, open } = gated();
    const { calls, log, signal } = setUp(model, { parallel: 2 });
    const heard: string[][] = [[], []];
    const both = [0, 1].map((i) =>
      calls.ask(line(['p']), purpose, { signal, onToken: ({ token }) => heard[i].push(token) }),
    );
    await turns();
    open('p');
    const [a, b] = await Promise.all(both);
    expect([a.reused, b.reused]).toEqual([false, true]);
    expect(heard).toEqual([
      [' go', '\n'],
      [' go', '\n'],
    ]);
    expect(log.calls).toHaveLength(1);
    expect(totalCost(calls.cost)).toMatchObject({ calls: 1, reused: 1 });
  });

  it('cancel a shared request only when the last asker gives up, keep it as cancelled and never reuse it', async () => {
    const { model, waiting, open } = gated();
    const { calls, log } = setUp(model);
    const [one, two] = [new AbortController(), new AbortController()];
    const a = calls.ask(line(['p']), purpose, { signal: one.signal });
    const b = calls.ask(line(['p']), purpose, { signal: two.signal });
    const [aFails, bFails] = [
      expect(a).rejects.toThrow(/abort/i),
      expect(b).rejects.toMatchObject({ name: 'AbortError' }),
    ];
    await turns();
    one.abort();
    await aFails;
    expect(waiting()).toEqual(['p']);
    two.abort();
    const again = calls.ask(line(['p']), purpose, { signal: new AbortController().signal });
    await bFails;
    await turns();
    open('p');
    expect((await again).reused).toBe(false);
    expect(log.calls.map(({ status }) => status)).toEqual(['cancelled', 'complete']);
    await calls.idle();
  });

  it('make no call at all in a replay, and name the one that is missing', async () => {
    const { calls, log, signal } = setUp();
    const { answer } = await calls.ask(line(['p']), purpose, { signal });
    const replay = new RecordedModelCalls({ mode: 'replay', model: calls.model }, log, new ManualClock());
    expect((await replay.ask(line(['p']), purpose, { signal })).answer).toEqual(answer);
    const missing = replay.ask(read(['p']), { ...purpose, role: 'critic' }, { signal });
    await expect(missing).rejects.toMatchObject({ code: 'model.not-recorded', args: { role: 'critic', kind: 'next' } });
    expect(log.calls).toHaveLength(1);
  });

  it('stop before the call that the budget does not cover, and go on from there with a larger one', async () => {
    const model = new WrittenModel(simple);
    const log = new MemoryCallLog();
    const poor = setUp(model, { log, budget: new Budget({ ...unlimited, calls: 2 }) });
    const asks = (calls: RecordedModelCalls) => async (p: string) =>
      calls.ask(line([p]), purpose, { signal: poor.signal });
    for (const p of ['a', 'b', 'a']) await asks(poor.calls)(p);
    await expect(asks(poor.calls)('c')).rejects.toMatchObject({
      code: 'model.budget',
      args: { unit: 'calls', limit: 2, spent: 2 },
    });
    expect(model.prompts).toEqual(['a', 'b']);
    expect(poor.events.at(-1)?.type).toBe('dropped');
    const rich = setUp(model, { log });
    for (const p of ['a', 'b', 'c']) await asks(rich.calls)(p);
    expect(model.prompts).toEqual(['a', 'b', 'c']);
  });

  it('count tokens and seconds of live calls towards the budget', async () => {
    const clock = new ManualClock();
    const model = new WrittenModel(simple, {
      before: () => {
        clock.advance(1500);
        return Promise.resolve();
      },
    });
    const budget = new Budget({ calls: null, tokens: 20, seconds: 4 });
    const { calls, signal } = setUp(model, { budget, clock });
    await calls.ask(line(['12345678']), purpose, { signal });
    expect(budget.spent).toEqual({ calls: 1, tokens: 4, seconds: 1.5 });
    await calls.ask(line(['2']), purpose, { signal });
    await calls.ask(line(['3']), purpose, { signal });
    await expect(calls.ask(line(['4']), purpose, { signal })).rejects.toMatchObject({
      args: { unit: 'seconds', spent: 4.5 },
    });
  });

  it('repeat what failed in passing, with growing pauses, and record one call', async () => {
    let failures = 3;
    const clock = new ManualClock();
    const model = new WrittenModel(simple, {
      before: () =>
        failures-- > 0
          ? Promise.reject(new LacError('model.queue-full', { url: 'u', reason: 'r' }))
          : Promise.resolve(),
    });
    const { calls, log, signal, events } = setUp(model, { clock });
    await calls.ask(line(['p']), purpose, { signal });
    expect(clock.sleeps).toEqual(patientRetry.delaysMs.slice(0, 3));
    expect(log.calls.map(({ status, at }) => [status, at.attempts])).toEqual([['complete', 4]]);
    expect(events.filter(({ type }) => type === 'retrying')).toHaveLength(3);
    expect(calls.cost.actor.retries).toBe(3);
  });

  it('give up after the last pause with the error itself, and record the failure', async () => {
    const model = new WrittenModel(simple, {
      before: () => Promise.reject(new LacError('model.queue-full', { url: 'u', reason: 'r' })),
    });
    const { calls, log, signal } = setUp(model);
    await expect(calls.ask(line(['p']), purpose, { signal })).rejects.toMatchObject({ code: 'model.queue-full' });
    expect(log.calls).toMatchObject([{ status: 'failed', partial: '', error: { code: 'model.queue-full' } }]);
    expect(log.get(log.calls[0].id)).toBeUndefined();
  });

  it('never repeat a call of which something was shown, nor a failure that stays', async () => {
    const clock = new ManualClock();
    const broken: LanguageModel = new WrittenModel(simple);
    broken.generate = (_request, { onToken }) => {
      onToken?.({ token: ' g', logprob: -1, top: [] });
      return Promise.reject(new LacError('model.failed-before-answer', { url: 'u', reason: 'r' }));
    };
    const { calls, log, signal } = setUp(broken, { clock });
    await expect(calls.ask(line(['p']), purpose, { signal })).rejects.toMatchObject({
      code: 'model.failed-before-answer',
    });
    expect(log.calls).toMatchObject([{ status: 'failed', partial: ' g' }]);
    const wrong = new WrittenModel(simple, { before: () => Promise.reject(new LacError('model.too-old', {})) });
    const other = setUp(wrong, { clock });
    await expect(other.calls.ask(line(['p']), purpose, { signal })).rejects.toMatchObject({ code: 'model.too-old' });
    expect(clock.sleeps).toEqual([]);
  });

  it('wake from a pause when cancelled', async () => {
    const clock = new ManualClock('waiting');
    const model = new WrittenModel(simple, {
      before: () => Promise.reject(new LacError('model.ollama-down', { url: 'u', reason: 'r' })),
    });
    const { calls } = setUp(model, { clock });
    const abort = new AbortController();
    const asked = calls.ask(line(['p']), purpose, { signal: abort.signal });
    const fails = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await turns();
    expect(clock.sleeps).toEqual([250]);
    abort.abort();
    await fails;
  });

  it('refuse endpoints that serve other weights', () => {
    const endpoints = ['a', 'b'].map((digest) => ({
      name: digest,
      model: new WrittenModel(simple, { digest }),
      parallel: 1,
    }));
    const make = () =>
      new RecordedModelCalls(
        { mode: 'live', scheduler: new Scheduler(endpoints), budget: new Budget(unlimited) },
        new MemoryCallLog(),
        new ManualClock(),
      );
    expect(make).toThrow(expect.objectContaining({ code: 'model.endpoints-differ' }));
  });

  it('refuse a recorded answer of another kind', async () => {
    const { calls, log, signal } = setUp();
    await calls.ask(line(['p']), purpose, { signal });
    const forged = new MemoryCallLog();
    forged.put({ ...log.calls[0], id: callId(calls.model.digest, read(['p'])) });
    const replay = new RecordedModelCalls({ mode: 'replay', model: calls.model }, forged, new ManualClock());
    await expect(replay.ask(read(['p']), purpose, { signal })).rejects.toMatchObject({ code: 'model.bad-record' });
  });
});

describe('order of calls', () => {
  it('never works on more than the endpoint takes at once', async () => {
    const model = new WrittenModel(simple, { before: turns });
    const { calls, signal } = setUp(model, { parallel: 3 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => calls.ask(line([`p${i}`]), purpose, { signal })));
    expect(model.mostRunning).toBe(3);
    expect(model.prompts).toHaveLength(20);
  });

  it('lets a chain of calls that extend each other keep its place before those that came earlier', async () => {
    const model = new WrittenModel(simple);
    const { calls, signal } = setUp(model);
    const chain = async (start: string): Promise<void> => {
      let prompt = start;
      for (let i = 0; i < 3; i++) {
        const { answer } = await calls.ask(line([prompt]), purpose, { signal });
        prompt += `${answer.text}\n`;
      }
    };
    await Promise.all(['head a', 'head b', 'head c'].map(chain));
    expect(model.prompts.map((prompt) => prompt[5]).join('')).toBe('aaabbbccc');
    // A slot holds its prompt and output, so of each later prompt only the newline is new, or what follows the common head.
    const { promptCharacters, cachedCharacters } = calls.cost.actor;
    const evaluated = 'head a\n\n'.length + 2 * 'b\n\n'.length;
    expect(promptCharacters - cachedCharacters).toBe(evaluated);
  });

  it('spreads over endpoints, and brings each chain back to where its prefix is', async () => {
    const models = [new WrittenModel(simple, { before: turns }), new WrittenModel(simple, { before: turns })];
    const scheduler = new Scheduler(models.map((model, i) => ({ name: `${i}`, model, parallel: 1 })));
    const calls = new RecordedModelCalls(
      { mode: 'live', scheduler, budget: new Budget(unlimited) },
      new MemoryCallLog(),
      new ManualClock(),
    );
    expect(calls.parallel).toBe(2);
    const { signal } = new AbortController();
    const chain = async (start: string): Promise<void> => {
      for (const end of ['', '1', '12', '123']) await calls.ask(line([start + end]), purpose, { signal });
    };
    await Promise.all([chain('head a'), chain('head b')]);
    const letters = models.map(({ prompts }) => prompts.map((prompt) => prompt[5]).join(''));
    expect(letters.sort()).toEqual(['aaaa', 'bbbb']);
  });

  it('tries another endpoint when one is down', async () => {
    const down = new WrittenModel(simple, {
      before: () => Promise.reject(new LacError('model.ollama-down', { url: 'u', reason: 'r' })),
    });
    const up = new WrittenModel(simple);
    const scheduler = new Scheduler([down, up].map((model, i) => ({ name: `${i}`, model, parallel: 1 })));
    const clock = new ManualClock();
    const calls = new RecordedModelCalls(
      { mode: 'live', scheduler, budget: new Budget(unlimited) },
      new MemoryCallLog(),
      clock,
    );
    const { signal } = new AbortController();
    expect((await calls.ask(line(['p']), purpose, { signal })).answer.text).toBe(' go');
    expect(clock.sleeps).toEqual([250]);
  });

  it('lets nobody wait for ever behind a chain that goes on', async () => {
    const model = new WrittenModel(simple, { before: turns });
    const { calls, signal } = setUp(model);
    let patientAt = -1;
    const chain = async (): Promise<void> => {
      for (let i = 0, prompt = 'long head '; i < 150; i++, prompt += 'x')
        await calls.ask(line([prompt]), purpose, { signal });
    };
    const patient = async (): Promise<void> => {
      await turns();
      await calls.ask(line(['other']), purpose, { signal });
      patientAt = model.prompts.indexOf('other');
    };
    await Promise.all([chain(), patient()]);
    expect(patientAt).toBeLessThan(120);
    expect(patientAt).toBeGreaterThan(0);
  });

  it('forgets a waiting call that is cancelled, and makes it never', async () => {
    const { model, open } = gated();
    const { calls, log, signal } = setUp(model);
    const first = calls.ask(line(['a']), purpose, { signal });
    const abort = new AbortController();
    const second = calls.ask(line(['b']), purpose, { signal: abort.signal });
    const fails = expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await turns();
    abort.abort();
    await fails;
    open('a');
    await first;
    await turns();
    expect(model.prompts).toEqual(['a']);
    expect(log.calls).toHaveLength(1);
  });
});
