import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { writeLongJournal } from '../bench/longJournal';
import { frameTasks, percentile } from '../bench/panel';
import type { TraceEvent } from '../webview/harness/panelPage';
import { patienceMs, repository, Workbench } from './driver/workbench';

const steps = 10_000;
const openings = 7;

/**
 * Marks each of the page's frames in the trace, and remembers in which of them the alpha that is shown changed: those
 * in which all steps were decided again and timeline, table and lines were painted.
 */
const markFrames = `(() => {
  const shown = () => document.querySelector('.alpha-value')?.textContent ?? '';
  const state = (window.lacFrames = { painted: [], on: true });
  let number = 0;
  let before = shown();
  const tick = () => {
    const now = shown();
    if (now !== before) state.painted.push('lac-frame-' + (number - 1));
    before = now;
    performance.mark('lac-frame-' + number++);
    if (state.on) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})()`;

/** What the panel's page costs in a real VS Code. */
describe('the page in VS Code', () => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lac-measure-'));
    const real = path.join(folder, 'real.lac.jsonl');
    const args = ['run', '--task', 'MixedTestLocal/goto/4', '--horizon', '12', '--out', real];
    const { status, stderr } = spawnSync('node', [path.join(repository, 'dist', 'cli.js'), ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`recording failed: ${stderr}`);
    writeLongJournal(real, path.join(folder, 'long.lac.jsonl'), steps, 40_000_000);
    workbench = await Workbench.open({ workspace: folder });
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(file: string): Promise<Frame> {
    await workbench.page.keyboard.press('Control+p');
    await workbench.page.locator('.quick-input-widget input').first().fill(file);
    await workbench.pick(file);
    await workbench.page.locator('.tab.active', { hasText: file }).waitFor();
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('treegrid', { name: 'Candidates' }).waitFor({ timeout: 2 * patienceMs });
    return panel;
  }

  async function drag(panel: Frame): Promise<void> {
    const slider = panel.getByRole('slider', { name: 'Alpha' });
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    if (box === null) throw new Error('the page has no alpha slider');
    const y = box.y + box.height / 2;
    const { mouse } = workbench.page;
    await mouse.move(box.x + box.width / 2, y);
    await mouse.down();
    for (let i = 0; i < 240; i++) await mouse.move(box.x + box.width * (0.5 + 0.47 * Math.sin(i / 9)), y);
    await mouse.up();
  }

  it('paints first', async () => {
    const paints: number[] = [];
    for (let i = 0; i < openings; i++) {
      const panel = await open('real.lac.jsonl');
      paints.push(await panel.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
      await workbench.command('View: Close All Editors');
    }
    console.log(
      `host.firstPaint: ${percentile(paints, 0.5).toFixed(0)} ms, median of ${openings}: ${paints.map((ms) => ms.toFixed(0)).join(', ')}`,
    );
  });

  it('follows alpha over 10,000 recorded steps', async () => {
    const panel = await open('long.lac.jsonl');
    await drag(panel);
    const browser = workbench.page.context().browser();
    if (browser === null) throw new Error('there is no browser to trace');
    await panel.evaluate(markFrames);
    const categories = ['toplevel', 'devtools.timeline', 'blink.user_timing', '__metadata'];
    await browser.startTracing(workbench.page, { categories });
    await drag(panel);
    const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
    const painted = new Set(
      await panel.evaluate<string[]>('((window.lacFrames.on = false), window.lacFrames.painted)'),
    );
    const tasks = frameTasks(trace.traceEvents, ({ name }) => painted.has(name));
    for (const which of ['own', 'wall'] as const) {
      const times = tasks.map((task) => task[which]);
      console.log(
        `host.dragTask ${which}: ${percentile(times, 0.95).toFixed(2)} ms (95 %), ${percentile(times, 0.5).toFixed(2)} ms (50 %), over ${times.length} frames of ${steps} steps`,
      );
    }
  });
});
