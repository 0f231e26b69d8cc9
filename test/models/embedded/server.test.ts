import path from 'node:path';
import { Ollama, type GenerateRequest, type GenerateResponse } from 'ollama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedModel } from '../../../src/models/embedded/embeddedModel';
import { startServer, type RunningServer } from '../../../src/models/embedded/server/server';
import { openOllama } from '../../../src/models/ollama/openOllama';
import { workerEngine } from '../../../src/models/embedded/workerEngine';
import { embeddedWorker } from '../../support/bundled';

const file = path.resolve('test/models/embedded/recordings/tiny-1m-q8_0.gguf');
const prompt = 'You see a fridge 1, a fridge 2, a cabinet 3.\nGoal: put a cup in fridge 2\nAction:';
const signal = new AbortController().signal;
const neutral = { top_k: 0, top_p: 1, min_p: 0, repeat_penalty: 1 };

describe('the Ollama face of the embedded model', () => {
  let model: EmbeddedModel;
  let server: RunningServer;
  let client: Ollama;
  beforeAll(async () => {
    model = await EmbeddedModel.open({ file, launch: workerEngine(await embeddedWorker()) });
    server = await startServer({ model, name: 'lac-tiny', port: 0 });
    client = new Ollama({ host: server.url });
  });
  afterAll(async () => {
    await server.close();
    await model.dispose();
  });

  const generate = (more: Partial<GenerateRequest>): Promise<GenerateResponse> =>
    client.generate({ model: 'lac-tiny', prompt, raw: true, think: false, ...more, stream: false });
  const post = (body: unknown, more: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}/api/generate`, { method: 'POST', body: JSON.stringify(body), ...more });

  it('says what it is', async () => {
    expect((await client.version()).version).toMatch(/^0\.\d+\.\d+$/);
    const { models } = await client.list();
    expect(models.map(({ name, digest }) => [name, digest])).toEqual([['lac-tiny:latest', model.description.digest]]);
    expect((await client.ps()).models).toHaveLength(1);
    const shown = await client.show({ model: 'lac-tiny' });
    expect(shown.capabilities).toEqual(['completion']);
    expect(shown.details.quantization_level).toBe('Q8_0');
    expect(Object.entries(shown.model_info)).toContainEqual(['llama.context_length', 2048]);
  });

  it('gives the log-probabilities that the model has in process', async () => {
    const here = await model.generate(
      {
        kind: 'generate',
        prompt: [prompt],
        maxTokens: 12,
        terminator: 'scored',
        temperature: 0,
        seed: null,
        ordinal: 0,
        top: 20,
      },
      { signal },
    );
    const options = { ...neutral, temperature: 0, num_predict: here.tokens.length };
    const there = await generate({ logprobs: true, top_logprobs: 20, options });
    expect(there.logprobs?.map(({ token, logprob }) => [token, logprob])).toEqual(
      here.tokens.map(({ token, logprob }) => [token, logprob]),
    );
    expect(there.logprobs?.[0]?.top_logprobs?.map(({ token, logprob }) => ({ token, logprob }))).toEqual(
      here.tokens[0]?.top,
    );
    expect(there.done_reason).toBe('length');
    expect(there.eval_count).toBe(here.tokens.length);
  });

  it('streams one entry a token and withholds a stop', async () => {
    const options = { ...neutral, temperature: 0, num_predict: 30, stop: ['\n'] };
    const stream = await client.generate({
      model: 'lac-tiny',
      prompt,
      raw: true,
      logprobs: true,
      options,
      stream: true,
    });
    const parts: GenerateResponse[] = [];
    for await (const part of stream) parts.push(part);
    const last = parts.at(-1);
    expect(last?.done_reason).toBe('stop');
    expect(parts.map(({ response }) => response).join('')).not.toContain('\n');
    expect(last?.eval_count).toBe(parts.length);
    for (const { response, logprobs } of parts.slice(0, -1)) expect(logprobs?.[0]?.token).toBe(response);
  });

  it('scores a text for an Ollama client as the model does in process', async () => {
    const { url } = server;
    const there = await openOllama({ url, model: 'lac-tiny', context: null }, signal);
    const { response = '' } = await generate({ options: { ...neutral, temperature: 0, num_predict: 12 } });
    const written = response.split('\n', 1).join('');
    for (const continuation of [`${written}\n`, written]) {
      const request = { kind: 'score', prompt: [prompt], continuation } as const;
      const here = await model.score(request, { signal });
      expect((await there.score(request, { signal })).tokens).toEqual(here.tokens);
    }
    await there.dispose();
  });

  it('forces a text by a format and reports the unmasked log-probabilities', async () => {
    const format = { const: 'go to fridge 2', type: 'string' };
    const options = { ...neutral, temperature: 0, num_predict: 60 };
    const answer = await generate({ format, logprobs: true, options });
    expect(answer.response).toBe('"go to fridge 2"');
    expect(answer.done_reason).toBe('stop');
    expect(answer.eval_count).toBe((answer.logprobs?.length ?? 0) + 1);
    const opening = await model.score({ kind: 'score', prompt: [prompt], continuation: '"' }, { signal });
    expect(answer.logprobs?.[0]).toMatchObject({ token: '"', logprob: opening.logprob });
    const choice = await generate({ format: { enum: ['GOOD', 'BAD'] }, options: { temperature: 1, seed: 3 } });
    expect(['"GOOD"', '"BAD"']).toContain(choice.response);
  });

  it('draws the same with the same seed', async () => {
    const draw = async (seed: number): Promise<string | undefined> =>
      (await generate({ options: { temperature: 1.5, seed, num_predict: 16 } })).response;
    expect(await draw(11)).toBe(await draw(11));
    expect(new Set([await draw(1), await draw(2), await draw(3)]).size).toBeGreaterThan(1);
  });

  it('refuses as Ollama does', async () => {
    await expect(generate({ model: 'other' })).rejects.toMatchObject({
      status_code: 404,
      error: "model 'other' not found",
    });
    await expect(generate({ logprobs: true, top_logprobs: 21 })).rejects.toMatchObject({
      status_code: 400,
      error: 'top_logprobs must be between 0 and 20',
    });
    await expect(generate({ think: true })).rejects.toMatchObject({ status_code: 400 });
    expect((await post({ model: 'lac-tiny', prompt, raw: true, system: 'x' })).status).toBe(400);
    expect((await fetch(`${server.url}/api/nothing`)).status).toBe(404);
    const broken = await fetch(`${server.url}/api/generate`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
  });

  it('refuses a prompt that is too long with the numbers, in an error inside an error', async () => {
    const response = await post({ model: 'lac-tiny', prompt: 'word '.repeat(2500), raw: true, truncate: false });
    expect(response.status).toBe(400);
    const outer: unknown = await response.json();
    expect(outer).toMatchObject({ error: expect.stringContaining('exceed_context_size_error') as unknown });
  });

  it('loads on an empty prompt and renders without generating', async () => {
    expect((await generate({ prompt: '' })).done_reason).toBe('load');
    const rendered: unknown = await (await post({ model: 'lac-tiny', prompt: 'abc', _debug_render_only: true })).json();
    expect(rendered).toMatchObject({ _debug_info: { rendered_template: 'abc' } });
  });

  it('stops when the client goes away', async () => {
    const abort = new AbortController();
    const options = { ...neutral, temperature: 1, seed: 1, num_predict: 1900 };
    const response = await post({ model: 'lac-tiny', prompt: 'a', raw: true, options }, { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    expect((await generate({ options: { num_predict: 1 } })).done).toBe(true);
  });
});
