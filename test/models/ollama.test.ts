import { createServer, Socket as NetSocket, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NextRequest, ScoreRequest } from '../../src/lac/languageModel';
import { openOllama } from '../../src/models/ollama/openOllama';
import { OllamaServer } from '../../src/models/ollama/server';
import type { OllamaModel } from '../../src/models/ollama/ollamaModel';
import { chunkLine, doneLine, ScriptedOllama, type ScriptedOllamaOptions } from '../support/scriptedOllama';
import { lineAfter as line, modelOfOllama } from '../support/servedModel';

const log = Math.log;
const { signal } = new AbortController();
const read = (prompt: string, labels: readonly string[] = ['GOOD', 'BAD', 'UNKNOWN']): NextRequest => ({
  kind: 'next',
  prompt: [prompt],
  labels,
});
const score = (prompt: string, continuation: string): ScoreRequest => ({
  kind: 'score',
  prompt: [prompt],
  continuation,
});

/** Goes ` go to fridge 3`, then ends the line; judges ` GOOD` with .7. */
function kitchen(prompt: string): Record<string, number> {
  if (prompt.endsWith('This step is')) return { ' GOOD': 0.7, ' BAD': 0.2, ' UNK': 0.05, '.': 0.05 };
  if (prompt.endsWith('UNK')) return { NOWN: 0.9, S: 0.1 };
  if (/[>"]$/.test(prompt)) return { ' go': 0.5, ' take': 0.3, '\n': 0.2 };
  if (prompt.endsWith('go')) return { ' to': 0.9, '\n': 0.1 };
  if (prompt.endsWith('to')) return { ' fridge': 0.6, ' shelf': 0.4 };
  if (prompt.endsWith('fridge')) return { ' 3': 0.8, ' 9': 0.2 };
  if (prompt.endsWith('3')) return { '\n': 0.75, '.': 0.25 };
  return { '\n': 0.5, ' x': 0.5 };
}

let server: ScriptedOllama;
const consoleSpies = (['log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
async function open(options: ScriptedOllamaOptions = {}): Promise<OllamaModel> {
  await server.close();
  server = await ScriptedOllama.start({ next: kitchen, ...options });
  return modelOfOllama(server, 'scripted');
}
beforeEach(async () => {
  server = await ScriptedOllama.start({ next: kitchen });
});
afterEach(async () => {
  await server.quiet();
  await server.close();
  for (const spy of consoleSpies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockClear();
  }
});

describe('opening a model', () => {
  it('finds digest, context, size and what it can do, and asks with one context everywhere', async () => {
    const model = await openOllama({ url: server.url, model: 'scripted', context: 4096 }, signal);
    expect(model.description).toEqual({
      backend: 'ollama',
      name: 'scripted:latest',
      digest: server.digest,
      contextLength: 4096,
      capabilities: { distribution: 'top', top: 20, scores: 'lower-bound' },
      parameterSize: '1.2M',
      quantization: 'Q8_0',
      chatWrap: { before: '<|im_start|>user\n', after: '<|im_end|>\n<|im_start|>assistant\n' },
    });
    const contexts = server.requests.flatMap(({ path, body }) =>
      path === '/api/generate' ? [(body as { options: { num_ctx: number } }).options.num_ctx] : [],
    );
    expect(new Set(contexts)).toEqual(new Set([4096]));
  });

  it('keeps the larger context that the model is loaded with, but describes the one that was asked for', async () => {
    const model = await open({ loadedContext: 16384 });
    expect([model.context, model.description.contextLength]).toEqual([16384, 4096]);
    const other = await open({ loadedContext: 2048 });
    expect(other.context).toBe(4096);
  });

  it('takes no more context than the model was trained for', async () => {
    expect((await open({ trainedContext: 1024 })).context).toBe(1024);
  });

  it('says that Ollama is down, with the url and how to start it', async () => {
    const gone = await ScriptedOllama.start();
    const { url } = gone;
    await gone.close();
    const opening = openOllama({ url, model: 'scripted', context: null }, signal);
    await expect(opening).rejects.toMatchObject({ code: 'model.ollama-down', args: { url, reason: 'ECONNREFUSED' } });
    await expect(openOllama({ url, model: 'x', context: null }, signal)).rejects.toThrow('ollama serve');
  });

  it('says that a model is missing, how to pull it and which ones are there', async () => {
    const opening = openOllama({ url: server.url, model: 'qwen3:4b', context: null }, signal);
    await expect(opening).rejects.toMatchObject({ code: 'model.not-pulled' });
    await expect(openOllama({ url: server.url, model: 'qwen3:4b', context: null }, signal)).rejects.toThrow(
      /ollama pull qwen3:4b.*scripted:latest/,
    );
  });

  it('says that the server is too old for log-probabilities', async () => {
    await expect(open({ version: '0.12.10', logprobs: 'none' })).rejects.toMatchObject({
      code: 'model.too-old',
      args: { version: '0.12.10' },
    });
  });

  it('believes the probe and not the version', async () => {
    expect((await open({ version: '0.0.0' })).description.name).toBe('scripted:latest');
    await expect(open({ version: '0.31.0', logprobs: 'null' })).rejects.toMatchObject({
      code: 'model.no-log-probabilities',
    });
  });

  it('finds log-probabilities also of a model that ends its text at once', async () => {
    const model = await open({ next: () => ({ '': 0.9, a: 0.06, b: 0.04 }) });
    expect(model.description.capabilities.distribution).toBe('top');
  });

  it('notices scores that are taken after the grammar', async () => {
    const model = await open({ masks: true });
    expect(model.description.capabilities.scores).toBe('none');
    await expect(model.score(score('>', ' go'), { signal })).rejects.toMatchObject({ code: 'model.no-scores' });
    expect(server.requests).toHaveLength(0);
  });

  it('has no chat wrap where the server cannot render', async () => {
    expect((await open({ rendered: null })).description).not.toHaveProperty('chatWrap');
  });

  it('refuses a server that is something else', async () => {
    server.next({ play: 'status', status: 200, body: '<html>hello</html>' }, '/api/version');
    await expect(openOllama({ url: server.url, model: 'm', context: null }, signal)).rejects.toMatchObject({
      code: 'model.bad-answer',
    });
    server.next({ play: 'status', status: 200, body: '{"hello":"world"}' }, '/api/version');
    await expect(openOllama({ url: server.url, model: 'm', context: null }, signal)).rejects.toMatchObject({
      code: 'model.bad-answer',
    });
  });
});

describe('writing a line', () => {
  it('scores each token untempered, the newline included, and closes the connection at the newline', async () => {
    const model = await open();
    const heard: string[] = [];
    const answer = await model.generate(line('>'), { signal, onToken: ({ token }) => heard.push(token) });
    expect(answer).toMatchObject({ text: ' go to fridge 3', end: 'newline', score: 'exact' });
    expect(answer.tokens.map(({ token }) => token)).toEqual([' go', ' to', ' fridge', ' 3', '\n']);
    expect(answer.tokens.map(({ logprob }) => logprob)).toEqual([0.5, 0.9, 0.6, 0.8, 0.75].map(log));
    expect(answer.tokens[0].top).toEqual([
      { token: ' go', logprob: log(0.5) },
      { token: ' take', logprob: log(0.3) },
    ]);
    expect(heard).toEqual(answer.tokens.map(({ token }) => token));
    await server.requests[0].over;
    expect(server.requests).toMatchObject([{ state: 'closed' }]);
  });

  it('lets the server stop at the newline when that need not be scored', async () => {
    const model = await open();
    const facts: unknown[] = [];
    const answer = await model.generate(line('>', { terminator: 'unscored', top: 0 }), {
      signal,
      onFacts: (fact) => facts.push(fact),
    });
    expect(answer).toMatchObject({ text: ' go to fridge 3', end: 'newline', score: 'exact' });
    expect(answer.tokens.map(({ token }) => token)).toEqual([' go', ' to', ' fridge', ' 3']);
    expect(answer.usage).toEqual({ promptTokens: 1, generatedTokens: 5 });
    expect(server.requests).toHaveLength(1);
    expect(facts).toEqual([{ server: server.url, loadMs: 1, promptMs: 2, generateMs: 2 }]);
  });

  it('sends the options that Ollama would else choose otherwise', async () => {
    const model = await open();
    await model.generate(line('>', { temperature: 0.7, seed: 5, ordinal: 2 }), { signal });
    await model.next(read('This step is'), { signal });
    const bodies = server.requests.map(({ body }) => body as Record<string, unknown> & { options: object });
    expect(bodies[0]).toMatchObject({
      raw: true,
      stream: true,
      think: false,
      truncate: false,
      logprobs: true,
      top_logprobs: 2,
      options: {
        num_ctx: 4096,
        num_predict: 20,
        temperature: 0.7,
        top_k: 0,
        top_p: 1,
        min_p: 0,
        repeat_penalty: 1,
        stop: [],
      },
    });
    expect(bodies[1]).toMatchObject({ top_logprobs: 20, options: { num_ctx: 4096, num_predict: 1, temperature: 0 } });
    expect(new Set(bodies.map(({ options }) => Object.keys(options).sort().join()))).toHaveProperty('size', 1);
  });

  it('draws repeated samples with seeds of their own, the same ones each time', async () => {
    const model = await open();
    const texts = async (): Promise<string[]> => {
      const all = [];
      for (let ordinal = 0; ordinal < 12; ordinal++) {
        all.push((await model.generate(line('>', { temperature: 1, seed: 7, ordinal }), { signal })).text);
      }
      return all;
    };
    const first = await texts();
    expect(new Set(first).size).toBeGreaterThan(2);
    expect(await texts()).toEqual(first);
  });

  it('ends at the most tokens and at the end of the text', async () => {
    const model = await open();
    expect(await model.generate(line('>', { maxTokens: 2 }), { signal })).toMatchObject({
      text: ' go to',
      end: 'length',
      score: 'exact',
    });
    const ending = await open({
      next: (prompt) => (prompt.endsWith('>') ? { ' go': 0.9, '': 0.1 } : { '': 1, a: 0, b: 0 }),
    });
    const answer = await ending.generate(line('>'), { signal });
    expect(answer).toMatchObject({ text: ' go', end: 'end-of-text', score: 'exact' });
  });

  it.each(['0.24', '0.30'] as const)('never calls a line exact in which server %s split a character', async (era) => {
    // A character of two tokens: llama-server loses the first one's log-probability, older runners queue it.
    const [high, low] = ['\ud83d', '\ude00'];
    const model = await open({
      era,
      next: (prompt) =>
        prompt.endsWith('>') ? { [high]: 1 } : prompt.endsWith(high) ? { [low]: 0.6, a: 0.4 } : { '\n': 1, b: 0 },
    });
    const answer = await model.generate(line('>'), { signal });
    expect(answer.text).toBe('\u{1f600}');
    expect(answer.score).toBe('partial');
  });

  it('confirms by a count that a line of other characters than ASCII lost nothing', async () => {
    const model = await open({
      next: (prompt) => (prompt.endsWith('>') ? { ' café': 0.9, x: 0.1 } : { '\n': 0.8, y: 0.2 }),
    });
    const answer = await model.generate(line('>'), { signal });
    expect(answer).toMatchObject({ text: ' café', score: 'exact' });
    expect(
      server.requests.map(({ body }) => (body as { options: { num_predict: number } }).options.num_predict),
    ).toEqual([20, 2]);
  });

  it('marks fused entries although their text is whole', async () => {
    const model = await open();
    const fused = { token: ' fridge 3', logprob: -0.2 };
    server.next({
      play: 'pieces',
      then: 'end',
      pieces: [chunkLine(' go', [{ token: ' go', logprob: -1 }]), chunkLine(' fridge 3', [fused]), doneLine(5, 'stop')],
    });
    const answer = await model.generate(line('>', { terminator: 'unscored' }), { signal });
    expect(answer).toMatchObject({ text: ' go fridge 3', score: 'partial' });
  });

  it('keeps text whose log-probabilities are gone as unknown, never as 0', async () => {
    const model = await open();
    server.next({
      play: 'pieces',
      then: 'end',
      pieces: [
        chunkLine(' a', [{ token: ' a', logprob: -1 }]),
        chunkLine(' b'),
        chunkLine('\n', [{ token: '\n', logprob: -2 }]),
      ],
    });
    const answer = await model.generate(line('>'), { signal });
    expect(answer.score).toBe('partial');
    expect(answer.tokens.map(({ logprob }) => logprob)).toEqual([-1, null, -2]);
  });

  it('clamps what underflows', async () => {
    const model = await open();
    const entry = {
      token: '\n',
      logprob: -3.4028235e38,
      top_logprobs: [
        { token: 'x', logprob: 1e-7 },
        { token: 'y', logprob: -3.4028235e38 },
      ],
    };
    server.next({ play: 'pieces', then: 'end', pieces: [chunkLine('\n', [entry])] });
    const answer = await model.generate(line('>'), { signal });
    expect(answer.tokens[0]).toEqual({
      token: '\n',
      logprob: -100,
      top: [
        { token: 'x', logprob: 0 },
        { token: 'y', logprob: -100 },
      ],
    });
  });

  it('passes on control characters and what was no UTF-8, and survives lines of a megabyte', async () => {
    const model = await open();
    const long = ' y'.repeat(500_000);
    server.next({
      play: 'pieces',
      then: 'end',
      pieces: [
        chunkLine('\u0000\u001b', [{ token: '\u0000\u001b', logprob: -1 }]),
        Buffer.from([...Buffer.from('{"response":"'), 0xff, 0xc3, ...Buffer.from('","done":false}\n')]),
        chunkLine(long, [{ token: long, logprob: -1 }]),
        chunkLine('\n', [{ token: '\n', logprob: -1 }]),
      ],
    });
    const answer = await model.generate(line('>'), { signal });
    expect(answer.text).toBe(`\u0000\u001b\ufffd\ufffd${long}`);
    expect(answer.score).toBe('partial');
  });

  it('refuses lines that are no JSON, or have no end', async () => {
    const model = await open();
    server.next({ play: 'pieces', then: 'end', pieces: [chunkLine(' a'), 'event: ping\n', doneLine(1)] });
    await expect(model.generate(line('>'), { signal })).rejects.toMatchObject({ code: 'model.bad-answer' });
    const endless = Array.from({ length: 9 }, (_, i) => (i === 0 ? '{"response":"' : '') + 'x'.repeat(1024 * 1024));
    server.next({ play: 'pieces', then: 'silence', pieces: endless });
    await expect(model.generate(line('>'), { signal })).rejects.toMatchObject({ code: 'model.bad-answer' });
    server.next({ play: 'pieces', then: 'end', pieces: ['{"unexpected":1}\n'] });
    await expect(model.generate(line('>'), { signal })).rejects.toMatchObject({ code: 'model.bad-answer' });
  });
});

describe('reading labels', () => {
  it('merges, completes what only begins a label, and keeps bounds', async () => {
    const model = await open();
    const answer = await model.next(read('This step is'), { signal });
    expect(answer.labels[0]).toEqual({ label: 'GOOD', logprob: log(0.7), bound: log(0.7), variants: [' GOOD'] });
    expect(answer.labels[1].logprob).toBeCloseTo(log(0.2), 12);
    expect(answer.labels[2].logprob).toBeCloseTo(log(0.05 * 0.9), 12);
    expect(server.prompts).toEqual(['This step is', 'This step is UNK']);
  });

  it('bounds a label that is not shown', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [` w${i}`, 0.01]));
    const model = await open({ next: () => ({ ' GOOD': 0.7, ...many }) });
    const answer = await model.next(read('x'), { signal });
    expect(answer.top).toHaveLength(20);
    expect(answer.labels[1]).toEqual({ label: 'BAD', logprob: null, bound: log(0.01), variants: [] });
  });

  it('reads the raw distribution also where the model would end its text', async () => {
    const model = await open({ next: () => ({ '': 0.6, ' GOOD': 0.3, ' BAD': 0.1 }) });
    const answer = await model.next(read('x'), { signal });
    expect(answer.labels.map(({ logprob }) => logprob)).toEqual([log(0.3), log(0.1), null]);
    expect(server.requests).toHaveLength(2);
  });

  it('samples where the grammar masks, and gives up with a clear error when nothing but the end comes', async () => {
    const model = await open({ masks: true, next: () => ({ '': 0.5, ' GOOD': 0.3, ' BAD': 0.2 }) });
    const answer = await model.next(read('x'), { signal });
    expect(answer.labels[0].logprob).toBeCloseTo(log(0.3), 12);
    const empty = Array.from({ length: 5 }, () => ({ play: 'pieces', then: 'end', pieces: [doneLine(1)] }) as const);
    for (const scenario of empty) server.next(scenario);
    await expect(model.next(read('x'), { signal })).rejects.toMatchObject({ code: 'model.no-next-token' });
  });

  it('says so when a cloud stops reporting log-probabilities', async () => {
    const model = await open();
    server.next({ play: 'pieces', then: 'end', pieces: [chunkLine(' GOOD', null), doneLine(1)] });
    await expect(model.next(read('x'), { signal })).rejects.toMatchObject({ code: 'model.no-log-probabilities' });
    server.next({ play: 'pieces', then: 'end', pieces: [chunkLine(' GOOD'), doneLine(1)] });
    await expect(model.generate(line('x'), { signal })).rejects.toMatchObject({ code: 'model.no-log-probabilities' });
  });
});

describe('scoring a given text', () => {
  it('sums the raw log-probabilities of its tokens, and reads the terminator', async () => {
    const model = await open();
    const answer = await model.score(score('>', ' go to fridge 9\n'), { signal });
    expect(answer.tokens.map(({ token }) => token)).toEqual([' go', ' to', ' fridge', ' 9', '\n']);
    expect(answer.tokens.map(({ logprob }) => logprob)).toEqual([0.5, 0.9, 0.6, 0.2, 0.5].map(log));
    expect(answer.score).toBe('lower-bound');
    expect(answer.logprob).toBeCloseTo(
      answer.tokens.reduce((sum, { logprob }) => sum + (logprob ?? NaN), 0),
      12,
    );
  });

  it('does not go by what the model would write after a quote', async () => {
    const after = (prompt: string) => (prompt.endsWith('"') ? { ' take': 0.9, ' go': 0.1 } : kitchen(prompt));
    const model = await open({ next: after });
    server.forget();
    const answer = await model.score(score('>', ' go to fridge 3\n'), { signal });
    expect(answer.tokens.map(({ logprob }) => logprob)).toEqual([0.5, 0.9, 0.6, 0.8, 0.75].map(log));
    expect(server.requests.map(({ body }) => Reflect.get(Object(body), 'format') as unknown)).toEqual(
      Array<undefined>(5).fill(undefined),
    );
  });

  it('forces a token that is not among the best, no likelier than the last of these, and reads on after it', async () => {
    const others = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [` other ${i}`, 0.04 - 0.0001 * i]));
    const model = await open({
      next: (prompt) => (prompt.endsWith('>') ? { ...others, ' go': 0.01 } : kitchen(prompt)),
    });
    const { tokens } = await model.score(score('>', ' go to fridge 3\n'), { signal });
    expect(tokens.map(({ token }) => token)).toEqual([' go', ' to', ' fridge', ' 3', '\n']);
    expect(tokens[0].logprob).toBeCloseTo(log(0.0381), 12);
    expect(tokens.slice(1).map(({ logprob }) => logprob)).toEqual([0.9, 0.6, 0.8, 0.75].map(log));
  });

  it('adds up what ends a line, and takes the likeliest of what begins the rest', async () => {
    const model = await open({
      next: (prompt) => (prompt.endsWith('>') ? { ' g': 0.1, ' go': 0.3, ' go!': 0.6 } : { '\n': 0.5, '\n\n': 0.25 }),
    });
    const { tokens } = await model.score(score('>', ' go\n'), { signal });
    expect(tokens).toEqual([
      { token: ' go', logprob: log(0.3) },
      { token: '\n', logprob: expect.closeTo(log(0.75), 12) as number },
    ]);
    expect((await model.score(score('>', ' g'), { signal })).logprob).toBe(log(0.1));
  });

  it('asks once what the candidates of a decision have in common', async () => {
    const model = await open();
    server.forget();
    const first = await model.score(score('>', ' go to fridge 3\n'), { signal });
    const second = await model.score(score('>', ' go to fridge 9\n'), { signal });
    const places = ['>', '> go', '> go to', '> go to fridge', '> go to fridge 3', '> go to fridge 9'];
    expect(server.prompts).toEqual(places);
    expect(first.tokens.slice(0, 3)).toEqual(second.tokens.slice(0, 3));
    expect(second.usage.generatedTokens).toBe(1);
  });

  it('finds its way through JSON escapes and other alphabets', async () => {
    const model = await open();
    for (const text of ['say "hi" \\ twice', 'tab\there', '"', '\\"', 'é\u{1f600}漢', '\u0001']) {
      const answer = await model.score(score('>', text), { signal });
      expect(answer.tokens.map(({ token }) => token).join('')).toBe(text);
    }
  });

  it('refuses what the server did not write, or wrote without its numbers', async () => {
    const model = await open();
    const quote = { token: '"', logprob: -1 };
    const shown = [
      chunkLine(' take', [{ token: ' take', logprob: -1, top_logprobs: [{ token: ' take', logprob: -1 }] }]),
    ];
    const best = { play: 'pieces', then: 'end', pieces: [...shown, doneLine(1, 'length')] } as const;
    server.next(best);
    server.next({
      play: 'pieces',
      then: 'end',
      pieces: [
        chunkLine('"', [quote]),
        chunkLine('no', [{ token: 'no', logprob: -1 }]),
        chunkLine('"', [quote]),
        doneLine(3),
      ],
    });
    await expect(model.score(score('>', 'go'), { signal })).rejects.toMatchObject({ code: 'model.no-scores' });
    server.next({
      play: 'pieces',
      then: 'end',
      pieces: [
        chunkLine('"', [quote]),
        chunkLine('go', [{ token: 'go', logprob: -1 }]),
        chunkLine('"', [quote]),
        doneLine(7),
      ],
    });
    await expect(model.score(score('>', 'go'), { signal })).rejects.toMatchObject({ code: 'model.no-scores' });
  });
});

describe('failures', () => {
  const status = (code: number, error: string) =>
    ({ play: 'status', status: code, body: JSON.stringify({ error }) }) as const;
  it.each([
    [status(503, 'server busy, please try again.  maximum pending requests exceeded'), 'model.queue-full'],
    [status(404, "model 'scripted:latest' not found"), 'model.not-pulled'],
    [status(499, 'request canceled'), 'model.server-cancelled'],
    [status(403, 'ollama cloud is disabled'), 'model.access-denied'],
    [status(500, 'model requires more system memory (9.0 GiB) than is available (2.1 GiB)'), 'model.out-of-memory'],
    [status(500, 'llama runner process has terminated: exit status 2'), 'model.failed-before-answer'],
    [status(500, 'option "num_ctx" must be of type integer'), 'model.request-refused'],
    [
      { play: 'status', status: 502, body: '<html>Bad Gateway</html>', headers: { 'Content-Type': 'text/html' } },
      'model.request-refused',
    ],
    [{ play: 'status', status: 307, body: '', headers: { Location: 'https://elsewhere/' } }, 'model.request-refused'],
    [{ play: 'hang-up' }, 'model.failed-before-answer'],
    [{ play: 'pieces', then: 'hang-up', pieces: [chunkLine(' go', [{ token: ' go', logprob: -1 }])] }, 'model.crashed'],
    [
      {
        play: 'pieces',
        then: 'end',
        pieces: [
          chunkLine(' go', [{ token: ' go', logprob: -1 }]),
          '{"error":"an error was encountered while running the model: unexpected EOF"}\n',
        ],
      },
      'model.crashed',
    ],
    [
      { play: 'pieces', then: 'end', pieces: ['{"error":"model runner has unexpectedly stopped"}\n'] },
      'model.failed-before-answer',
    ],
    [{ play: 'pieces', then: 'end', pieces: [chunkLine(' go', [{ token: ' go', logprob: -1 }])] }, 'model.incomplete'],
    [
      {
        play: 'pieces',
        then: 'end',
        pieces: [chunkLine(' go', [{ token: ' go', logprob: -1 }]), '{"response":" to","do'],
      },
      'model.bad-answer',
    ],
  ] as const)('%j is %s', async (scenario, code) => {
    const model = await open();
    server.next(scenario);
    await expect(model.generate(line('>'), { signal })).rejects.toMatchObject({ name: 'LacError', code });
  });

  it.each([
    ['0.24', 'more than 4096'],
    ['0.30', 5000],
  ] as const)('a prompt that is too long for server %s names the numbers and the setting', async (era, tokens) => {
    const model = await open({ era });
    const asked = model.generate(line('x'.repeat(20_000)), { signal });
    await expect(asked).rejects.toMatchObject({ code: 'model.prompt-too-long', args: { tokens, context: 4096 } });
    await expect(model.next(read('x'.repeat(20_000)), { signal })).rejects.toThrow('lac.endpoints');
  });

  it('an answer that pushed the prompt out of the context is refused', async () => {
    const model = await open();
    server.next({
      play: 'pieces',
      then: 'end',
      pieces: [chunkLine(' go', [{ token: ' go', logprob: -1 }]), doneLine(1000, 'length', 3500)],
    });
    await expect(model.generate(line('x'), { signal })).rejects.toMatchObject({
      code: 'model.prompt-too-long',
      args: { tokens: 4500 },
    });
  });

  it('a model that repeats itself until the server stops it gives a partial line', async () => {
    const model = await open();
    const pieces = Array.from({ length: 31 }, () => chunkLine(' ha', [{ token: ' ha', logprob: -0.1 }]));
    server.next({ play: 'pieces', then: 'end', pieces });
    const answer = await model.generate(line('x', { maxTokens: 100 }), { signal });
    expect(answer).toMatchObject({ end: 'length', score: 'partial' });
    expect(answer.text).toBe(' ha'.repeat(31));
  });
});

describe('cancelling', () => {
  it.each([
    ['before the headers', { play: 'silence' } as const, 0],
    ['while streaming', { play: 'step-by-step' } as const, 2],
    [
      'after the first piece, when nothing more comes',
      { play: 'pieces', then: 'silence', pieces: [chunkLine(' go', [{ token: ' go', logprob: -1 }])] } as const,
      1,
    ],
  ])('reaches the socket %s', async (_when, scenario, tokens) => {
    const model = await open();
    server.next(scenario);
    const abort = new AbortController();
    let heard = 0;
    let reached: () => void = () => undefined;
    const there = new Promise<void>((resolve) => (reached = resolve));
    const asked = model.generate(line('>'), {
      signal: abort.signal,
      onToken: () => {
        if (++heard === tokens) reached();
      },
    });
    const fails = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const [request] = await server.came(1);
    server.release(tokens);
    if (tokens > 0) await there;
    abort.abort();
    await fails;
    // The server sends nothing more: what ends the request is that its socket closes.
    await request.over;
    expect(request.state).toBe('closed');
  });

  it('reaches the socket while it connects', async () => {
    // Takes the connection and never answers the TLS handshake.
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const abort = new AbortController();
    const asked = new OllamaServer(`https://127.0.0.1:${address.port}`).version(abort.signal);
    const fails = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const [socket] = (await once(silent, 'connection')) as [Socket];
    socket.resume();
    const closed = once(socket, 'close');
    abort.abort();
    await fails;
    // The peer stays silent: only the client's end closes the socket.
    await closed;
    silent.close();
  });

  it('does not begin what is cancelled already', async () => {
    const model = await open();
    await expect(model.generate(line('>'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(server.requests).toHaveLength(0);
  });

  it('waits for headers without any timer, however long they take', async () => {
    const model = await open();
    server.next({ play: 'silence' });
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')];
    const socketTimers = vi.spyOn(NetSocket.prototype, 'setTimeout');
    const abort = new AbortController();
    const asked = model.generate(line('>'), { signal: abort.signal });
    const fails = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await server.came(1);
    abort.abort();
    await fails;
    for (const spy of [...timers, socketTimers]) {
      expect(spy.mock.calls).toEqual([]);
      spy.mockRestore();
    }
  });
});

describe('managing models', () => {
  it('lists them with size, capabilities and what is in memory', async () => {
    await server.close();
    server = await ScriptedOllama.start({ loadedContext: 2048 });
    expect(await new OllamaServer(server.url).list(signal)).toEqual([
      {
        name: 'scripted:latest',
        digest: server.digest,
        size: 5e6,
        parameterSize: '1.2M',
        quantization: 'Q8_0',
        capabilities: ['completion'],
        contextLength: 32768,
        remote: false,
        loaded: { gpuShare: 0.75, contextLength: 2048 },
      },
    ]);
  });

  it('pulls with progress', async () => {
    const progress: unknown[] = [];
    await new OllamaServer(server.url).pull('qwen3:4b', signal, (step) => progress.push(step));
    expect(progress).toHaveLength(5);
    expect(progress[1]).toEqual({ status: 'pulling 0123456789ab', completed: 40, total: 100 });
    expect(progress[4]).toEqual({ status: 'success', completed: null, total: null });
  });

  it('says why a pull failed, and closes the connection of one that is cancelled', async () => {
    const ollama = new OllamaServer(server.url);
    server.next(
      {
        play: 'pieces',
        then: 'end',
        pieces: ['{"status":"pulling manifest"}\n', '{"error":"pull model manifest: file does not exist"}\n'],
      },
      '/api/pull',
    );
    await expect(ollama.pull('nope', signal, () => undefined)).rejects.toMatchObject({
      code: 'model.pull-failed',
      args: { reason: 'pull model manifest: file does not exist' },
    });
    server.next({ play: 'pieces', then: 'silence', pieces: ['{"status":"pulling manifest"}\n'] }, '/api/pull');
    const abort = new AbortController();
    await expect(ollama.pull('big', abort.signal, () => abort.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('shows no credentials of a url', () => {
    expect(new OllamaServer('http://user:secret@host:1234/').name).toBe('http://host:1234');
  });
});
