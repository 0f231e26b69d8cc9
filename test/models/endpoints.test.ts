import { afterEach, describe, expect, it } from 'vitest';
import { Budget, unlimited } from '../../src/models/calls/budget';
import { RecordedModelCalls } from '../../src/models/calls/recordedCalls';
import { Scheduler } from '../../src/models/calls/scheduler';
import { systemClock } from '../../src/models/clock';
import {
  openEndpoints,
  openModel,
  parseModelName,
  readEndpoint,
  resolveModel,
  type OpeningDependencies,
} from '../../src/models/endpoints';
import { probeVerdictMass } from '../../src/models/verdictProbe';
import { ManualClock } from '../support/manualClock';
import { ScriptedOllama, type ScriptedOllamaOptions } from '../support/scriptedOllama';
import { ScriptedOpenAi } from '../support/scriptedOpenAi';
import { WrittenModel } from '../support/writtenModel';
import { MemoryCallLog } from '../support/memoryCallLog';

const { signal } = new AbortController();
const deps: OpeningDependencies = {
  signal,
  clock: new ManualClock(),
  variable: (name) => ({ LAC_TEST_KEY: 'k' })[name],
  openEmbedded: () => Promise.resolve(new WrittenModel(() => ({ x: 1 }))),
};
const servers: { close(): Promise<void>; quiet(): Promise<void> }[] = [];
async function ollama(options: ScriptedOllamaOptions = {}): Promise<ScriptedOllama> {
  const server = await ScriptedOllama.start(options);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) {
    await server.quiet();
    await server.close();
  }
});

describe('names of models', () => {
  it('are read with and without a url', () => {
    expect(parseModelName(' embedded ')).toEqual({ kind: 'embedded' });
    expect(parseModelName('ollama:qwen3:4b')).toEqual({ kind: 'ollama', model: 'qwen3:4b', url: null });
    expect(parseModelName('ollama:hf.co/a/b:Q4_K_M@http://127.0.0.1:11434')).toEqual({
      kind: 'ollama',
      model: 'hf.co/a/b:Q4_K_M',
      url: 'http://127.0.0.1:11434',
    });
    expect(parseModelName('openai:meta/llama@https://u:p@host/x')).toMatchObject({ url: 'https://u:p@host/x' });
  });

  it.each([
    ['', 'empty'],
    ['qwen3:4b', 'neither'],
    ['ollama:', 'missing'],
    ['ollama:@http://x', 'missing'],
    ['ollama:a b', 'white space'],
    ['ollama:a@ftp://x', 'no url'],
    ['openai:a@http://', 'no url'],
  ])('%j is refused: %s', (name, reason) => {
    expect(() => parseModelName(name)).toThrow(reason);
    expect(() => parseModelName(name)).toThrow(expect.objectContaining({ code: 'model.bad-name' }));
  });

  it('meet the endpoints of the settings', () => {
    const far = readEndpoint({ kind: 'ollama', url: 'http://me:pw@far:1', parallel: 4, context: 2048 }, 0);
    const near = readEndpoint({ kind: 'ollama' }, 1);
    const all = resolveModel(parseModelName('ollama:m'), [far, near]);
    expect(all).toMatchObject([{ endpoint: far }, { endpoint: near }]);
    const [one] = resolveModel(parseModelName('ollama:m@http://far:1'), [far, near]);
    expect(one).toMatchObject({ endpoint: { parallel: 4, context: 2048, url: 'http://me:pw@far:1' } });
    expect(resolveModel(parseModelName('ollama:m'), [])).toMatchObject([{ endpoint: { parallel: 1 } }]);
    expect(() => resolveModel(parseModelName('openai:m'), [far])).toThrow('no endpoint of kind "openai"');
  });

  it.each([
    [{ kind: 'vllm' }, 'kind'],
    [{ kind: 'openai' }, 'url'],
    [{ kind: 'ollama', url: 'file:///etc' }, 'url'],
    [{ kind: 'ollama', parallel: 0 }, 'parallel'],
    [{ kind: 'ollama', parallel: '2' }, 'parallel'],
    [{ kind: 'ollama', parallel: NaN }, 'parallel'],
    [{ kind: 'ollama', context: 1.5 }, 'context'],
    [{ kind: 'ollama', keyVariable: 'not a name' }, 'keyVariable'],
    ['text', 'kind'],
  ])('%j names the field that is wrong: %s', (value, name) => {
    expect(() => readEndpoint(value, 2)).toThrow(
      expect.objectContaining({
        code: 'model.bad-endpoint',
        args: expect.objectContaining({ endpoint: 3, field: name }) as unknown,
      }),
    );
  });
});

describe('opening by name', () => {
  it('opens every kind', async () => {
    const o = await ollama();
    const a = await ScriptedOpenAi.start({ key: 'k' });
    servers.push(a);
    const openAiSettings = [readEndpoint({ kind: 'openai', url: a.url, keyVariable: 'LAC_TEST_KEY' }, 0)];
    const backends = [];
    for (const [name, settings] of [
      ['embedded', []],
      [`ollama:scripted@${o.url}`, []],
      ['openai:written', openAiSettings],
    ] as const) {
      for (const spec of resolveModel(parseModelName(name), settings)) {
        backends.push((await openModel(spec, deps)).description.name);
      }
    }
    expect(backends).toEqual(['written', 'scripted:latest', 'written']);
  });

  it('says which variable is missing', async () => {
    const endpoint = readEndpoint({ kind: 'openai', url: 'http://127.0.0.1:9', keyVariable: 'NOT_SET' }, 0);
    const [spec] = resolveModel(parseModelName('openai:m'), [endpoint]);
    await expect(openModel(spec, deps)).rejects.toMatchObject({
      code: 'model.key-missing',
      args: { variable: 'NOT_SET' },
    });
  });

  it('waits for a server that is just starting, and not for ever', async () => {
    const started = await ScriptedOllama.start();
    const { port, url } = started;
    await started.close();
    let again: ScriptedOllama | undefined;
    const clock = {
      now: () => systemClock.now(),
      sleep: async () => {
        again = await ollama({ port });
      },
    };
    const [spec] = resolveModel(parseModelName(`ollama:scripted@${url}`), []);
    expect((await openModel(spec, { ...deps, clock })).description.name).toBe('scripted:latest');
    await again?.quiet();
    await again?.close();
    servers.length = 0;
    const waits = new ManualClock();
    await expect(openModel(spec, { ...deps, clock: waits })).rejects.toMatchObject({ code: 'model.ollama-down' });
    expect(waits.sleeps).toEqual([250, 500, 1000]);
  });

  it('uses several servers of one model side by side, and refuses servers of different ones', async () => {
    const next = (prompt: string): Record<string, number> =>
      prompt.endsWith('!') ? { '\n': 0.9, '.': 0.1 } : { ' hi!': 0.8, x: 0.2 };
    const both = [await ollama({ next }), await ollama({ next })];
    const settings = both.map(({ url }, index) => readEndpoint({ kind: 'ollama', url, parallel: 2 }, index));
    const specs = resolveModel(parseModelName('ollama:scripted'), settings);
    const endpoints = await openEndpoints(specs, deps);
    const log = new MemoryCallLog();
    const calls = new RecordedModelCalls(
      { mode: 'live', scheduler: new Scheduler(endpoints), budget: new Budget(unlimited) },
      log,
      systemClock,
    );
    for (const server of both) server.forget();
    const purpose = { role: 'actor', candidate: null, depth: null } as const;
    const asks = Array.from({ length: 8 }, (_, ordinal) =>
      calls.ask(
        {
          kind: 'generate',
          prompt: [`${ordinal}`],
          maxTokens: 4,
          terminator: 'scored',
          temperature: 0,
          seed: null,
          ordinal,
          top: 0,
        },
        purpose,
        { signal },
      ),
    );
    expect((await Promise.all(asks)).map(({ answer }) => answer.text)).toEqual(Array(8).fill(' hi!'));
    expect(both.map(({ requests }) => requests.length > 1)).toEqual([true, true]);
    expect(log.calls).toHaveLength(8);
    const other = await ollama({ digest: 'e'.repeat(64) });
    const mixed = [...settings, readEndpoint({ kind: 'ollama', url: other.url }, 2)];
    const opening = openEndpoints(resolveModel(parseModelName('ollama:scripted'), mixed), deps);
    await expect(opening).rejects.toMatchObject({ code: 'model.endpoints-differ' });
  });

  it('leaves nothing open when one of several fails', async () => {
    const model = new WrittenModel(() => ({ x: 1 }));
    const missing = {
      kind: 'openai',
      model: 'm',
      endpoint: readEndpoint({ kind: 'openai', url: 'http://127.0.0.1:1', keyVariable: 'NOT_SET' }, 0),
    } as const;
    const opening = openEndpoints([{ kind: 'embedded' }, missing], {
      ...deps,
      openEmbedded: () => Promise.resolve(model),
    });
    await expect(opening).rejects.toMatchObject({ code: 'model.key-missing' });
    expect(model.disposed).toBe(true);
  });
});

describe('verdict mass with and without the chat template', () => {
  it('is read both ways, the rest of the prompt raw in the assistant turn', async () => {
    const server = await ollama({
      next: (prompt) =>
        prompt.includes('assistant') ? { ' GOOD': 0.6, ' BAD': 0.3, x: 0.1 } : { ' GOOD': 0.02, x: 0.98 },
    });
    const [spec] = resolveModel(parseModelName(`ollama:scripted@${server.url}`), []);
    const model = await openModel(spec, deps);
    server.forget();
    const masses = await probeVerdictMass(
      model,
      (wrap) => (wrap === null ? ['Rules.', '\nThis step is'] : [wrap.before, 'Rules.', wrap.after, '\nThis step is']),
      signal,
    );
    expect(masses.none).toBeCloseTo(0.02, 12);
    expect(masses.chat).toBeCloseTo(0.9, 12);
    expect(masses.sharedToken).toBeNull();
    expect(server.prompts[1]).toBe('<|im_start|>user\nRules.<|im_end|>\n<|im_start|>assistant\n\nThis step is');
  });
});
