import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('lac-debugger.lac-debugger');
  assert.ok(found, 'VS Code knows the extension');
  return found;
}

describe('the extension', () => {
  it('is not activated at start-up', () => {
    assert.equal(extension().isActive, false);
  });

  it('registers every command that it contributes', async () => {
    await extension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const manifest = JSON.parse(readFileSync(path.join(extension().extensionPath, 'package.json'), 'utf8')) as {
      readonly contributes: { readonly commands: readonly { readonly command: string }[] };
    };
    const missing = manifest.contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
