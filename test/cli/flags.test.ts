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
    signal: AbortSignal.abort(),
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
