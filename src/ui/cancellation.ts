import * as vscode from 'vscode';

/** An `AbortSignal` that a cancellation token fires. */
export function signalOf(token: vscode.CancellationToken | undefined): AbortSignal {
  const controller = new AbortController();
  if (token?.isCancellationRequested === true) controller.abort();
  token?.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Runs something long in a notification that can be cancelled. */
export function withProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: (fraction: number | null, message: string) => void) => Promise<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      let done = 0;
      return task(signalOf(token), (fraction, message) => {
        const now = fraction === null ? done : Math.round(fraction * 100);
        progress.report({ message, increment: Math.max(0, now - done) });
        done = Math.max(done, now);
      });
    },
  );
}
