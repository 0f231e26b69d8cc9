import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { accessibilityViolations } from '../webview/harness/accessibility';
import { useWindow } from './driver/window';
import { patienceMs, repository, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

const axe = readFileSync(path.join(repository, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

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

  it.each([
    ['Default High Contrast', 'vscode-high-contrast'],
    ['Default High Contrast Light', 'vscode-high-contrast-light'],
    ['Default Light Modern', 'vscode-light'],
    ['Default Dark Modern', 'vscode-dark'],
  ])('has no violation that axe-core finds in %s', async (theme, className) => {
    const settings = path.join(folder, '.vscode', 'settings.json');
    writeFileSync(settings, JSON.stringify({ 'workbench.colorTheme': theme }));
    const panel = await workbench.pageWith(`body.${className} main#panel .status-words`, 'step 0');
    // The toolkit's controls take on a theme's colours a moment after the page does.
    await expect.poll(() => accessibilityViolations(panel, axe), { timeout: patienceMs }).toEqual([]);
  });
});
