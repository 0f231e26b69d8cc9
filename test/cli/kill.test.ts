import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/lac/random';
import { KilledRuns } from '../support/killedRuns';
import { testSeed } from '../support/seed';

test('a killed run opens, and resumes to the end of an undisturbed one', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-kill-'));
  const seed = testSeed();
  const random = seededRandom(seed);
  const runs = await KilledRuns.prepare(folder);
  try {
    for (let i = 0; i < 10; i++) {
      const killed = await runs.killAfter(1 + Math.floor(random.next() * runs.requests), 5 * random.next());
      expect(killed.faults, `seed ${seed}, kill ${i} after ${killed.requests} requests`).toEqual([]);
    }
  } finally {
    await runs.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
