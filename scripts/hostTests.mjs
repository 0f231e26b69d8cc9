// `npm run host`: the tests in a real VS Code. The suite in its extension host runs in the desktop's VS Code where one can
// be had, else in the browser's; the tests that drive the workbench need the browser's.
import { pathToFileURL } from 'node:url';
import { ensureDependencies, run } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';
import { runVitest } from './vitest.mjs';

const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], secondChances: [] };

/** Tests that drive the extension's workbench; left out, loudly, where none can be had. */
function drivingTests() {
  const problem = hostTestProblem();
  if (problem !== undefined) {
    console.warn(`SKIPPED: ${problem}`);
    return { ...nothing, skipped: 1 };
  }
  ensureHostTool();
  return runVitest('host', ['--config', 'test/host/vitest.config.mts']);
}

/** The suite in the extension host, once more where something failed in it. */
async function suiteTests() {
  const { runHostSuite } = await import('./hostSuite.mjs');
  const first = await runHostSuite();
  if (first.failed === 0) return { ...nothing, ...first };
  console.warn('\n== once more, as something failed there');
  const again = await runHostSuite();
  const secondChances = first.failures.filter((each) => !again.failures.includes(each));
  return { ...again, secondChances };
}

/** Resolves with the numbers of tests that passed, failed and were left out, and with their names as `runVitest` does. */
export async function runHostTests() {
  console.log('\n== the suite in the extension host of a real VS Code');
  const suite = await suiteTests();
  console.log('\n== tests that drive a real VS Code');
  const driving = drivingTests();
  return {
    passed: suite.passed + driving.passed,
    failed: suite.failed + driving.failed,
    skipped: suite.skipped + driving.skipped,
    failures: [...suite.failures, ...driving.failures],
    secondChances: [...suite.secondChances, ...driving.secondChances],
  };
}

/** The closing lines: names of what failed, then the numbers. */
export function close({ passed, failed, skipped, failures, secondChances }) {
  for (const name of secondChances) console.log(`passed at its second chance: ${name}`);
  for (const name of failures) console.log(`FAILED: ${name}`);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed === 0 ? 0 : 1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureDependencies();
  if (run('node', ['esbuild.js']) !== 0) process.exit(1);
  close(await runHostTests());
}
