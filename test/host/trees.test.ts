import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { saveCriticPrompt } from './driver/promptEdit';
import { useWindow } from './driver/window';
import { patienceMs, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

const patient = { timeout: patienceMs } as const;
/** No tree of the tests has more rows on the way. */
const mostRows = 40;

describe.skipIf(problem !== undefined)('the trees beside the panel', () => {
  let workbench: Workbench;
  let folder: string;

  useWindow((window) => ({ workbench, folder } = window), { settings: { 'lac.autoRunCalls': 0 } });

  /** What is said of the row that the keyboard is on; empty while it is on none. */
  async function said(): Promise<string> {
    const row = workbench.page.locator('.monaco-list:focus-within .monaco-list-row.focused');
    return (await row.count()) === 0 ? '' : ((await row.first().getAttribute('aria-label')) ?? '');
  }

  async function focus(view: string): Promise<void> {
    // VS Code gives no focus to a tree that has no rows yet.
    const atHome = async (): Promise<string> => {
      await workbench.commandByKeys(`Focus on ${view} View`);
      await workbench.page.keyboard.press('Home');
      await workbench.page.keyboard.press('ArrowLeft');
      return said();
    };
    await expect.poll(atHome, { ...patient, interval: 1000 }).not.toBe('');
  }

  /** Goes down to the row of which a text is said. */
  async function walkTo(text: RegExp): Promise<void> {
    const seen: string[] = [];
    for (let row = 0; row < mostRows; row++) {
      const now = await said();
      if (text.test(now)) return;
      seen.push(now);
      await workbench.page.keyboard.press('ArrowDown');
      await expect.poll(said, patient).not.toBe(now);
    }
    throw new Error(`no row says ${String(text)}: ${seen.join(' | ')}`);
  }

  /** Opens the row that the keyboard is on and goes to the first one within. */
  async function enter(): Promise<void> {
    const outer = await said();
    await workbench.page.keyboard.press('ArrowRight');
    const inner = async (): Promise<boolean> => {
      await workbench.page.keyboard.press('ArrowRight');
      return (await said()) !== outer;
    };
    await expect.poll(inner, patient).toBe(true);
  }

  /** Opens the menu of the row that the keyboard is on, and takes an entry. */
  async function choose(entry: string): Promise<void> {
    await workbench.page.keyboard.press('Shift+F10');
    const items = workbench.page.locator('.context-view .monaco-menu .action-item:not(.disabled)');
    await items.filter({ hasText: entry }).waitFor();
    for (let item = 0; item < mostRows; item++) {
      await workbench.page.keyboard.press('ArrowDown');
      if ((await workbench.page.locator('.context-view .action-item.focused', { hasText: entry }).count()) > 0) break;
    }
    await workbench.page.keyboard.press('Enter');
    await items.first().waitFor({ state: 'hidden' });
  }

  it('say what to do where no episode has prompts to show', async () => {
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await workbench.commandByKeys('Focus on Prompts View');
    const welcome = workbench.page.locator('.welcome-view-content', { hasText: 'once an episode is under way' });
    await welcome.waitFor();
    await welcome.getByRole('button', { name: 'Start Episode' }).waitFor();
    await welcome.getByRole('button', { name: 'Edit a Prompt' }).waitFor();
  });

  it('start an episode of a task by the keyboard alone, each row saying what it is', async () => {
    await focus('Environments and Tasks');
    expect(await said()).toMatch(/^BabyAI-Text\n.+/);
    await enter();
    await walkTo(/^go to \(test\)\n[\d,]+ tasks$/);
    await enter();
    expect(await said()).toBe('go to (test): tasks 0 to 99');
    await enter();
    await walkTo(/\nMixedTestLocal\/goto\/4\b/);
    await workbench.page.keyboard.press('Enter');
    await workbench.debugToolbar.waitFor();
    const panel = await workbench.waitForStatus('Paused');
    await panel.locator('section.episode', { hasText: 'MixedTestLocal/goto/4' }).waitFor();
    await expect(panel.getByRole('heading', { level: 1 }).innerText()).resolves.toBe('go to the red key');
  });

  it('ask before calls are spent, where none may be without', async () => {
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    await workbench.debugToolbar.getByRole('button', { name: /^Step Back/ }).click();
    await workbench.waitForStatus('step 0');
    const before = await workbench.calls();
    await saveCriticPrompt(workbench);
    const lens = workbench.page.locator('.codelens-decoration', { hasText: /takes \d+ to \d+ model calls/ });
    await lens.first().waitFor();
    const panel = await workbench.panel();
    const waiting = panel.getByRole('group', { name: 'A change that waits for you' });
    await waiting.getByText(/critic\.lac-prompt\.md costs .*calls/).waitFor();
    expect(await workbench.calls()).toBe(before);
    await waiting.getByRole('button', { name: 'Run it' }).press('Enter');
    await panel.getByRole('tab', { name: /prompt changed/ }).waitFor();
    await lens.first().waitFor({ state: 'hidden' });
    await expect.poll(() => workbench.calls(), patient).toBeGreaterThan(before);
  });

  it('show each prompt, whether it was changed, and in its menu what can be done with it', async () => {
    await focus('Prompts');
    await walkTo(/^critic\.lac-prompt\.md\nchanged\b/);
    await choose('Compare Prompt');
    await workbench.page.locator('.tab.active', { hasText: 'built-in' }).waitFor();
    await focus('Prompts');
    await walkTo(/^forward\.lac-prompt\.md\nbuilt-in\b/);
    await choose('Preview Prompt');
    await workbench.page.locator('.tab', { hasText: 'forward.txt' }).waitFor();
    await focus('Prompts');
    await walkTo(/^forward\.lac-prompt\.md\nbuilt-in\b/);
    await choose('Edit Prompt');
    await workbench.page.locator('.tab.active', { hasText: 'forward.lac-prompt.md' }).waitFor();
    expect(existsSync(path.join(folder, '.lac', 'prompts', 'babyai-text', 'forward.lac-prompt.md'))).toBe(true);
    await workbench.stopDebugging();
  });

  it('start an episode of an environment, and open an example, from their menus', async () => {
    await focus('Environments and Tasks');
    await walkTo(/^ALFWorld\n/);
    await choose('Start Episode');
    await workbench.page.locator('.quick-input-widget', { hasText: 'ALFWorld' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await focus('Environments and Tasks');
    await walkTo(/^Examples\n/);
    await enter();
    await choose('Open Example');
    await workbench.waitForStatus('Recording');
  });
});
