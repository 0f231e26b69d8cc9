import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repository } from './workbench';

/** A copy of the sample workspace, with a launch configuration of the test's own. */
export function workspace(configuration: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lac-workspace-'));
  cpSync(path.join(repository, 'media', 'sample'), folder, { recursive: true });
  const file = path.join(folder, '.vscode', 'launch.json');
  const launch = JSON.parse(readFileSync(file, 'utf8')) as { configurations: Record<string, unknown>[] };
  launch.configurations = [{ ...launch.configurations[0], ...configuration }];
  writeFileSync(file, JSON.stringify(launch));
  return folder;
}
