import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { babyAiWords } from '../support/babyAiWords';
import { runCli, startCli, type CliResult } from '../support/cliProcess';
import { canonicalLines } from '../support/journalLines';
import { chunkLine, doneLine, ScriptedOllama } from '../support/scriptedOllama';
import type { NextToken } from '../support/writtenModel';

let folder: string;
let ollama: ScriptedOllama;
const exampleFiles = ['loop', 'critic-misleads'].map((name) =>
  path.resolve('media/data/examples', `${name}.lac.jsonl`),
);
/** What the model says instead, where a test sets it. */
let says: NextToken | null = null;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-bad-'));
  ollama = await ScriptedOllama.start({ next: (prompt) => (says ?? babyAiWords)(prompt) });
});
afterAll(async () => {
  await ollama.close();
  rmSync(folder, { recursive: true, force: true });
});

function play(...args: readonly string[]): Promise<CliResult> {
  const model = ['-m', `ollama:${ollama.modelName}@${ollama.url}`];
  return runCli(['run', ...model, '--horizon', '1', '--candidates', '2', '--depth', '1', ...args], folder);
}

/** A failure that the user is told of: in words, with these, and without a stack. */
function expectWords(code: number, result: CliResult, ...words: readonly string[]): void {
  for (const word of words) expect(result.stderr).toContain(word);
  expect(result.stderr).not.toMatch(/^\s+at /m);
  expect(result.code).toBe(code);
}

function expectRefusal(result: CliResult, ...words: readonly string[]): void {
  expectWords(1, result, ...words);
}

/** A mistake in what was written on the command line. */
function expectMisuse(result: CliResult, ...words: readonly string[]): void {
  expectWords(2, result, ...words);
}

describe('the command line refuses, in words and with the place', () => {
  test('an unknown task, task set, environment and model', async () => {
    expectMisuse(await play('-t', 'MixedTrainLocal/gotoo/1'), 'MixedTrainLocal/gotoo/1', 'goto');
    expectMisuse(await play('-t', 'MixedTrainLocal/goto/9..1'), 'MixedTrainLocal/goto/9..1', 'range');
    expectMisuse(await play('-s', 'nothing'), 'nothing', 'lac tasks');
    expectMisuse(await play('-e', 'babyai'), 'babyai', 'babyai-text');
    const beyond = path.join(folder, 'beyond.lac.jsonl');
    expectMisuse(await play('--first', '10000', '--out', beyond), 'MixedTestLocal/go to', '10000 tasks', '--first');
    expect(existsSync(beyond)).toBe(false);
    expectMisuse(await runCli(['run', '-m', 'gpt-5'], folder), 'gpt-5', 'ollama:<model>');
    expectRefusal(await runCli(['run', '-m', `ollama:none@${ollama.url}`], folder), 'none', ollama.modelName);
  });

  test('text, NaN and numbers out of range for a parameter, with its flag', async () => {
    expectMisuse(await play('--alpha', 'NaN'), '--alpha', 'NaN', 'a number from 0 to 1000000');
    expectMisuse(await play('--alpha', 'much'), '--alpha', 'much');
    expectMisuse(await play('--depth', '1.5'), '--depth', '1.5', 'a whole number from 0 to 20');
    expectMisuse(await play('--candidates', '0'), '--candidates', '0');
    expectMisuse(await play('--method', 'lak'), '--method', 'did you mean "lac"?');
    expectMisuse(await play('--prior-score', 'max'), '--prior-score', 'one of mean, sum');
    expectMisuse(await play('--count', 'ten'), '--count');
    expectMisuse(await runCli(['eval', '--vary', 'depth=1,x'], folder), '--vary depth=1,x', 'a whole number');
    expectMisuse(await runCli(['eval', '--methods', 'lac,lak'], folder), '--methods lac,lak', 'did you mean "lac"?');
    expectMisuse(await runCli(['eval', '--baseline', 'depth=x'], folder), '--baseline depth=x', 'a whole number');
  });

  test('hexadecimal, grouped, endless and empty numbers', async () => {
    const flags = ['--alpha', '--depth', '--count', '--budget-calls', '--budget-tokens', '--budget-seconds'];
    for (const flag of flags) expectMisuse(await play(flag, '0x10'), `${flag} `, "'0x10'", 'It takes');
    for (const text of ['1_000', 'Infinity', '1e400', '']) {
      expectMisuse(await play('--budget-seconds', text), '--budget-seconds ', `'${text}'`, 'a positive number');
    }
    const [example] = exampleFiles;
    expectMisuse(await runCli(['diff', example, example, '--tolerance', '0x1'], folder), '--tolerance', 'It takes');
  });

  test('a folder of data where none is read', async () => {
    expectMisuse(await play('--data', folder), 'BabyAI-Text', folder, '--data');
    expectMisuse(await runCli(['tasks', 'babyai-text', '--data', folder], folder), 'BabyAI-Text', folder, '--data');
    expectMisuse(await runCli(['replay', exampleFiles[0], '--data', folder], folder), 'BabyAI-Text', folder, '--data');
  });

  test.each(['', ' ', '../up', 'a\\b'])('%j as the name of the files of an export', async (name) => {
    const result = await runCli(['export', exampleFiles[0], '--to', 'csv', '--name', name], folder);
    expectMisuse(result, '--name', 'a name that is not empty', '--out');
  });

  test('a command that there is none of', async () => {
    expectMisuse(await runCli(['frob'], folder), 'frob');
    expectMisuse(await runCli(['models', 'frob'], folder), 'frob', 'pull <tag>');
    expectMisuse(await runCli(['models', 'list', 'frob'], folder), 'frob', 'pull <tag>');
    expectMisuse(await runCli(['models', 'list', '--url', 'gpu-box'], folder), '--url', 'gpu-box', 'http://');
    expectMisuse(await runCli(['models', 'pull', ''], folder), 'tag', 'white space');
    expectMisuse(await runCli(['serve', '--name', ''], folder), '--name', 'white space');
  });

  test('a malformed prompt file and a folder that is not there', async () => {
    const prompts = path.join(folder, 'prompts');
    mkdirSync(prompts);
    writeFileSync(path.join(prompts, 'actor.lac-prompt.md'), 'What now, {{nobody}}?\n{{slot}}');
    const file = path.join(folder, 'malformed.lac.jsonl');
    expectRefusal(await play('--prompts', prompts, '--out', file), 'actor.lac-prompt.md', 'nobody');
    expect(existsSync(file)).toBe(false);
    expectRefusal(await play('--prompts', path.join(folder, 'nowhere')), 'nowhere', '--prompts');
    const nested = path.join(folder, 'nested');
    mkdirSync(path.join(nested, 'head.lac-prompt.md'), { recursive: true });
    expectRefusal(await play('--prompts', nested), path.join(nested, 'head.lac-prompt.md'), '--prompts');
    expectMisuse(await play('--prompt-set', 'mine'), 'mine', 'babyai-text');
  });

  test('nothing in a prompt file that can be used, but says what its author should know', async () => {
    const prompts = path.join(folder, 'latin1');
    mkdirSync(prompts);
    const text = Buffer.concat([Buffer.from('{{rollout}}\nAct, caf'), Buffer.of(0xe9), Buffer.from('.\n{{slot}}\n')]);
    writeFileSync(path.join(prompts, 'actor.lac-prompt.md'), text);
    expectWords(0, await play('--prompts', prompts), 'actor.lac-prompt.md, line 2, column 9', 'U+FFFD');
    expect((await play()).stderr).not.toContain('.lac-prompt.md');
  });

  test('a foreign file, an empty one, a later version and a file that is there already', async () => {
    const at = (name: string, text: string): string => {
      writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    const foreign = at('notes.jsonl', '{"hello": 1}\n');
    expectRefusal(await runCli(['show', foreign], folder), foreign, 'no format that can be read');
    expectMisuse(await runCli(['replay', at('empty.jsonl', '')], folder), 'empty');
    expectRefusal(await runCli(['run', '--resume', at('binary.jsonl', '\u0000\u0001\n')], folder), 'binary.jsonl');
    const later = at('later.jsonl', '{"type":"header","format":"lac-trajectory","version":99}\n');
    expectRefusal(await runCli(['show', later], folder), 'version 99');
    expectRefusal(await runCli(['show', path.join(folder, 'gone.jsonl')], folder), 'gone.jsonl');
    expectRefusal(await play('--out', foreign), foreign, 'there already');
    expect(readFileSync(foreign, 'utf8')).toBe('{"hello": 1}\n');
    expectMisuse(await runCli(['run', '--resume', foreign, '--loop-guard', '2'], folder), '--resume', '--loop-guard');
  });

  test('a folder instead of a file, and a file where a folder has to be made', async () => {
    const file = path.join(folder, 'plain.txt');
    writeFileSync(file, 'text');
    expectRefusal(await runCli(['show', folder], folder), folder, 'it is a folder');
    expectRefusal(await play('--out', path.join(file, 'x.lac.jsonl')), 'x.lac.jsonl', 'cannot be written');
    if (process.platform === 'linux') {
      // Takes no folders, though it says of those that are asked for that they do not exist.
      expectRefusal(await play('--out', '/proc/nowhere/x.lac.jsonl'), '/proc/nowhere', 'cannot be written');
    }
    const [example] = exampleFiles;
    expectRefusal(await runCli(['export', example, '--to', 'csv', '--out', file], folder), file, 'cannot be written');
  });

  test('an episode and a branch that a recording does not have, with those that it has', async () => {
    const [example] = exampleFiles;
    expectRefusal(await runCli(['show', example, '--episode', 'e9'], folder), 'e9', 'Choose one of: e1.');
    expectRefusal(await runCli(['show', example, '--branch', 'b9'], folder), 'b9', 'Its branches are b0.');
    expectMisuse(await runCli(['diff', example, example, '--episode', 'e9'], folder), 'e9', 'Choose one of: e1.');
    expectMisuse(await runCli(['diff', example, example, '--tolerance', 'x'], folder), '--tolerance');
    expectMisuse(await runCli(['show', example, '--where', 'alph > 1'], folder), 'Did you mean alpha?');
  });

  test('a port that there is none of, and one that is taken', async () => {
    expectMisuse(await runCli(['serve', '--port', '99999'], folder), '--port', '65535');
    const port = new URL(ollama.url).port;
    expectRefusal(await runCli(['serve', '--port', port], folder), `127.0.0.1:${port}`, 'another port');
  });

  test('shows where an error came from only when asked', async () => {
    const result = await runCli(['--debug', 'show', path.join(folder, 'gone.jsonl')], folder);
    expect(result.stderr).toMatch(/^\s+at /m);
  });
});

describe('a damaged recording', () => {
  test('does not count as one that came out as it was recorded', async () => {
    const file = path.join(folder, 'holed.lac.jsonl');
    const lines = readFileSync(exampleFiles[0], 'utf8').trimEnd().split('\n');
    writeFileSync(file, [...lines, 'not json', ''].join('\n'));
    const replayed = await runCli(['replay', file], folder);
    expectMisuse(replayed, 'holed.lac.jsonl', '1 of its lines could not be read');
    expect(replayed.stdout).toMatch(/^1 episode, \d+ decisions and \d+ steps /);
    expect(replayed.stdout).not.toContain('everything');
    writeFileSync(file, `${lines[0]}\n`);
    expectMisuse(await runCli(['replay', file], folder), 'holds no episode');
  });

  test('is read around what is damaged, which is named', async () => {
    const file = path.join(folder, 'damaged.lac.jsonl');
    expect((await play('--out', file)).code).toBe(0);
    const lines = readFileSync(file, 'utf8').split('\n');
    const place = lines.findIndex((line) => line.includes('"type":"call"'));
    lines.splice(place, 0, '{"type":"step","episode":"e1"', 'not json \u001b[31m', '{"type":"end","episode":7}');
    writeFileSync(file, lines.join('\n'));
    const shown = await runCli(['show', file], folder);
    expect(shown.code).toBe(0);
    for (const number of [place + 1, place + 2, place + 3]) expect(shown.stderr).toContain(`line ${number}`);
    expect(shown.stdout).toContain('step 0');
    expect(shown.stderr).not.toContain('\u001b');
  });
});

test('standard input is read where a file is called "-"', async () => {
  const text = readFileSync(exampleFiles[0]);
  const fromFile = await runCli(['show', exampleFiles[0]], folder);
  const { ended } = await startCli(['show', '-'], folder, process.execPath, text);
  expect(await ended).toEqual(fromFile);
});

describe('whatever a model writes', () => {
  const actions = (text: string): NextToken => {
    return (prompt): Readonly<Record<string, number>> => {
      const line = prompt.slice(prompt.lastIndexOf('\n') + 1);
      if (!line.startsWith('Action:')) return babyAiWords(prompt);
      return line === 'Action:' ? { [text]: 0.9, ' drop': 0.05 } : { '\n': 0.99 };
    };
  };

  test.each([
    ['ten thousand characters', ` ${'x'.repeat(10_000)}`],
    ['control characters', ' go\u0007 \u001b[2J\u001b]0;owned\u0007forward\u0000'],
    ['a lone surrogate', ' go \ud800forward'],
    ['marks that turn the line around', ' \u202edrawrof og'],
  ])('as an action, %s, becomes a step that is recorded and shown without harm', async (what, text) => {
    says = actions(text);
    try {
      const file = path.join(folder, `${what.replaceAll(' ', '-')}.lac.jsonl`);
      const result = await play('--out', file);
      expect(result.stderr).not.toMatch(/^\s+at /m);
      expect(result.code).toBe(0);
      expect(result.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      const replayed = await runCli(['replay', file], folder);
      expect(replayed.stdout).toContain('as recorded');
    } finally {
      says = null;
    }
  });

  test('an actor that says nothing ends the run in words, resumably', async () => {
    says = (prompt) => (prompt.endsWith('Action:') ? { '\n': 1 } : babyAiWords(prompt));
    const file = path.join(folder, 'silent.lac.jsonl');
    const result = await play('--out', file);
    says = null;
    expectRefusal(result, 'go on with: lac run --resume');
    const resumed = await runCli(['show', file], folder);
    expect(resumed.stderr).not.toContain('line');
  });

  test('bytes that are no UTF-8 do not stop a run', async () => {
    const broken = Buffer.concat([Buffer.from(' go '), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('forward')]);
    const line = Buffer.from(chunkLine('@@', [{ token: '@@', logprob: -0.1, top_logprobs: [] }]));
    const at = line.indexOf('@@');
    const piece = Buffer.concat([line.subarray(0, at), broken, line.subarray(at + 2)]);
    const file = path.join(folder, 'bytes.lac.jsonl');
    ollama.next({ play: 'pieces', pieces: [piece, doneLine(3)], then: 'end' });
    const result = await play('--out', file);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect([0, 1]).toContain(result.code);
  });
});

test('Ctrl-C stops in the middle and leaves a journal that goes on to the same end', async () => {
  const whole = path.join(folder, 'whole.lac.jsonl');
  const stopped = path.join(folder, 'stopped.lac.jsonl');
  expect((await play('--horizon', '2', '--out', whole)).code).toBe(0);
  ollama.forget();
  const model = `ollama:${ollama.modelName}@${ollama.url}`;
  const size = ['--horizon', '2', '--candidates', '2', '--depth', '1'];
  const { child, ended } = await startCli(['run', '-m', model, ...size, '--out', stopped], folder);
  await ollama.came(15, '/api/generate');
  child.kill('SIGINT');
  const result = await ended;
  expect(result.code).toBe(130);
  expect(result.stderr).toContain(`lac run --resume ${stopped}`);
  expect(canonicalLines(stopped).length).toBeLessThan(canonicalLines(whole).length);
  expect((await runCli(['run', '--resume', stopped, '-m', model], folder)).code).toBe(0);
  const complete = (file: string): string[] => canonicalLines(file).filter((line) => !line.includes('"cancelled"'));
  expect(complete(stopped)).toEqual(canonicalLines(whole));
});
