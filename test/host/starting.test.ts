import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { patienceMs, Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

describe.skipIf(problem !== undefined)('F5 without a launch.json', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await Workbench.open({ workspace: null, settings: { 'debug.openDebug': 'neverOpen' } });
  });

  afterAll(async () => {
    await workbench.close();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench.screenshotOfFailure(task.name);
  });

  /** Which of a long set of tasks, as its number; then the model, which nobody has chosen yet. */
  async function chooseTask(number: string): Promise<void> {
    await workbench.choose('go to (test)');
    await workbench.page.locator('.quick-input-widget', { hasText: 'Number of the task' }).waitFor();
    await workbench.input.fill(number);
    await workbench.input.press('Enter');
    await workbench.choose('embedded');
    await workbench.debugToolbar.waitFor();
  }

  /** F5, and LAC among the debuggers; the list closes when a view that is just being shown takes the focus. */
  async function chooseDebugger(): Promise<void> {
    await expect
      .poll(
        async () => {
          await workbench.page.keyboard.press('F5');
          return workbench.row('LAC').first().isVisible();
        },
        { interval: 3000, timeout: patienceMs },
      )
      .toBe(true);
    await workbench.pick('LAC');
  }

  it('asks for environment, task and model in an empty window, and says where it records', async () => {
    await chooseDebugger();
    await workbench.choose('BabyAI-Text');
    await chooseTask('4');
    await workbench.container.click();
    await workbench.waitForStatus('Paused');
    const panel = await workbench.panel();
    await panel.locator('section.episode', { hasText: 'MixedTestLocal/goto/4' }).waitFor();
    expect(await workbench.editorText()).toContain('Goal: ');
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    await workbench.stopDebugging();
  });

  it('replays the transcript that is looked at', async () => {
    await workbench.page.locator('.editor-instance .view-lines').first().click();
    await workbench.page.keyboard.press('F5');
    await workbench.debugToolbar.waitFor();
    const panel = await workbench.waitForStatus('Paused');
    await expect(panel.locator('.status .chip').innerText()).resolves.toBe('replay');
    await workbench.stopDebugging();
  });

  it('debugs with the prompt that is looked at, whose environment is known, from its run button too', async () => {
    await workbench.command('LAC: Edit Prompt');
    await workbench.choose('critic');
    await workbench.page.locator('.tab.active', { hasText: 'critic' }).waitFor();
    await workbench.page.locator('.editor-instance .view-lines').first().click();
    await workbench.page.keyboard.press('F5');
    await chooseTask('5');
    await workbench.waitForStatus('Paused');
    await workbench.stopDebugging();
    await workbench.page.locator('.tab', { hasText: 'critic' }).click();
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Debug with This Prompt' }).click();
    await workbench.row('go to (test)').first().waitFor();
    await workbench.page.keyboard.press('Escape');
  });
});
