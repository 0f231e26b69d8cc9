import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const runs = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;

/** Keeps everybody from writing in a folder, or lets them again: modes hold back all but root, whom an attribute does. */
export function setReadOnly(folder: string, readOnly: boolean): void {
  if (!readOnly) runs('chattr', '-R', '-i', folder);
  runs('chmod', '-R', readOnly ? 'a-w' : 'u+w', folder);
  if (readOnly && process.getuid?.() === 0) runs('chattr', '-R', '+i', folder);
}

/** Why no folder can be made read-only here; undefined where one can. */
export function readOnlyProblem(): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'lac-read-only-'));
  setReadOnly(folder, true);
  try {
    writeFileSync(path.join(folder, 'written'), '');
    return `${folder} can be written to whatever is done`;
  } catch {
    return undefined;
  } finally {
    setReadOnly(folder, false);
    rmSync(folder, { recursive: true, force: true });
  }
}
