import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import { patienceMs, type Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the prompts of the panel in a real VS Code, as ${problem}`);

const patient = { timeout: patienceMs } as const;

const promptsOf = (folder: string): string => path.join(folder, '.lac/prompts/babyai-text');

/** The sample workspace with a critic of its own, and a head that names the goal, which the embedded model's does not. */
function withPrompts(): string {
  const folder = workspace();
  mkdirSync(promptsOf(folder), { recursive: true });
  const write = (part: string, text: string): void =>
    writeFileSync(path.join(promptsOf(folder), `${part}.lac-prompt.md`), text);
  write('head', 'Now it is your turn: {{goal}}\n{{history}}\n');
  write('critic', 'Think of the goal.\n{{rollout}}\n{{slot}}\n');
  return folder;
}

describe.skipIf(problem !== undefined)('the prompts of the panel', () => {
  let workbench: Workbench;
  let folder: string;

  useWindow((window) => ({ workbench, folder } = window), { folder: withPrompts });

  const activeTab = (name: string | RegExp) => workbench.page.locator('.tab.active', { hasText: name });

  /** Presses what the panel, which is a tab beside the transcript, offers for a prompt. */
  async function press(name: string | RegExp): Promise<void> {
    const panel = await workbench.panel();
    await panel.locator('section.prompts').getByRole('button', { name }).click();
  }

  /** Rests on a place until something is shown; an editor that is just being drawn takes no notice of the mouse. */
  async function rest(on: Locator, shown: Locator): Promise<void> {
    const seen = async (): Promise<boolean> => {
      await workbench.page.mouse.move(2, 2);
      await on.hover();
      return shown.waitFor({ timeout: patienceMs / 10 }).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(seen, patient).toBe(true);
  }

  it('open beside the panel, and say on hover what a variable holds', async () => {
    const { page } = workbench;
    await workbench.startDebugging();
    const panel = await workbench.waitForStatus('Paused');
    const goal = await panel.locator('h1#goal').innerText();
    await press(/^actor/);
    await activeTab('actor').waitFor();
    await press(/^head/);
    await activeTab('head').waitFor();
    const variable = page.locator('.view-line span', { hasText: /^goal$/ }).last();
    await rest(variable, page.locator('.monaco-hover', { hasText: `At step 0: "${goal}"` }));
    await press('preview head');
    await page.locator('.view-line', { hasText: `Now it is your turn: ${goal}` }).waitFor(patient);
    await activeTab('head.txt').click();
    await workbench.command('View: Close Editor');
    await activeTab('head.txt').waitFor({ state: 'hidden' });

    // In the prompt of the frame that has the focus the debugger says it itself.
    await page.locator('.view-line', { hasText: 'Now it is your turn' }).click();
    await workbench.command('Debug: Toggle Breakpoint');
    await workbench.debugKey('F5');
    await workbench.waitForStatus('line 1 of head');
    await rest(variable, page.locator('.debug-hover-widget', { hasText: goal }));
    await workbench.command('Remove All Breakpoints');
  });

  it('are compared with the built-in ones and set back to them, while the panel stays to be seen', async () => {
    const file = path.join(promptsOf(folder), 'critic.lac-prompt.md');
    const parts = (await workbench.panel()).locator('section.prompts');
    await press('diff of critic against the built-in');
    await activeTab('built-in ↔ yours').waitFor();
    await press('reset critic to the built-in');
    await expect.poll(() => readFileSync(file, 'utf8'), patient).not.toContain('Think of the goal.');
    await parts.getByRole('button', { name: 'reset critic' }).waitFor({ state: 'hidden' });
    await parts.getByRole('button', { name: 'reset head' }).waitFor();
    await workbench.stopDebugging();
  });
});
