/** An extension that serves files which are on no disk that others can see: those of a folder, under a scheme of its own. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

export function activate({ subscriptions }: vscode.ExtensionContext): void {
  const folder = process.env['LAC_VIRTUAL_FILES'] ?? '';
  const placeOf = (uri: vscode.Uri): string => path.join(folder, path.basename(uri.path));
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  const found = <T>(uri: vscode.Uri, read: (file: string) => T): T => {
    try {
      return read(placeOf(uri));
    } catch {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
  };
  const files: vscode.FileSystemProvider = {
    onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: (uri) =>
      found(uri, (file) => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: statSync(file).size })),
    readDirectory: () => [],
    readFile: (uri) => found(uri, (file) => readFileSync(file)),
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
  subscriptions.push(
    vscode.workspace.registerFileSystemProvider('virtual', files, { isReadonly: true }),
    vscode.commands.registerCommand('virtualFiles.open', async () => {
      const name = await vscode.window.showInputBox({ title: 'Virtual File', ignoreFocusOut: true });
      if (name !== undefined) await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(`virtual:/${name}`));
    }),
  );
}
