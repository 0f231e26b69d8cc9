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

  /** F5, and LAC among the debuggers; VS Code's list closes when a view that is just being shown takes the focus. */
  async function chooseDebugger(): Promise<void> {
    const debuggers = workbench.row('LAC').first();
    const taken = async (): Promise<boolean> => {
      await workbench.pressF5(debuggers);
      return debuggers.click({ timeout: patienceMs / 10 }).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(taken, { timeout: patienceMs }).toBe(true);
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

  it('offers first what was chosen last', async () => {
    const first = workbench.page.locator('.quick-input-list .monaco-list-row[data-index="0"]');
    const number = workbench.page.locator('.quick-input-widget', { hasText: 'Number of the task' });
    await workbench.command('LAC: Start Episode');
    await workbench.choose('BabyAI-Text');
    await first.filter({ hasText: 'go to (test)' }).waitFor();
    await workbench.choose('go to (test)');
    await number.waitFor();
    expect(await workbench.input.inputValue()).toBe('4');
    await workbench.page.keyboard.press('Escape');
    await workbench.command('LAC: Start Episode');
    await workbench.choose('ALFWorld');
    await workbench.choose('each game in its file');
    await workbench.row('household').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.command('LAC: Start Episode');
    await first.filter({ hasText: 'ALFWorld' }).waitFor();
    await workbench.choose('ALFWorld');
    await first.filter({ hasText: 'each game in its file' }).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('replays the transcript that is looked at', async () => {
    await workbench.page.locator('.editor-instance .view-lines').first().click();
    await workbench.pressF5(workbench.debugToolbar);
    const panel = await workbench.waitForStatus('Paused');
    await expect(panel.locator('.status .chip').innerText()).resolves.toBe('replay');
    await workbench.stopDebugging();
  });

  it('debugs with the prompt that is looked at, whose environment is known, from its run button too', async () => {
    await workbench.command('LAC: Edit Prompt');
    await workbench.choose('critic');
    await workbench.page.locator('.tab.active', { hasText: 'critic' }).waitFor();
    await workbench.page.locator('.editor-instance .view-lines').first().click();
    await workbench.pressF5(workbench.row('go to (test)').first());
    await chooseTask('5');
    await workbench.waitForStatus('Paused');
    await workbench.stopDebugging();
    await workbench.page.locator('.tab', { hasText: 'critic' }).click();
    await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Debug with This Prompt' }).click();
    await workbench.row('go to (test)').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.command('View: Show Run and Debug');
    const view = workbench.page.locator('.debug-viewlet');
    await view.getByText('step through the decisions of an LLM agent').waitFor();
    await view
      .getByRole('button', { name: 'Start an LAC Episode' })
      .or(view.getByText('Start an LAC Episode'))
      .first()
      .click();
    await workbench.row('BabyAI-Text').first().waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('can be begun from the Explorer of an empty window', async () => {
    await workbench.command('View: Show Explorer');
    const explorer = workbench.page.locator('.explorer-viewlet');
    await explorer.getByText('Step through the decisions of an LLM agent').waitFor();
    await explorer.getByRole('button', { name: 'Start an LAC Episode' }).click();
    await workbench.row('BabyAI-Text').first().waitFor();
    await workbench.page.keyboard.press('Escape');
  });
});
