import type * as vscode from 'vscode';
import { register } from './ui/activation';

/** The composition root. The engine is a bundle of its own, loaded when something first needs it. */
export function activate(context: vscode.ExtensionContext): void {
  register(context, async () => {
    const { startEngine } = await import('./ui/engine');
    return startEngine;
  });
}
