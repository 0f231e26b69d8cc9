import * as vscode from 'vscode';
import examples from '../../../media/data/examples/examples.json';
import { environmentKind } from '../../environments/registry';
import { LacError } from '../../errors/lacError';

/** A recorded episode that ships (media/data/examples/examples.json, the list that the README's table is held against). */
export type Example = (typeof examples)[number];

/** The recorded episodes that ship, in the order in which they are listed. */
export const shippedExamples: readonly Example[] = examples;

/** What an example shows, of which environment, and at which step to look for what. */
export function exampleInWords(example: Example): {
  readonly shows: string;
  readonly environment: string;
  readonly look: string;
} {
  return {
    shows: vscode.l10n.t(example.shows),
    environment: environmentKind(example.environment).title,
    look: vscode.l10n.t('Step {0}: {1}', example.step, vscode.l10n.t(example.look)),
  };
}

/** The example of a name, as a link in a walkthrough gives it. */
export function exampleNamed(name: unknown): Example | undefined {
  return shippedExamples.find((example) => example.name === name);
}

export async function pickExample(): Promise<Example | undefined> {
  const items = shippedExamples.map((example) => {
    const { shows, environment, look } = exampleInWords(example);
    return { label: shows, description: environment, detail: look, example };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Open an Example'),
    placeHolder: vscode.l10n.t('Recorded episodes; no model is asked'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.example;
}

/** Where an example ships. */
export function exampleUri(extension: vscode.Uri, { name }: Example): vscode.Uri {
  return vscode.Uri.joinPath(folderOf(extension), `${name}.lac.jsonl`);
}

/** Whoever goes on writing a recording asks first. Throws `workbench.example` where the file is one that ships. */
export function requireNoExample(extension: vscode.Uri, file: vscode.Uri): void {
  if (file.path.startsWith(`${folderOf(extension).path}/`))
    throw new LacError('workbench.example', { file: file.path });
}

function folderOf(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'media', 'data', 'examples');
}
