import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import { repository, type Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

/** A workspace that holds a short recording. */
function recorded(): string {
  const folder = workspace();
  const file = path.join(folder, 'run.lac.jsonl');
  const args = ['run', '--task', 'MixedTestLocal/goto/1', '--horizon', '2', '--out', file];
  const { status, stderr } = spawnSync('node', [path.join(repository, 'dist', 'cli.js'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`recording failed: ${stderr}`);
  return folder;
}

describe.skipIf(problem !== undefined)('a workspace that is not trusted', () => {
  let workbench: Workbench;

  const settings = { 'security.workspace.trust.startupPrompt': 'never' };
  useWindow((window) => ({ workbench } = window), { folder: recorded, settings, asksForTrust: true });

  it('says in the panel what can be done in it, and what cannot', async () => {
    await workbench.container.click();
    const panel = await workbench.waitForStatus('No episode yet');
    await expect(panel.locator('.status-detail').innerText()).resolves.toContain('not trusted');
    await expect(panel.getByRole('button', { name: 'Manage Trust' }).isVisible()).resolves.toBe(true);
    expect(await panel.getByRole('button', { name: 'Start Episode' }).count()).toBe(0);
  });

  it('replays a recording', async () => {
    await workbench.page.keyboard.press('Control+Shift+e');
    await workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'run.lac.jsonl' }).dblclick();
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Next step' }).click();
    await panel.getByRole('treegrid', { name: 'Candidates' }).waitFor();
  });

  it('asks for trust before it debugs, and starts nothing without', async () => {
    await workbench.page.locator('.statusbar-item', { hasText: /LAC:/ }).waitFor();
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await workbench.pressF5(dialog);
    await dialog.getByText(/trust/i).first().waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await workbench.debugToolbar.isVisible()).toBe(false);
  });
});
