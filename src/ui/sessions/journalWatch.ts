import * as vscode from 'vscode';
import type { Run } from '../../episodes/run';
import type { DebugSession } from '../../episodes/stepping/session';
import { verifyJournal } from '../../episodes/stepping/open';

/** Milliseconds between two looks at a journal. */
const lookEvery = 1000;

/**
 * Looks after the journal of a live session, while it is paused too: what another program does to it is made up for and
 * told. It asks for the file's state rather than waiting for a watcher, which misses changes on a busy machine.
 */
export function watchJournal(run: Run, session: DebugSession): vscode.Disposable {
  if (run.file === null) return new vscode.Disposable(() => undefined);
  const timer = setInterval(() => verifyJournal(run, session), lookEvery);
  return new vscode.Disposable(() => clearInterval(timer));
}
