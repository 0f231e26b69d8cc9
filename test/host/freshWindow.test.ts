import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import { panelElsewhere, patienceMs, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

describe.skipIf(problem !== undefined)('a window that was just opened', () => {
  let workbench: Workbench;
  let folder: string;

  useWindow((window) => ({ workbench, folder } = window));

  it('debugs on one F5: the transcript, and the panel beside it', async () => {
    await workbench.startDebugging();
    const panel = await workbench.waitForStatus('Paused');
    await expect(panel.getByRole('heading', { level: 1 }).innerText()).resolves.toBe('go to the red key');
    expect(await workbench.calls()).toBe(0);
    expect(await workbench.editorText()).toContain('Goal: go to the red key');
  });

  it('steps over by its key, the panel still in view', async () => {
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
  });

  it('lets a person act in the place of the agent, who judges it beside, and then again the agent', async () => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: /^Play/ }).click();
    const pad = panel.getByRole('group', { name: /^Play/ });
    // While the agent decides beside, the pad takes no move.
    await panel.locator('.status-words', { hasText: 'Your move' }).waitFor();
    const took = panel.locator('.arrival', { hasText: 'You took turn left' });
    // The focus may still be on its way to the page; a move that was taken is shown long before the key comes again.
    const moved = async (): Promise<boolean> => {
      await pad.press('ArrowLeft');
      return took.waitFor({ timeout: patienceMs / 6 }).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(moved, { timeout: patienceMs }).toBe(true);
    await workbench.waitForStatus('step 2');
    await workbench.page.locator('.view-line', { hasText: 'by hand' }).waitFor();
    // The agent's own prior and Q stand beside the next move.
    await panel.getByRole('treegrid', { name: 'Candidates' }).waitFor();
    await panel.locator('.status-words', { hasText: 'Your move' }).waitFor();
    await panel.getByRole('button', { name: 'Give the acting back to the agent' }).click();
    await pad.waitFor({ state: 'hidden' });
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 3');
    await panel.locator('.arrival', { hasText: 'Last' }).waitFor();
  });

  it('shows the panel as an editor tab, and the view says where it is and brings it back', async () => {
    await workbench.command('LAC: Open Panel in Editor');
    await workbench.page.locator('.tab.active', { hasText: 'LAC Episode' }).waitFor();
    const tab = await workbench.panel();
    await tab.locator('body.lac-editor').waitFor();
    await expect(tab.getByRole('heading', { level: 1 }).innerText()).resolves.toBe('go to the red key');
    await workbench.container.click();
    await workbench.press('Bring It Back Here', panelElsewhere);
    await workbench.page.locator('.tab', { hasText: 'LAC Episode' }).waitFor({ state: 'hidden' });
    await workbench.waitForStatus('step 3');
  });

  it('keeps a log in the output', async () => {
    await workbench.command('LAC: Show Log');
    await workbench.page.locator('.part.panel .action-item', { hasText: 'LAC Debugger' }).first().waitFor();
    await workbench.command('View: Hide Panel');
  });

  it('ends the session from the panel, and keeps showing its record', async () => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Stop' }).click();
    await workbench.debugToolbar.waitFor({ state: 'hidden' });
    const over = await workbench.waitForStatus('The session is over');
    await expect(over.getByRole('heading', { level: 1 }).innerText()).resolves.toBe('go to the red key');
  });

  it('says which setting to change where nothing can be recorded', async () => {
    const settings = path.join(folder, '.vscode', 'settings.json');
    writeFileSync(settings, JSON.stringify({ 'lac.runs.folder': 'README.md/runs' }));
    await workbench.command('Debug: Start Debugging');
    const told = await workbench.notifications();
    await told.getByText(/Nothing can be recorded in the folder .*lac\.runs\.folder/).waitFor();
  });
});
