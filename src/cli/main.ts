import { Command, CommanderError } from 'commander';
import type { ErrorCode } from '../errors/catalogue';
import { isAbort, LacError, messageOf } from '../errors/lacError';
import { systemClock } from '../models/clock';
import packageJson from '../../package.json';
import { addCommands } from './commands';
import { embeddedOpener, findAssets, modelSource } from './composition';
import type { CliContext } from './context';
import { Terminal } from './terminal';

const exitCodes = `
Exit codes: 0 done, 1 failed (of diff and replay: there is a difference), 2 wrong usage (of diff and replay also: nothing
could be compared), 130 stopped by Ctrl-C.

Examples:
  lac run                                  play one task with the model that ships
  lac show .lac/runs/<file>                what was decided, and why
  lac run -m ollama:qwen3:4b -e alfworld   another model in another environment`;

/** Errors in what was written on the command line. */
const wrongUsage: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'babyai.no-data',
  'cli.conflict',
  'cli.needs',
  'cli.no-task-set',
  'cli.past-the-set',
  'cli.task-range',
  'environment.no-variants',
  'environment.unknown',
  'environment.unknown-task',
  'environment.unknown-variant',
  'evaluation.baseline',
  'evaluation.nothing',
  'evaluation.variation',
  'expression.argument',
  'expression.pattern',
  'expression.syntax',
  'expression.too-long',
  'expression.type',
  'expression.unknown-name',
  'lac.parameter',
  'model.bad-name',
  'prompt.unknown-set',
]);

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
    .addHelpText('after', exitCodes)
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
    addCommands(program, context);
    await program.parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    terminal.clearProgress();
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isAbort(error)) return 130;
    terminal.note(messageOf(error));
    if (debug || !(error instanceof LacError)) terminal.note(error instanceof Error ? (error.stack ?? '') : '');
    return error instanceof LacError && wrongUsage.has(error.code) ? 2 : 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
