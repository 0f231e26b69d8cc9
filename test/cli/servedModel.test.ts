import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmbeddedModel } from '../../src/models/embedded/embeddedModel';
import { startServer, type RunningServer } from '../../src/models/embedded/server/server';
import { workerEngine } from '../../src/models/embedded/workerEngine';
import { fileSource } from '../../src/trajectories/byteSource';
import { readJournal } from '../../src/trajectories/journal';
import { runCli } from '../support/cliProcess';
import { embeddedWorker } from '../support/bundled';

let folder: string;
let model: EmbeddedModel;
let server: RunningServer;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-served-'));
  const file = path.resolve('media/data/model/lac-babyai.gguf');
  model = await EmbeddedModel.open({ file, launch: workerEngine(await embeddedWorker()) });
  server = await startServer({ model, name: 'lac-babyai', port: 0 });
}, 120_000);
afterAll(async () => {
  await server.close();
  await model.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test('the model that ships is asked over HTTP as it is in process', { timeout: 300_000 }, async () => {
  expect(model.description.transcript).toBe('babyai-text');
  const file = path.join(folder, 'served.lac.jsonl');
  const play = ['run', '--quiet', '-t', 'MixedTestLocal/goto/2', '--horizon', '3', '--out', file];
  const played = await runCli([...play, '-m', `ollama:lac-babyai@${server.url}`], folder);
  expect(played).toMatchObject({ code: 0 });

  const source = fileSource(file);
  const recorded = await readJournal(source).finally(() => source.close());
  const { model: asked, parameters } = recorded.header;
  expect(asked).toMatchObject({ backend: 'ollama', transcript: 'babyai-text', contextLength: 1024 });
  expect([...recorded.promptSets.values()].map(({ name }) => name)).toEqual(['babyai-text-embedded']);
  expect(parameters).toMatchObject({ proposal: 'admissible', candidates: 6, depth: 1, alpha: 2 });
  expect(recorded.incomplete).toEqual([]);
  expect(recorded.calls.size).toBeGreaterThan(0);
  const longest = Math.max(
    ...[...recorded.calls.values()].map(({ answer }) =>
      answer === null ? 0 : answer.usage.promptTokens + answer.usage.generatedTokens,
    ),
  );
  expect(longest).toBeLessThanOrEqual(1024);
});
