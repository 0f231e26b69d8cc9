import { Command } from 'commander';
import path from 'node:path';
import { expect, test } from 'vitest';
import { addCommands } from '../../src/cli/commands';
import { embeddedOpener, findAssets, modelSource } from '../../src/cli/composition';
import { Terminal } from '../../src/cli/terminal';
import { messageOf } from '../../src/errors/lacError';
import { systemClock } from '../../src/models/clock';

const example = path.resolve('media/data/examples/loop.lac.jsonl');

/** What is said of a command line that is refused before anything is done. */
async function refusalOf(...args: readonly string[]): Promise<string> {
  const program = new Command('lac').exitOverride().configureOutput({ writeErr: () => undefined });
  const assets = findAssets(path.resolve('src'));
  addCommands(program, {
    terminal: new Terminal(process.stdout, process.stderr, {}),
    assets,
    openEmbedded: embeddedOpener(assets),
    models: modelSource(assets, systemClock, {}),
    clock: systemClock,
    version: 'test',
    signal: new AbortController().signal,
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    return messageOf(error);
  }
  throw new Error(`lac ${args.join(' ')} is not refused`);
}

const [aFile, aFolder, aRecording] = ['the path of a file', 'the path of a folder', 'the path of a file, or -'];

test.each([
  ['--out', aFile, 'run'],
  ['--resume', aFile, 'run'],
  ['--prompts', aFolder, 'run'],
  ['--data', aFolder, 'run'],
  ['--cache', aFolder, 'run'],
  ['--out', aFolder, 'eval'],
  ['--prompts', aFolder, 'eval'],
  ['--only', 'a part of a name', 'eval'],
  ['--out', aFolder, 'export', example, '--to', 'csv'],
  ['--out', aFile, 'import', example],
  ['--data', aFolder, 'replay', example],
  ['--data', aFolder, 'tasks', 'alfworld'],
  ['--cache', aFolder, 'tasks', 'alfworld'],
  ['--data', aFolder, 'models', 'probe', 'embedded'],
  ['--cache', aFolder, 'data', 'webshop', '.'],
  ['--file', aFile, 'serve'],
  ['--host', 'an address', 'serve'],
  ['--episode', 'the id of an episode', 'show', example],
  ['--branch', 'the id of a branch', 'show', example],
  ['--episode', 'the id of an episode', 'diff', example, example],
  ['--branch', 'the id of a branch', 'diff', example, example],
  ['--against', 'the id of a branch', 'diff', example, example],
])('an empty %s is refused with what it takes: %s', async (flag, what, ...command) => {
  for (const empty of ['', ' ']) {
    const said = await refusalOf(...command, flag, empty);
    expect(said).toContain(`${flag} <`);
    expect(said).toContain(`It takes ${what}`);
  }
});

test.each([
  ['file', aRecording, ['show', '']],
  ['file', aRecording, ['replay', '']],
  ['a', aRecording, ['diff', '', example]],
  ['b', aRecording, ['diff', example, '']],
  ['file', aRecording, ['export', '--to', 'csv', '']],
  ['files', aRecording, ['import', example, '']],
  ['folder', aFolder, ['data', 'webshop', '']],
])('an empty <%s> is refused with what it takes: %s', async (name, what, command) => {
  const said = await refusalOf(...command);
  expect(said).toContain(`'${name}'`);
  expect(said).toContain(`It takes ${what}`);
});

test.each([
  ['--atif-version', '--to csv', ['export', example, '--to', 'csv', '--atif-version', '1.2']],
  ['--json', '--out', ['import', example, '--json']],
  ['--force', '--out', ['import', example, '--force']],
  ['--set', 'environment', ['tasks', '--set', 'x']],
  ['--data', 'environment', ['tasks', '--data', '.']],
  ['--first', '--set', ['tasks', 'babyai-text', '--first', '2']],
  ['--count', '--set', ['tasks', 'babyai-text', '--count', '10']],
  ['--cache', '--data', ['tasks', 'alfworld', '--cache', '.']],
  ['--cache', '--data', ['run', '--cache', '.']],
  ['--count', '--set', ['run', '-t', 'MixedTestLocal/goto/0', '--count', '2']],
  ['--first', '--set', ['run', '--resume', example, '--first', '2']],
  ['--environment', '--resume', ['run', '--resume', example, '-e', 'babyai-text']],
  ['--variant', '--resume', ['run', '--resume', example, '--variant', 'react']],
  ['--prompts', '--resume', ['run', '--resume', example, '--prompts', '.']],
  ['--prompt-set', '--resume', ['run', '--resume', example, '--prompt-set', 'babyai-text']],
  ['--json', '--quiet', ['run', '-q', '--json']],
  ['--count', '--preset babyai-table', ['eval', '--preset', 'babyai-table', '--count', '10']],
  ['--method', '--preset babyai-table', ['eval', '--preset', 'babyai-table', '--method', 'lac']],
  ['--baseline', '--preset babyai-table', ['eval', '--preset', 'babyai-table', '--baseline', 'none']],
  ['--count', '--set', ['eval', '-t', 'MixedTestLocal/goto/0', '--count', '2']],
  ['--cache', '--data', ['eval', '--cache', '.']],
  ['--method', '--vary', ['eval', '--method', 'lac']],
  ['--method', '--methods prior,lac', ['eval', '--method', 'lac', '--methods', 'prior,lac']],
  ['--loop-guard', '--vary loopGuard=0,30', ['eval', '--vary', 'loopGuard=0,30', '--loop-guard', '30']],
  ['--vary alpha=0', '--vary alpha=1', ['eval', '--vary', 'alpha=0', '--vary', 'alpha=1']],
  ['--vary method=react', '--methods prior,lac', ['eval', '--methods', 'prior,lac', '--vary', 'method=react']],
  ['--only', '--report', ['eval', '--report', '--only', 'lac']],
  ['--part', '--report', ['eval', '--report', '--part', '1/2']],
  ['--model', '--report', ['eval', '--report', '-m', 'embedded']],
  ['--alpha', '--report', ['eval', '--report', '--alpha', '2']],
  ['--markdown', '--json', ['eval', '--json', '--markdown']],
])('%s is refused where it has no effect: %s', async (flag, beside, command) => {
  const said = await refusalOf(...command);
  expect(said).toMatch(/cannot be given together|has no effect without/);
  expect(said).toContain(flag);
  expect(said).toContain(beside);
});

test('a baseline that is asked for has to be among the variants, the usual one too', async () => {
  expect(await refusalOf('eval', '--vary', 'alpha=0,1', '--baseline', 'method=prior')).toContain('"method=prior"');
});
