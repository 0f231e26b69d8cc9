// Runs vitest and counts what it says.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './dependencies.mjs';

export const results = path.join(root, 'test-results');

/** Runs vitest, its report kept under a name; resolves with its exit code and the report. */
export function vitest(name, options) {
  mkdirSync(results, { recursive: true });
  const file = path.join(results, name);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = run('npx', ['vitest', 'run', ...options, ...reporters]);
  return { code, report: JSON.parse(readFileSync(file, 'utf8')) };
}

export function counts({ code, report }) {
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = report;
  // A file that does not even load has no failed test of its own.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped };
}
