import * as vscode from 'vscode';
import { noSections, type PanelState } from '../../protocol/panel';
import { answersWithoutEpisode } from './emptySource';
import type { Answers, PageSource } from './pageLink';

/** Offers of this page alone; they are answered here and are no commands of VS Code's. */
const goThere = 'show';
const bringBack = 'bringBack';

/** The view while the panel is seen in an editor tab: where it is, and how to have it here. */
export class ElsewhereSource implements PageSource {
  /** What it says never changes. */
  readonly onDidChange: vscode.Event<void> = () => new vscode.Disposable(() => undefined);
  readonly answers: Answers;

  constructor(panel: { readonly showTab: () => void; readonly closeTabs: () => void }) {
    this.answers = answersWithoutEpisode((command) => {
      if (command === bringBack) panel.closeTabs();
      else panel.showTab();
      return Promise.resolve();
    });
  }

  state(): PanelState {
    return {
      status: {
        kind: 'empty',
        mode: 'live',
        title: vscode.l10n.t('The panel is open as an editor tab'),
        detail: vscode.l10n.t('It is shown once at a time: there, or here.'),
        offers: [
          { label: vscode.l10n.t('Bring It Back Here'), command: bringBack, primary: true },
          { label: vscode.l10n.t('Go to the Tab'), command: goThere, primary: false },
        ],
        activity: null,
        playing: false,
      },
      ...noSections,
    };
  }
}
