import type { Command } from 'commander';
import type { TaskSet } from '../../environments/environment';
import { environmentKind, environmentKinds } from '../../environments/registry';
import { resourcesFor } from '../../episodes/launch';
import { amount } from '../amount';
import type { CliContext } from '../context';
import { folderPath, wholeNumber } from '../options';
import { requireTaskAt, taskSetNamed } from '../tasks';
import { printable } from '../terminal';
import { refuseBeside, refuseWithout } from '../unusedFlags';

interface TasksOptions {
  readonly set?: string;
  readonly first: number;
  readonly count: number;
  readonly data?: string;
  readonly cache?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  lac tasks                                            the environments
  lac tasks babyai-text                                its task sets
  lac tasks babyai-text -s "MixedTestLocal/go to"      the first tasks of a set
  lac tasks alfworld --data ~/alfworld/json_2.1.1 --json`;

/** How many tasks of a set are named in the list of sets. */
const named = 3;

/** `lac tasks`: environments, their task sets, and the tasks of a set. */
export function tasksCommand(program: Command, context: CliContext): void {
  program
    .command('tasks [environment]')
    .description('list environments, task sets and tasks')
    .option('-s, --set <id>', 'the tasks of this set')
    .option('--first <n>', 'index of the first task of the set', wholeNumber(0), 0)
    .option('--count <n>', 'how many tasks of the set', wholeNumber(1), 10)
    .option('--data <folder>', "folder of the environment's own data files", folderPath)
    .option('--cache <folder>', "folder for cached indexes of --data's files", folderPath)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', examples)
    .action((environment: string | undefined, options: TasksOptions, command: Command) => {
      if (environment === undefined) {
        const hint = 'Name an environment: lac tasks <environment>.';
        refuseBeside(command, 'the list of environments', ['--set', '--first', '--count', '--data', '--cache'], hint);
        listEnvironments(context, options);
        return;
      }
      refuseWithout(command, '--set', ['--first', '--count']);
      refuseWithout(command, '--data', ['--cache']);
      return listTasks(context, environment, options);
    });
}

function listEnvironments({ terminal }: CliContext, { json }: TasksOptions): void {
  for (const { id, title, description, defaults } of environmentKinds) {
    if (json === true) terminal.line(JSON.stringify({ id, title, description, defaults }));
    else terminal.line(`${terminal.style('bold', id.padEnd(12))} ${description}`);
  }
}

async function listTasks({ terminal, assets, signal }: CliContext, id: string, options: TasksOptions): Promise<void> {
  const kind = environmentKind(id);
  const resources = resourcesFor(kind.id, assets, { data: options.data ?? null, cache: options.cache ?? null });
  const sets = await kind.taskSets(resources, signal);
  if (options.set !== undefined) {
    const set = taskSetNamed(sets, options.set, kind.id);
    requireTaskAt(set, options.first);
    for (const task of tasksOf(set, options.first, options.count)) {
      if (options.json === true) terminal.line(JSON.stringify(task));
      else terminal.line(`${terminal.style('bold', printable(task.id))}  ${task.type}  ${printable(task.title)}`);
    }
    return;
  }
  for (const set of sets) {
    const first = tasksOf(set, 0, named);
    const { id: set_id, title, size } = set;
    if (options.json === true) {
      terminal.line(JSON.stringify({ id: set_id, title, size, examples: first.map((task) => task.id) }));
    } else {
      terminal.line(`${terminal.style('bold', set_id)}  ${amount(size, 'task')}, ${printable(title)}`);
      terminal.line(terminal.style('dim', `  ${first.map((task) => printable(task.id)).join('  ')}`));
    }
  }
}

function tasksOf(set: TaskSet, first: number, count: number) {
  const size = Math.max(0, Math.min(count, set.size - first));
  return Array.from({ length: size }, (_, i) => set.at(first + i));
}
