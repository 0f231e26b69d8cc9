import path from 'node:path';
import type * as vscode from 'vscode';
import type { Assets } from '../episodes/launch';

/** What ships with the extension. */
export function shippedAssets({ extensionPath }: vscode.ExtensionContext): Assets {
  const data = path.join(extensionPath, 'media', 'data');
  return {
    data,
    // A test may bring a model of its own.
    embeddedModel: process.env['LAC_EMBEDDED_MODEL'] ?? path.join(data, 'model', 'lac-babyai.gguf'),
    embeddedWorker: path.join(extensionPath, 'dist', 'embeddedWorker.js'),
  };
}
