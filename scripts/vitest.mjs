// Runs vitest, gives the files that failed another chance, and counts what it says.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './dependencies.mjs';

export const results = path.join(root, 'test-results');

/** Runs vitest, its report kept under a name. */
function vitest(name, options) {
  mkdirSync(results, { recursive: true });
  const file = path.join(results, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = run('npx', ['vitest', 'run', ...options, ...reporters]);
  return { code, report: JSON.parse(readFileSync(file, 'utf8')) };
}

const failedIn = ({ testResults }) =>
  testResults.flatMap(({ name, status, assertionResults }) => {
    const file = path.relative(root, name);
    const tests = assertionResults.filter((each) => each.status === 'failed').map(({ fullName }) => fullName);
    // A file that does not even load has no failed test of its own.
    return status === 'passed' ? [] : (tests.length > 0 ? tests : ['does not load']).map((test) => `${file}: ${test}`);
  });

/**
 * Resolves with the numbers of tests that passed, failed and were left out, with the names of those that failed at last, and
 * of those that passed at their second chance: a browser or a process on a busy machine can miss a moment, which is told, not
 * hidden.
 */
export function runVitest(name, options = []) {
  const first = vitest(name, options);
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = first.report;
  const failures = failedIn(first.report);
  if (first.code === 0) return { passed, failed, skipped, failures, secondChances: [] };
  const files = first.report.testResults.filter(({ status }) => status !== 'passed').map((each) => each.name);
  if (files.length === 0) return { passed, failed: Math.max(1, failed), skipped, failures: [name], secondChances: [] };
  const names = files.map((file) => path.relative(root, file));
  console.warn(`\n== once more, as something failed there: ${names.join(', ')}`);
  const again = vitest(`${name}-again`, [...options, '--maxWorkers=1', ...names]);
  const inFiles = (status) =>
    first.report.testResults
      .filter((each) => files.includes(each.name))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter((each) => each.status === status).length;
  const failedAgain = failedIn(again.report);
  return {
    passed: passed - inFiles('passed') + again.report.numPassedTests,
    failed: again.code === 0 ? 0 : Math.max(1, again.report.numFailedTests),
    skipped: skipped - inFiles('pending') + again.report.numPendingTests,
    failures: failedAgain,
    secondChances: failures.filter((each) => !failedAgain.includes(each)),
  };
}
