import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { folder, stackTop, stop, Stops, until } from './sessions';

async function ask<T>(command: string, ...args: readonly unknown[]): Promise<readonly T[]> {
  return (await vscode.commands.executeCommand<readonly T[] | undefined>(command, ...args)) ?? [];
}

function hoverText(hovers: readonly vscode.Hover[]): string {
  const contents = hovers.flatMap((hover) => hover.contents);
  return contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : '')).join('\n');
}

/** A document's text after edits. */
function edited(document: vscode.TextDocument, edits: readonly vscode.TextEdit[]): string {
  const fromTheEnd = [...edits].sort((a, b) => b.range.start.compareTo(a.range.start));
  return fromTheEnd.reduce((text, { range, newText }) => {
    return text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
  }, document.getText());
}

describe('the documents of an episode', () => {
  const stops = new Stops();
  let session: vscode.DebugSession;

  before(async () => {
    session = await stops.launch();
    await stops.move(session, 'next');
    await stops.move(session, 'stepOut');
  });

  after(async () => {
    await stop(session);
    stops.dispose();
  });

  it('gives the transcript an outline, folds and hovers, and no way to edit it', async () => {
    const uri = vscode.Uri.parse((await stops.move(session, 'next'), (await stackTop(session)).source?.path ?? ''));
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'lac-transcript');
    assert.match(document.getText(), /^Goal: /m);
    const symbols = await ask<vscode.DocumentSymbol>('vscode.executeDocumentSymbolProvider', uri);
    assert.ok(symbols.flatMap(({ name, children }) => [name, ...children.map((child) => child.name)]).length >= 2);
    const folds = await ask<vscode.FoldingRange>('vscode.executeFoldingRangeProvider', uri);
    assert.ok(folds.length > 0);
    const step = document
      .getText()
      .split('\n')
      .findIndex((line) => line.includes('margin'));
    const hovers = await ask<vscode.Hover>('vscode.executeHoverProvider', uri, new vscode.Position(step, 3));
    assert.match(hoverText(hovers), /\S/);
    await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, new Uint8Array()));
  });

  it('knows the language of prompts: completion, hover, diagnostics, format, symbols', async () => {
    const directory = path.join(folder().uri.fsPath, '.lac', 'prompts', 'babyai-text');
    mkdirSync(directory, { recursive: true });
    const file = path.join(directory, 'critic.lac-prompt.md');
    writeFileSync(file, 'Is {{ goal }} near? {{gaol}}\n');
    const uri = vscode.Uri.file(file);
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'lac-prompt');
    const problems = await until('the diagnostics', () => {
      const found = vscode.languages.getDiagnostics(uri);
      return found.length > 0 ? found : undefined;
    });
    assert.ok(
      problems.some(({ message }) => message.includes('gaol')),
      JSON.stringify(problems),
    );
    const at = document.positionAt(document.getText().indexOf('goal') + 1);
    assert.match(hoverText(await ask<vscode.Hover>('vscode.executeHoverProvider', uri, at)), /\{\{goal\}\}/);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      document.positionAt(document.getText().indexOf('{{gaol') + 2),
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes('goal'), labels.join(', '));
    const symbols = await ask<vscode.DocumentSymbol>('vscode.executeDocumentSymbolProvider', uri);
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['goal', 'gaol'],
    );
    const edits = await ask<vscode.TextEdit>('vscode.executeFormatDocumentProvider', uri, {});
    assert.equal(edited(document, edits), 'Is {{goal}} near? {{gaol}}\n');
    await vscode.workspace.fs.delete(vscode.Uri.file(path.join(folder().uri.fsPath, '.lac', 'prompts')), {
      recursive: true,
    });
  });

  it('shows in a prompt the rendered values of its variables', async () => {
    await stops.move(session, 'stepIn');
    const { id, source } = await stackTop(session);
    const uri = vscode.Uri.parse(source?.path ?? '');
    assert.match(uri.path, /\/actor\b/);
    const document = await vscode.workspace.openTextDocument(uri);
    await until('the language', () => (document.languageId === 'lac-prompt' ? true : undefined));
    const everything = new vscode.Range(0, 0, document.lineCount, 0);
    const context = { frameId: id, stoppedLocation: new vscode.Range(0, 0, 0, 0) };
    // What the command answers has the form of the values, not their classes.
    const found = await ask<vscode.InlineValue>('vscode.executeInlineValueProvider', uri, everything, context);
    const texts = found.flatMap((value) => ('text' in value ? [value.text] : []));
    assert.ok(
      texts.some((text) => /^slot = ".+"$/.test(text)),
      texts.join('\n'),
    );
  });

  it('shows built-in prompts by their address, read-only and in their language', async () => {
    const uri = vscode.Uri.parse('lac-prompt:/builtin/babyai-text/critic');
    const document = await vscode.workspace.openTextDocument(uri);
    await until('the language', () => (document.languageId === 'lac-prompt' ? true : undefined));
    assert.match(document.getText(), /\S/);
  });
});
