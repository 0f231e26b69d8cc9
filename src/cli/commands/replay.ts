import type { Command } from 'commander';
import { variantOf } from '../../environments/variants';
import { openEnvironment, recordedCalls, resourcesFor } from '../../episodes/launch';
import { replayJournal } from '../../episodes/replay';
import { fileSource } from '../../trajectories/byteSource';
import { MemoryJournal, readJournal } from '../../trajectories/journal';
import { JournalCallLog } from '../../trajectories/journalCallLog';
import type { CliContext } from '../context';

interface ReplayOptions {
  readonly data?: string;
  readonly json?: boolean;
}

const examples = `
Exit code 0: everything came out as recorded; 1: something differs, the first difference is printed.

Example:
  lac replay runs/ten.lac.jsonl`;

/** `lac replay`: computes a recording again without a model and compares. */
export function replayCommand(program: Command, context: CliContext): void {
  program
    .command('replay <file>')
    .description('compute a recording again from its own calls, without a model, and compare')
    .option('--data <folder>', "folder of the environment's own data files")
    .option('--json', 'the report as one JSON object')
    .addHelpText('after', examples)
    .action(async (file: string, options: ReplayOptions) => {
      const { terminal, signal, clock, assets } = context;
      const recorded = await readJournal(fileSource(file), { signal });
      for (const problem of recorded.problems) terminal.note(problem.message);
      const { header } = recorded;
      const folders = { data: options.data ?? null, cache: null, variant: variantOf(header.environment.version) };
      const resources = resourcesFor(header.environment.id, assets, folders);
      const { environment } = await openEnvironment(header.environment.id, resources, signal);
      const calls = recordedCalls(header.model, new JournalCallLog(new MemoryJournal(), recorded), clock);
      const report = await replayJournal(recorded, { environment, calls, wrap: header.model.chatWrap ?? null }, signal);
      await environment.dispose();
      const { difference, episodes, decisions, steps } = report;
      if (options.json === true) {
        terminal.line(JSON.stringify(report));
      } else {
        terminal.line(`${episodes} episodes, ${decisions} decisions and ${steps} steps computed again, no model asked`);
        if (difference === null) {
          terminal.line(terminal.style('green', 'everything came out as recorded'));
        } else {
          terminal.line(terminal.style('red', `${difference.episode}, ${difference.where} differs`));
          terminal.line(`  recorded ${difference.recorded.slice(0, 400)}`);
          terminal.line(`  now      ${difference.now.slice(0, 400)}`);
        }
      }
      process.exitCode = difference === null ? 0 : 1;
    });
}
