import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { seededRandom } from '../../src/lac/random';
import { KilledRuns, type KilledRun } from '../support/killedRuns';
import type { Bench } from './figure';

const kills = 200;

/** `kill -9` at random moments of runs: how many of them open and resume to the end of an undisturbed run. */
export const bench: Bench = async (log) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-kills-'));
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  log(`kills: seed ${seed}`);
  const runs = await KilledRuns.prepare(folder);
  const killed: KilledRun[] = [];
  try {
    for (let i = 0; i < kills; i++) {
      const run = await runs.killAfter(1 + Math.floor(random.next() * runs.requests), 5 * random.next());
      killed.push(run);
      for (const fault of run.faults) log(`kill ${i} after ${run.requests} requests: ${fault}`);
      if ((i + 1) % 20 === 0) log(`kills: ${i + 1} of ${kills}`);
    }
  } finally {
    await runs.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const count = (test: (run: KilledRun) => boolean): number => killed.filter(test).length;
  return [
    {
      name: 'kills.resumed-equal',
      value: count(({ faults }) => faults.length === 0),
      unit: `of ${kills}`,
      aim: { direction: 'at-least', value: kills },
      note: `${count(({ phase }) => phase === 'during')} while it ran, ${count(({ torn }) => torn > 0)} with a torn last line`,
    },
  ];
};
