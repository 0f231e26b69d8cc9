import * as vscode from 'vscode';
import { noSections, type PanelState, type StatusSection } from '../../protocol/panel';
import type { IndexData } from '../../trajectories/index/indexData';
import { commands } from '../names';
import { answersWithoutEpisode } from '../panel/emptySource';
import type { Answers, PageSource } from '../panel/pageLink';
import { inWords } from '../log';
import type { RecordingFile } from './recordingFile';

const shownProblems = 3;
const textEditor = 'workbench.action.reopenTextEditor';

/** What is to be said about a recording as it was read: lines that were left out, and what its format could not say. */
export function notesOf({ contents, losses }: RecordingFile): readonly string[] {
  const { problems } = contents;
  const more = problems.length - shownProblems;
  return [
    ...problems.slice(0, shownProblems).map(inWords),
    ...(more > 0 ? [vscode.l10n.t('{0} more lines were left out.', more)] : []),
    ...losses,
  ];
}

/** The same of a journal that is read by window. */
export function notesOfIndex({ problems, problemCount, header }: IndexData): readonly string[] {
  return [
    ...problems.slice(0, shownProblems),
    ...(problemCount > shownProblems
      ? [vscode.l10n.t('{0} more lines were left out.', problemCount - shownProblems)]
      : []),
    ...(header.source?.losses ?? []),
  ];
}

/** The page of a recording while it is read, and where it cannot be. */
export class NoticeSource implements PageSource, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  readonly answers: Answers;
  private status: StatusSection;

  constructor(file: string, run: (command: string) => Promise<void>) {
    this.answers = answersWithoutEpisode(run);
    const title = vscode.l10n.t('Reading the recording');
    this.status = { ...notice, kind: 'starting', title, detail: file, offers: [] };
  }

  /** Says how far it has come. */
  tell(words: string): void {
    this.status = { ...this.status, detail: words };
    this.changes.fire();
  }

  fail(error: unknown): void {
    this.status = {
      ...notice,
      kind: 'error',
      title: vscode.l10n.t('The recording cannot be shown'),
      detail: inWords(error),
      offers: [
        { label: vscode.l10n.t('Open as Text'), command: textEditor, primary: true },
        { label: vscode.l10n.t('Show Log'), command: commands.showLog, primary: false },
      ],
    };
    this.changes.fire();
  }

  state(): PanelState {
    return { ...noSections, status: this.status };
  }

  dispose(): void {
    this.changes.dispose();
  }
}

const notice = { mode: 'replay', activity: null, playing: false } as const;
