import type { Command } from 'commander';
import { LacError } from '../../errors/lacError';
import { variantOf } from '../../environments/variants';
import { openEnvironment, recordedCalls, resourcesFor } from '../../episodes/launch';
import { replayJournal } from '../../episodes/replay';
import { MemoryJournal, readJournal } from '../../trajectories/journal';
import { JournalCallLog } from '../../trajectories/journalCallLog';
import { exitAsCompared } from '../comparison';
import { amount } from '../amount';
import type { CliContext } from '../context';
import { folderPath, recordingPath } from '../options';
import { noEpisode, openSource } from '../recordings';

interface ReplayOptions {
  readonly data?: string;
  readonly json?: boolean;
}

const examples = `
Exit code 0: everything came out as recorded; 1: something differs, the first difference is printed; 2: nothing could be
compared, or only a part, as lines of the file could not be read.

Example:
  lac replay runs/ten.lac.jsonl`;

/** `lac replay`: computes a recording again without a model and compares. */
export function replayCommand(program: Command, context: CliContext): void {
  program
    .command('replay')
    .description('compute a recording again from its own calls, without a model, and compare')
    .argument('<file>', 'a recording', recordingPath)
    .option('--data <folder>', "folder of the environment's own data files", folderPath)
    .option('--json', 'the report as one JSON object')
    .addHelpText('after', examples)
    .action((file: string, options: ReplayOptions) =>
      exitAsCompared(context.terminal, () => replay(context, file, options)),
    );
}

/** True when everything came out as recorded. Throws `trajectory.damaged` when that holds for what could be read alone. */
async function replay(context: CliContext, file: string, options: ReplayOptions): Promise<boolean> {
  const { terminal, signal, clock, assets } = context;
  const source = await openSource(file);
  const recorded = await readJournal(source, { signal }).finally(() => source.close());
  for (const problem of recorded.problems) terminal.note(problem.message);
  if (recorded.episodes.length === 0) throw noEpisode(source.name, [], undefined);
  const { header } = recorded;
  const folders = { data: options.data ?? null, cache: null, variant: variantOf(header.environment.version) };
  const resources = resourcesFor(header.environment.id, assets, folders);
  const { environment } = await openEnvironment(header.environment.id, resources, signal);
  const calls = recordedCalls(header.model, new JournalCallLog(new MemoryJournal(), recorded), clock);
  const report = await replayJournal(recorded, { environment, calls, wrap: header.model.chatWrap ?? null }, signal);
  await environment.dispose();
  const { difference, episodes, decisions, steps } = report;
  // What a stopped writer left unfinished is no damage.
  const unread = recorded.problems.filter(({ code }) => code !== 'trajectory.torn').length;
  if (options.json === true) {
    terminal.line(JSON.stringify({ ...report, unread }));
  } else {
    const again = `${amount(episodes, 'episode')}, ${amount(decisions, 'decision')} and ${amount(steps, 'step')}`;
    terminal.line(`${again} computed again, no model asked`);
    if (difference !== null) {
      terminal.line(terminal.style('red', `${difference.episode}, ${difference.where} differs`));
      terminal.line(`  recorded ${difference.recorded.slice(0, 400)}`);
      terminal.line(`  now      ${difference.now.slice(0, 400)}`);
    } else if (unread === 0) {
      terminal.line(terminal.style('green', 'everything came out as recorded'));
    }
  }
  if (difference === null && unread > 0) throw new LacError('trajectory.damaged', { file: source.name, lines: unread });
  return difference === null;
}
