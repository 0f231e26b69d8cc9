import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { isAbort, LacError, messageOf } from '../../errors/lacError';
import { newestMinor } from '../../exchange/atif/read';
import { exportRecording, formats, writePieces, type ExchangeFormat } from '../../exchange';
import { makeFolder } from '../../trajectories/folders';
import type { CliContext } from '../context';
import { openLongJournal, type LongJournal } from '../openedRecording';
import { fileName, folderPath, recordingPath } from '../options';
import { openRecording } from '../recordings';
import { refuseBeside } from '../unusedFlags';
import { write } from './import';

interface ExportOptions {
  readonly to: string;
  readonly out: string;
  readonly name?: string;
  readonly atifVersion?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const examples = `
Formats:
${formats.map(({ id, title }) => `  ${id.padEnd(14)} ${title}`).join('\n')}

Examples:
  lac export runs/ten.lac.jsonl --to html
  lac export runs/ten.lac.jsonl --to atif --out shared/
  lac export runs/ten.lac.jsonl --to csv --name steps
  lac export run.traj --to html`;

const atifVersions = Array.from({ length: newestMinor + 1 }, (_, minor) => `1.${minor}`);

/** `lac export`: a recording in another program's format. */
export function exportCommand(program: Command, context: CliContext): void {
  const { terminal } = context;
  const ids = formats.map(({ id }) => id);
  program
    .command('export')
    .description('write a recording in another format; what the format has no place for is listed')
    .argument('<file>', 'a recording', recordingPath)
    .addOption(new Option('--to <format>', 'the format').choices(ids).makeOptionMandatory())
    .option('-o, --out <folder>', 'where to write', folderPath, '.')
    .option('--name <name>', "name of the files without extension; the recording's own when absent", fileName)
    .addOption(new Option('--atif-version <version>', 'version of ATIF').choices(atifVersions))
    .option('--force', 'replace files that are there')
    .option('--json', 'the report as one JSON object')
    .addHelpText('after', examples)
    .action(async (file: string, options: ExportOptions, command: Command) => {
      if (options.to !== 'atif') {
        const hint = 'Only ATIF is written in the version that is asked for.';
        refuseBeside(command, `--to ${options.to}`, ['--atif-version'], hint);
      }
      const { files, losses } = await exported(context, file, options);
      if (options.json === true) {
        terminal.line(JSON.stringify({ format: options.to, files, losses }));
        return;
      }
      for (const { file: target, bytes } of files) terminal.line(`${target}  ${bytes.toLocaleString('en')} bytes`);
      for (const loss of losses) terminal.note(`  ${loss}`);
    });
}

interface Exported {
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  readonly losses: readonly string[];
}

async function exported(context: CliContext, file: string, options: ExportOptions): Promise<Exported> {
  const { terminal, signal } = context;
  const format = formats.find(({ id }) => id === options.to);
  if (format?.stream !== undefined) {
    const onProgress = (fraction: number): void => terminal.progress(fraction, 'reading');
    const long = await openLongJournal(file, { signal, onProgress });
    if (long !== null) {
      const target = path.join(options.out, `${stemOf(file, options)}${format.extension}`);
      return exportSteps(context, long, format.stream, target, options).finally(() => long.close());
    }
  }
  const recording = await openRecording(file, signal);
  for (const problem of recording.contents.problems) terminal.note(problem.message);
  const version = options.atifVersion === undefined ? {} : { version: options.atifVersion };
  const { files, losses } = exportRecording(recording, options.to, { stem: stemOf(file, options), ...version });
  makeTargetFolder(options.out);
  const written = files.map(({ name, bytes }) => {
    const target = path.join(options.out, name);
    write(target, bytes, options.force === true);
    return { file: target, bytes: bytes.length };
  });
  return { files: written, losses };
}

/** Writes the steps of a long journal as they are read. Throws `exchange.unwritable` and `trajectory.changed`. */
async function exportSteps(
  { terminal, signal }: CliContext,
  { index, problems }: LongJournal,
  stream: NonNullable<ExchangeFormat['stream']>,
  target: string,
  options: ExportOptions,
): Promise<Exported> {
  for (const problem of problems) terminal.note(problem);
  makeTargetFolder(options.out);
  if (options.force !== true && existsSync(target)) {
    throw new LacError('exchange.unwritable', { file: target, reason: 'it is there already' });
  }
  const onProgress = (fraction: number): void => terminal.progress(fraction, 'writing');
  const { pieces, losses } = stream(index, { signal, onProgress });
  try {
    await writePieces(target, pieces, signal);
  } catch (error) {
    if (isAbort(error) || error instanceof LacError) throw error;
    throw new LacError('exchange.unwritable', { file: target, reason: messageOf(error) }, { cause: error });
  }
  return { files: [{ file: target, bytes: statSync(target).size }], losses: losses() };
}

function stemOf(file: string, { name }: ExportOptions): string {
  return name ?? path.basename(file).replace(/(?:\.lac)?\.jsonl$/, '');
}

function makeTargetFolder(folder: string): void {
  makeFolder(folder, (reason, cause) => new LacError('exchange.unwritable', { file: folder, reason }, cause));
}
