import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli, type CliResult } from '../support/cliProcess';
import { ScriptedOllama, type ScriptedOllamaOptions } from '../support/scriptedOllama';

let folder: string;
let ollama: ScriptedOllama | null = null;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-probe-'));
});
afterEach(async () => {
  await ollama?.close();
  ollama = null;
  rmSync(folder, { recursive: true, force: true });
});

async function probe(options: ScriptedOllamaOptions, ...args: readonly string[]): Promise<CliResult> {
  ollama = await ScriptedOllama.start(options);
  return runCli(['models', 'probe', `ollama:${ollama.modelName}@${ollama.url}`, ...args], folder);
}

test('a model is probed for verdicts with and without its chat template', async () => {
  const { code, stdout, stderr } = await probe({
    next: (prompt) =>
      prompt.includes('assistant') ? { ' GOOD': 0.5, ' BAD': 0.25, x: 0.25 } : { ' GOOD': 0.125, x: 0.875 },
  });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'P(GOOD) + P(BAD) where the critic reads, prompt set babyai-text:',
    '  wrap: none  12.5 %',
    '  wrap: chat  75.0 %',
    '"wrap: chat" in the head of the prompt set suits this model better.',
    '',
  ]);
  // Both readings are of the critic's own prompt.
  expect(ollama?.prompts.filter((prompt) => prompt.trimEnd().endsWith('This step is'))).toHaveLength(2);
});

test('a model without a chat template that begins its verdicts with a blank is told of', async () => {
  const asked = { rendered: null, next: () => ({ ' ': 0.9, x: 0.1 }) };
  const { code, stdout } = await probe(asked);
  expect(code).toBe(0);
  expect(stdout).toContain('wrap: chat  the model has no chat template');
  expect(stdout).toContain('hardly expects a verdict');
  expect(stdout).toContain('The token " " begins several of the label words GOOD, BAD, UNKNOWN');
  await ollama?.close();
  const { stdout: json } = await probe(asked, '--json');
  expect(JSON.parse(json)).toEqual({
    model: 'scripted:latest',
    promptSet: 'babyai-text',
    none: 0,
    chat: null,
    sharedToken: ' ',
  });
});

test('a model that reports no log-probabilities cannot be probed, in words', async () => {
  const { code, stdout, stderr } = await probe({ logprobs: 'null' });
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('reports no log-probabilities');
  expect(stderr).not.toMatch(/^\s+at /m);
});
