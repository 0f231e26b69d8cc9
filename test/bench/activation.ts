import { spawnSync } from 'node:child_process';
import type { Bench } from './figure';

/** What activation costs in a real VS Code: its own figure in "Show Running Extensions", and what it loads. */
export const bench: Bench = (log) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/activation.mjs'], { encoding: 'utf8' });
  if (status !== 0) {
    log(`activation: skipped, ${stderr.trim()}`);
    return Promise.resolve([]);
  }
  const { ms, kilobytes } = JSON.parse(stdout) as { readonly ms: readonly number[]; readonly kilobytes: number };
  const sorted = [...ms].sort((a, b) => a - b);
  return Promise.resolve([
    {
      name: 'activation.time',
      value: sorted[Math.floor(sorted.length / 2)],
      unit: 'ms',
      aim: { direction: 'at-most', value: 50 },
      note: `VS Code's own figure, median of ${ms.length} windows; slowest ${sorted.at(-1) ?? NaN} ms`,
    },
    {
      name: 'activation.javascript',
      value: kilobytes,
      unit: 'KB',
      aim: { direction: 'at-most', value: 400 },
      note: 'dist/extension.js as it was built; the engine loads when something first needs it',
    },
  ]);
};
