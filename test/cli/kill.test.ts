import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/lac/random';
import { KilledRuns } from '../support/killedRuns';

test('a killed run opens, and resumes to the end of an undisturbed one', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lac-kill-'));
  const seed = Date.now() % 100_000;
  const random = seededRandom(seed);
  const runs = await KilledRuns.prepare(folder);
  try {
    for (let i = 0; i < 10; i++) {
      const killed = await runs.killAt(runs.duration * (0.3 + 0.7 * random.next()));
      expect(killed.faults, `seed ${seed}, kill ${i} at ${killed.killedAt} ms`).toEqual([]);
    }
  } finally {
    await runs.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
