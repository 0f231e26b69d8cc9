import path from 'node:path';
import * as vscode from 'vscode';
import {
  exportRecording,
  formats,
  importFiles,
  readRecording,
  recordingOf,
  type Recording,
  type ExchangeFormat,
  writePieces,
} from '../../exchange';
import { isAbort, LacError, messageOf } from '../../errors/lacError';
import { withProgress } from '../cancellation';
import { isLongJournal, LongFile, type IndexStore } from './longFile';
import { requireReadable, requireWhole } from './recordingFile';
import { sourceOf } from './trajectoryEditor';

/**
 * Asks for a format and a place, writes a recording there and lists what the format could not hold. Throws `exchange.*`,
 * `trajectory.*` and `workbench.export`.
 */
export async function exportTrajectory(uri: vscode.Uri, indexes: IndexStore): Promise<void> {
  const items = formats
    .filter(({ write }) => write !== null)
    .map(({ id, title, extension, stream }) => ({ label: title, description: `*${extension}`, id, extension, stream }));
  const format = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Export {0} as', path.basename(uri.path)),
    ignoreFocusOut: true,
  });
  if (format === undefined) return;
  const stem = path.basename(uri.path).replace(/(\.lac)?\.[a-z]+$/, '');
  const suggested = vscode.Uri.joinPath(folderFor(uri), `${stem}${format.extension}`);
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export as {0}', format.label),
    defaultUri: suggested,
    // Of an extension of two parts dialogs know the last alone, and would append both once more.
    filters: { [format.label]: format.extension.split('.').slice(-1) },
  });
  if (target === undefined) return;
  const location = vscode.ProgressLocation.Notification;
  const title = vscode.l10n.t('Exporting as {0}', format.label);
  const { stream } = format;
  const onDisk = uri.scheme === 'file' && target.scheme === 'file';
  if (stream !== undefined && onDisk && (await isLongJournal(uri.fsPath))) {
    const losses = await withProgress(title, async (signal, report) => {
      const onProgress = (fraction: number): void => report(fraction, '');
      return exportSteps(uri.fsPath, target.fsPath, stream, indexes, { signal, onProgress });
    });
    if (losses !== undefined) await tell([target], losses);
    return;
  }
  const { files, losses } = await vscode.window.withProgress({ location, title }, async () => {
    const recording = await wholeRecording(uri);
    return exportRecording(recording, format.id, { stem: stemOf(target, format.extension) });
  });
  const folder = vscode.Uri.joinPath(target, '..');
  // A format that holds one trajectory a file writes several; the first takes the name that was chosen.
  const targets = files.map(({ name }, index) => (index === 0 ? target : vscode.Uri.joinPath(folder, name)));
  for (const [index, { bytes }] of files.entries()) await write(targets[index], bytes);
  await tell(targets, losses);
}

/**
 * Writes the steps of a long journal as they are read, under another name until all are there. Gives what is lost;
 * undefined where somebody stopped it: nothing is left then.
 */
async function exportSteps(
  file: string,
  target: string,
  stream: NonNullable<ExchangeFormat['stream']>,
  indexes: IndexStore,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (fraction: number) => void },
): Promise<readonly string[] | undefined> {
  let long: LongFile | undefined;
  try {
    // Finding the steps takes about a tenth of the time that reading them takes.
    long = await LongFile.open(file, indexes, signal, (fraction) => onProgress(fraction / 10));
    const options = { signal, onProgress: (fraction: number) => onProgress(0.1 + 0.9 * fraction) };
    const { pieces, losses } = stream(long.index, options);
    await writePieces(target, pieces, signal);
    return losses();
  } catch (error) {
    if (isAbort(error)) return undefined;
    if (error instanceof LacError) throw error;
    throw new LacError('workbench.export', { file: target, reason: messageOf(error) }, { cause: error });
  } finally {
    await long?.close();
  }
}

/** Beside the recording; where it is on no disk, in the first folder of the workspace. */
function folderFor(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme === 'file') return vscode.Uri.joinPath(uri, '..');
  return vscode.workspace.workspaceFolders?.at(0)?.uri ?? vscode.Uri.joinPath(uri, '..');
}

function stemOf(target: vscode.Uri, extension: string): string {
  const name = path.basename(target.path);
  return name.endsWith(extension) ? name.slice(0, -extension.length) : name.replace(/\.[^.]*$/, '');
}

async function wholeRecording(uri: vscode.Uri): Promise<Recording> {
  const source = await sourceOf(uri);
  try {
    const size = await source.size();
    requireWhole(source.name, size);
    try {
      return await readRecording(source);
    } catch (error) {
      if (!(error instanceof LacError) || error.code !== 'trajectory.foreign') throw error;
      requireReadable(source.name, size);
      const { lines } = importFiles([{ name: source.name, bytes: await source.read(0, size) }]);
      return await recordingOf(source.name, lines);
    }
  } finally {
    await source.close();
  }
}

async function write(target: vscode.Uri, bytes: Uint8Array): Promise<void> {
  try {
    await vscode.workspace.fs.writeFile(target, bytes);
  } catch (error) {
    const file = target.scheme === 'file' ? target.fsPath : target.toString(true);
    // The words of a file system that is none of ours begin with the name of its error.
    const reason = messageOf(error).replace(/^Error: /, '');
    throw new LacError('workbench.export', { file, reason }, { cause: error });
  }
}

async function tell(targets: readonly vscode.Uri[], losses: readonly string[]): Promise<void> {
  const [first] = targets;
  if (first === undefined) return;
  const name = path.basename(first.path);
  const words =
    targets.length === 1
      ? vscode.l10n.t('Exported as {0}.', name)
      : vscode.l10n.t('Exported as {0} and {1} more files.', name, targets.length - 1);
  // A page is for the browser; one on another machine only the editor can open.
  const outside = first.scheme === 'file' && first.path.endsWith('.html') && vscode.env.remoteName === undefined;
  const open = outside ? vscode.l10n.t('Open in Browser') : vscode.l10n.t('Open');
  const show = vscode.l10n.t('Show What Is Lost');
  const lost = losses.length === 0 ? '' : ` ${lossesInWords(losses.length)}`;
  const chosen = await vscode.window.showInformationMessage(
    `${words}${lost}`,
    ...(losses.length === 0 ? [open] : [show, open]),
  );
  if (chosen === open) {
    await (outside ? vscode.env.openExternal(first) : vscode.commands.executeCommand('vscode.open', first));
  }
  if (chosen !== show) return;
  const content = [vscode.l10n.t('What {0} does not hold:', name), '', ...losses.map((loss) => `- ${loss}`), ''].join(
    '\n',
  );
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document, { preview: false });
}

function lossesInWords(count: number): string {
  return count === 1
    ? vscode.l10n.t('One thing could not be carried over.')
    : vscode.l10n.t('{0} things could not be carried over.', count);
}
