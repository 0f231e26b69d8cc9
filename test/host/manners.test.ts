import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import { repository, type Workbench } from './driver/workbench';
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

  /** The configurations that need no launch.json. */
  async function openOffered(): Promise<void> {
    await workbench.command('Debug: Select and Start Debugging');
    await workbench.pick('LAC...');
    await workbench.row('LAC: ALFWorld').waitFor();
  }

  it('is an episode of each environment, without a launch.json', async () => {
    await openOffered();
    for (const name of ['LAC: BabyAI-Text', 'LAC: ALFWorld', 'LAC: WebShop'])
      await workbench.row(name).first().waitFor();
    expect(await workbench.row('Replay').count()).toBe(0);
    await workbench.choose('LAC: ALFWorld');
    await workbench.page.locator('.quick-input-widget', { hasText: 'ALFWorld' }).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('is the replay of the recording that is looked at', async () => {
    await workbench.openFile('run.lac.jsonl');
    await workbench.waitForStatus('Recording');
    await openOffered();
    await workbench.choose('LAC: Replay run.lac.jsonl');
    await workbench.debugToolbar.waitFor();
    const panel = await workbench.waitForStatus('Paused');
    await expect(panel.locator('.status .chip').innerText()).resolves.toBe('replay');
    await workbench.stopDebugging();
  });

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
