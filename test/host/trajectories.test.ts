import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { repository, Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: the trajectory editor in a real VS Code, as ${problem}`);

/** Two short episodes, played with the embedded model. */
function record(file: string): void {
  const args = ['run', '--task', 'MixedTestLocal/goto/1..2', '--horizon', '4', '--out', file];
  const { status, stderr } = spawnSync('node', [path.join(repository, 'dist', 'cli.js'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`recording failed: ${stderr}`);
}

describe.skipIf(problem !== undefined)('the trajectory editor in VS Code', () => {
  let folder: string;
  let file: string;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lac-trajectories-'));
    file = path.join(folder, 'run.lac.jsonl');
    record(file);
    copyFileSync(path.join(repository, 'test/exchange/recordings/atif-1.7.json'), path.join(folder, 'foreign.json'));
    writeFileSync(path.join(folder, 'later.lac.jsonl'), '{"type":"header","format":"lac-trajectory","version":99}\n');
    workbench = await Workbench.open({ workspace: folder });
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench.screenshotOfFailure(task.name);
  });

  async function openFile(name: string): Promise<void> {
    await workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
    await workbench.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  const atStep = (panel: Frame, step: number): Promise<void> =>
    panel.getByRole('meter', { name: `Step ${step} of` }).waitFor();

  it('opens a recording by a double click and walks it without a model', async () => {
    await openFile('run.lac.jsonl');
    const panel = await workbench.waitForStatus('Recording');
    await expect(panel.locator('.status .chip').innerText()).resolves.toBe('replay');
    await panel.getByRole('button', { name: 'Next step' }).click();
    await atStep(panel, 1);
    await panel.getByRole('treegrid', { name: 'Candidates' }).waitFor();
    await panel.getByRole('button', { name: 'Step back' }).click();
    await atStep(panel, 0);
  });

  it('finds the next step where an expression holds', async () => {
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Find Step…' }).click();
    const input = workbench.page.locator('.quick-input-widget input').first();
    await input.fill('step >=');
    await workbench.row('column').waitFor();
    // What is wrong is not taken.
    await input.press('Enter');
    // What could be written next is taken by its keys, and the search by one more.
    await input.fill('ste');
    await workbench.row('Index of the step').first().waitFor();
    await input.press('ArrowDown');
    await input.press('Enter');
    await expect.poll(() => input.inputValue()).toBe('step');
    await input.pressSequentially(' == 2');
    await workbench.row('step == 2').waitFor();
    await input.press('Enter');
    await atStep(panel, 2);
    await workbench.waitForStatus('step == 2');
  });

  it('goes from match to match, on and back', async () => {
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Find Step…' }).click();
    await workbench.answer('Find Step Where', 'step == 0 or step == 2');
    await workbench.waitForStatus('step == 0 or step == 2');
    // Behind the last match it begins again.
    await atStep(panel, 0);
    await panel.getByRole('button', { name: 'Continue', exact: true }).click();
    await atStep(panel, 2);
    await panel.getByRole('button', { name: 'Run back' }).click();
    await atStep(panel, 0);
    await panel.getByRole('button', { name: 'Continue', exact: true }).click();
    await atStep(panel, 2);
  });

  it('reads the file again when it grows, the cursor where it was', async () => {
    appendFileSync(file, '{"type":"step","episode"');
    const panel = await workbench.waitForStatus('run.lac.jsonl');
    await atStep(panel, 2);
  });

  it('shows another episode of the recording', async () => {
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Choose Episode…' }).click();
    await workbench.pick(/^e2/);
    await atStep(panel, 0);
  });

  it('says that the file was deleted and keeps what it held', async () => {
    const kept = readFileSync(file);
    unlinkSync(file);
    const panel = await workbench.waitForStatus('was deleted');
    await atStep(panel, 0);
    writeFileSync(file, kept);
  });

  it('prints an expression for every step', async () => {
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Print for Every Step…' }).click();
    const input = workbench.page.locator('.quick-input-widget input').first();
    await input.fill('at {step}');
    await input.press('Enter');
    await workbench.page.locator('.view-line', { hasText: /at.0/ }).first().waitFor();
    await workbench.command('View: Revert and Close Editor');
  });

  it('says why a file cannot be shown, and offers its text', async () => {
    await openFile('later.lac.jsonl');
    const panel = await workbench.waitForStatus('The recording cannot be shown');
    await expect(panel.locator('.status-detail').innerText()).resolves.toContain('99');
    await panel.getByRole('button', { name: 'Open as Text' }).waitFor();
  });

  it('walks another format, with what it could not say in place', async () => {
    await openFile('foreign.json');
    await workbench.command('LAC: Open as Trajectory');
    const panel = await workbench.waitForStatus('no candidates, priors or values');
    expect(await panel.getByRole('button', { name: 'Resume' }).count()).toBe(0);
    await panel.getByRole('button', { name: 'Next step' }).click();
    await atStep(panel, 1);
  });

  it('starts a debug session of the recording that is looked at', async () => {
    await openFile('run.lac.jsonl');
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Replay in Debugger' }).click();
    await workbench.debugToolbar.waitFor({ timeout: 60_000 });
    await workbench.stopDebugging();
  });
});
