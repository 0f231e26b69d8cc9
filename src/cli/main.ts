import { Command, CommanderError } from 'commander';
import { isAbort, LacError, messageOf } from '../errors/lacError';
import { systemClock } from '../models/clock';
import packageJson from '../../package.json';
import { dapCommand } from './commands/dap';
import { dataCommand } from './commands/data';
import { diffCommand } from './commands/diff';
import { evalCommand } from './commands/eval';
import { exportCommand } from './commands/export';
import { importCommand } from './commands/import';
import { modelsCommand } from './commands/models';
import { replayCommand } from './commands/replay';
import { runCommand } from './commands/run';
import { serveCommand } from './commands/serve';
import { showCommand } from './commands/show';
import { tasksCommand } from './commands/tasks';
import { embeddedOpener, findAssets, modelSource } from './composition';
import type { CliContext } from './context';
import { Terminal } from './terminal';

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C. */
async function main(): Promise<number> {
  const terminal = new Terminal(process.stdout, process.stderr, process.env);
  const stop = new AbortController();
  process.once('SIGINT', () => {
    terminal.note('Stopping ... (press Ctrl-C again to leave at once)');
    stop.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  // Whoever reads the output may stop reading: `lac show run.lac.jsonl | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const debug = process.argv.includes('--debug');
  const program = new Command('lac')
    .description('LAC: decide with prior, rollouts and critic, record every call, replay and compare')
    .version(packageJson.version)
    .option('--debug', 'show where in the program an error came from')
    .showHelpAfterError('(see --help)')
    .exitOverride();
  try {
    const assets = findAssets(__dirname);
    const context: CliContext = {
      terminal,
      assets,
      openEmbedded: embeddedOpener(assets),
      models: modelSource(assets, systemClock, process.env),
      clock: systemClock,
      version: packageJson.version,
      signal: stop.signal,
    };
    for (const add of [
      runCommand,
      showCommand,
      replayCommand,
      diffCommand,
      importCommand,
      exportCommand,
      evalCommand,
      tasksCommand,
      modelsCommand,
      serveCommand,
      dataCommand,
      dapCommand,
    ])
      add(program, context);
    await program.parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    terminal.clearProgress();
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isAbort(error)) return 130;
    terminal.note(messageOf(error));
    if (debug || !(error instanceof LacError)) terminal.note(error instanceof Error ? (error.stack ?? '') : '');
    return 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
