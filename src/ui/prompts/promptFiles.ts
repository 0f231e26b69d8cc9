import path from 'node:path';
import { existsSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { LacError, messageOf } from '../../errors/lacError';
import { fileOfPart, partNamed, type PartId } from '../../prompts/parts';
import { builtinText } from '../../prompts/promptSet';
import { makeFolder } from '../../trajectories/folders';
import { builtinUri } from './promptDocument';

/** A set's parts and the folder where changed ones lie. */
export interface PromptPlace {
  /** Id of the built-in set. */
  readonly set: string;
  readonly folder: string;
}

/** Opening, copying, comparing and resetting prompt files. */
export class PromptFiles {
  /** @param column where a prompt is shown. */
  constructor(private readonly column: () => vscode.ViewColumn) {}

  fileUri({ folder }: PromptPlace, part: PartId): vscode.Uri {
    return vscode.Uri.file(path.join(folder, fileOfPart(part)));
  }

  /** The changed file where there is one, else the built-in part, which is read-only. */
  currentUri(place: PromptPlace, part: PartId): vscode.Uri {
    const file = this.fileUri(place, part);
    return existsSync(file.fsPath) ? file : builtinUri(place.set, part);
  }

  part(name: string, { set }: PromptPlace): PartId {
    const part = partNamed(name);
    if (part === null) throw new LacError('workbench.no-prompt', { set, part: name.slice(0, 60) });
    return part;
  }

  async open(place: PromptPlace, part: PartId): Promise<void> {
    const options = { viewColumn: this.column(), preview: true };
    await vscode.window.showTextDocument(this.currentUri(place, part), options);
  }

  /**
   * Copies the built-in part into the folder, unless a file is there, and opens it. Resolves with whether it was copied.
   * Throws `workbench.prompts-folder`.
   */
  async edit(place: PromptPlace, part: PartId): Promise<boolean> {
    const file = this.fileUri(place, part);
    const isNew = !existsSync(file.fsPath);
    if (isNew) {
      const text = builtinText(place.set, part);
      if (text === null) throw new LacError('workbench.no-prompt', { set: place.set, part });
      const { folder } = place;
      const refusal = (reason: string, cause: ErrorOptions): LacError =>
        new LacError('workbench.prompts-folder', { folder, reason }, cause);
      makeFolder(folder, refusal);
      try {
        writeFileSync(file.fsPath, text, { flag: 'wx' });
      } catch (error) {
        throw refusal(messageOf(error), { cause: error });
      }
    }
    await vscode.window.showTextDocument(file, { viewColumn: this.column(), preview: false });
    return isNew;
  }

  async compare(place: PromptPlace, part: PartId): Promise<void> {
    const title = vscode.l10n.t('{0} (built-in ↔ yours)', fileOfPart(part));
    await vscode.commands.executeCommand(
      'vscode.diff',
      builtinUri(place.set, part),
      this.currentUri(place, part),
      title,
      { viewColumn: this.column() },
    );
  }

  /** Writes the built-in text into the file; undo brings the edited one back. Throws `workbench.prompts-folder`. */
  async reset(place: PromptPlace, part: PartId): Promise<void> {
    const text = builtinText(place.set, part);
    const file = this.fileUri(place, part);
    if (text === null) throw new LacError('workbench.no-prompt', { set: place.set, part });
    if (!existsSync(file.fsPath)) return;
    const document = await vscode.workspace.openTextDocument(file);
    const edit = new vscode.WorkspaceEdit();
    const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
    edit.replace(file, all, text);
    const done = (await vscode.workspace.applyEdit(edit)) && (await document.save());
    if (done) return;
    const reason = vscode.l10n.t('{0} could not be saved', fileOfPart(part));
    throw new LacError('workbench.prompts-folder', { folder: place.folder, reason });
  }
}
