import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
/** Steps of a journal that keeps all of its lines, and of one of which only a share of the decisions does. */
const wholeSteps = 2000;
const longestSteps = 100_000;

/** The process of the extension host that belongs to this test. */
function extensionHost(): number {
  const parents = new Map<number, number>();
  const hosts: number[] = [];
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const pid = Number(name);
      const after = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1];
      parents.set(pid, Number(after.split(' ')[1]));
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('--type=extensionHost')) hosts.push(pid);
    } catch (error) {
      // A process can go away while it is looked at.
      if (!existsSync(`/proc/${name}`)) continue;
      throw error;
    }
  }
  const ours = (pid: number | undefined): boolean =>
    pid === process.pid || (pid !== undefined && ours(parents.get(pid)));
  const found = hosts.find(ours);
  if (found === undefined) throw new Error('the extension host is not among the processes');
  return found;
}

function residentMegabytes(pid: number): number {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (resident === null) throw new Error(`the memory of process ${pid} is not known`);
  return Number(resident[1]) / 1024;
}

/** Processor time of a process and all its threads so far. The kernel counts in hundredths of a second. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Marks each of the page's frames in the trace, and remembers in which of them what is told by a script changed. */
const markFrames = (told: string): string => `(() => {
  const shown = () => ${told};
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
    writeLongJournal(real, path.join(folder, 'long.lac.jsonl'), steps, 80 << 20);
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

  /** Says how long the tasks of the page's thread took in whose frames something changed while it was used. */
  async function traced(panel: Frame, name: string, told: string, use: () => Promise<void>): Promise<void> {
    const browser = workbench.page.context().browser();
    if (browser === null) throw new Error('there is no browser to trace');
    await panel.evaluate(markFrames(told));
    const categories = ['toplevel', 'devtools.timeline', 'blink.user_timing', '__metadata'];
    await browser.startTracing(workbench.page, { categories });
    await use();
    const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
    const painted = new Set(
      await panel.evaluate<string[]>('((window.lacFrames.on = false), window.lacFrames.painted)'),
    );
    const tasks = frameTasks(trace.traceEvents, (event) => painted.has(event.name));
    for (const which of ['own', 'wall'] as const) {
      const times = tasks.map((task) => task[which]);
      const [most, often, half] = [1, 0.95, 0.5].map((share) => percentile(times, share).toFixed(2));
      console.log(`${name} ${which}: ${most} ms at most, ${often} (95 %), ${half} (50 %), over ${times.length} frames`);
    }
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
    // In these frames all steps were decided again, and timeline, table and lines were painted.
    await traced(panel, 'host.dragTask', "document.querySelector('.alpha-value')?.textContent ?? ''", () =>
      drag(panel),
    );
  });

  it.each([
    ['whole', wholeSteps, Number.POSITIVE_INFINITY],
    ['long', longestSteps, 560 << 20],
  ])('opens a %s journal of %d steps, and walks it', async (kind, count, mostBytes) => {
    const name = `${kind}.${count}.lac.jsonl`;
    const figure = (what: string): string => `host.${kind}${what}`;
    const { bytes, share } = writeLongJournal(
      path.join(folder, 'real.lac.jsonl'),
      path.join(folder, name),
      count,
      mostBytes,
    );
    const host = extensionHost();
    const before = residentMegabytes(host);
    await workbench.page.keyboard.press('Control+p');
    await workbench.input.fill(name);
    await workbench.row(name).first().waitFor();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, residentMegabytes(host))), 50);
    const spent = processorSeconds(host);
    const start = Date.now();
    await workbench.input.press('Enter');
    const editor = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe');
    await editor.locator('main#panel section.episode').waitFor();
    const drawn = Date.now() - start;
    const size = `${count.toLocaleString('en')} steps, ${Math.round(bytes / (1 << 20))} MiB`;
    const kept = share === 1 ? 'nothing left out' : `calls and rollouts of ${(100 * share).toPrecision(2)} %`;
    console.log(`${figure('FirstPaint')}: ${drawn} ms from the key to the first step drawn; ${size}, ${kept}`);
    const panel = await workbench.waitForStatus('read as they are shown');
    const [seconds, processor] = [(Date.now() - start) / 1000, processorSeconds(host) - spent];
    console.log(
      `${figure('Indexed')}: ${seconds.toFixed(1)} s until all of it can be walked, ${processor.toFixed(1)} s of processor time`,
    );
    await panel.locator('.steps .step-row').first().waitFor();
    const list = panel.getByRole('listbox', { name: 'Steps' });
    await traced(panel, figure('ScrollTask'), "document.querySelector('.step-list').scrollTop", async () => {
      await list.hover();
      for (let i = 0; i < 200; i++) await workbench.page.mouse.wheel(0, i < 100 ? 600 : -400);
    });
    await traced(panel, figure('StepTask'), "document.querySelector('.step-row.chosen')?.id", async () => {
      await list.focus();
      for (let i = 0; i < 100; i++) await workbench.page.keyboard.press('ArrowDown');
    });
    await traced(panel, figure('DragTask'), "document.querySelector('.alpha-value')?.textContent ?? ''", () =>
      drag(panel),
    );
    clearInterval(watch);
    console.log(
      `${figure('Memory')}: ${(most - before).toFixed(0)} MiB more in the extension host at most, from ${before.toFixed(0)}`,
    );
    await workbench.command('View: Close All Editors');
  });
});
