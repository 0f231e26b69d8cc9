// `npm run host`: the tests in a real VS Code. The suite in its extension host runs in the desktop's VS Code where one can
// be had, else in the browser's; the tests that drive the workbench need the browser's.
import { pathToFileURL } from 'node:url';
import { ensureDependencies, run } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';
import { added, close, nothing } from './outcome.mjs';
import { runVitest } from './vitest.mjs';

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

/** Resolves with the outcome of both. */
export async function runHostTests() {
  console.log('\n== the suite in the extension host of a real VS Code');
  const suite = await suiteTests();
  console.log('\n== tests that drive a real VS Code');
  return added(suite, drivingTests());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureDependencies();
  if (run('node', ['esbuild.js']) !== 0) process.exit(1);
  close(await runHostTests());
}
