import path from 'node:path';
import * as vscode from 'vscode';
import { promptFileSuffix } from '../../prompts/parts';

/**
 * Watches prompt files: those of the workspace, and those of folders beyond it that sessions use. Another program may
 * write, make or delete one, whether an editor shows it or not.
 */
export class PromptWatch implements vscode.Disposable {
  private readonly own: vscode.Disposable;
  private readonly beyond = new Map<string, vscode.Disposable>();

  constructor(private readonly onDisk: (uri: vscode.Uri) => void) {
    this.own = this.watch(`**/*${promptFileSuffix}`);
  }

  /** Watches these folders from now on, and no longer those that are not among them. */
  use(folders: Iterable<string>): void {
    const wanted = new Set([...folders].map((folder) => path.normalize(folder)).filter(isBeyond));
    for (const [folder, watcher] of this.beyond) {
      if (wanted.has(folder)) continue;
      watcher.dispose();
      this.beyond.delete(folder);
    }
    for (const folder of wanted) {
      if (this.beyond.has(folder)) continue;
      const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), `*${promptFileSuffix}`);
      this.beyond.set(folder, this.watch(pattern));
    }
  }

  private watch(pattern: vscode.GlobPattern): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const { onDisk } = this;
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(onDisk),
      watcher.onDidCreate(onDisk),
      watcher.onDidDelete(onDisk),
    );
  }

  dispose(): void {
    this.own.dispose();
    for (const watcher of this.beyond.values()) watcher.dispose();
  }
}

function isBeyond(folder: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) === undefined;
}
