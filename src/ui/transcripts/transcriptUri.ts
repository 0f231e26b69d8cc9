import * as vscode from 'vscode';
import type { BranchId } from '../../trajectories/ids';
import { schemes } from '../names';

/** A branch of an episode of a recording. */
export interface TranscriptAddress {
  readonly file: string;
  readonly episode: string;
  readonly branch: BranchId;
}

/** `lac-transcript:/<file>/<episode>/<branch>.lac-transcript`. */
export function transcriptUri({ file, episode, branch }: TranscriptAddress): vscode.Uri {
  const folder = vscode.Uri.file(file).path;
  return vscode.Uri.from({ scheme: schemes.transcript, path: `${folder}/${episode}/${branch}.lac-transcript` });
}

/** null for any other address. */
export function readTranscriptUri(uri: vscode.Uri): TranscriptAddress | null {
  const match = /^(.*)\/(e\d+)\/b(\d+)\.lac-transcript$/.exec(uri.path);
  if (uri.scheme !== schemes.transcript || match === null) return null;
  return { file: vscode.Uri.file(match[1]).fsPath, episode: match[2], branch: `b${Number(match[3])}` };
}
