import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import examples from '../../media/data/examples/examples.json';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { stepsBeyond, writeLongJournal } from '../bench/longJournal';
import { accessibilityViolations } from '../webview/harness/accessibility';
import { saveCriticPrompt } from './driver/promptEdit';
import { wearTheme, windowThemes } from './driver/themes';
import { useWindow } from './driver/window';
import { atStep, patienceMs, repository, type Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: recordings in a real VS Code, as ${problem}`);

/** More than the size up to which a journal is read whole. */
const longBytes = 20 << 20;
const patient = { timeout: patienceMs } as const;
const example = path.join(repository, 'media/data/examples/critic-saves-the-prior.lac.jsonl');

function cli(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('node', [path.join(repository, 'dist', 'cli.js'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`lac ${args[0]} failed: ${stderr}`);
}

describe.skipIf(problem !== undefined)('recordings in VS Code', () => {
  let folder: string;
  let file: string;
  let workbench: Workbench;
  let lastLongStep: number;

  useWindow((window) => ({ workbench } = window), {
    folder: () => {
      folder = mkdtempSync(path.join(tmpdir(), 'lac-recordings-'));
      file = path.join(folder, 'run.lac.jsonl');
      cli('run', '--task', 'MixedTestLocal/goto/1', '--horizon', '4', '--out', file);
      const long = path.join(folder, 'long.lac.jsonl');
      lastLongStep = writeLongJournal(example, long, stepsBeyond(example, longBytes), Number.POSITIVE_INFINITY).steps;
      return folder;
    },
    settings: { 'debug.internalConsoleOptions': 'neverOpen' },
  });

  const runs = (): string => path.join(folder, '.lac', 'runs');

  it('goes on from a past step with another action, in a journal of its own', async () => {
    const before = readFileSync(file);
    await workbench.openFile('run.lac.jsonl');
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(panel, 1);
    await workbench.command('LAC: Continue from This Step');
    await workbench.row('The Action').waitFor();
    await workbench.choose('The Action');
    await workbench.row('Type an Action').waitFor();
    await workbench.choose('Type an Action');
    await workbench.answer('Action at Step 1', 'turn right');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.locator('.dialog-message-detail', { hasText: 'Each step after it' }).waitFor();
    await dialog.getByRole('button', { name: 'Continue' }).press('Enter');
    await workbench.debugToolbar.waitFor();
    await workbench.waitForStatus('An edited action waits for the next step.');
    await workbench.debugKey('F10');
    await atStep(await workbench.waitForStatus(/step 2/), 2);
    await workbench.debugKey('F5');
    await workbench.waitForStatus(/Task solved|Episode over/);
    await workbench.stopDebugging();
    expect(readFileSync(file)).toEqual(before);
    const forks = readdirSync(runs());
    expect(forks).toHaveLength(1);
    expect(readFileSync(path.join(runs(), forks[0]), 'utf8')).toContain('turn right');
    await workbench.command('View: Close All Editors');
  });

  it('compares a recording with what was gone on from it, from their first difference, readable in any theme', async () => {
    await workbench.openFile('run.lac.jsonl');
    await workbench.waitForStatus('Recording');
    await workbench.command('LAC: Compare Trajectories');
    await workbench.takeFile('Open a Recording', runs(), path.join(runs(), readdirSync(runs())[0]));
    const page = await workbench.pageWith('.comparison-verdict', 'The first difference is at step 1');
    const chosen = page.locator('.step-row.chosen .step-number');
    await page.locator('.step-list').focus();
    await workbench.page.keyboard.press('n');
    await expect.poll(() => chosen.innerText(), patient).toBe('2');
    await workbench.page.keyboard.press('p');
    await expect.poll(() => chosen.innerText(), patient).toBe('1');
    for (const [theme, className] of windowThemes) {
      wearTheme(folder, theme);
      const themed = await workbench.pageWith(`body.${className} .comparison-verdict`, 'The first difference');
      await expect.poll(() => accessibilityViolations(themed), { ...patient, message: theme }).toEqual([]);
    }
    await workbench.command('View: Close Editor');
  });

  interface RecordedLine {
    readonly type: string;
    readonly node?: number;
    readonly observation?: string;
    readonly parameters?: { readonly depth: number };
    readonly edited?: { readonly observation: string } | null;
  }

  const linesOf = (journal: string): readonly RecordedLine[] =>
    readFileSync(journal, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordedLine);

  /** Goes on from the recording's first step with a change, executes one step, and gives what was recorded. */
  async function goneOnWith(change: () => Promise<void>): Promise<readonly RecordedLine[]> {
    const before = new Set(readdirSync(runs()));
    await workbench.openFile('run.lac.jsonl');
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('slider', { name: 'Step under the cursor' }).press('Home');
    await panel.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(panel, 1);
    await workbench.command('LAC: Continue from This Step');
    await change();
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.locator('.dialog-message-detail', { hasText: 'Each step after it' }).waitFor();
    await dialog.getByRole('button', { name: 'Continue' }).press('Enter');
    await workbench.debugToolbar.waitFor();
    await workbench.debugKey('F10');
    await atStep(await workbench.waitForStatus(/step 2/), 2);
    const [forked] = readdirSync(runs()).filter((name) => !before.has(name));
    return linesOf(path.join(runs(), forked));
  }

  it('goes on from a past step with another parameter, in force from there on', async () => {
    const lines = await goneOnWith(async () => {
      await workbench.choose('A Parameter');
      await workbench.choose('depth');
      await workbench.answer('depth, now 1', '2');
    });
    await workbench.stopDebugging();
    const decisions = lines.filter(({ type }) => type === 'decision');
    const depths = (from: boolean): unknown[] =>
      decisions.filter(({ node }) => (node === 0) === from).map(({ parameters }) => parameters?.depth);
    expect(new Set(depths(true))).toEqual(new Set([1]));
    expect(depths(false).at(-1)).toBe(2);
    await workbench.command('View: Close All Editors');
  });

  it('goes on from a past step with another observation, which is marked as edited', async () => {
    const seen = 'You see a green dragon 1 step left';
    const original = linesOf(file).find(({ type, node }) => type === 'step' && node === 1)?.observation;
    const lines = await goneOnWith(async () => {
      await workbench.choose('The Observation');
      await workbench.answer('Observation at Step 1', seen);
    });
    await workbench.page.locator('.view-line', { hasText: `[edited] ${seen}` }).waitFor();
    await workbench.stopDebugging();
    const edited = lines.filter(({ type, edited: instead }) => type === 'step' && instead);
    expect(edited).toMatchObject([{ observation: seen, edited: { observation: original } }]);
    const asked = lines.filter(({ type }) => type === 'segment');
    expect(JSON.stringify(asked)).toContain(seen);
    await workbench.command('View: Close All Editors');
  });

  it('plays a recording to its end, and stands still where it is paused', async () => {
    await workbench.openFile('run.lac.jsonl');
    const panel = await workbench.waitForStatus('Recording');
    const slider = panel.getByRole('slider', { name: 'Step under the cursor' });
    await slider.press('Home');
    const last = Number(await slider.getAttribute('aria-valuemax'));
    expect(last).toBeGreaterThan(1);
    const play = panel.getByRole('button', { name: 'Play the recording' });
    await play.press('Enter');
    await atStep(panel, last);
    // The end pauses it; from there it begins again.
    await play.press('Enter');
    await atStep(panel, 1);
    await panel.getByRole('button', { name: 'Pause playing' }).press('Enter');
    await play.waitFor();
    expect(Number(await slider.getAttribute('aria-valuenow'))).toBeLessThan(last);
    await workbench.command('View: Close All Editors');
  });

  it('exports a recording in a format that is chosen, and says what is lost', async () => {
    await workbench.openFile('run.lac.jsonl');
    await workbench.waitForStatus('Recording');
    for (const [format, name] of [
      ['HTML', 'run.html'],
      ['CSV', 'run.csv'],
      ['ATIF', 'run.atif.json'],
    ]) {
      await workbench.command('LAC: Export Trajectory');
      await workbench.row(format).first().waitFor();
      await workbench.choose(format);
      const target = path.join(folder, name);
      await workbench.takeFile('Export as', path.join(folder, 'run'), target);
      await expect.poll(() => existsSync(target), patient).toBe(true);
    }
    const told = await workbench.notifications();
    await told.getByText('Exported as run.html').waitFor();
    await told.getByRole('button', { name: 'Show What Is Lost' }).first().press('Enter');
    await workbench.page.locator('.view-line', { hasText: 'does not hold' }).waitFor();
    await workbench.command('View: Revert and Close Editor');
    await workbench.command('Notifications: Clear All');
  });

  it('says where an export cannot be written', async () => {
    await workbench.openFile('run.lac.jsonl');
    await workbench.command('LAC: Export Trajectory');
    await workbench.choose('CSV');
    // Not even root may write there.
    await workbench.takeFile('Export as', path.join(folder, 'run'), '/proc/run.csv');
    const told = await workbench.notifications();
    await told.getByText(/\/proc\/run\.csv cannot be written/).waitFor();
    await workbench.command('Notifications: Clear All');
  });

  it('offers to go on with a prompt that is saved while a recording is looked at, and says the cost', async () => {
    await workbench.openFile('run.lac.jsonl');
    await workbench.waitForStatus('Recording');
    await saveCriticPrompt(workbench);
    const offering = await workbench.pageWith('.pending-change', /critic\.lac-prompt\.md costs .* calls/);
    await offering.locator('.pending-change').getByRole('button', { name: 'Continue from This Step' }).press('Enter');
    const dialog = workbench.page.locator('.monaco-dialog-box', { hasText: 'with today’s prompts' });
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
    await workbench.command('View: Close All Editors');
  });

  it('opens an example at the step at which there is something to see', async () => {
    await workbench.command('LAC: Open Example');
    await workbench.row('Every rollout is judged BAD').first().waitFor();
    await workbench.choose('Every rollout is judged BAD');
    await workbench.page.locator('.tab.active', { hasText: 'all-candidates-bad.lac.jsonl' }).waitFor();
    const panel = await workbench.waitForStatus('Recording');
    const step = examples.find(({ name }) => name === 'all-candidates-bad')?.step ?? NaN;
    expect(step).toBeGreaterThan(0);
    await atStep(panel, step);
    await workbench.waitForStatus('every Q is negative');
  });

  it('walks, drags alpha through and searches a long journal', async () => {
    await workbench.openFile('long.lac.jsonl');
    const panel = await workbench.waitForStatus('read as they are shown');
    await panel.getByRole('slider', { name: 'Step under the cursor' }).press('End');
    await atStep(panel, lastLongStep);
    const alpha = panel.getByRole('slider', { name: 'Alpha' });
    await alpha.press('Home');
    await alpha.press('Escape');
    await workbench.command('LAC: Find Step');
    await workbench.answer('Find Step Where', 'step == 100');
    await atStep(panel, 100);
    await panel.getByRole('button', { name: /only these 1/ }).press('Enter');
    await expect.poll(() => panel.locator('.step-row').count(), patient).toBe(1);
    await panel.getByRole('button', { name: 'end search' }).press('Enter');
    await expect.poll(() => panel.locator('.step-row').count(), patient).toBeGreaterThan(1);
    await panel.getByRole('listbox', { name: 'Steps' }).press('ArrowDown');
    await atStep(panel, 101);
    await expect.poll(() => panel.locator('.step-row.chosen .step-action').innerText(), patient).not.toBe('');
    await panel.getByRole('button', { name: 'Play the recording' }).press('Enter');
    await atStep(panel, 103);
    await panel.getByRole('button', { name: 'Pause playing' }).press('Enter');
    await panel.getByRole('button', { name: 'Play the recording' }).waitFor();
    await panel.getByRole('listbox', { name: 'Steps' }).press('Home');
    await atStep(panel, 0);
    // The panel in the side bar follows it.
    await workbench.container.click();
    const view = await workbench.pageWith('body.lac-view main#panel .status-words', 'read as they are shown');
    await atStep(view, 0);
  });
});
