import * as vscode from 'vscode';
import { commands } from './names';
import type { FollowedSessions } from './sessions/followed';

/** Model, its share of the GPU and what goes on; a click chooses the model. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('lac.model', vscode.StatusBarAlignment.Right, 90);
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly followed: FollowedSessions,
    private readonly chosenModel: () => string,
  ) {
    this.item.name = vscode.l10n.t('LAC Model');
    this.item.command = commands.selectModel;
    const show = (): void => this.show();
    this.subscriptions = [followed.onDidChange(show), followed.onDidSwitch(show)];
    this.show();
  }

  refresh(): void {
    this.show();
  }

  private show(): void {
    const source = this.followed.current;
    if (source === null) {
      this.set(`$(server-environment) ${this.chosenModel()}`, vscode.l10n.t('Model of the next LAC episode'));
      return;
    }
    const { name, gpuShare, state } = source.modelState();
    const share = gpuShare === null ? '' : ` · ${Math.round(gpuShare * 100)} % GPU`;
    const { mode, state: going } = source.session;
    const icon = mode === 'replay' ? '$(debug-alt)' : state === 'busy' ? '$(sync~spin)' : '$(server-environment)';
    const words =
      mode === 'replay'
        ? vscode.l10n.t('replay')
        : going === 'running'
          ? vscode.l10n.t('running')
          : going === 'closed'
            ? vscode.l10n.t('ended')
            : vscode.l10n.t('paused');
    this.set(`${icon} ${name}${share} · ${words}`, vscode.l10n.t('Model of the LAC episode; click to choose another'));
    const failed = state === 'unreachable';
    this.item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  private set(text: string, tooltip: string): void {
    if (this.item.text !== text) this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
    this.subscriptions.forEach((subscription) => void subscription.dispose());
  }
}
