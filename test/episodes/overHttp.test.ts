import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../../src/lac/parameters';
import { babyAiWords } from '../support/babyAiWords';
import { runCli } from '../support/cliProcess';
import { canonicalLines } from '../support/journalLines';
import { alfworldMarks, planFollower, webshopMarks, type TranscriptMarks } from '../support/planFollower';
import { babyAiText } from '../../src/environments/babyai/kind';
import { describeModel, liveCalls, parametersFor } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { openOllama } from '../../src/models/ollama/openOllama';
import { openPromptSet } from '../../src/prompts/promptSet';
import { ScriptedOllama } from '../support/scriptedOllama';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-http-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const resources = { assets: '', dataFolder: null, cacheFolder: null };

/** Plays one task against a server, with so many requests at once. */
async function play(ollama: ScriptedOllama, method: string, parallel: number): Promise<string> {
  const environment = await babyAiText.open(resources);
  const task = await babyAiText.task('MixedTrainLocal/goto/17', resources);
  const model = await openOllama({ url: ollama.url, model: ollama.modelName, context: null }, signal);
  const opened = { endpoints: [{ name: ollama.url, model, parallel }], wrap: null };
  const given = { horizon: 2, candidates: 3, depth: 2, method };
  const parameters = parametersFor(babyAiText, 'ollama', given, 'test');
  const settings = { parameters, prompts: new PromptsInForce(openPromptSet('babyai-text'), task.type, null) };
  const file = path.join(folder, `${method}-${parallel}.lac.jsonl`);
  const identity = { engine: 'test', environment, model: describeModel(opened), parameters };
  const run = Run.create(file, identity, '2026-01-01T00:00:00Z');
  const calls = liveCalls(opened, run.callLog, unlimited, systemClock);
  const episode = await run.startEpisode(task, settings, { environment, calls, state: { truth: false } }, signal);
  const events = episode.run(0, settings, signal);
  while ((await events.next()).done !== true);
  await calls.idle();
  run.close();
  await model.dispose();
  return file;
}

describe('over HTTP', () => {
  test.each(methods)('method %s gives equal journals one request at a time and four at once', async (method) => {
    const ollama = await ScriptedOllama.start({ next: babyAiWords });
    try {
      const one = await play(ollama, method, 1);
      const four = await play(ollama, method, 4);
      expect(canonicalLines(four)).toEqual(canonicalLines(one));
      await ollama.quiet();
    } finally {
      await ollama.close();
    }
  });

  test.each<[string, TranscriptMarks, readonly string[]]>([
    ['alfworld', alfworldMarks, ['inventory', 'look', 'go to nowhere']],
    ['webshop', webshopMarks, ['search[shirt]', 'click[Back to Search]', 'search[lamp]']],
  ])('an episode of %s is played, recorded and computed again', async (environment, marks, plan) => {
    const ollama = await ScriptedOllama.start({ next: planFollower(marks, () => plan) });
    try {
      const file = path.join(folder, `${environment}.lac.jsonl`);
      const model = `ollama:${ollama.modelName}@${ollama.url}`;
      const size = ['--horizon', '3', '--candidates', '2', '--depth', '2'];
      const played = await runCli(['run', '-e', environment, '-m', model, ...size, '--json', '--out', file], folder);
      expect(played.stderr).toContain('recorded in');
      expect(JSON.parse(played.stdout)).toMatchObject({ steps: 3, reason: 'horizon' });
      const shown = await runCli(['show', file], folder);
      for (const action of plan) expect(shown.stdout).toContain(action);
      const replayed = await runCli(['replay', file, '--json'], folder);
      expect(JSON.parse(replayed.stdout)).toMatchObject({ episodes: 1, decisions: 3, steps: 3, difference: null });
    } finally {
      await ollama.close();
    }
  });
});
