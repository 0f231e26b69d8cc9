import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelDocument } from '../../protocol/panelDocument';

/** Fills a webview with one of our pages; only the page's own script and style sheet can be loaded. */
export function fillWebview(
  webview: vscode.Webview,
  extension: vscode.Uri,
  place: 'view' | 'editor',
  page: 'panel' | 'compare' = 'panel',
): void {
  const dist = vscode.Uri.joinPath(extension, 'dist');
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  webview.html = panelDocument({
    script: address(`${page}.js`),
    style: address(`${page}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(24).toString('hex'),
    place,
    language: vscode.l10n.bundle === undefined ? 'en' : vscode.env.language,
    words: vscode.l10n.bundle ?? {},
    loading: vscode.l10n.t('Loading…'),
  });
}
