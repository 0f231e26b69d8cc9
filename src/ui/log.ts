import * as vscode from 'vscode';
import { isAbort, LacError, messageOf } from '../errors/lacError';
import type { Translate } from '../errors/phrase';
import { commands } from './names';

/** A text of the error catalogue in the language of VS Code. */
export const translate: Translate = (text) => vscode.l10n.t(text);

/** An error in the user's language: what happened and what to do. */
export function inWords(error: unknown): string {
  return messageOf(error, translate);
}

/** The output channel, and the few notifications that are worth one. */
export class Log implements vscode.Disposable {
  readonly channel = vscode.window.createOutputChannel('LAC Debugger', { log: true });

  info(text: string): void {
    this.channel.info(text);
  }

  debug(text: string): void {
    this.channel.debug(text);
  }

  /** Keeps a failure in the log with its origin. */
  failure(what: string, error: unknown): void {
    if (isAbort(error)) return;
    this.channel.error(`${what}: ${messageOf(error)}`);
    if (error instanceof Error && error.stack !== undefined && !(error instanceof LacError)) {
      this.channel.error(error.stack);
    }
  }

  /** Tells the user of a failure of what they asked for. */
  async tell(what: string, error: unknown): Promise<void> {
    if (isAbort(error)) return;
    this.failure(what, error);
    const show = vscode.l10n.t('Show Log');
    const chosen = await vscode.window.showErrorMessage(inWords(error), show);
    if (chosen === show) await vscode.commands.executeCommand(commands.showLog);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
