import * as vscode from 'vscode';
import type { EnvironmentKind, EnvironmentResources, Task, TaskSet } from '../../environments/environment';
import { environmentKinds } from '../../environments/registry';
import { translate } from '../log';
import type { ChoiceMemory } from './memory';

/** How many tasks of a set a list shows; a longer set takes a number. */
const mostListed = 300;

/** An item that stands for something. */
interface Pick<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for one of a few; what was chosen last stands first. undefined when nothing was chosen. */
async function choose<T>(
  title: string,
  placeholder: string,
  items: readonly Pick<T>[],
  isLast: (value: T) => boolean,
): Promise<T | undefined> {
  const last = items.filter(({ value }) => isLast(value));
  const others = items.filter(({ value }) => !isLast(value));
  const ordered = [...last.map((item) => ({ ...item, detail: item.detail ?? '' })), ...others];
  const chosen = await vscode.window.showQuickPick(ordered, {
    title,
    placeHolder: placeholder,
    // A view that is just being shown takes the focus, which is no answer.
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.value;
}

export async function pickEnvironment(memory: ChoiceMemory): Promise<EnvironmentKind | undefined> {
  const items = environmentKinds.map((kind) => ({
    label: kind.title,
    detail: translate(kind.description),
    value: kind,
  }));
  const { environment } = memory.last;
  const kind = await choose(
    vscode.l10n.t('Start an Episode'),
    vscode.l10n.t('Environment'),
    items,
    ({ id }) => id === environment,
  );
  if (kind !== undefined) await memory.remember({ environment: kind.id });
  return kind;
}

/** Asks how to play, where there is a choice: null is the paper's way. undefined when nothing was chosen. */
export async function pickVariant(kind: EnvironmentKind, memory: ChoiceMemory): Promise<string | null | undefined> {
  const variants = Object.entries(kind.variants ?? {});
  if (variants.length === 0) return null;
  const items: Pick<string>[] = [
    { label: vscode.l10n.t('As the paper does'), value: '' },
    ...variants.map(([id, detail]) => ({ label: id, detail: translate(detail), value: id })),
  ];
  const before = memory.last.variants ?? {};
  const last = before[kind.id] ?? '';
  const chosen = await choose(kind.title, vscode.l10n.t('Way to play'), items, (id) => id === last);
  if (chosen === undefined) return undefined;
  await memory.remember({ variants: { ...before, [kind.id]: chosen } });
  return chosen === '' ? null : chosen;
}

export async function pickTask(
  kind: EnvironmentKind,
  resources: EnvironmentResources,
  memory: ChoiceMemory,
  signal: AbortSignal,
): Promise<Task | undefined> {
  const sets = await kind.taskSets(resources, signal);
  const set = sets.length === 1 ? sets[0] : await pickSet(kind, sets, memory);
  if (set === undefined) return undefined;
  const task = set.size > mostListed ? await pickByNumber(kind, set, memory) : await pickFrom(kind, set, memory);
  if (task !== undefined) await memory.remember({ set: set.id, task: task.id });
  return task;
}

function pickSet(kind: EnvironmentKind, sets: readonly TaskSet[], memory: ChoiceMemory): Promise<TaskSet | undefined> {
  const items = sets.map((set) => ({
    label: set.title,
    description: vscode.l10n.t('{0} tasks', set.size.toLocaleString()),
    value: set,
  }));
  const { set } = memory.last;
  return choose(kind.title, vscode.l10n.t('Kind of task'), items, ({ id }) => id === set);
}

function pickFrom(kind: EnvironmentKind, set: TaskSet, memory: ChoiceMemory): Promise<Task | undefined> {
  const tasks = Array.from({ length: set.size }, (_, index) => set.at(index));
  const items = tasks.map((task) => ({ label: task.title, description: task.id, value: task }));
  const { task } = memory.last;
  return choose(`${kind.title}: ${set.title}`, vscode.l10n.t('Task'), items, ({ id }) => id === task);
}

async function pickByNumber(kind: EnvironmentKind, set: TaskSet, memory: ChoiceMemory): Promise<Task | undefined> {
  const text = await vscode.window.showInputBox({
    title: `${kind.title}: ${set.title}`,
    prompt: vscode.l10n.t('Number of the task, 0 to {0}', set.size - 1),
    value: numberOf(set, memory.last.task),
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^\d+$/.test(value) && Number(value) < set.size
        ? undefined
        : vscode.l10n.t('It takes a whole number from 0 to {0}.', set.size - 1),
  });
  return text === undefined ? undefined : set.at(Number(text));
}

/** The number of a task in a long set, whose ids end with it; that of the first task where it is of another set. */
function numberOf(set: TaskSet, task: string | undefined): string {
  const number = Number(/\d+$/u.exec(task ?? '')?.[0] ?? 0);
  return number < set.size && set.at(number).id === task ? String(number) : '0';
}
