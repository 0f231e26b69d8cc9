import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import type { Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the tests in a real VS Code, as ${problem}`);

describe.skipIf(problem !== undefined)('a VS Code that speaks German', () => {
  let workbench: Workbench;
  let folder: string;

  useWindow((window) => ({ workbench, folder } = window), { language: 'de' });

  it('names views, offers and environments in German', async () => {
    await workbench.container.click();
    const panel = await workbench.waitForStatus('Noch keine Episode');
    await panel.getByRole('button', { name: 'Episode starten' }).waitFor();
    await workbench.page.locator('.pane-header', { hasText: 'Umgebungen und Aufgaben' }).waitFor();
    await workbench.command('LAC: Episode starten');
    await workbench.row('Eine Gitterwelt in Sätzen').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('lists models in German', async () => {
    await workbench.command('LAC: Modell wählen');
    await workbench.row('kommt mit der Erweiterung').waitFor();
    await workbench.row('Ein Modell in Ollama laden').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('debugs in German: status, reasons, exception filters', async () => {
    await workbench.startDebugging();
    await workbench.waitForStatus('Angehalten');
    await workbench.debugKey('F10');
    await workbench.waitForStatus('Schritt 1');
    await workbench.debugToolbar.getByRole('button', { name: /^Step Back/ }).click();
    const panel = await workbench.waitForStatus('Schritt 0');
    const words = await panel.locator('main#panel').innerText();
    const facts = await panel.locator('section.episode .facts').innerText();
    for (const word of ['Welt', 'Entscheidung', 'Zeitleiste', 'Regler']) {
      expect(words.toLowerCase()).toContain(word.toLowerCase());
    }
    // What the environment says is its own language; the rest is the reader's.
    expect(words).not.toMatch(/\b(?:reward|calls|Paused|Decision|World|Controls)\b/iu);
    expect(facts).not.toMatch(/\bstep\b/iu);
    await workbench.command('LAC: Schritt suchen');
    await workbench.input.fill('ste');
    await workbench.row('Nummer des Schritts auf seinem Zweig').first().waitFor();
    await workbench.input.press('Escape');
    await workbench.command('View: Show Run and Debug');
    await workbench.page.locator('.debug-breakpoints', { hasText: 'Kritiker überstimmt den Prior' }).waitFor();
    await workbench.stopDebugging();
  });

  it('says in German what is wrong', async () => {
    writeFileSync(
      path.join(folder, '.vscode', 'settings.json'),
      JSON.stringify({ 'lac.runs.folder': 'README.md/runs' }),
    );
    await workbench.command('Debug: Start Debugging');
    const told = await workbench.notifications();
    await told.getByText(/Im Ordner .* kann nichts aufgezeichnet werden/u).waitFor();
  });
});
