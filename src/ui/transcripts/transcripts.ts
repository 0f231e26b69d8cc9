import * as vscode from 'vscode';
import type { TranscriptSpan, TranscriptText, TranscriptTextLine } from '../../episodes/stepping/transcriptText';
import { foldDecision } from '../../lac/decision';
import type { BranchId } from '../../trajectories/ids';
import { languages } from '../names';
import type { SessionSource } from '../panel/sessionSource';
import type { FollowedSessions } from '../sessions/followed';
import { readTranscriptUri, transcriptUri } from './transcriptUri';

/** Transcripts as documents: their text while a session lives or its recording is open, symbols, folding and hovers. */
export class Transcripts implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  /** What open documents were told last. */
  private readonly told = new Map<string, string>();

  constructor(
    private readonly followed: FollowedSessions,
    /** Opens a recording whose session is gone. */
    private readonly load: (file: string, episode: string, branch: BranchId) => Promise<TranscriptText>,
    documents: vscode.EventEmitter<vscode.Uri>,
  ) {
    const selector: vscode.DocumentSelector = { language: languages.transcript };
    this.subscription = vscode.Disposable.from(
      followed.onDidChange((source) => {
        for (const document of vscode.workspace.textDocuments) {
          const key = document.uri.toString();
          if (this.sourceOf(document.uri) !== source) continue;
          const text = this.textOf(document.uri)?.text;
          if (text === undefined || text === this.told.get(key)) continue;
          documents.fire(document.uri);
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.told.delete(uri.toString())),
      vscode.languages.registerDocumentSymbolProvider(selector, {
        provideDocumentSymbols: (document) => this.symbols(document),
      }),
      vscode.languages.registerFoldingRangeProvider(selector, {
        provideFoldingRanges: (document) =>
          this.textOf(document.uri)?.folds.map(({ start, end }) => new vscode.FoldingRange(start, end)) ?? [],
      }),
      vscode.languages.registerHoverProvider(selector, {
        provideHover: (document, position) => this.hover(document, position),
      }),
      vscode.languages.registerEvaluatableExpressionProvider(selector, {
        provideEvaluatableExpression: (document, position) => this.expression(document, position),
      }),
    );
  }

  /** The text of a transcript's document. */
  async text(uri: vscode.Uri): Promise<string> {
    const address = readTranscriptUri(uri);
    if (address === null) return '';
    const { file, episode, branch } = address;
    const { text } = this.textOf(uri) ?? (await this.load(file, episode, branch));
    this.told.set(uri.toString(), text);
    return text;
  }

  uriOf({ opened, session }: SessionSource): vscode.Uri | undefined {
    const { file } = opened;
    return file === null
      ? undefined
      : transcriptUri({ file, episode: session.timeline.id, branch: session.cursor.branch });
  }

  /** The line (from 0) at which a step of the source's branch stands. */
  lineOfStep({ session }: SessionSource, step: number): number {
    return session.transcript().lineOfStep(step);
  }

  /** Steps with an enabled breakpoint on their line. */
  stepsWithBreakpoints(source: SessionSource): ReadonlySet<number> {
    const uri = this.uriOf(source)?.toString();
    const mine = vscode.debug.breakpoints.filter(
      (breakpoint): breakpoint is vscode.SourceBreakpoint =>
        breakpoint instanceof vscode.SourceBreakpoint && breakpoint.location.uri.toString() === uri,
    );
    if (mine.length === 0) return new Set();
    const text = source.session.transcript();
    return new Set(
      mine.flatMap(({ location, enabled }) => {
        const step = text.stepOfLine(location.range.start.line);
        return enabled && step !== null ? [step] : [];
      }),
    );
  }

  setBreakpoint(source: SessionSource, step: number, enabled: boolean): void {
    const uri = this.uriOf(source);
    if (uri === undefined) return;
    const text = source.session.transcript();
    const there = vscode.debug.breakpoints.filter(
      (breakpoint) =>
        breakpoint instanceof vscode.SourceBreakpoint &&
        breakpoint.location.uri.toString() === uri.toString() &&
        text.stepOfLine(breakpoint.location.range.start.line) === step,
    );
    if (!enabled) vscode.debug.removeBreakpoints(there);
    else if (there.length === 0) {
      const place = new vscode.Position(text.lineOfStep(step), 0);
      vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, place))]);
    }
  }

  private sourceOf(uri: vscode.Uri): SessionSource | undefined {
    const address = readTranscriptUri(uri);
    if (address === null) return undefined;
    return [...this.followed.all].find(
      ({ opened, session }) => opened.file === address.file && session.timeline.id === address.episode,
    );
  }

  private textOf(uri: vscode.Uri): TranscriptText | undefined {
    const address = readTranscriptUri(uri);
    return address === null ? undefined : this.sourceOf(uri)?.session.transcript(address.branch);
  }

  private lineAt(document: vscode.TextDocument, position: vscode.Position): TranscriptTextLine | undefined {
    return this.textOf(document.uri)?.lines.at(position.line);
  }

  private symbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const text = this.textOf(document.uri);
    if (text === undefined) return [];
    const folds = new Map(text.folds.map((fold) => [fold.start, fold]));
    // The session may be lines ahead of the document, which VS Code asks about again once it has them.
    const last = document.lineCount - 1;
    return text.lines.slice(0, last + 1).flatMap((line, index) => {
      if (line.kind !== 'step' && line.kind !== 'end' && line.kind !== 'goal') return [];
      const end = Math.min(folds.get(index)?.end ?? index, last);
      const range = new vscode.Range(index, 0, end, document.lineAt(end).text.length);
      const own = document.lineAt(index).range;
      const action = line.spans.find(({ what }) => what === 'action');
      const name = action === undefined ? line.text : `${line.step}  ${line.text.slice(action.start, action.end)}`;
      const detail = action === undefined ? '' : line.text.slice(action.end).trim();
      const kind = line.kind === 'step' ? vscode.SymbolKind.Event : vscode.SymbolKind.Namespace;
      return [new vscode.DocumentSymbol(name === '' ? ' ' : name, detail, kind, range, own)];
    });
  }

  private hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const line = this.lineAt(document, position);
    const source = this.sourceOf(document.uri);
    if (line?.kind !== 'step' || source === undefined) return undefined;
    const entry = source.session.timeline.node(line.node)?.decisions.findLast(({ complete }) => complete);
    if (entry === undefined) return undefined;
    const { candidates, choice } = foldDecision(entry.events);
    const rows = candidates.map(({ action, prior, value, policy }, index) => {
      const number = (value: number | null | undefined): string =>
        value === null || value === undefined ? '' : value.toFixed(2);
      const mark = choice?.candidate === index ? '**' : '';
      return `| ${mark}${inTable(action)}${mark} | ${number(prior)} | ${number(value?.q)} | ${number(policy)} |`;
    });
    const head = `| ${vscode.l10n.t('Candidate')} | prior | Q | ${vscode.l10n.t('policy')} |`;
    const table = new vscode.MarkdownString([head, '|---|--:|--:|--:|', ...rows].join('\n'));
    return new vscode.Hover(table, document.lineAt(position.line).range);
  }

  /** What the debugger evaluates for a place: the value at that step. */
  private expression(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.EvaluatableExpression | undefined {
    const line = this.lineAt(document, position);
    const span = line?.spans.find(({ start, end }) => start <= position.character && position.character <= end);
    if (line === undefined || span === undefined) return undefined;
    const name = expressionNames[span.what];
    if (name === null) return undefined;
    const range = new vscode.Range(position.line, span.start, position.line, span.end);
    return new vscode.EvaluatableExpression(range, `${name}@${line.step}`);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

const expressionNames = {
  step: null,
  action: 'action',
  q: 'Q',
  prior: 'prior',
  margin: 'margin',
  mark: null,
  verdict: 'says',
} as const satisfies Readonly<Record<TranscriptSpan['what'], string | null>>;

/** Text of a model in a table of Markdown: shown as it is, nothing of it read. */
function inTable(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&').replace(/\s+/g, ' ');
}
