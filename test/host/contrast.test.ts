import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { accessibilityViolations } from '../webview/harness/accessibility';
import { wearTheme, windowThemes } from './driver/themes';
import { useWindow } from './driver/window';
import { patienceMs, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

describe.skipIf(problem !== undefined)('the panel in the themes of a real VS Code', () => {
  let workbench: Workbench;
  let folder: string;

  useWindow((window) => ({ workbench, folder } = window));

  it('shows a decision whose step can be looked into', async () => {
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await workbench.startDebugging();
    await workbench.waitForStatus('Paused');
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    await workbench.debugToolbar.getByRole('button', { name: /^Step Back/ }).click();
    const panel = await workbench.waitForStatus('step 0');
    await panel.locator('.candidate.winner').click();
    await panel.locator('.candidate-open .reading').waitFor();
  });

  it.each(windowThemes)('has no violation that axe-core finds in %s', async (theme, className) => {
    wearTheme(folder, theme);
    const panel = await workbench.pageWith(`body.${className} main#panel .status-words`, 'step 0');
    // The toolkit's controls take on a theme's colours a moment after the page does.
    await expect.poll(() => accessibilityViolations(panel), { timeout: patienceMs }).toEqual([]);
  });
});
