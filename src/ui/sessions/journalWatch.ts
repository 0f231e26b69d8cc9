import path from 'node:path';
import * as vscode from 'vscode';
import type { Run } from '../../episodes/run';
import { verifyJournal } from '../../episodes/stepping/open';
import type { DebugSession } from '../../episodes/stepping/session';

/**
 * Looks after the journal of a live session: what another program does to it is made up for and told at once, not only
 * when something is recorded next. Each write of ours is seen too, and costs a look at the file's size.
 */
export function watchJournal(run: Run, session: DebugSession): vscode.Disposable {
  const { file } = run;
  if (file === null) return new vscode.Disposable(() => undefined);
  const look = (uri: vscode.Uri): void => {
    if (run.file === null || uri.fsPath !== vscode.Uri.file(run.file).fsPath) return;
    verifyJournal(run, session);
  };
  // The whole folder, since the recording may go on in another file of it.
  const pattern = new vscode.RelativePattern(vscode.Uri.file(path.dirname(file)), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidChange(look),
    watcher.onDidDelete(look),
  );
}
