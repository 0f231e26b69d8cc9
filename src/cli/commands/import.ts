import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { LacError, messageOf } from '../../errors/lacError';
import { defaultLimits, importFiles, nativeBytes, recordingOf } from '../../exchange';
import { amount } from '../amount';
import type { CliContext } from '../context';
import { filePath, recordingPaths, wholeNumber } from '../options';
import { contentOf } from '../recordings';
import { printable } from '../terminal';
import { refuseWithout } from '../unusedFlags';

interface ImportOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly limitMb?: number;
  readonly json?: boolean;
}

const examples = `
Reads ATIF 1.0-1.7, AgentTraj-L/ETO/FastChat conversations, SWE-agent .traj and Inspect .eval or .json.
What the file does not say (candidates, values, rewards) is marked as unknown; what is lost is listed. A file called "-"
is standard input.

Examples:
  lac import run.traj --out run.lac.jsonl
  lac import ten.e1.b0.atif.json ten.e1.b1.atif.json --out ten.lac.jsonl
  lac import logs/task.eval`;

/** `lac import`: another program's recording as a native one. */
export function importCommand(program: Command, { terminal }: CliContext): void {
  program
    .command('import')
    .description("turn another program's recording into a LAC trajectory; several files of one export are put together")
    .argument('<files...>', 'recordings', recordingPaths)
    .option('-o, --out <file>', 'where to write; without it the lines go to standard output', filePath)
    .option('--force', 'replace the file if it is there; needs --out')
    .option('--limit-mb <n>', 'most megabytes of text to take in', wholeNumber(1), defaultLimits.bytes >> 20)
    .option('--json', 'a report as one JSON object; needs --out')
    .addHelpText('after', examples)
    .action(async (files: readonly string[], options: ImportOptions, command: Command) => {
      refuseWithout(command, '--out', ['--force', '--json']);
      const bytes = (options.limitMb ?? defaultLimits.bytes >> 20) * (1 << 20);
      const values = Math.max(defaultLimits.values, bytes >> 5);
      const reading = importFiles(await Promise.all(files.map(contentOf)), { ...defaultLimits, bytes, values });
      const recording = await recordingOf(options.out ?? files[0], reading.lines);
      const native = nativeBytes(reading.lines);
      const { out } = options;
      if (out === undefined) process.stdout.write(native);
      else write(out, native, options.force === true);
      for (const problem of recording.contents.problems) terminal.note(problem.message);
      const episodes = recording.contents.episodes.length;
      const steps = recording.contents.episodes.reduce((all, { nodes }) => all + nodes.length - 1, 0);
      if (options.json === true) {
        terminal.line(JSON.stringify({ format: reading.format, episodes, steps, losses: reading.losses, out }));
        return;
      }
      const taken = `${amount(episodes, 'episode')}, ${amount(steps, 'step')}`;
      terminal.note(`${reading.format}: ${taken}${out === undefined ? '' : ` -> ${out}`}`);
      for (const loss of reading.losses) terminal.note(`  ${printable(loss)}`);
    });
}

/** Writes a new file. Throws `exchange.unwritable`. */
export function write(file: string, bytes: Uint8Array, force: boolean): void {
  try {
    writeFileSync(file, bytes, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw new LacError('exchange.unwritable', { file, reason: messageOf(error) }, { cause: error });
  }
}
