import { hasChromium, PanelServer, type PanelPage, type TraceEvent } from '../webview/harness/panelPage';
import { scenes } from '../webview/harness/states';
import type { Bench, Figure } from './figure';

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

/**
 * Durations in milliseconds of the main thread's tasks that drew a frame: in each, the input was handled, all steps were
 * decided again, and timeline, table and lines were laid out and painted.
 */
export function frameTasks(
  events: readonly TraceEvent[],
  drewFrame: (event: TraceEvent) => boolean = ({ name }) => name === 'FireAnimationFrame',
): { readonly wall: number; readonly own: number }[] {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const on = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const threads = new Set(mains.map(on));
  const tasks = events.filter(
    (event) => event.ph === 'X' && /RunTask$/u.test(event.name) && threads.has(on(event)) && event.dur !== undefined,
  );
  const frames = events.filter(drewFrame);
  return tasks
    .filter((task) =>
      frames.some((frame) => on(frame) === on(task) && frame.ts >= task.ts && frame.ts <= task.ts + (task.dur ?? 0)),
    )
    .map(({ dur = 0, tdur = dur }) => ({ wall: dur / 1000, own: tdur / 1000 }));
}

async function drag(panel: PanelPage): Promise<void> {
  const box = await panel.page.getByRole('slider', { name: 'Alpha' }).boundingBox();
  if (box === null) throw new Error('the page has no alpha slider');
  const y = box.y + box.height / 2;
  await panel.page.mouse.move(box.x + box.width / 2, y);
  await panel.page.mouse.down();
  for (let i = 0; i < 240; i++) {
    const t = 0.5 + 0.48 * Math.sin(i / 9);
    await panel.page.mouse.move(box.x + 7 + t * (box.width - 14), y);
  }
  await panel.page.mouse.up();
}

/** What the page of the panel costs: dragging alpha over 10,000 recorded steps, its first paint, its size. */
export const bench: Bench = async (log) => {
  if (!hasChromium()) {
    log('panel: skipped, Chromium is not at /usr/bin/chromium');
    return [];
  }
  const all = await scenes();
  const server = await PanelServer.start();
  try {
    const wide = await server.open({ ...all['long'], width: 980, height: 1000, place: 'editor' });
    await drag(wide);
    const tasks = frameTasks(await server.trace(wide, () => drag(wide)));
    await wide.close();
    log(`panel: ${tasks.length} frames while dragging`);
    const paints: number[] = [];
    for (let i = 0; i < 9; i++) {
      const panel = await server.open({ ...all['paused'] });
      paints.push(
        await panel.page.evaluate<number>(`new Promise((resolve) => {
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') resolve(entry.startTime);
          }).observe({ type: 'paint', buffered: true });
        })`),
      );
      await panel.close();
    }
    const kilobytes = (text: string): number => Buffer.byteLength(text) / 1024;
    const figures: Figure[] = [
      {
        name: 'panel.dragTask',
        value: percentile(
          tasks.map(({ own }) => own),
          0.95,
        ),
        unit: 'ms',
        aim: { direction: 'at-most', value: 8 },
        note: `95th percentile of the thread's own time over ${tasks.length} main-thread frame tasks, 10,000 steps`,
      },
      {
        name: 'panel.dragTaskWall',
        value: percentile(
          tasks.map(({ wall }) => wall),
          0.95,
        ),
        unit: 'ms',
        note: 'the same on the clock: holds what other processes took',
      },
      {
        name: 'panel.firstPaint',
        value: percentile(paints, 0.5),
        unit: 'ms',
        aim: { direction: 'at-most', value: 300 },
        note: 'first contentful paint after the time origin, median of 9',
      },
      {
        name: 'panel.script',
        value: kilobytes(server.files.script),
        unit: 'KB',
        aim: { direction: 'at-most', value: 250 },
        note: 'minified',
      },
      { name: 'panel.style', value: kilobytes(server.files.style), unit: 'KB', note: 'minified' },
    ];
    return figures;
  } finally {
    await server.stop();
  }
};
