import * as vscode from 'vscode';
import { catalogue } from '../../errors/catalogue';
import { fillTemplate } from '../../errors/texts';
import { diagnosticMessage, type Diagnostic } from '../../prompts/diagnostics';
import { completePrompt, describePrompt, type PromptCompletion } from '../../prompts/editing';
import { translate } from '../log';
import { languages, schemes } from '../names';
import { diagnosticsOf, promptDocument, rangeOf } from './promptDocument';

const selector: vscode.DocumentSelector = { language: languages.prompt };

/** What the language asks of the episode that is followed. */
export interface PromptContext {
  /** The built-in set that a document belongs to. */
  readonly setOf: (document: vscode.TextDocument) => string | null;
  /** What a variable holds now, in words; null where no episode says it. */
  readonly valueAt: (document: vscode.TextDocument, offset: number) => string | null;
}

/** Completion, hover, diagnostics and formatting of prompt files. */
export function registerPromptLanguage({ setOf, valueAt }: PromptContext): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerCompletionItemProvider(selector, { provideCompletionItems }, '{', '.', ':', ' '),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: (document, position) => hoverAt(document, document.offsetAt(position), valueAt),
    }),
    vscode.languages.registerDocumentFormattingEditProvider(selector, { provideDocumentFormattingEdits }),
    vscode.languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols }),
    new PromptDiagnostics(setOf),
  );
}

const completionKinds = {
  variable: vscode.CompletionItemKind.Variable,
  option: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
} as const satisfies Readonly<Record<PromptCompletion['kind'], vscode.CompletionItemKind>>;

function provideCompletionItems(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.CompletionItem[] | undefined {
  const prompt = promptDocument(document);
  if (prompt === undefined) return undefined;
  return completePrompt(prompt.part, prompt.syntax, document.offsetAt(position)).map((completion) => {
    const item = new vscode.CompletionItem(completion.label, completionKinds[completion.kind]);
    item.insertText = completion.insert;
    item.range = rangeOf(document, completion.replace);
    item.documentation = translate(completion.description);
    return item;
  });
}

function hoverAt(
  document: vscode.TextDocument,
  offset: number,
  valueAt: PromptContext['valueAt'],
): vscode.Hover | undefined {
  const prompt = promptDocument(document);
  const found = prompt === undefined ? null : describePrompt(prompt.syntax, offset);
  if (found === null) return undefined;
  const text = new vscode.MarkdownString().appendCodeblock(`{{${found.name}}}`, languages.prompt);
  text.appendText(translate(found.description));
  const value = valueAt(document, offset);
  if (value !== null) text.appendMarkdown('\n\n').appendText(value);
  return new vscode.Hover(text, rangeOf(document, found.span));
}

/** Braces get their variables without blanks; white space at the end of the file goes. Text stays as it is. */
function provideDocumentFormattingEdits(document: vscode.TextDocument): vscode.TextEdit[] {
  const prompt = promptDocument(document);
  if (prompt === undefined || document.uri.scheme === schemes.prompt) return [];
  const { nodes, body, text } = prompt.syntax;
  const edits: vscode.TextEdit[] = [];
  for (const node of nodes) {
    if (node.kind !== 'variable') continue;
    const open = text.lastIndexOf('{{', node.nameSpan.start);
    const close = text.indexOf('}}', node.nameSpan.end);
    if (open === -1 || close === -1) continue;
    const written = text.slice(open, close + 2);
    const wanted = `{{${node.name}}}`;
    if (written !== wanted)
      edits.push(vscode.TextEdit.replace(rangeOf(document, { start: open, end: close + 2 }), wanted));
  }
  const kept = body.start + text.slice(body.start, body.end).trimEnd().length;
  const ending = text.slice(kept);
  if (ending !== '\n' && kept > body.start) {
    edits.push(vscode.TextEdit.replace(rangeOf(document, { start: kept, end: text.length }), '\n'));
  }
  return edits;
}

function provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
  const { syntax } = promptDocument(document) ?? {};
  if (syntax === undefined) return [];
  const options = syntax.options.map((option) => {
    const range = rangeOf(document, { start: option.nameSpan.start, end: option.valueSpan.end });
    return new vscode.DocumentSymbol(option.name, option.value, vscode.SymbolKind.Property, range, range);
  });
  const uses = syntax.nodes.flatMap((node) => {
    if (node.kind !== 'variable' || node.name === '') return [];
    const range = rangeOf(document, node.nameSpan);
    return [new vscode.DocumentSymbol(node.name, '', vscode.SymbolKind.Variable, range, range)];
  });
  return [...options, ...uses];
}

/** Squiggles in open prompt files. */
class PromptDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection(languages.prompt);
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(private readonly setOf: (document: vscode.TextDocument) => string | null) {
    const check = (document: vscode.TextDocument): void => this.check(document);
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument(check),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.check(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.collection.delete(uri)),
    ];
    vscode.workspace.textDocuments.forEach(check);
  }

  private check(document: vscode.TextDocument): void {
    if (document.languageId !== languages.prompt || document.uri.scheme === schemes.prompt) return;
    const prompt = promptDocument(document);
    if (prompt === undefined) {
      this.collection.set(document.uri, [unknownFile(document)]);
      return;
    }
    const found = diagnosticsOf(prompt, this.setOf(document));
    this.collection.set(
      document.uri,
      found.map((diagnostic) => shown(document, diagnostic)),
    );
  }

  dispose(): void {
    this.collection.dispose();
    this.subscriptions.forEach((subscription) => void subscription.dispose());
  }
}

function shown(document: vscode.TextDocument, found: Diagnostic): vscode.Diagnostic {
  const { span, code, severity } = found;
  const message = diagnosticMessage(found, translate);
  const level = severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(rangeOf(document, span), message, level);
  diagnostic.code = code;
  diagnostic.source = 'lac';
  return diagnostic;
}

function unknownFile(document: vscode.TextDocument): vscode.Diagnostic {
  const { what, toDo } = catalogue['prompt.unknown-file'];
  const file = document.uri.path.split('/').at(-1) ?? '';
  const message = `${fillTemplate(translate(what), { file })} ${translate(toDo)}`;
  const line = document.lineAt(0).range;
  const diagnostic = new vscode.Diagnostic(line, message, vscode.DiagnosticSeverity.Warning);
  diagnostic.code = 'prompt.unknown-file';
  diagnostic.source = 'lac';
  return diagnostic;
}
