import * as vscode from 'vscode';
import type { OpenedSession } from './openedSession';

/** How long VS Code takes to bring its own views to the front when a session starts or stands still. */
const settlingMs = 1200;

/** A transcript that is not on the screen by now is not going to be: whoever debugs has told VS Code so. */
const patienceMs = 20_000;

/**
 * Shows the panel for a session that begins. While VS Code has not opened the transcript there may be no editor to stand
 * beside, and the transcript would come to lie over the panel: so the panel waits for it where the session stands still,
 * and makes room where it runs on and stands still later.
 */
export async function showForStart(
  { session }: OpenedSession,
  transcript: vscode.Uri | undefined,
  show: () => void,
): Promise<void> {
  await pause(settlingMs);
  const seen = isSeen(transcript);
  if (seen || session.state === 'running') show();
  if (seen) return;
  const came = await comesToBeSeen(transcript);
  await pause(settlingMs);
  if (came || session.state === 'stopped') show();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function isSeen(uri: vscode.Uri | undefined): boolean {
  const wanted = uri?.toString();
  return vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === wanted);
}

/** Whether a document came on the screen before patience ran out. */
function comesToBeSeen(uri: vscode.Uri | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (came: boolean): void => {
      clearTimeout(timer);
      waiting.dispose();
      resolve(came);
    };
    const timer = setTimeout(() => end(false), patienceMs);
    const waiting = vscode.window.onDidChangeVisibleTextEditors(() => {
      if (isSeen(uri)) end(true);
    });
  });
}
