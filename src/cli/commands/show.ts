import type { Command } from 'commander';
import { compileCondition, type StepView } from '../../expressions';
import { LacError } from '../../errors/lacError';
import type { BranchId } from '../../trajectories/ids';
import { stepViews } from '../../trajectories/stepViews';
import type { Timeline } from '../../trajectories/timeline';
import type { CliContext } from '../context';
import { openNoted, type OpenedRecording } from '../openedRecording';
import { branchName, episodeName, recordingPath } from '../options';
import { noEpisode } from '../recordings';
import { outcomeLine, stepLines } from '../stepText';
import { printable } from '../terminal';

interface ShowOptions {
  readonly episode?: string;
  readonly branch: string;
  readonly where?: string;
  readonly json?: boolean;
}

const examples = `
Recordings of other formats are imported first; "-" reads standard input.

Examples:
  lac show runs/ten.lac.jsonl
  lac show runs/ten.lac.jsonl --episode e3
  lac show runs/ten.lac.jsonl --where 'agreement == "critic" and margin < 0.1'
  lac show runs/ten.lac.jsonl --where 'action ~ "pick*" and Q < 0' --json
  zcat old.lac.jsonl.gz | lac show -`;

/** `lac show`: an episode readably, or the steps for which an expression holds. */
export function showCommand(program: Command, context: CliContext): void {
  program
    .command('show')
    .description("print a recording: goal, each step's candidates with prior, Q and policy, what was done")
    .argument('<file>', 'a recording', recordingPath)
    .option('--episode <id>', 'only this episode (e1, e2, ...)', episodeName)
    .option('--branch <id>', 'the branch to follow', branchName, 'b0')
    .option('--where <expression>', 'only steps for which this holds')
    .option('--json', 'one JSON object for each step')
    .addHelpText('after', examples)
    .action(async (file: string, options: ShowOptions) => {
      const where = options.where === undefined ? null : compileCondition(options.where);
      const recording = await openNoted(context, file);
      try {
        for (const [timeline, branch] of chosenBranches(recording, options))
          showEpisode(context, recording, timeline, branch, where, options);
      } finally {
        await recording.close();
      }
    });
}

/** The branch in each episode that has it. Throws `trajectory.no-branch` when none has, `debugger.no-episode`. */
function chosenBranches(
  { name, ids, timeline: find }: OpenedRecording,
  { episode, branch }: ShowOptions,
): readonly (readonly [Timeline, BranchId])[] {
  const wanted = ids.filter((id) => episode === undefined || id === episode).flatMap((id) => find(id) ?? []);
  const [first] = wanted;
  if (first === undefined) throw noEpisode(name, ids, episode);
  const found = wanted.flatMap((timeline) => {
    const entry = timeline.branches.find(({ id }) => id === branch);
    return entry === undefined ? [] : [[timeline, entry.id] as const];
  });
  if (found.length > 0) return found;
  const known = first.branches.map(({ id }) => id).join(', ');
  throw new LacError('trajectory.no-branch', { file: name, episode: first.id, branch, known });
}

function showEpisode(
  { terminal }: CliContext,
  recorded: OpenedRecording,
  timeline: Timeline,
  branch: BranchId,
  where: ((view: StepView) => boolean | null) | null,
  options: ShowOptions,
): void {
  const nodes = timeline.line(branch);
  const views = stepViews(timeline, branch, (id) => recorded.answers.calls.get(id));
  if (options.json !== true) {
    terminal.line(terminal.style('bold', `${timeline.id}  ${printable(timeline.goal)}`));
    terminal.line(
      terminal.style('dim', `${timeline.task.environment} · ${timeline.task.id} · ${recorded.header.model.name}`),
    );
  }
  for (const [step, node] of nodes.entries()) {
    const next = nodes.at(step + 1);
    const view = views[step];
    if (where !== null && where(view) !== true) continue;
    if (options.json === true) {
      const { action, outcome, reward, candidates, chosen, agreement, certain, says } = view;
      const { observation } = node;
      terminal.line(
        JSON.stringify({
          episode: timeline.id,
          step,
          observation,
          action,
          outcome,
          reward,
          says,
          chosen,
          certain,
          agreement,
          candidates,
        }),
      );
    } else if (next !== undefined || node.decisions.length > 0) {
      for (const line of stepLines(terminal, node, next)) terminal.line(line);
    }
  }
  const end = nodes.at(-1)?.end;
  if (where !== null && options.json !== true && end) terminal.line(outcomeLine(terminal, end));
}
