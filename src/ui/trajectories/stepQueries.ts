import * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import { compileCondition } from '../../expressions';
import { inWords } from '../log';
import type { SessionSource } from '../panel/sessionSource';
import { checkMessage, matchingSteps, nextMatch, printedSteps } from './stepSearch';

/** Asks for a condition and moves to the next step of the shown branch where it holds; behind the last, to the first. */
export async function findStep(source: SessionSource): Promise<void> {
  const { session } = source;
  const expression = await vscode.window.showInputBox({
    title: vscode.l10n.t('Find Step Where'),
    prompt: vscode.l10n.t('A condition on a step, for example: Q < 0 and action ~ "open"'),
    value: source.search ?? '',
    ignoreFocusOut: true,
    validateInput: (text) => problemOf(() => compileCondition(text)),
  });
  if (expression === undefined) return;
  const matches = matchingSteps(session.stepViews(), expression);
  source.setSearch(expression);
  const found = nextMatch(matches, session.node.step, 'forward') ?? matches.at(0);
  if (found === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No step of this branch where {0}.', expression));
    return;
  }
  await session.goTo(found);
  const which = vscode.l10n.t('Step {0}: match {1} of {2}', found, matches.indexOf(found) + 1, matches.length);
  void vscode.window.setStatusBarMessage(which, 5000);
}

/** Asks for a message and prints it for every step of the shown branch into a document. */
export async function printSteps(source: SessionSource): Promise<void> {
  const { session } = source;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Print for Every Step'),
    prompt: vscode.l10n.t('A message with expressions in braces, or one expression'),
    value: '{action}  Q {Q}  reward {reward}',
    ignoreFocusOut: true,
    validateInput: (message) => problemOf(() => checkMessage(message)),
  });
  if (text === undefined) return;
  const { timeline, cursor } = session;
  const head = [`# ${timeline.goal}`, `# ${timeline.id} ${cursor.branch}: ${text}`];
  const content = [...head, ...printedSteps(session.stepViews(), text), ''].join('\n');
  const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
}

/** What is wrong with an expression while it is typed, with its place; undefined when nothing is. */
function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof LacError)) throw error;
    return inWords(error);
  }
}
