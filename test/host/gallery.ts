import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { editCriticPrompt } from './driver/promptEdit';
import { wearTheme } from './driver/themes';
import { repository, Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const examples = path.join(repository, 'media', 'data', 'examples');
const pictures = path.join(repository, 'test-results', 'gallery');

/** Themes in which everything is looked at, with the class that VS Code gives its window. */
const themes = [
  ['dark', 'Default Dark Modern', 'vs-dark'],
  ['light', 'Default Light Modern', 'vs'],
  ['high-contrast', 'Default High Contrast', 'hc-black'],
] as const;

/** How long a page takes to put a theme's colours on. */
const recolouredMs = 600;

/** A launch configuration whose server does not answer. */
const unanswered = 'LAC: no server';

/**
 * Takes a picture of each state that a person meets, in three themes, to be looked at: `npm run screenshots -- gallery`
 * writes them to test-results/gallery. No test: it fails only where a state cannot be reached.
 */
describe('pictures of what a person meets', () => {
  let workbench: Workbench;
  let folder: string;

  beforeAll(async () => {
    folder = workspace({ internalConsoleOptions: 'neverOpen' });
    const file = path.join(folder, '.vscode', 'launch.json');
    const launch = JSON.parse(readFileSync(file, 'utf8')) as { configurations: Record<string, unknown>[] };
    launch.configurations.push({
      ...launch.configurations[0],
      name: unanswered,
      model: 'ollama:qwen3:4b@http://127.0.0.1:9',
    });
    writeFileSync(file, JSON.stringify(launch));
    cpSync(examples, folder, { recursive: true });
    workbench = await Workbench.open({
      workspace: folder,
      settings: { 'debug.openDebug': 'neverOpen' },
      viewport: { width: 1360, height: 880 },
    });
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench.screenshotOfFailure(task.name);
  });

  async function inEachTheme(state: string): Promise<void> {
    const { page } = workbench;
    await page.mouse.move(2, 2);
    for (const [short, theme, windowClass] of themes) {
      wearTheme(folder, theme);
      await page.locator(`.monaco-workbench.${windowClass}`).waitFor();
      await page.waitForTimeout(recolouredMs);
      await workbench.screenshot(path.join(pictures, short, `${state}.png`));
    }
  }

  it('the walkthrough', async () => {
    await workbench.command('Welcome: Open Walkthrough...');
    await workbench.pick(/LLM Agent/);
    await workbench.page.getByRole('button', { name: 'Open Example' }).first().waitFor();
    await inEachTheme('walkthrough');
    await workbench.command('View: Close All Editors');
  });

  it('the panel without an episode, and the trees', async () => {
    const { page } = workbench;
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await inEachTheme('empty');
    for (const title of ['Environments', 'Prompts']) {
      await page.locator('.part.sidebar .pane-header[aria-expanded="false"]').filter({ hasText: title }).click();
    }
    await page.locator('.part.sidebar .monaco-list-row', { hasText: 'BabyAI-Text' }).click();
    await page.locator('.part.sidebar .monaco-list-row', { hasText: 'go to (test)' }).first().waitFor();
    await inEachTheme('trees');
    for (const title of ['Environments', 'Prompts']) {
      await page.locator('.part.sidebar .pane-header[aria-expanded="true"]').filter({ hasText: title }).click();
    }
  });

  it('a launch that failed, and the models to choose from', async () => {
    const { page } = workbench;
    await workbench.command('Debug: Select and Start Debugging');
    await workbench.pick(unanswered);
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Cancel' }).click();
    await workbench.waitForStatus('could not be started');
    await inEachTheme('launch-failed');
    await workbench.command('LAC: Select Model');
    await workbench.row('No answer').waitFor();
    await inEachTheme('models');
    await page.keyboard.press('Escape');
  });

  it('an episode: at its begin, between decisions, in one', async () => {
    await workbench.command('Debug: Select and Start Debugging');
    await workbench.pick('LAC: BabyAI-Text');
    await workbench.waitForStatus('the episode begins');
    await inEachTheme('begin');
    for (const step of [1, 2]) {
      await workbench.debugKey('F10');
      await workbench.waitForStatus(`step ${step}`);
    }
    const panel = await workbench.panel();
    await panel.evaluate("document.querySelector('.area-decision').scrollIntoView()");
    await inEachTheme('undecided');
    await panel.getByRole('button', { name: 'Decide' }).click();
    await workbench.waitForStatus('decided');
    await panel.locator('.candidate.winner').click();
    await panel.locator('.candidate-open .reading').waitFor();
    await panel.evaluate("document.querySelector('.area-decision').scrollIntoView()");
    await inEachTheme('candidate');
    await panel.evaluate("document.querySelector('.controls').scrollIntoView()");
    await inEachTheme('controls');
  });

  it('the panel as an editor tab', async () => {
    await workbench.page.keyboard.press('Control+b');
    await workbench.command('LAC: Open Panel in Editor');
    await workbench.waitForStatus('decided');
    await inEachTheme('tab');
    await workbench.page.keyboard.press('Control+b');
    await workbench.command('View: Close All Editors');
  });

  it('a prompt that was edited, and its preview', async () => {
    await editCriticPrompt(workbench);
    await inEachTheme('prompt');
    await workbench.command('LAC: Preview Prompt');
    await workbench.page.locator('.tab', { hasText: 'critic.txt' }).waitFor();
    await inEachTheme('preview');
  });

  it("a person's move", async () => {
    await workbench.command('View: Close All Editors');
    await workbench.command('LAC: Act Yourself');
    const panel = await workbench.waitForStatus('Your move');
    await panel.evaluate('scrollTo(0, 0)');
    await inEachTheme('play');
    await workbench.stopDebugging();
    await workbench.page.keyboard.press('Control+b');
  });

  it.each(readdirSync(examples).filter((name) => name.endsWith('.lac.jsonl')))('the recording %s', async (name) => {
    await workbench.command('View: Close All Editors');
    await workbench.openFile(name);
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Next step' }).click();
    await panel.getByRole('meter', { name: 'Step 1 of' }).waitFor();
    await inEachTheme(name.replace('.lac.jsonl', ''));
  });
});
