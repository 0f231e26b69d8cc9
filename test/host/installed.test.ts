import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { makePackage } from '../../scripts/package.mjs';
import { patienceMs, repository, Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the test of the installed extension, as ${problem}`);

/** What a person gets who installs the VSIX: nothing of the repository beside it. */
describe.skipIf(problem !== undefined)('the VSIX, installed', () => {
  let workbench: Workbench;
  let folder: string;
  let made: string;

  beforeAll(async () => {
    folder = workspace();
    made = mkdtempSync(path.join(tmpdir(), 'lac-vsix-'));
    const packaged = makePackage(path.join(made, 'lac-debugger.vsix'));
    workbench = await Workbench.open({ workspace: folder, packaged });
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(made, { recursive: true, force: true });
    // The package was made of minified bundles; the other tests are to have readable ones.
    execFileSync(process.execPath, ['esbuild.js'], { cwd: repository });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench.screenshotOfFailure(task.name);
  });

  it('debugs an episode with the model that ships', async () => {
    await workbench.startDebugging();
    await workbench.waitForStatus('Paused');
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    expect(await workbench.calls()).toBeGreaterThan(0);
    await workbench.stopDebugging();
  });

  it('opens an example that ships', async () => {
    await workbench.command('LAC: Open Example');
    await workbench.pick('loop');
    await workbench.page.locator('.tab.active', { hasText: 'loop.lac.jsonl' }).waitFor();
  });

  it('has a page without places for pictures that VS Code does not load', async () => {
    const { page } = workbench;
    await workbench.command('Extensions: Show Installed Extensions');
    await page.locator('.extension-list-item', { hasText: 'LAC Debugger' }).first().click();
    const pictures = 'document.querySelector("h1")?.textContent === "LAC Debugger" ? document.images.length : null';
    const shown = async (): Promise<number | null> => {
      // A frame can go away while it is looked at.
      const counts = await Promise.all(page.frames().map((f) => f.evaluate<number | null>(pictures).catch(() => null)));
      return counts.find((count) => count !== null) ?? null;
    };
    await expect.poll(shown, { timeout: patienceMs }).toBe(0);
  });
});
