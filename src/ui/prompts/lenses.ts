import * as vscode from 'vscode';
import { commands, languages } from '../names';
import type { SessionSource } from '../panel/sessionSource';
import { candidateLines } from './candidateLines';

/** How many candidates are shown above a prompt. */
const mostLenses = 8;

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
    const { node, decision } = source.session;
    const place = new vscode.Range(0, 0, 0, 0);
    const step = vscode.l10n.t('step {0}', node.step);
    const preview = {
      // An ordinary blank behind an icon is not drawn.
      title: `$(open-preview)\u00a0${step}`,
      tooltip: vscode.l10n.t('Preview the prompt as it is asked at this step'),
      command: commands.previewPrompt,
      arguments: [document.uri],
    };
    const said = this.said(source);
    const lines = decision === undefined ? [] : candidateLines(node, decision);
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
