import * as vscode from 'vscode';
import type { PromptPart } from '../../prompts/promptSet';
import type { PartId } from '../../prompts/parts';
import type { SessionSource } from '../panel/sessionSource';
import { commands } from '../names';

export interface PromptElement {
  readonly part: PartId;
}

/** The parts of the prompt set in force. */
export class PromptTree {
  constructor(private readonly current: () => SessionSource | null) {}

  children(element: unknown): readonly PromptElement[] {
    const source = this.current();
    if (element !== undefined || source === null) return [];
    return [...source.session.promptsHere.set.parts.keys()].map((part) => ({ part }));
  }

  item(element: unknown): vscode.TreeItem {
    const named = promptElement(element);
    const part = named === undefined ? undefined : this.current()?.session.promptsHere.set.parts.get(named);
    if (part === undefined) return new vscode.TreeItem('');
    const item = new vscode.TreeItem(part.id, vscode.TreeItemCollapsibleState.None);
    item.description = part.changed ? vscode.l10n.t('changed') : vscode.l10n.t('built-in');
    // A screen reader says the tooltip in the place of the label.
    item.tooltip = `${part.file}\n${item.description}`;
    item.contextValue = part.changed ? 'part.changed' : 'part.builtin';
    item.iconPath = new vscode.ThemeIcon(iconOf(part));
    item.command = { title: vscode.l10n.t('Open'), command: commands.openPrompt, arguments: [element] };
    return item;
  }
}

function iconOf({ id, changed }: PromptPart): string {
  if (id.startsWith('examples')) return 'book';
  return changed ? 'edit' : 'lock-small';
}

export function promptElement(element: unknown): PartId | undefined {
  return typeof element === 'object' && element !== null && 'part' in element && typeof element.part === 'string'
    ? (element as PromptElement).part
    : undefined;
}
