import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { useWindow } from './driver/window';
import { patienceMs, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: recordings that are taken away in a real VS Code, as ${problem}`);

const patient = { timeout: patienceMs } as const;

describe.skipIf(problem !== undefined)('a recording that another program takes while its session is paused', () => {
  let workbench: Workbench;
  let folder: string;

  useWindow((window) => ({ workbench, folder } = window));

  const runs = (): string => path.join(folder, '.lac', 'runs');
  const recordings = (): readonly string[] => readdirSync(runs()).sort();

  /** Waits until the panel says of a file what became of it, and where the recording goes on. */
  async function told(what: string, file: string, now: string): Promise<void> {
    const page = await workbench.pageWith('main#panel .status-detail', what);
    const words = await page.locator('.status-detail').innerText();
    expect(words).toContain(path.join(runs(), file));
    expect(words).toContain(`written again in ${path.join(runs(), now)}`);
    await page.locator('main#panel .status-words', { hasText: 'Paused' }).waitFor();
  }

  it('is told of in the panel where it is deleted, and is written again', async () => {
    await workbench.startDebugging();
    await workbench.waitForStatus('Paused');
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 1');
    const [file] = recordings();
    const before = readFileSync(path.join(runs(), file), 'utf8');
    rmSync(path.join(runs(), file));
    await told('was deleted while an episode was recorded in it', file, file);
    expect(readFileSync(path.join(runs(), file), 'utf8')).toBe(before);
  });

  it('is told of in the panel where it is overwritten, and goes on beside what was put there', async () => {
    const [file] = recordings();
    writeFileSync(path.join(runs(), file), 'other\n');
    const now = file.replace('.lac.jsonl', '-2.lac.jsonl');
    await told('was changed or replaced by another program', file, now);
    expect(readFileSync(path.join(runs(), file), 'utf8')).toBe('other\n');
    await workbench.debugKey('F10');
    await workbench.waitForStatus('step 2');
    await expect.poll(() => readFileSync(path.join(runs(), now), 'utf8'), patient).toMatch(/"step".*"step"/s);
  });

  it('stays told of when the session is over, whose record is the one that went on', async () => {
    const now = recordings().find((name) => name.endsWith('-2.lac.jsonl')) ?? '';
    await workbench.stopDebugging();
    const over = await workbench.waitForStatus('The session is over');
    expect(await over.locator('.status-detail').innerText()).toContain(path.join(runs(), now));
    expect(existsSync(path.join(runs(), now))).toBe(true);
    await over.getByRole('slider', { name: 'Step under the cursor' }).press('Home');
    await over.getByRole('meter', { name: 'Step 0 of' }).waitFor();
  });
});
