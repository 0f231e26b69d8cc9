import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Themes in which everything has to be readable, with the class that VS Code gives to the body of its webviews. */
export const windowThemes = [
  ['Default High Contrast', 'vscode-high-contrast'],
  ['Default High Contrast Light', 'vscode-high-contrast-light'],
  ['Default Light Modern', 'vscode-light'],
  ['Default Dark Modern', 'vscode-dark'],
] as const;

/** Sets the theme of the window in which a folder is open, as the folder's only setting. */
export function wearTheme(folder: string, theme: string): void {
  const settings = path.join(folder, '.vscode', 'settings.json');
  mkdirSync(path.dirname(settings), { recursive: true });
  writeFileSync(settings, JSON.stringify({ 'workbench.colorTheme': theme }));
}
