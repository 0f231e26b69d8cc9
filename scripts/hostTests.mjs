// `npm run host`: the tests in a real VS Code. The suite in its extension host runs in the desktop's VS Code where one can
// be had, else in the browser's; the tests that drive the workbench need the browser's.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, root, run } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';
import { counts, vitest } from './vitest.mjs';

/** Tests that drive the extension's workbench; left out, loudly, where none can be had. */
function drivingTests() {
  const problem = hostTestProblem();
  if (problem !== undefined) {
    console.warn(`SKIPPED: ${problem}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  ensureHostTool();
  const options = ['--config', 'test/host/vitest.config.mts'];
  const first = vitest('host.json', options);
  const failed = first.report.testResults.filter(({ status }) => status !== 'passed');
  if (first.code === 0 || failed.length === 0) return counts(first);
  // A browser on a busy machine can miss a moment; a file that failed gets one more chance, with a VS Code of its own.
  const names = failed.map(({ name }) => path.relative(root, name));
  console.warn(`\n== once more, as something failed there: ${names.join(', ')}`);
  const again = counts(vitest('host-again.json', [...options, ...names]));
  const kept = first.report.testResults.filter(({ status }) => status === 'passed');
  const keptPassed = kept
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed');
  return { ...again, passed: again.passed + keptPassed.length };
}

/** Resolves with the numbers of tests that passed, failed and were left out. */
export async function runHostTests() {
  console.log('\n== the suite in the extension host of a real VS Code');
  const { runHostSuite } = await import('./hostSuite.mjs');
  const suite = await runHostSuite();
  console.log('\n== tests that drive a real VS Code');
  const driving = drivingTests();
  return {
    passed: suite.passed + driving.passed,
    failed: suite.failed + driving.failed,
    skipped: suite.skipped + driving.skipped,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureDependencies();
  if (run('node', ['esbuild.js']) !== 0) process.exit(1);
  const { passed, failed, skipped } = await runHostTests();
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed === 0 ? 0 : 1);
}
