import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { replaySession } from '../../src/episodes/stepping/open';
import { chooseAll } from '../../src/lac/decisionColumns';
import { systemClock } from '../../src/models/clock';
import { fileSource } from '../../src/trajectories/byteSource';
import { compareTrajectories } from '../../src/trajectories/compare';
import { IndexedTimeline } from '../../src/trajectories/index/indexedTimeline';
import { buildIndex } from '../../src/trajectories/index/indexing';
import { TrajectoryIndex } from '../../src/trajectories/index/trajectoryIndex';
import { readHead } from '../../src/ui/trajectories/longFile';
import { indexWorker } from '../support/bundled';
import { recordRun } from '../support/recordedRun';
import type { Bench, Figure } from './figure';
import { writeLongJournal } from './longJournal';

const megabyte = 1 << 20;

/**
 * Journals made of a real recording's lines: one of 2,000 steps with all its lines, and one of 100,000 steps of which only
 * some keep their calls and rollouts, since whole it would have 2.5 GB: indexing, windows, columns.
 */
export const bench: Bench = async (log) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-bench-trajectories-'));
  try {
    const real = path.join(folder, 'real.lac.jsonl');
    const long = path.join(folder, 'long.lac.jsonl');
    await recordRun(real, { parameters: { horizon: 30, candidates: 2, depth: 1 } });
    const whole = path.join(folder, 'whole.lac.jsonl');
    const short = writeLongJournal(real, whole, 2000, Number.POSITIVE_INFINITY);
    const { steps, bytes, share } = writeLongJournal(real, long, 100_000, 560 * megabyte);
    const note = `${steps.toLocaleString('en')} steps, ${Math.round(bytes / megabyte)} MiB, calls and rollouts of ${(100 * share).toPrecision(2)} % of them`;
    log(`journal: ${note}; whole it has ${Math.round(short.bytes / short.steps).toLocaleString('en')} bytes a step`);
    const start = performance.now();
    await buildIndex(whole, { worker: await indexWorker(), cacheFolder: null });
    const seconds = (performance.now() - start) / 1000;
    const shortNote = `2,000 steps, ${Math.round(short.bytes / megabyte)} MiB, nothing left out`;
    const figure: Figure = { name: 'trajectories.index-2000', value: seconds, unit: 's', note: shortNote };
    return [figure, ...(await compared(whole, shortNote)), ...(await measure(folder, long, note))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A journal compared with itself, read twice as two files would be. */
async function compared(file: string, note: string): Promise<readonly Figure[]> {
  const data = await buildIndex(file, { worker: await indexWorker(), cacheFolder: null });
  const [episode] = data.episodes;
  const sources = [fileSource(file), fileSource(file)];
  const [left, right] = sources.map((source) => {
    const index = new TrajectoryIndex(data, source);
    return { contents: index.answers(), timeline: IndexedTimeline.open(index, episode), branch: 'b0' } as const;
  });
  const start = process.cpuUsage();
  const { equal } = await compareTrajectories(left, right);
  const { user, system } = process.cpuUsage(start);
  await Promise.all(sources.map((source) => source.close()));
  if (!equal) throw new Error('a journal differs from itself');
  const aim = { direction: 'at-most', value: 4 } as const;
  return [{ name: 'trajectories.compare-2000', value: (user + system) / 1e6, unit: 's', note, aim }];
}

async function measure(folder: string, file: string, note: string): Promise<readonly Figure[]> {
  const worker = await indexWorker();
  const cacheFolder = path.join(folder, 'cache');
  const figures: Figure[] = [];
  const add = (name: string, value: number, unit: string, most?: number): void => {
    const aim = most === undefined ? {} : { aim: { direction: 'at-most', value: most } as const };
    figures.push({ name: `trajectories.${name}`, value, unit, note, ...aim });
  };
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const cpu = process.cpuUsage();
  let start = performance.now();
  const data = await buildIndex(file, { worker, cacheFolder });
  add('index', (performance.now() - start) / 1000, 's', 10);
  const spent = process.cpuUsage(cpu);
  add('index-processor-time', (spent.user + spent.system) / 1e6, 's', 10);
  clearInterval(watch);
  add('index-memory', (peak - before) / megabyte, 'MiB', 300);
  if (data.problemCount > 0) throw new Error(`the long journal is malformed: ${data.problems[0]}`);
  start = performance.now();
  const head = await readHead(file);
  replaySession(head.contents, file, null, systemClock).stepViews();
  // What the trajectory editor draws while the rest is indexed.
  add('head', performance.now() - start, 'ms', 500);
  start = performance.now();
  await buildIndex(file, { worker, cacheFolder });
  add('index-from-cache', (performance.now() - start) / 1000, 's', 1);
  const source = fileSource(file);
  const index = new TrajectoryIndex(data, source);
  const track = index.track('e1', 'b0');
  if (track === undefined) throw new Error('no track');
  start = performance.now();
  for (let step = 0; step < 40; step++) index.readStep(track, step);
  add('first-window', performance.now() - start, 'ms', 1000);
  start = performance.now();
  for (let round = 0; round < 200; round++) index.readStep(track, (round * 7919) % (track.rows.length - 1));
  add('random-step', (performance.now() - start) / 200, 'ms');
  const columns = index.alphaColumns(track);
  const into = new Int32Array(columns.fixed.length);
  start = performance.now();
  for (let round = 0; round < 100; round++)
    chooseAll(columns, { alpha: round / 10, loopGuard: 0, tieRule: 'prior' }, into);
  add('alpha', (performance.now() - start) / 100, 'ms', 8);
  start = performance.now();
  let found = 0;
  for await (const step of index.filter(track, 'Q < 0 and margin < 0.1')) found += step >= 0 ? 1 : 0;
  add('filter-columns', performance.now() - start, 'ms');
  start = performance.now();
  const part = { ...track, rows: track.rows.subarray(0, 2001) };
  for await (const step of index.filter(part, 'observation ~ "*wall*" and Q < 100')) found += step >= 0 ? 1 : 0;
  add('filter-records', (performance.now() - start) / 2000, 'ms/step');
  await source.close();
  if (found === 0 || statSync(file).size < 500 * megabyte) throw new Error('the journal is not what it should be');
  return figures;
}
