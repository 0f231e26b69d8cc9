import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileSource } from '../../src/trajectories/byteSource';
import { compareTrajectories, promptPairs, type ComparedSide } from '../../src/trajectories/compare';
import type { BranchId } from '../../src/trajectories/ids';
import { readJournal } from '../../src/trajectories/journal';
import { recordRun } from '../support/recordedRun';

let folder: string;
const sides = new Map<string, (branch: BranchId) => ComparedSide>();
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-compare-'));
  for (const [name, parameters] of [
    ['one', {}],
    ['again', {}],
    ['alpha', { alpha: 50 }],
    ['short', { horizon: 2 }],
  ] as const) {
    const file = path.join(folder, `${name}.lac.jsonl`);
    await recordRun(file, { branch: name === 'one', parameters });
    const contents = await readJournal(fileSource(file));
    sides.set(name, (branch) => ({ contents, timeline: contents.episodes[0], branch }));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function side(name: string, branch: BranchId = 'b0'): ComparedSide {
  const made = sides.get(name);
  if (made === undefined) throw new Error(name);
  return made(branch);
}

describe('two trajectories', () => {
  test('of the same run and of an equal run are equal', async () => {
    for (const other of ['one', 'again']) {
      const comparison = await compareTrajectories(side('one'), side(other));
      expect(comparison).toMatchObject({ equal: true, first: null, parted: null, setup: [] });
      const shares = Object.values(comparison.left.agreement ?? {});
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(comparison.left.calls).toBeGreaterThan(0);
    }
  });

  test('branches part where another action was executed', async () => {
    const comparison = await compareTrajectories(side('one', 'b0'), side('one', 'b1'));
    expect(comparison).toMatchObject({ equal: false, first: 1, parted: 2 });
    expect(comparison.steps[1].differs).toContain('action');
    expect(comparison.steps[0].differs).toEqual([]);
  });

  test('an edited observation is a different outcome', async () => {
    const comparison = await compareTrajectories(side('one', 'b0'), side('one', 'b2'));
    expect(comparison.steps[0].differs).toContain('outcome');
    expect(comparison.steps.at(-1)?.right).toBeNull();
  });

  test('with another alpha differ in parameters, not in prior and Q of the first decision', async () => {
    const comparison = await compareTrajectories(side('one'), side('alpha'));
    expect(comparison.setup).toMatchObject([{ field: 'alpha', right: '50' }]);
    expect(comparison.first).toBe(0);
    expect(comparison.steps[0].differs).toContain('parameters');
    for (const aspect of ['observation', 'candidates', 'prior', 'Q'] as const)
      expect(comparison.steps[0].differs).not.toContain(aspect);
  });

  test('of different length differ where the shorter one ends', async () => {
    const comparison = await compareTrajectories(side('one'), side('short'));
    expect(comparison.right).toMatchObject({ steps: 2 });
    expect(comparison.steps).toHaveLength(comparison.left.steps);
    expect(comparison.steps.map(({ right }) => right === null)).toEqual(
      comparison.steps.map(({ step }) => step >= comparison.right.steps),
    );
  });

  test('show their prompts side by side', () => {
    const pairs = promptPairs(side('one', 'b0'), side('one', 'b1'), 2);
    expect(pairs.length).toBeGreaterThan(3);
    expect(pairs.every(({ left, right }) => left !== right)).toBe(true);
    const same = promptPairs(side('one'), side('again'), 0);
    expect(same.every(({ left, right }) => left === right && left !== null)).toBe(true);
  });
});
