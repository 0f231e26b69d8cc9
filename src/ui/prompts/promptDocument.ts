import * as vscode from 'vscode';
import { openPromptSet } from '../../prompts';
import { diagnosePart } from '../../prompts/diagnostics';
import { fileOfPart, partNamed, partOfFile, type PartId } from '../../prompts/parts';
import { builtinText } from '../../prompts/promptSet';
import { parsePromptFile, type PromptFile, type Span } from '../../prompts/syntax';
import type { Diagnostic } from '../../prompts/diagnostics';
import { readOptions, defaultOptions } from '../../prompts/options';
import { schemes } from '../names';

/** A prompt part that an editor shows. */
export interface PromptDocument {
  readonly part: PartId;
  readonly syntax: PromptFile;
}

const parsed = new WeakMap<vscode.TextDocument, { readonly version: number; readonly syntax: PromptFile }>();

/** The part that a document is; undefined for a file whose name is no part. */
export function promptDocument(document: vscode.TextDocument): PromptDocument | undefined {
  const part = partOf(document.uri);
  if (part === null) return undefined;
  const kept = parsed.get(document);
  if (kept?.version === document.version) return { part, syntax: kept.syntax };
  const syntax = parsePromptFile(document.getText());
  parsed.set(document, { version: document.version, syntax });
  return { part, syntax };
}

/** The part that an address names: a file's, or a built-in one's. */
export function partOf(uri: vscode.Uri): PartId | null {
  if (uri.scheme === schemes.prompt) {
    const last = uri.path.split('/').at(-1) ?? '';
    return partOfFile(last) ?? partNamed(last);
  }
  return partOfFile(uri.path);
}

/** Address of a built-in part: `lac-prompt:/builtin/babyai-text/critic.lac-prompt.md`. */
export function builtinUri(set: string, part: PartId): vscode.Uri {
  return vscode.Uri.from({ scheme: schemes.prompt, path: `/builtin/${set}/${fileOfPart(part)}` });
}

/** Set and part of a built-in's address; null for any other. */
export function readBuiltinUri(uri: vscode.Uri): { readonly set: string; readonly part: PartId } | null {
  const [, place, set] = uri.path.split('/');
  const part = partOf(uri);
  return uri.scheme !== schemes.prompt || place !== 'builtin' || set === undefined || part === null
    ? null
    : { set, part };
}

/** The text of a built-in part's document. Throws `prompt.unknown-set`. */
export function builtinDocumentText(uri: vscode.Uri): string | undefined {
  const named = readBuiltinUri(uri);
  return named === null ? undefined : (builtinText(named.set, named.part) ?? undefined);
}

/** What is wrong with a document by itself; `set` brings the shared head's options. */
export function diagnosticsOf({ part, syntax }: PromptDocument, set: string | null): readonly Diagnostic[] {
  const options =
    set === null || part === 'head' ? defaultOptions : readOptions(headOptions(set), defaultOptions).options;
  return diagnosePart(part, syntax, options);
}

function headOptions(set: string): PromptFile['options'] {
  return openPromptSet(set).parts.get('head')?.syntax.options ?? [];
}

export function rangeOf(document: vscode.TextDocument, span: Span): vscode.Range {
  return new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
}
