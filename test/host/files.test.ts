import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { writeLongJournal } from '../bench/longJournal';
import { atStep, patienceMs, repository, Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: files of every kind in a real VS Code, as ${problem}`);

const patient = { timeout: patienceMs } as const;
const example = path.join(repository, 'media/data/examples/critic-saves-the-prior.lac.jsonl');
const foreign = path.join(repository, 'test/exchange/recordings');
/** More than is read whole, in steps of the example. */
const longSteps = 600;
const otherSteps = 550;
/** What is written to the long journal while it is open: a part of its last steps. */
const growth = 200_000;

/** What VS Code says of a binary file. */
const binaryNotice = 'not displayed in the text editor';

/** Offset at which one of a journal's last decisions begins. */
function lateDecision(bytes: Buffer): number {
  return bytes.indexOf('\n{"type":"decision"', bytes.length - growth) + 1;
}

function stepsIn(bytes: Buffer): number {
  return bytes.toString('latin1').split('\n{"type":"step"').length - 1;
}

describe.skipIf(problem !== undefined)('files in the trajectory editor', () => {
  let folder: string;
  let workbench: Workbench;
  /** A long journal as far as it is there when it is opened, and what is written to it then. */
  let before: Buffer;
  let after: Buffer;

  const at = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lac-files-'));
    copyFileSync(example, at('run.lac.jsonl'));
    copyFileSync(path.join(foreign, 'sweagent-0.0.1.traj'), at('agent.traj'));
    copyFileSync(path.join(foreign, 'inspect-0.3.285.eval'), at('samples.eval'));
    const archive = readFileSync(at('samples.eval'));
    writeFileSync(at('cut.eval'), archive.subarray(0, archive.length / 2));
    writeFileSync(at('torn.lac.jsonl'), readFileSync(example).subarray(0, -40));
    writeFileSync(at('empty.lac.jsonl'), '');
    writeFileSync(at('empty.traj'), '');
    const binary = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 31) % 256));
    writeFileSync(at('binary.lac.jsonl'), binary);
    writeFileSync(at('binary.traj'), binary);
    writeLongJournal(example, at('long.lac.jsonl'), longSteps, Number.POSITIVE_INFINITY);
    const whole = readFileSync(at('long.lac.jsonl'));
    const cut = lateDecision(whole);
    [before, after] = [whole.subarray(0, cut), whole.subarray(cut)];
    writeFileSync(at('growing.lac.jsonl'), before);
    workbench = await Workbench.open({ workspace: folder, settings: { 'debug.openDebug': 'neverOpen' } });
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench.screenshotOfFailure(task.name);
    await workbench.command('View: Close All Editors');
  });

  /** Opens what VS Code takes for text until it has read it. */
  async function openBinary(name: string): Promise<void> {
    await workbench.openFile(name);
    await workbench.page.getByText(binaryNotice).waitFor();
  }

  const words = (page: Frame): Promise<string> => page.locator('main#panel .status-words').innerText();

  /** The pages that say something, once there are so many. */
  async function pages(count: number, text: string): Promise<readonly Frame[]> {
    let found: readonly Frame[] = [];
    await expect
      .poll(async () => {
        found = await workbench.pagesWith('main#panel .status-words', text);
        return found.length;
      }, patient)
      .toBe(count);
    return found;
  }

  it('walks what SWE-agent wrote, and says what that does not hold', async () => {
    await workbench.openFile('agent.traj');
    const page = await workbench.waitForStatus('no candidates, priors or values');
    await page.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(page, 1);
  });

  it('opens an archive of Inspect, which is binary, as a trajectory', async () => {
    await openBinary('samples.eval');
    await workbench.command('LAC: Open as Trajectory');
    const page = await workbench.waitForStatus('no candidates, priors or values');
    await page.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(page, 1);
  });

  it('says why an archive that is cut off cannot be shown', async () => {
    await openBinary('cut.eval');
    await workbench.command('LAC: Open as Trajectory');
    const page = await workbench.waitForStatus('The recording cannot be shown');
    expect(await words(page)).toMatch(/cut\.eval is no readable zip archive: .*Copy or export it again/s);
    await page.getByRole('button', { name: 'Open as Text' }).waitFor();
  });

  it('walks a recording whose last line is torn, and says so', async () => {
    await workbench.openFile('torn.lac.jsonl');
    const page = await workbench.waitForStatus('ends in the middle of a line');
    await page.getByRole('treegrid', { name: 'Candidates' }).waitFor();
    await page.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(page, 1);
  });

  it.each([
    ['empty.lac.jsonl', /is no LAC trajectory: it is empty/],
    ['empty.traj', /is in no format that can be read: it is empty/],
    ['binary.lac.jsonl', /is no LAC trajectory: /],
    ['binary.traj', /is in no format that can be read: it is binary/],
  ])('says why %s cannot be shown, and offers its text', async (name, reason) => {
    await workbench.openFile(name);
    const page = await workbench.waitForStatus('The recording cannot be shown');
    expect(await words(page)).toMatch(reason);
    await page.getByRole('button', { name: 'Open as Text' }).press('Enter');
    const text = workbench.page.locator('.editor-instance .view-lines');
    await text.or(workbench.page.getByText(binaryNotice)).first().waitFor();
    await expect.poll(() => page.isDetached(), patient).toBe(true);
  });

  it('shows one file in two editors, each with a cursor of its own', async () => {
    await workbench.openFile('run.lac.jsonl');
    const first = await workbench.waitForStatus('Recording');
    await first.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(first, 1);
    await workbench.command('View: Split Editor Right');
    const both = await pages(2, 'Recording');
    const second = both.find((page) => page !== first);
    if (second === undefined) throw new Error('there is no second page');
    await atStep(second, 0);
    await second.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(second, 1);
    await second.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(second, 2);
    await atStep(first, 1);
    // Both take in what is written, and stay where they are.
    appendFileSync(at('run.lac.jsonl'), '{"type":"step"');
    await pages(2, 'ends in the middle of a line');
    await atStep(first, 1);
    await atStep(second, 2);
  });

  it('takes in what a run writes to a long journal, and reads one anew that took its place', async () => {
    const file = at('growing.lac.jsonl');
    const steps = stepsIn(before);
    expect(stepsIn(after)).toBeGreaterThan(0);
    await workbench.openFile('growing.lac.jsonl');
    const page = await workbench.waitForStatus(`${steps} steps, read as they are shown`);
    await page.getByRole('slider', { name: 'Step under the cursor' }).press('End');
    await atStep(page, steps);
    appendFileSync(file, after);
    await workbench.waitForStatus(`${steps + stepsIn(after)} steps, read as they are shown`);
    await atStep(page, steps);
    await page.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(page, steps + 1);
    const other = at('other.tmp');
    const replaced = writeLongJournal(example, other, otherSteps, Number.POSITIVE_INFINITY).steps;
    renameSync(other, file);
    await workbench.waitForStatus(`${replaced} steps, read as they are shown`);
    await atStep(page, Math.min(steps + 1, replaced));
  });

  it('goes on walking a long journal that was deleted, and says so', async () => {
    await workbench.openFile('long.lac.jsonl');
    const page = await workbench.waitForStatus('read as they are shown');
    unlinkSync(at('long.lac.jsonl'));
    await workbench.waitForStatus('The file was deleted');
    await page.getByRole('slider', { name: 'Step under the cursor' }).press('End');
    await atStep(page, longSteps);
    await page
      .getByRole('treegrid', { name: 'Candidates' })
      .or(page.getByText('Nothing was decided'))
      .first()
      .waitFor();
  });
});
