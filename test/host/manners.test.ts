import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import { patienceMs, repository, type Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

const example = path.join(repository, 'media/data/examples/critic-saves-the-prior.lac.jsonl');

/** The sample workspace with a recording. */
function withRecording(): string {
  const folder = workspace();
  copyFileSync(example, path.join(folder, 'run.lac.jsonl'));
  return folder;
}

describe.skipIf(problem !== undefined)('what VS Code offers of the extension', () => {
  let workbench: Workbench;

  useWindow((window) => ({ workbench } = window), { folder: withRecording });

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

  it('is the outline and the breadcrumbs of a prompt, and its colours', async () => {
    await workbench.command('LAC: Edit Prompt');
    await workbench.choose('critic');
    await workbench.page.locator('.tab.active', { hasText: 'critic.lac-prompt.md' }).waitFor();
    await workbench.command('Go to Symbol in Editor');
    await workbench.pick('slot');
    await workbench.page.locator('.breadcrumbs-control', { hasText: 'slot' }).first().waitFor();
    await workbench.command('Developer: Inspect Editor Tokens and Scopes');
    await workbench.page.locator('.token-inspect-widget', { hasText: 'variable.parameter.lac-prompt' }).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  /**
   * Takes a configuration that needs no launch.json. The list closes when a page that is just being shown takes the focus.
   * VS Code keeps it as the one that F5 starts.
   */
  async function takeOffered(name: string): Promise<void> {
    const taken = async (): Promise<boolean> => {
      await workbench.command('Debug: Select and Start Debugging');
      await workbench.pick('LAC...');
      const click = workbench
        .row(name)
        .first()
        .click({ timeout: patienceMs / 10 });
      return click.then(
        () => true,
        () => false,
      );
    };
    await expect.poll(taken, { timeout: patienceMs }).toBe(true);
  }

  it('is an episode of each environment, without a launch.json', async () => {
    await workbench.command('Debug: Select and Start Debugging');
    await workbench.pick('LAC...');
    for (const name of ['BabyAI-Text', 'ALFWorld', 'WebShop']) await workbench.row(`LAC: ${name}`).first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await takeOffered('LAC: ALFWorld');
    await workbench.row('household').first().waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('is the replay of the recording that is looked at', async () => {
    await workbench.openFile('run.lac.jsonl');
    await workbench.waitForStatus('Recording');
    await takeOffered('LAC: Replay run.lac.jsonl');
    await workbench.debugToolbar.waitFor();
    const panel = await workbench.waitForStatus('Paused');
    await expect(panel.locator('.status .chip').innerText()).resolves.toBe('replay');
    await workbench.stopDebugging();
  });
});
