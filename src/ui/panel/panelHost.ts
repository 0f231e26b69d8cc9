import * as vscode from 'vscode';
import { panelEditorType } from '../names';
import type { Log } from '../log';
import type { FollowedSessions } from '../sessions/followed';
import { PageLink, type PageSource } from './pageLink';
import { fillWebview } from './webview';

const activeColumn = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false } as const;

/** The webviews with the panel's page that show the followed session: the view and its tabs. */
export class PanelHost implements vscode.Disposable {
  private readonly following = new Set<PageLink>();
  private readonly tabs = new Set<vscode.WebviewPanel>();
  private view: vscode.WebviewView | null = null;
  private readonly switching: vscode.Disposable;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly followed: FollowedSessions,
    private readonly empty: PageSource,
    private readonly log: Log,
  ) {
    this.switching = followed.onDidSwitch(() => {
      for (const link of this.following) link.follow(this.source);
    });
  }

  private get source(): PageSource {
    return this.followed.current ?? this.empty;
  }

  showView(view: vscode.WebviewView): void {
    this.view = view;
    view.onDidDispose(() => {
      if (this.view === view) this.view = null;
    });
    this.link(view.webview, 'view', view.onDidDispose);
  }

  showEditor(panel: vscode.WebviewPanel): void {
    this.tabs.add(panel);
    panel.onDidDispose(() => this.tabs.delete(panel));
    this.link(panel.webview, 'editor', panel.onDidDispose);
  }

  /** Whether the panel can be seen anywhere now. */
  get visible(): boolean {
    return this.view?.visible === true || [...this.tabs].some(({ visible }) => visible);
  }

  /** Makes sure that the panel can be seen: a tab beside the editors where the view is hidden. */
  show(): void {
    if (this.visible) return;
    const tab = [...this.tabs].at(-1);
    if (tab === undefined) this.openEditor({ viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
    else tab.reveal(undefined, true);
  }

  /** Opens the panel as an editor tab. */
  openEditor(place: { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus: boolean } = activeColumn): void {
    const title = vscode.l10n.t('LAC Episode');
    const panel = vscode.window.createWebviewPanel(panelEditorType, title, place);
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.png');
    this.showEditor(panel);
  }

  private link(webview: vscode.Webview, place: 'view' | 'editor', onDidDispose: vscode.Event<void>): void {
    const link = new PageLink(webview, this.source, this.log);
    this.following.add(link);
    onDidDispose(() => {
      this.following.delete(link);
      link.dispose();
    });
    fillWebview(webview, this.extension, place);
  }

  dispose(): void {
    this.switching.dispose();
    for (const link of this.following) link.dispose();
  }
}
