import type { Frame } from 'playwright-core';
import type { Workbench } from './workbench';

/** Adds a line to the critic's prompt and saves it. */
export async function saveCriticPrompt(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.command('LAC: Edit Prompt');
  await workbench.pick('critic');
  await page.locator('.tab.active', { hasText: 'critic.lac-prompt.md' }).waitFor();
  await page.locator('.editor-instance .view-lines').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('Think of the goal.\n');
  await page.locator('.tab.active.dirty').waitFor();
  await page.keyboard.press('Control+s');
}

/** The same for a paused episode, until each Q and its change stand in the editor. */
export async function editCriticPrompt(workbench: Workbench): Promise<Frame> {
  await saveCriticPrompt(workbench);
  const panel = await workbench.panel();
  const run = panel.getByRole('button', { name: 'Run it' });
  const tab = panel.getByRole('tab', { name: /prompt changed/ });
  await run.or(tab).first().waitFor();
  if (await run.isVisible()) await run.click();
  await tab.waitFor();
  await workbench.page
    .locator('.codelens-decoration', { hasText: /Q [+−][\d.]+ \([+−][\d.]+\)/ })
    .first()
    .waitFor();
  return panel;
}
