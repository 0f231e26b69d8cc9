import * as vscode from 'vscode';
import type { EnvironmentKind, EnvironmentResources, Task, TaskSet } from '../../environments/environment';
import { environmentKinds } from '../../environments/registry';
import { inWords, type Log } from '../log';
import { commands } from '../names';
import { exampleInWords, shippedExamples, type Example } from '../trajectories/examples';

/** How many tasks a node of the tree shows at once. */
const pageSize = 100;

export type TaskElement =
  | { readonly kind: 'environment'; readonly environment: EnvironmentKind }
  | { readonly kind: 'set'; readonly environment: EnvironmentKind; readonly set: TaskSet }
  | {
      readonly kind: 'page';
      readonly environment: EnvironmentKind;
      readonly set: TaskSet;
      readonly first: number;
    }
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'examples' }
  | { readonly kind: 'example'; readonly example: Example }
  | { readonly kind: 'failure'; readonly text: string };

/** Environments, their kinds of task and tasks, from each of which an episode starts; and the recorded examples. */
export class TaskTree {
  constructor(
    private readonly resources: (environment: string) => EnvironmentResources,
    private readonly log: Log,
  ) {}

  async children(element: unknown): Promise<readonly TaskElement[]> {
    if (!isElement(element)) {
      return [
        ...environmentKinds.map((environment): TaskElement => ({ kind: 'environment', environment })),
        { kind: 'examples' },
      ];
    }
    switch (element.kind) {
      case 'environment':
        return this.sets(element.environment);
      case 'set':
        return pages(element.environment, element.set);
      case 'page':
        return tasks(element.set, element.first);
      case 'examples':
        return shippedExamples.map((example) => ({ kind: 'example', example }));
      case 'task':
      case 'example':
      case 'failure':
        return [];
    }
  }

  private async sets(environment: EnvironmentKind): Promise<readonly TaskElement[]> {
    try {
      const sets = await environment.taskSets(this.resources(environment.id));
      return sets.map((set) => ({ kind: 'set', environment, set }));
    } catch (error) {
      this.log.failure(environment.title, error);
      return [{ kind: 'failure', text: inWords(error) }];
    }
  }

  item(element: unknown): vscode.TreeItem {
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    if (!isElement(element)) return new vscode.TreeItem('');
    switch (element.kind) {
      case 'environment': {
        const { title, description, id } = element.environment;
        const item = new vscode.TreeItem(title, Collapsed);
        // A screen reader says the tooltip in the place of the label.
        item.tooltip = `${title}\n${description}`;
        item.iconPath = new vscode.ThemeIcon(icons[id]);
        item.contextValue = 'environment';
        return item;
      }
      case 'set': {
        const { title, size } = element.set;
        const item = new vscode.TreeItem(title, Collapsed);
        item.description = vscode.l10n.t('{0} tasks', size.toLocaleString());
        item.tooltip = `${title}\n${item.description}`;
        return item;
      }
      case 'page': {
        const { first, set } = element;
        const last = Math.min(first + pageSize, set.size) - 1;
        const item = new vscode.TreeItem(`${first} – ${last}`, Collapsed);
        item.tooltip = vscode.l10n.t('{0}: tasks {1} to {2}', set.title, first, last);
        return item;
      }
      case 'task': {
        const { title, id } = element.task;
        const item = new vscode.TreeItem(title, None);
        item.description = id;
        item.tooltip = `${title}\n${id}`;
        item.contextValue = 'task';
        item.iconPath = new vscode.ThemeIcon('target');
        item.command = { title: vscode.l10n.t('Start'), command: commands.startTask, arguments: [element] };
        return item;
      }
      case 'examples': {
        const item = new vscode.TreeItem(vscode.l10n.t('Examples'), Collapsed);
        item.description = vscode.l10n.t('recorded episodes');
        item.tooltip = `${vscode.l10n.t('Examples')}\n${item.description}`;
        item.iconPath = new vscode.ThemeIcon('mortar-board');
        item.contextValue = 'examples';
        return item;
      }
      case 'example': {
        const { shows, environment, look } = exampleInWords(element.example);
        const item = new vscode.TreeItem(shows, None);
        item.description = environment;
        item.tooltip = `${shows}\n${environment}\n${look}`;
        item.contextValue = 'example';
        item.iconPath = new vscode.ThemeIcon('graph-line');
        item.command = { title: vscode.l10n.t('Open'), command: commands.openExample, arguments: [element] };
        return item;
      }
      case 'failure': {
        const item = new vscode.TreeItem(element.text, None);
        item.iconPath = new vscode.ThemeIcon('error');
        item.tooltip = element.text;
        return item;
      }
    }
  }
}

const icons = { 'babyai-text': 'symbol-misc', alfworld: 'home', webshop: 'tag' } as const;

/** The task that a command was given from the tree. */
export function taskOf(element: unknown): Task | undefined {
  return isElement(element) && element.kind === 'task' ? element.task : undefined;
}

/** The environment that a command was given from the tree. */
export function environmentOf(element: unknown): string | undefined {
  return isElement(element) && element.kind === 'environment' ? element.environment.id : undefined;
}

/** The example that a command was given from the tree. */
export function exampleOf(element: unknown): Example | undefined {
  return isElement(element) && element.kind === 'example' ? element.example : undefined;
}

function pages(environment: EnvironmentKind, set: TaskSet): readonly TaskElement[] {
  if (set.size <= pageSize) return tasks(set, 0);
  // A long set shows its beginning; the rest is reached by the id of a task.
  const count = Math.min(Math.ceil(set.size / pageSize), pageSize);
  return Array.from({ length: count }, (_, i) => ({ kind: 'page', environment, set, first: i * pageSize }));
}

function tasks(set: TaskSet, first: number): readonly TaskElement[] {
  const size = Math.max(0, Math.min(pageSize, set.size - first));
  return Array.from({ length: size }, (_, i) => ({ kind: 'task', task: set.at(first + i) }));
}

function isElement(element: unknown): element is TaskElement {
  return typeof element === 'object' && element !== null && 'kind' in element;
}
