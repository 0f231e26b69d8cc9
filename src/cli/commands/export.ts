import path from 'node:path';
import { Option, type Command } from 'commander';
import { LacError } from '../../errors/lacError';
import { newestMinor } from '../../exchange/atif/read';
import { exportRecording, formats } from '../../exchange';
import { makeFolder } from '../../trajectories/folders';
import type { CliContext } from '../context';
import { fileName } from '../options';
import { openRecording } from '../recordings';
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
export function exportCommand(program: Command, { terminal, signal }: CliContext): void {
  const ids = formats.map(({ id }) => id);
  program
    .command('export <file>')
    .description('write a recording in another format; what the format has no place for is listed')
    .addOption(new Option('--to <format>', 'the format').choices(ids).makeOptionMandatory())
    .option('-o, --out <folder>', 'where to write', '.')
    .option('--name <name>', "name of the files without extension; the recording's own when absent", fileName)
    .addOption(new Option('--atif-version <version>', 'version of ATIF').choices(atifVersions))
    .option('--force', 'replace files that are there')
    .option('--json', 'the report as one JSON object')
    .addHelpText('after', examples)
    .action(async (file: string, options: ExportOptions) => {
      const recording = await openRecording(file, signal);
      for (const problem of recording.contents.problems) terminal.note(problem.message);
      const stem = options.name ?? path.basename(file).replace(/(?:\.lac)?\.jsonl$/, '');
      const version = options.atifVersion === undefined ? {} : { version: options.atifVersion };
      const { files, losses } = exportRecording(recording, options.to, { stem, ...version });
      makeFolder(options.out, (reason, cause) => {
        return new LacError('exchange.unwritable', { file: options.out, reason }, cause);
      });
      const written = files.map(({ name, bytes }) => {
        const target = path.join(options.out, name);
        write(target, bytes, options.force === true);
        return { file: target, bytes: bytes.length };
      });
      if (options.json === true) {
        terminal.line(JSON.stringify({ format: options.to, files: written, losses }));
        return;
      }
      for (const { file: target, bytes } of written) terminal.line(`${target}  ${bytes.toLocaleString('en')} bytes`);
      for (const loss of losses) terminal.note(`  ${loss}`);
    });
}
