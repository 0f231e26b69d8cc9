import * as vscode from 'vscode';
import { isAbort, LacError } from '../../errors/lacError';
import { inWords } from '../log';
import { noSections, type PanelState } from '../../protocol/panel';
import { commands } from '../names';
import type { Answers, PageSource } from './pageLink';

/** A session that is being opened, in words, or that could not be, with what can be done about it. */
type Launch =
  | { readonly kind: 'starting'; readonly what: string; readonly stop: () => void }
  | { readonly kind: 'failed'; readonly error: unknown; readonly remedies: Remedies };

/** What can be done about a session that could not be opened, besides the commands. */
export interface Remedies {
  readonly again: () => void;
  /** Opens the prompt file that is wrong; null where it is not a file. */
  readonly openPrompt: (() => void) | null;
}

/** Offers of this page alone; no commands of the extension. */
const own = { stop: 'launch.stop', again: 'launch.again', openPrompt: 'launch.openPrompt' } as const;

/** The panel while no episode is open: what can be done, and with which model; what is being started, or why it was not. */
export class EmptySource implements PageSource, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  readonly answers: Answers;
  private launch: Launch | null = null;

  constructor(
    run: (command: string) => Promise<void>,
    private readonly detail: () => string,
  ) {
    this.answers = answersWithoutEpisode((command) => this.take(command, run));
  }

  /** Whether a session is being opened now. */
  get starting(): boolean {
    return this.launch?.kind === 'starting';
  }

  /** Says that a session is being opened, until `started` or `failed`. */
  start(what: string, stop: () => void): void {
    this.tell({ kind: 'starting', what, stop });
  }

  started(): void {
    this.tell(null);
  }

  /** Says why a session was not opened; nothing where a person stopped it. */
  failed(error: unknown, remedies: Remedies): void {
    this.tell(isAbort(error) ? null : { kind: 'failed', error, remedies });
  }

  private tell(launch: Launch | null): void {
    this.launch = launch;
    this.changes.fire();
  }

  private async take(command: string, run: (command: string) => Promise<void>): Promise<void> {
    const { launch } = this;
    if (command === own.stop && launch?.kind === 'starting') launch.stop();
    else if (command === own.again && launch?.kind === 'failed') launch.remedies.again();
    else if (command === own.openPrompt && launch?.kind === 'failed') launch.remedies.openPrompt?.();
    else await run(command);
  }

  refresh(): void {
    this.changes.fire();
  }

  state(): PanelState {
    const base = { mode: 'live', activity: null, playing: false } as const;
    if (this.launch?.kind === 'starting') {
      const title = vscode.l10n.t('Starting');
      const offers = [{ label: vscode.l10n.t('Stop'), command: own.stop, primary: false }];
      return { ...noSections, status: { ...base, kind: 'starting', title, detail: this.launch.what, offers } };
    }
    if (this.launch?.kind === 'failed') {
      const { error, remedies } = this.launch;
      const title = vscode.l10n.t('The episode could not be started');
      return {
        ...noSections,
        status: { ...base, kind: 'error', title, detail: inWords(error), offers: offersAfter(error, remedies) },
      };
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

/** What can be done about a session that could not be opened. */
function offersAfter(error: unknown, { openPrompt }: Remedies): PanelState['status']['offers'] {
  const code = error instanceof LacError ? error.code : '';
  const again = { label: vscode.l10n.t('Try Again'), command: own.again, primary: true };
  const pull = { label: vscode.l10n.t('Pull Model'), command: commands.pullModel, primary: true };
  const model = { label: vscode.l10n.t('Select Model'), command: commands.selectModel, primary: false };
  const prompt = { label: vscode.l10n.t('Open Prompt'), command: own.openPrompt, primary: true };
  const first = code === 'model.not-pulled' ? [pull] : openPrompt === null ? [] : [prompt];
  return [
    ...first,
    { ...again, primary: first.length === 0 },
    ...(code.startsWith('model.') ? [model] : []),
    { label: vscode.l10n.t('Start Another Episode'), command: commands.startEpisode, primary: false },
    { label: vscode.l10n.t('Show Log'), command: commands.showLog, primary: false },
  ];
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
