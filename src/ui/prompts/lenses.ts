import * as vscode from 'vscode';
import { foldDecision } from '../../lac/decision';
import { commands, languages } from '../names';
import type { SessionSource } from '../panel/sessionSource';

/** How many candidates are shown above a prompt. */
const mostLenses = 8;

/**
 * A line for each of the present candidates: its Q and how it differs from the decision before the edit. The chosen one
 * comes first, as an editor cuts off what is wider than itself.
 */
export function qLines(source: SessionSource): readonly string[] {
  const { node, decision: entry } = source.session;
  if (entry === undefined) return [];
  const { candidates, choice } = foldDecision(entry.events);
  const before = node.decisions.findLast(({ index, complete }) => complete && index < entry.index);
  const earlier = new Map(
    (before === undefined ? [] : foldDecision(before.events).candidates).map(({ action, value }) => [
      action,
      value?.q ?? null,
    ]),
  );
  const lines = candidates.map(({ action, value }) => {
    const q = value?.q ?? null;
    const was = earlier.get(action);
    const change = q === null || was === undefined || was === null ? '' : ` (${signed(q - was)})`;
    return `${action}: Q ${q === null ? '?' : signed(q)}${change}`;
  });
  if (choice === null) return lines;
  return [`▸ ${lines[choice.candidate]}`, ...lines.filter((_, index) => index !== choice.candidate)];
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== '0.00' ? `−${text}` : `+${text}`;
}

/** Lenses of prompt files; `concerns` says whose session a document belongs to, `said` what became of its last edit. */
export class PromptLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changes.event;
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly concerns: (document: vscode.TextDocument) => SessionSource | null,
    private readonly said: (source: SessionSource) => string | null,
  ) {
    this.registration = vscode.languages.registerCodeLensProvider({ language: languages.prompt }, this);
  }

  refresh(): void {
    this.changes.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const source = this.concerns(document);
    if (source === null) return [];
    const place = new vscode.Range(0, 0, 0, 0);
    const step = vscode.l10n.t('step {0}', source.session.node.step);
    const preview = {
      // An ordinary blank behind an icon is not drawn.
      title: `$(open-preview)\u00a0${step}`,
      tooltip: vscode.l10n.t('Preview the prompt as it is asked at this step'),
      command: commands.previewPrompt,
      arguments: [document.uri],
    };
    const said = this.said(source);
    const lines = qLines(source);
    const shown = [...(said === null ? [] : [said]), ...lines.slice(0, mostLenses)];
    const tooltip = lines.join('\n');
    const opening = shown.map((title) => ({ title, tooltip, command: commands.openPanel }));
    return [preview, ...opening].map((command) => new vscode.CodeLens(place, command));
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }
}
