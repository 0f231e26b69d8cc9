import * as vscode from 'vscode';
import { panelEditorType } from '../names';
import type { Log } from '../log';
import type { FollowedSessions } from '../sessions/followed';
import { ElsewhereSource } from './elsewhereSource';
import type { EmptySource } from './emptySource';
import { PageLink, type PageSource } from './pageLink';
import { fillWebview } from './webview';

const activeColumn = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false } as const;

/** The webviews with the panel's page that show the followed session: its tabs, and the view while no tab is seen. */
export class PanelHost implements vscode.Disposable {
  private readonly following = new Map<PageLink, 'view' | 'editor'>();
  private readonly tabs = new Set<vscode.WebviewPanel>();
  private view: vscode.WebviewView | null = null;
  private readonly switching: vscode.Disposable;
  private readonly elsewhere = new ElsewhereSource({
    showTab: () => this.openEditor(),
    closeTabs: () => {
      for (const tab of [...this.tabs]) tab.dispose();
    },
  });

  constructor(
    private readonly extension: vscode.Uri,
    private readonly followed: FollowedSessions,
    private readonly empty: EmptySource,
    private readonly log: Log,
  ) {
    this.switching = vscode.Disposable.from(
      followed.onDidSwitch(() => this.follow()),
      empty.onDidChange(() => this.follow()),
    );
  }

  private source(place: 'view' | 'editor'): PageSource {
    if (place === 'view' && [...this.tabs].some(({ visible }) => visible)) return this.elsewhere;
    const { page, live } = this.followed;
    // What is being started is news, but for who is in the middle of another episode.
    return page === null || (this.empty.starting && !live) ? this.empty : page;
  }

  private follow(): void {
    for (const [link, place] of this.following) link.follow(this.source(place));
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
    panel.onDidDispose(() => {
      this.tabs.delete(panel);
      this.follow();
    });
    panel.onDidChangeViewState(() => this.follow());
    this.link(panel.webview, 'editor', panel.onDidDispose);
    this.follow();
  }

  /** Whether the panel can be seen anywhere now. */
  get visible(): boolean {
    return this.view?.visible === true || [...this.tabs].some(({ visible }) => visible);
  }

  /**
   * Where another editor covers no tab of the panel that is looked at. It is told by its number, as VS Code says late that
   * the panel has got the focus.
   */
  get columnForOthers(): vscode.ViewColumn {
    const taken = new Set([...this.tabs].filter(({ visible }) => visible).map(({ viewColumn }) => viewColumn));
    if (taken.size === 0) return vscode.ViewColumn.Active;
    const { all, activeTabGroup } = vscode.window.tabGroups;
    const free = [activeTabGroup, ...all].find(({ viewColumn }) => !taken.has(viewColumn));
    return free?.viewColumn ?? vscode.ViewColumn.Beside;
  }

  /** Makes sure that the panel can be seen: a tab beside the editors where the view is hidden. */
  show(): void {
    if (this.visible) return;
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true } as const;
    const covered = [...this.tabs].at(-1);
    if (covered === undefined) this.openEditor(beside);
    else covered.reveal(beside.viewColumn, beside.preserveFocus);
  }

  /** Shows the panel as an editor tab: the one that is there, else a new one. */
  openEditor(place: { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus: boolean } = activeColumn): void {
    const tab = [...this.tabs].at(-1);
    if (tab !== undefined) {
      tab.reveal(undefined, place.preserveFocus);
      return;
    }
    const title = vscode.l10n.t('LAC Episode');
    const panel = vscode.window.createWebviewPanel(panelEditorType, title, place);
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.png');
    this.showEditor(panel);
  }

  private link(webview: vscode.Webview, place: 'view' | 'editor', onDidDispose: vscode.Event<void>): void {
    const link = new PageLink(webview, this.source(place), this.log);
    this.following.set(link, place);
    onDidDispose(() => {
      this.following.delete(link);
      link.dispose();
    });
    fillWebview(webview, this.extension, place);
  }

  dispose(): void {
    this.switching.dispose();
    for (const link of this.following.keys()) link.dispose();
  }
}
