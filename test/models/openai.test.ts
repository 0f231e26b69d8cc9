import { afterEach, describe, expect, it } from 'vitest';
import type { NextRequest } from '../../src/lac/languageModel';
import type { OpenAiModel } from '../../src/models/openai/openAiModel';
import { openOpenAi } from '../../src/models/openai/openOpenAi';
import { event, ScriptedOpenAi, type ScriptedOpenAiOptions } from '../support/scriptedOpenAi';
import { lineAfter as line, modelOfOpenAi } from '../support/servedModel';

const log = Math.log;
const { signal } = new AbortController();
const read = (prompt: string): NextRequest => ({ kind: 'next', prompt: [prompt], labels: ['GOOD', 'BAD'] });

function kitchen(prompt: string): Record<string, number> {
  if (prompt.endsWith('is')) return { ' GOOD': 0.7, ' B': 0.2, '.': 0.1 };
  if (prompt.endsWith(' B')) return { AD: 0.9, IG: 0.1 };
  if (prompt.endsWith('>')) return { ' go': 0.5, ' take': 0.3, '\n': 0.2 };
  if (prompt.endsWith('go')) return { ' to': 0.9, '\n': 0.1 };
  if (prompt.endsWith('to')) return { ' café': 0.6, ' shelf': 0.4 };
  return { '\n': 0.75, ' x': 0.25 };
}

let server: ScriptedOpenAi | undefined;
async function start(options: ScriptedOpenAiOptions = {}): Promise<ScriptedOpenAi> {
  server = await ScriptedOpenAi.start({ next: kitchen, ...options });
  return server;
}
async function open(options: ScriptedOpenAiOptions = {}): Promise<{ model: OpenAiModel; server: ScriptedOpenAi }> {
  const started = await start(options);
  return { model: await modelOfOpenAi(started, options.key), server: started };
}
afterEach(async () => {
  await server?.quiet();
  await server?.close();
  server = undefined;
});

describe('opening a served model', () => {
  it('finds out what vLLM and llama-server can do', async () => {
    expect((await open()).model.description).toMatchObject({
      backend: 'openai',
      name: 'written',
      contextLength: 4096,
      capabilities: { distribution: 'top', scores: 'exact' },
    });
    await server?.close();
    const llama = await open({ flavour: 'llama' });
    expect(llama.model.description.capabilities.scores).toBe('none');
    await expect(
      llama.model.score({ kind: 'score', prompt: ['>'], continuation: ' go' }, { signal }),
    ).rejects.toMatchObject({
      code: 'model.no-scores',
    });
  });

  it('identifies the weights by what stays the same from start to start', async () => {
    const first = (await open()).model.description.digest;
    await server?.close();
    expect((await open()).model.description.digest).toBe(first);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
  });

  it('asks for fewer log-probabilities where the server allows no more', async () => {
    expect((await open({ mostShown: 5 })).model.description.capabilities.top).toBe(5);
  });

  it('takes a url with /v1 as well', async () => {
    const { url } = await start();
    const spec = { url: `${url}/v1/`, model: 'written', context: 1000, key: null, keySource: '' };
    expect((await openOpenAi(spec, signal)).description.contextLength).toBe(1000);
  });

  it('names the models that are there, the place of the key, and a server that is down', async () => {
    const { url } = await start({ key: 'right' });
    const spec = { url, model: 'other', context: null, key: 'right', keySource: '$LAC_KEY' };
    await expect(openOpenAi(spec, signal)).rejects.toMatchObject({
      code: 'model.not-served',
      args: { known: 'written' },
    });
    const denied = openOpenAi({ ...spec, key: 'wrong' }, signal);
    await expect(denied).rejects.toMatchObject({
      code: 'model.access-denied',
      args: { key: '$LAC_KEY', reason: 'Invalid API key' },
    });
    await expect(openOpenAi({ ...spec, key: 'wrong' }, signal)).rejects.not.toThrow('wrong');
    await server?.close();
    await expect(openOpenAi(spec, signal)).rejects.toMatchObject({ code: 'model.server-down' });
    server = undefined;
  });
});

describe.each(['vllm', 'llama'] as const)('completions of %s', (flavour) => {
  it('score a line with its newline, close at it, and confirm other characters than ASCII by a count', async () => {
    const { model, server: played } = await open({ flavour });
    const answer = await model.generate(line('>'), { signal });
    expect(answer).toMatchObject({ text: ' go to café', end: 'newline', score: 'exact' });
    expect(answer.tokens.map(({ logprob }) => logprob)).toEqual([0.5, 0.9, 0.6, 0.75].map(log));
    expect(answer.tokens[0].top).toHaveLength(2);
    await played.requests[0].over;
    expect(played.requests.map(({ state }) => state)[0]).toBe('closed');
    expect(played.requests).toHaveLength(2);
  });

  it('let the server stop at a newline that need not be scored', async () => {
    const { model, server: played } = await open({ flavour });
    const facts: unknown[] = [];
    const answer = await model.generate(line('>', { terminator: 'unscored', top: 0 }), {
      signal,
      onFacts: (fact) => facts.push(fact),
    });
    expect(answer).toMatchObject({
      text: ' go to café',
      end: 'newline',
      usage: { promptTokens: 1, generatedTokens: 4 },
    });
    expect(facts).toMatchObject([{ server: played.url, loadMs: null }]);
  });

  it('read labels, what only begins one included', async () => {
    const { model, server: played } = await open({ flavour });
    const { labels } = await model.next(read('This step is'), { signal });
    expect(labels[0].logprob).toBeCloseTo(log(0.7), 12);
    expect(labels[1].logprob).toBeCloseTo(log(0.2 * 0.9), 12);
    expect(played.prompts).toEqual(['This step is', 'This step is B']);
  });

  it('read labels also where the model would end its text', async () => {
    const { model } = await open({ flavour, next: () => ({ '': 0.6, ' GOOD': 0.3, ' BAD': 0.1 }) });
    const { labels } = await model.next(read('x'), { signal });
    expect(labels.map(({ logprob }) => logprob)).toEqual([log(0.3), log(0.1)]);
  });
});

describe('completions', () => {
  it('score a given text by an echo, whatever characters stand before it', async () => {
    const { model } = await open();
    const answer = await model.score(
      { kind: 'score', prompt: ['\u{1f600} é>'], continuation: ' go to café\n' },
      { signal },
    );
    expect(answer.tokens.map(({ token }) => token)).toEqual([' go', ' to', ' café', '\n']);
    expect(answer.logprob).toBeCloseTo(log(0.5 * 0.9 * 0.6 * 0.75), 12);
    expect(answer.score).toBe('exact');
  });

  it('call no sampled line exact where the server tempers its log-probabilities', async () => {
    const { model } = await open({ tempered: true });
    expect((await model.generate(line('>', { temperature: 1.5, seed: 1 }), { signal })).score).toBe('partial');
    expect((await model.generate(line('>'), { signal })).score).toBe('exact');
  });

  it('end with clear errors', async () => {
    const { model, server: played } = await open();
    const piece = event({ choices: [{ text: ' go', logprobs: null, finish_reason: null }] });
    const cases = [
      [{ play: 'hang-up' }, 'model.failed-before-answer'],
      [{ play: 'pieces', then: 'hang-up', pieces: [piece] }, 'model.crashed'],
      [{ play: 'pieces', then: 'end', pieces: [piece] }, 'model.incomplete'],
      [
        { play: 'pieces', then: 'end', pieces: [piece, event({ error: { message: 'engine died', code: 500 } })] },
        'model.crashed',
      ],
      [{ play: 'pieces', then: 'end', pieces: [piece, 'error: {"message":"slot failed"}\n\n'] }, 'model.crashed'],
      [{ play: 'pieces', then: 'end', pieces: ['<html>\n'] }, 'model.bad-answer'],
      [{ play: 'pieces', then: 'end', pieces: [event({ hello: 'world' })] }, 'model.bad-answer'],
      [{ play: 'status', status: 503, body: '{"error":{"code":503,"message":"Loading model"}}' }, 'model.queue-full'],
      [{ play: 'status', status: 429, body: 'slow down' }, 'model.queue-full'],
      [{ play: 'status', status: 404, body: '{"message":"no such model"}' }, 'model.not-served'],
    ] as const;
    for (const [scenario, code] of cases) {
      played.next(scenario);
      await expect(model.generate(line('>'), { signal })).rejects.toMatchObject({ code });
    }
    const long = model.generate(line('x'.repeat(20_000)), { signal });
    await expect(long).rejects.toMatchObject({ code: 'model.prompt-too-long', args: { tokens: 5001, context: 4096 } });
  });

  it('skip comments and take the last event without a newline', async () => {
    const { model, server: played } = await open();
    const logprobs = { tokens: ['\n'], token_logprobs: [-1], top_logprobs: [{ '\n': -1 }], text_offset: [1] };
    played.next({
      play: 'pieces',
      then: 'end',
      pieces: [
        ': ping\n\nevent: x\nid: 3\n',
        event({ choices: [{ text: '\n', logprobs, finish_reason: 'stop' }] }).trim(),
      ],
    });
    expect(await model.generate(line('>'), { signal })).toMatchObject({ text: '', end: 'newline', score: 'exact' });
  });

  it.each([
    ['before the headers', { play: 'silence' } as const],
    ['while streaming', { play: 'step-by-step' } as const],
  ])('are cancelled at the socket %s', async (_when, scenario) => {
    const { model, server: played } = await open();
    played.next(scenario);
    const abort = new AbortController();
    const asked = model.generate(line('>'), { signal: abort.signal });
    const fails = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const [request] = await played.came(1);
    played.release(2);
    abort.abort();
    await fails;
    // The server sends nothing more: what ends the request is that its socket closes.
    await request.over;
    expect(request.state).toBe('closed');
  });

  it('send the key and keep it out of facts and errors', async () => {
    const { model, server: played } = await open({ key: 'top-secret' });
    const facts: unknown[] = [];
    await model.generate(line('>'), { signal, onFacts: (fact) => facts.push(fact) });
    played.next({ play: 'status', status: 401, body: '{"error":{"message":"expired"}}' });
    const failed = await model.generate(line('>'), { signal }).catch((error: unknown) => error);
    expect(JSON.stringify([facts, failed, model.description, String(failed)])).not.toContain('top-secret');
  });
});
