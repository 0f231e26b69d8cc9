import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { bundleForNode } from '../../../scripts/bundle.mjs';

/** Names the folder whose files the extension of `virtualFiles/extension.ts` serves. */
export const virtualFolderVariable = 'LAC_VIRTUAL_FILES';

const manifest = {
  name: 'virtual-files',
  publisher: 'lac-debugger',
  version: '1.0.0',
  license: 'MIT',
  engines: { vscode: '^1.100.0' },
  main: './extension.js',
  files: ['extension.js'],
  activationEvents: ['onFileSystem:virtual'],
  contributes: { commands: [{ command: 'virtualFiles.open', title: 'Test: Open Virtual File' }] },
};

/** Packs an extension that serves the files of a folder under the scheme `virtual`. */
export async function packVirtualFiles(target: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lac-virtual-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
    await bundleForNode({
      entryPoints: [path.join(__dirname, 'virtualFiles', 'extension.ts')],
      outfile: path.join(folder, 'extension.js'),
      external: ['vscode'],
    });
    const quiet = { allowMissingRepository: true, skipLicense: true, dependencies: false };
    await createVSIX({ cwd: folder, packagePath: target, ...quiet });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
