import { describe, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import type { Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

describe.skipIf(problem !== undefined)('what VS Code offers of the extension', () => {
  let workbench: Workbench;

  useWindow((window) => ({ workbench } = window));

  it('is a walkthrough of what can be done first', async () => {
    await workbench.command('LAC: Open Walkthrough');
    const page = workbench.page.locator('.gettingStartedContainer');
    await page.getByText("Debug an LLM Agent's Decisions").first().waitFor();
    await page.getByText('Start an episode').first().waitFor();
  });

  it('is the model, and how the episode stands, in the status bar', async () => {
    const item = workbench.page.locator('.statusbar-item', { hasText: 'embedded' });
    await item.first().waitFor();
    await workbench.startDebugging();
    await workbench.page.locator('.statusbar-item', { hasText: /\S+ · paused/u }).waitFor();
    await workbench.stopDebugging();
  });
});
