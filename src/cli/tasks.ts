import { LacError } from '../errors/lacError';
import type { EnvironmentKind, EnvironmentResources, Task, TaskSet } from '../environments/environment';

/** Which tasks a command is about: named ones, or a stretch of a set. */
export interface TaskChoice {
  readonly tasks: readonly string[];
  readonly set: string | null;
  /** Index of the first task of the set. */
  readonly first: number;
  /** How many tasks of the set; null takes all that are left of a named set, and one of the first set. */
  readonly count: number | null;
}

/** The task set of an id. Throws `cli.no-task-set`. */
export function taskSetNamed(sets: readonly TaskSet[], id: string, environment: string): TaskSet {
  const set = sets.find((each) => each.id === id);
  if (set === undefined) throw new LacError('cli.no-task-set', { name: id, environment });
  return set;
}

/** Throws `cli.past-the-set` where a set has no task at an index. */
export function requireTaskAt({ id, size }: TaskSet, first: number): void {
  if (first >= size) throw new LacError('cli.past-the-set', { set: id, size, first });
}

/** The tasks that were asked for. Throws `environment.unknown-task`, `cli.no-task-set` or `cli.past-the-set`. */
export async function chosenTasks(
  kind: EnvironmentKind,
  resources: EnvironmentResources,
  choice: TaskChoice,
  signal: AbortSignal,
): Promise<readonly Task[]> {
  const ids = choice.tasks.flatMap(expandedRange);
  const named: Task[] = [];
  for (const id of ids) named.push(await kind.task(id, resources, signal));
  if (choice.set === null && named.length > 0) return named;
  const sets = await kind.taskSets(resources, signal);
  const set = taskSetNamed(sets, choice.set ?? sets.at(0)?.id ?? '', kind.id);
  requireTaskAt(set, choice.first);
  const wanted = choice.count ?? (choice.set === null ? 1 : set.size);
  const size = Math.min(wanted, set.size - choice.first);
  return [...named, ...Array.from({ length: size }, (_, i) => set.at(choice.first + i))];
}

/** Longest range that one `--task` may name. */
const longestRange = 100_000;

/** `level/kind/3..5` names three tasks; what ends otherwise names itself. Throws `cli.task-range`. */
function expandedRange(id: string): readonly string[] {
  const match = /^(.*?)(\d+)\.\.(\d+)$/s.exec(id);
  if (match === null) return [id];
  const [from, to] = [Number(match[2]), Number(match[3])];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < from || to - from >= longestRange) {
    throw new LacError('cli.task-range', { range: id, limit: longestRange });
  }
  return Array.from({ length: to - from + 1 }, (_, i) => `${match[1]}${from + i}`);
}
