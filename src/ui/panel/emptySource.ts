import * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import { noSections, type PanelState } from '../../protocol/panel';
import { commands } from '../names';
import type { Answers, PageSource } from './pageLink';

/** The panel while no episode is open: what can be done, and with which model. */
export class EmptySource implements PageSource, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  readonly answers: Answers;
  private starting: string | null = null;

  constructor(
    run: (command: string) => Promise<void>,
    private readonly detail: () => string,
  ) {
    this.answers = answersWithoutEpisode(run);
  }

  /** Says that a session is being opened; null when it is there or has failed. */
  setStarting(what: string | null): void {
    this.starting = what;
    this.changes.fire();
  }

  refresh(): void {
    this.changes.fire();
  }

  state(): PanelState {
    const base = { mode: 'live', activity: null, playing: false } as const;
    if (this.starting !== null) {
      const title = vscode.l10n.t('Starting');
      return { ...noSections, status: { ...base, kind: 'starting', title, detail: this.starting, offers: [] } };
    }
    const trusted = vscode.workspace.isTrusted;
    const detail = trusted
      ? this.detail()
      : vscode.l10n.t('This workspace is not trusted: recordings can be replayed; to ask a model, trust it.');
    const offers = [
      ...(trusted
        ? [
            { label: vscode.l10n.t('Start Episode'), command: commands.startEpisode, primary: true },
            { label: vscode.l10n.t('Select Model'), command: commands.selectModel, primary: false },
          ]
        : [{ label: vscode.l10n.t('Manage Trust'), command: 'workbench.trust.manage', primary: true }]),
      { label: vscode.l10n.t('Look at a Recorded Episode'), command: commands.openExample, primary: false },
      { label: vscode.l10n.t('Open a Recording'), command: commands.openTrajectory, primary: false },
      { label: vscode.l10n.t('Walkthrough'), command: commands.openWalkthrough, primary: false },
    ];
    const title = vscode.l10n.t('No episode yet');
    return { ...noSections, status: { ...base, kind: 'empty', title, detail, offers } };
  }

  dispose(): void {
    this.changes.dispose();
  }
}

/** Answers of a page that shows no episode: its commands, and for all else the word that there is none. */
export function answersWithoutEpisode(run: (command: string) => Promise<void>): Answers {
  const none = (): Promise<never> => Promise.reject(new LacError('workbench.no-episode'));
  return {
    command: async ({ command }) => {
      await run(command);
      return null;
    },
    moveTo: none,
    actions: none,
    clearSearch: none,
    showBranch: none,
    showDecision: none,
    setParameter: none,
    confirm: none,
    forecast: none,
    addCandidate: none,
    tryOut: none,
    act: none,
    editObservation: none,
    resample: none,
    call: none,
    prompt: none,
    breakpoint: none,
  };
}
