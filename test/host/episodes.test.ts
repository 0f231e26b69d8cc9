import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { editCriticPrompt } from './driver/promptEdit';
import { useWindow } from './driver/window';
import { patienceMs, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

describe.skipIf(problem !== undefined)('an episode in VS Code', () => {
  let workbench: Workbench;
  let folder: string;

  describe('with the embedded model', () => {
    useWindow((window) => ({ workbench, folder } = window));

    it('offers a start before there is an episode, and says which model is used', async () => {
      await workbench.container.click();
      const panel = await workbench.waitForStatus('No episode yet');
      await expect(panel.locator('.status-detail').innerText()).resolves.toContain('embedded model');
      await expect(panel.getByRole('button', { name: 'Start Episode' }).isVisible()).resolves.toBe(true);
    });

    it('stops before the first decision on F5, with the panel in view', async () => {
      await workbench.startDebugging();
      const panel = await workbench.waitForStatus('Paused');
      await expect(panel.getByRole('heading', { level: 1 }).innerText()).resolves.toBe('go to the red key');
      expect(await workbench.calls()).toBe(0);
      expect(await workbench.editorText()).toContain('Goal: go to the red key');
    });

    it('steps into the decision, in the prompt of the phase', async () => {
      await workbench.debugKey('F11');
      await workbench.page.locator('.tab', { hasText: 'actor.lac-prompt.md' }).waitFor();
      await workbench.debugKey('F11');
      const panel = await workbench.waitForStatus('candidate 1');
      await panel.getByRole('treegrid', { name: 'Candidates' }).waitFor();
    });

    it('executes the choice on step over', async () => {
      await workbench.debugKey('F10');
      const panel = await workbench.waitForStatus('step 1');
      expect(await workbench.calls()).toBeGreaterThan(5);
      await expect(panel.getByRole('region', { name: 'World' }).innerText()).resolves.toContain('Last');
      await workbench.page.locator('.view-line', { hasText: 'margin' }).first().waitFor();
      // The line at which it stands, though the transcript has just grown by it.
      await workbench.page.locator('.view-overlays .debug-top-stack-frame-line').first().waitFor();
    });

    it('steps back along the record and asks nothing', async () => {
      const before = await workbench.calls();
      await workbench.debugToolbar.getByRole('button', { name: /^Step Back/ }).click();
      const panel = await workbench.waitForStatus('step 0');
      expect(await workbench.calls()).toBe(before);
      await panel.getByRole('treegrid', { name: 'Candidates' }).waitFor();
    });

    it('decides again at another alpha without a call, as a probe of the same step', async () => {
      const before = await workbench.calls();
      const panel = await workbench.panel();
      const slider = panel.getByRole('slider', { name: 'Alpha' });
      await slider.focus();
      await slider.press('Home');
      await slider.press('Enter');
      await panel.getByRole('tab', { name: /alpha 0/ }).waitFor();
      await workbench.waitForStatus('Paused');
      expect(await workbench.calls()).toBe(before);
      // The keyboard stays where it was.
      expect(await slider.and(panel.locator(':focus')).count()).toBe(1);
    });

    it('asks for what another depth lacks', async () => {
      const before = await workbench.calls();
      const panel = await workbench.panel();
      await panel.getByRole('button', { name: 'rollout depth 0' }).click();
      const run = panel.getByRole('button', { name: 'Run it' });
      const tab = panel.getByRole('tab', { name: /depth 0/ });
      await run.or(tab).first().waitFor();
      if (await run.isVisible()) await run.click();
      await tab.waitFor();
      await workbench.waitForStatus('Paused');
      await expect.poll(() => workbench.calls(), { timeout: patienceMs }).toBeGreaterThan(before);
    });

    it('goes on showing the scopes of the frame after probes', async () => {
      await workbench.command('View: Show Run and Debug');
      const rows = workbench.page.locator('.debug-variables .monaco-list-row');
      try {
        await rows.filter({ hasText: /Decision \(step 0\)/ }).waitFor();
      } finally {
        await workbench.container.click();
        await workbench.waitForStatus('Paused');
      }
    });

    it('decides again when the critic prompt is saved, and shows how each Q changed', async () => {
      await editCriticPrompt(workbench);
      expect(existsSync(path.join(folder, '.lac', 'prompts', 'babyai-text', 'critic.lac-prompt.md'))).toBe(true);
    });

    it('samples the rollouts of an edited prompt again, to tell its effect from noise', async () => {
      await workbench.command('LAC: Re-Sample Rollouts');
      const input = workbench.page.locator('.quick-input-widget input').first();
      await input.fill('2');
      await input.press('Enter');
      await workbench.waitForStatus('2 re-samples');
    });

    it('decides as it was and then with the prompt that is saved, where nothing is decided yet', async () => {
      await workbench.debugKey('F10');
      const panel = await workbench.waitForStatus('step 1');
      await panel.getByRole('button', { name: 'Decide' }).waitFor();
      await editCriticPrompt(workbench);
      await workbench.waitForStatus('decided again');
      await expect(panel.getByRole('tab').count()).resolves.toBe(2);
    });

    it('shows the episode after a reload of the window and goes on with it', async () => {
      await workbench.reload();
      const panel = await workbench.waitForStatus('The session was interrupted');
      await expect(panel.getByRole('heading', { level: 1 }).innerText()).resolves.toBe('go to the red key');
      await panel.getByRole('button', { name: 'Resume' }).click();
      await workbench.debugToolbar.waitFor();
      await workbench.waitForStatus('Paused');
      expect(await workbench.calls()).toBe(0);
    });

    it('stops where the critic overrules the prior', async () => {
      await workbench.command('View: Show Run and Debug');
      const filter = workbench.page.locator('.debug-breakpoints .monaco-list-row', {
        hasText: 'Critic overrules prior',
      });
      await filter.waitFor();
      await filter.getByRole('checkbox').first().click();
      // In the episode from its beginning, where that happens.
      await workbench.stopDebugging();
      await workbench.startDebugging();
      await workbench.waitForStatus('Paused');
      await workbench.debugKey('F5');
      await workbench.page.locator('.zone-widget', { hasText: 'the critic overrules the prior' }).waitFor();
      await workbench.container.click();
      await workbench.waitForStatus(/overrules/);
      await workbench.stopDebugging();
    });
  });
});
