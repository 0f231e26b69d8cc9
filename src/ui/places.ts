import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { LacError } from '../errors/lacError';
import { promptFileSuffix } from '../prompts/parts';
import type { PromptSource } from '../prompts/promptSet';
import { makeFolder } from '../trajectories/folders';
import type { Settings } from './settings';

/** A folder and why it is not the usual one; `reason` is null where it is. */
export interface ChosenFolder {
  readonly folder: string;
  readonly reason: string | null;
}

/** Where recordings and prompts of a workspace folder lie. */
export class Places {
  constructor(
    private readonly settings: Settings,
    private readonly storage: vscode.Uri,
  ) {}

  /** The workspace folder that is meant: the given one, else the active editor's, else the first. */
  workspaceFolder(given?: vscode.WorkspaceFolder): vscode.WorkspaceFolder | undefined {
    if (given !== undefined) return given;
    const active = vscode.window.activeTextEditor?.document.uri;
    const own = active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active);
    return own ?? vscode.workspace.workspaceFolders?.at(0);
  }

  /** Why recordings or the prompts of an environment lie elsewhere than in the workspace, in words: of the folders given. */
  unusual(folder: vscode.WorkspaceFolder | undefined, environment: string, used: readonly string[]): readonly string[] {
    const runs = this.runs(folder);
    const prompts = this.prompts(folder, environment);
    const isUsed = (chosen: ChosenFolder): boolean => used.includes(chosen.folder);
    return [
      ...(runs.reason !== null && isUsed(runs)
        ? [vscode.l10n.t('Recordings lie in {0}, as {1}.', runs.folder, runs.reason)]
        : []),
      ...(prompts.reason !== null && isUsed(prompts)
        ? [vscode.l10n.t('Changed prompts lie in {0}, as {1}.', prompts.folder, prompts.reason)]
        : []),
    ];
  }

  runs(folder: vscode.WorkspaceFolder | undefined): ChosenFolder {
    return this.choose(folder, this.settings.runsFolder(folder?.uri), ['.lac', 'runs'], 'runs');
  }

  /** Those that are there already are used wherever they can be read. */
  prompts(folder: vscode.WorkspaceFolder | undefined, environment: string): ChosenFolder {
    const usual = ['.lac', 'prompts'];
    const there = folder?.uri.scheme === 'file' && existsSync(path.join(folder.uri.fsPath, ...usual, environment));
    const chosen = this.choose(folder, this.settings.promptsFolder(folder?.uri), usual, 'prompts', there);
    return { ...chosen, folder: path.join(chosen.folder, environment) };
  }

  cache(environment: string): string {
    return path.join(this.storage.fsPath, 'cache', environment);
  }

  private choose(
    folder: vscode.WorkspaceFolder | undefined,
    setting: string,
    usual: readonly string[],
    name: string,
    anyway = false,
  ): ChosenFolder {
    const root = folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined;
    if (setting !== '' && (path.isAbsolute(setting) || root !== undefined)) {
      return { folder: path.resolve(root ?? '', setting), reason: null };
    }
    const stored = path.join(this.storage.fsPath, name);
    if (root === undefined) {
      const reason =
        folder === undefined ? vscode.l10n.t('no folder is open') : vscode.l10n.t('the workspace is virtual');
      return { folder: stored, reason };
    }
    const wanted = path.join(root, ...usual);
    return anyway || writable(wanted)
      ? { folder: wanted, reason: null }
      : { folder: stored, reason: vscode.l10n.t('the folder {0} is read-only', root) };
  }
}

/** Whether a folder, or the nearest one above it that exists, can be written to. */
function writable(folder: string): boolean {
  let at = folder;
  while (!existsSync(at) && path.dirname(at) !== at) at = path.dirname(at);
  try {
    accessSync(at, constants.W_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** Makes the folder of recordings. Throws `workbench.folder`. */
export function runsFolder(folder: string): string {
  makeFolder(folder, (reason, cause) => new LacError('workbench.folder', { folder, reason }, cause));
  return folder;
}

/** The prompt files of a folder, unsaved editors' texts left aside; none where there is no folder. */
export function promptFilesIn(folder: string): readonly PromptSource[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(promptFileSuffix))
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));
}

/** `babyai-text-2026-11-22T20-14-03-120Z.lac.jsonl`. */
export function runFileName(environment: string, now: Date): string {
  return `${environment}-${now.toISOString().replace(/[:.]/g, '-')}.lac.jsonl`;
}

/** `run-from-step-12-2026-11-22T20-14-03-120Z.lac.jsonl`: a recording that goes on from a step of another. */
export function forkFileName(file: string, step: number, now: Date): string {
  const stem = path.basename(file).replace(/(\.lac)?\.[a-z]+$/, '');
  return `${stem}-from-step-${step}-${now.toISOString().replace(/[:.]/g, '-')}.lac.jsonl`;
}
