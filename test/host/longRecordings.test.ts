import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { windowedFrom } from '../../src/ui/trajectories/recordingFile';
import { stepsBeyond, writeLongJournal } from '../bench/longJournal';
import { useWindow } from './driver/window';
import { atStep, patienceMs, repository, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: long recordings in a real VS Code, as ${problem}`);

const patient = { timeout: patienceMs } as const;
const example = path.join(repository, 'media/data/examples/critic-saves-the-prior.lac.jsonl');
/** The step whose outcome is another one in the second recording. */
const changed = 1000;

describe.skipIf(problem !== undefined)('recordings that are too long for memory', () => {
  let folder: string;
  let workbench: Workbench;
  let steps: number;

  useWindow((window) => ({ workbench } = window), {
    folder: () => {
      folder = mkdtempSync(path.join(tmpdir(), 'lac-long-'));
      const long = path.join(folder, 'long.lac.jsonl');
      steps = writeLongJournal(example, long, stepsBeyond(example, windowedFrom), Number.POSITIVE_INFINITY).steps;
      const other = path.join(folder, 'other.lac.jsonl');
      copyFileSync(long, other);
      const bytes = readFileSync(other);
      const line = bytes.indexOf(`"node":${changed + 1},"step":${changed + 1},`);
      bytes.write('"observation":"You saw ', bytes.indexOf('"observation":"You see ', line), 'latin1');
      writeFileSync(other, bytes);
      return folder;
    },
    settings: { 'debug.internalConsoleOptions': 'neverOpen' },
  });

  it('are replayed in the debugger, forwards and back', async () => {
    await workbench.openFile('long.lac.jsonl');
    await workbench.waitForStatus('read as they are shown');
    await workbench.command('LAC: Replay Trajectory in Debugger');
    await workbench.debugToolbar.waitFor();
    await atStep(await workbench.waitForStatus('the episode begins'), 0);
    await workbench.debugKey('F10');
    await atStep(await workbench.waitForStatus(/step 1/), 1);
    await workbench.debugKey('F5');
    await workbench.waitForStatus(new RegExp(`step ${steps}`));
    await workbench.debugToolbar.getByRole('button', { name: /^Step Back/ }).click();
    await atStep(await workbench.waitForStatus(new RegExp(`step ${steps - 1}`)), steps - 1);
    await workbench.stopDebugging();
    await workbench.command('View: Close All Editors');
  });

  it('are compared from their first difference, and their steps are read where they are looked at', async () => {
    await workbench.openFile('long.lac.jsonl');
    await workbench.waitForStatus('read as they are shown');
    await workbench.command('LAC: Compare Trajectories');
    await workbench.takeFile('Open a Recording', folder, path.join(folder, 'other.lac.jsonl'));
    const page = await workbench.pageWith('.comparison-verdict', `The first difference is at step ${changed}`);
    const chosen = page.locator('.step-row.chosen');
    await expect.poll(() => chosen.locator('.step-number').innerText(), patient).toBe(String(changed));
    await page.locator('.pair del', { hasText: 'see' }).first().waitFor();
    await page.locator('.pair ins', { hasText: 'saw' }).first().waitFor();
    await page.locator('.step-list').press('n');
    await expect.poll(() => chosen.locator('.step-number').innerText(), patient).toBe(String(changed + 1));
    await page.locator('.step-list').press('End');
    await expect.poll(() => chosen.locator('.step-number').innerText(), patient).toBe(String(steps - 1));
    await expect.poll(() => chosen.locator('.step-action').first().innerText(), patient).not.toBe('');
    expect(await page.locator('.step-row').count()).toBeLessThan(100);
    await workbench.command('View: Close All Editors');
  });
});
