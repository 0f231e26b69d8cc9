import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../../src/lac/languageModel';
import { EmbeddedModel } from '../../../src/models/embedded/embeddedModel';
import { inProcess } from '../../../src/models/embedded/engine';
import { workerEngine } from '../../../src/models/embedded/workerEngine';
import { embeddedWorker } from '../../support/bundled';
import { kernelBinary } from '../../support/kernelBinary';

const file = path.resolve('test/models/embedded/recordings/tiny-1m-q8_0.gguf');
const signal = new AbortController().signal;
const history =
  'You are in the middle of a room. You see a fridge 1, a fridge 2, a cabinet 3.\nGoal: put a cup in fridge 2\n';

function line(prompt: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    kind: 'generate',
    prompt: [prompt],
    maxTokens: 24,
    terminator: 'scored',
    temperature: 0,
    seed: null,
    ordinal: 0,
    top: 0,
    ...more,
  };
}

describe('the embedded model', () => {
  let model: EmbeddedModel;
  beforeAll(async () => {
    model = await EmbeddedModel.open({ file, launch: workerEngine(await embeddedWorker()) });
  });
  afterAll(() => model.dispose());

  /** A model that has seen nothing yet, so that nothing comes out of its cache. */
  const fresh = (kernel: 'wasm' | 'javascript' = 'wasm'): Promise<EmbeddedModel> =>
    EmbeddedModel.open({ file, launch: inProcess(kernelBinary()), kernel });

  it('describes itself', () => {
    expect(model.description).toEqual({
      backend: 'embedded',
      name: 'embedded',
      digest: 'cb13dd8b8e1969c14bffd78ba67bda719f320cf75b5fb2bd9c4b4e2d58a88e0d',
      contextLength: 2048,
      capabilities: { distribution: 'full', top: 20, scores: 'exact' },
      parameterSize: '935 k',
      quantization: 'Q8_0',
    });
  });

  it('scores what it wrote with the log-probabilities that it had while writing', async () => {
    const written = await model.generate(line(`${history}Action:`), { signal });
    expect(written.end).toBe('newline');
    expect(`${written.text}\n`).toBe(written.tokens.map(({ token }) => token).join(''));
    const score = await model.score(
      { kind: 'score', prompt: [history, 'Action:'], continuation: `${written.text}\n` },
      { signal },
    );
    expect(score.tokens.map(({ logprob }) => logprob)).toEqual(written.tokens.map(({ logprob }) => logprob));
    expect(score.score).toBe('exact');
  });

  it('answers the same from a cold cache, a warm one, another kernel, and among other requests', async () => {
    const requests = [0, 1, 2, 3, 4].map((ordinal) =>
      line(`${history}Action:`, { temperature: 1, seed: 7, ordinal, top: 5 }),
    );
    const together = await Promise.all(requests.map((request) => model.generate(request, { signal })));
    const warm = await Promise.all(requests.map((request) => model.generate(request, { signal })));
    expect(warm).toEqual(together);
    for (const kernel of ['wasm', 'javascript'] as const) {
      const alone = await fresh(kernel);
      for (const [i, request] of requests.entries()) {
        expect(await alone.generate(request, { signal })).toEqual(together[i]);
      }
      await alone.dispose();
    }
    expect(new Set(together.map(({ text }) => text)).size).toBeGreaterThan(1);
  });

  it('forks and rewinds: a prompt that shares a beginning is answered as if it were read from scratch', async () => {
    const variants = ['Verdict:', `${'open cabinet 3. '.repeat(12)}Verdict:`, `${'open cabinet 3. '.repeat(5)}no`];
    const labels = ['GOOD', 'BAD', 'UNKNOWN'];
    for (const tail of [...variants, ...variants]) {
      const request = { kind: 'next', prompt: [history, tail], labels } as const;
      const alone = await fresh();
      expect(await model.next(request, { signal })).toEqual(await alone.next(request, { signal }));
      await alone.dispose();
    }
  });

  it('reads every label exactly, as one token or as several', async () => {
    const prompt = [history, 'Verdict:'];
    const { labels, top } = await model.next({ kind: 'next', prompt, labels: ['good', 'xylophone'] }, { signal });
    const [good, odd] = labels;
    const byTop = top.filter(({ token }) => token.trim().toLowerCase() === 'good');
    expect(Math.exp(good?.logprob ?? 0)).toBeGreaterThanOrEqual(
      byTop.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0) - 1e-12,
    );
    expect(odd?.variants).toContain(' xylophone');
    const scores = await Promise.all(
      (odd?.variants ?? []).map((continuation) => model.score({ kind: 'score', prompt, continuation }, { signal })),
    );
    const sum = Math.log(scores.reduce((total, { logprob }) => total + Math.exp(logprob), 0));
    expect(odd?.logprob).toBeCloseTo(sum, 9);
    expect(odd?.bound).toBe(odd?.logprob);
  });

  it('drops the newline of an unscored line and streams tokens as they come', async () => {
    const streamed: string[] = [];
    const written = await model.generate(line(`${history}Action:`, { terminator: 'unscored' }), {
      signal,
      onToken: ({ token }) => streamed.push(token),
    });
    expect(written.tokens.map(({ token }) => token).join('')).toBe(written.text);
    expect(streamed.join('')).toBe(`${written.text}\n`);
    expect(written.usage.generatedTokens).toBe(streamed.length);
  });

  it('shows at most the wanted top tokens, best first', async () => {
    const { tokens } = await model.generate(line(`${history}Action:`, { top: 20 }), { signal });
    for (const { token, logprob, top = [] } of tokens) {
      expect(top).toHaveLength(20);
      expect(top[0]).toEqual({ token, logprob });
      expect(top.map((entry) => entry.logprob)).toEqual(top.map((entry) => entry.logprob).sort((a, b) => b - a));
    }
  });

  it('says that the context is full, with the numbers', async () => {
    const request = line('word '.repeat(2040), { maxTokens: 30 });
    await expect(model.generate(request, { signal })).rejects.toMatchObject({
      code: 'embedded.context-full',
      args: { newTokens: 30, contextLength: 2048 },
    });
  });

  it('stops soon after the signal and goes on serving others', async () => {
    const abort = new AbortController();
    const long = `${history}${'open cabinet 3. '.repeat(150)}`;
    const cancelled = model.generate(line(long, { maxTokens: 500 }), { signal: abort.signal });
    const other = model.generate(line(`${history}Action:`), { signal });
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect((await other).end).toBe('newline');
    await expect(model.generate(line(long), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('lets a short question past a long prompt, and cancels the long one before it is read', async () => {
    const slow = await EmbeddedModel.open({
      file,
      launch: workerEngine(await embeddedWorker()),
      kernel: 'javascript',
    });
    const order: string[] = [];
    const abort = new AbortController();
    const next = (prompt: string, name: string, by: AbortSignal): Promise<unknown> =>
      slow.next({ kind: 'next', prompt: [prompt], labels: [] }, { signal: by }).then(
        () => order.push(`${name} read`),
        (error: unknown) => order.push(`${name} ${error instanceof Error ? error.name : 'failed'}`),
      );
    const long = next('open cabinet 3. '.repeat(180), 'long', abort.signal);
    await next('a', 'short', signal);
    abort.abort();
    await Promise.all([long, next('b', 'another', signal)]);
    await slow.dispose();
    expect(order).toEqual(['short read', 'long AbortError', 'another read']);
  }, 60_000);

  it('reads special tokens in a prompt as plain text', async () => {
    const plain = await model.next({ kind: 'next', prompt: ['<|eos|>'], labels: [] }, { signal });
    expect(plain.usage.promptTokens).toBeGreaterThan(1);
  });

  it('fails every call that is under way when it is closed', async () => {
    const closing = await EmbeddedModel.open({ file, launch: workerEngine(await embeddedWorker()) });
    const pending = closing.generate(line(`${history}${'open '.repeat(900)}`), { signal });
    const outcome = expect(pending).rejects.toMatchObject({ code: 'embedded.stopped' });
    await closing.dispose();
    await outcome;
    await expect(closing.generate(line(history), { signal })).rejects.toMatchObject({ code: 'embedded.stopped' });
  });

  it('names a file that is missing or none', async () => {
    const launch = workerEngine(await embeddedWorker());
    await expect(EmbeddedModel.open({ file: '/nowhere/model.gguf', launch })).rejects.toMatchObject({
      code: 'embedded.missing',
    });
    await expect(EmbeddedModel.open({ file: path.resolve('package.json'), launch })).rejects.toMatchObject({
      code: 'embedded.not-gguf',
    });
    await expect(EmbeddedModel.open({ file: path.resolve('src'), launch })).rejects.toMatchObject({
      code: 'embedded.unreadable',
    });
  });
});
