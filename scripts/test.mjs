// `npm test`: sets everything up, then checks types, style and rooms, runs the unit tests and the tests in a real
// VS Code, and closes with `N passed, N failed`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureDependencies, root, run } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';

const totals = { passed: 0, failed: 0, skipped: 0 };

function check(name, command, args) {
  console.log(`\n== ${name}`);
  const code = run(command, args);
  if (code === 0) totals.passed++;
  else totals.failed++;
  return code === 0;
}

const results = path.join(root, 'test-results');

function unitTests() {
  console.log('\n== unit tests');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  count(vitest('unit.json', []));
}

function vitest(report, options) {
  const file = path.join(results, report);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = run('npx', ['vitest', 'run', ...options, ...reporters]);
  return { code, report: JSON.parse(readFileSync(file, 'utf8')) };
}

function count({ code, report }) {
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests;
  // A file that does not even load has no failed test of its own.
  if (code !== 0 && report.numFailedTests === 0) totals.failed++;
}

/** Tests that drive the extension in a real VS Code; left out, loudly, where none can be had. */
function hostTests() {
  console.log('\n== tests in a real VS Code');
  const problem = hostTestProblem();
  if (problem !== undefined) {
    console.warn(`SKIPPED: ${problem}`);
    totals.skipped++;
    return;
  }
  ensureHostTool();
  const options = ['--config', 'test/host/vitest.config.mts'];
  const first = vitest('host.json', options);
  const failed = first.report.testResults.filter(({ status }) => status !== 'passed');
  if (first.code === 0 || failed.length === 0) {
    count(first);
    return;
  }
  // A browser on a busy machine can miss a moment; a file that failed gets one more chance, with a VS Code of its own.
  const names = failed.map(({ name }) => path.relative(root, name));
  console.warn(`\n== once more, as something failed there: ${names.join(', ')}`);
  const again = vitest('host-again.json', [...options, ...names]);
  const kept = first.report.testResults.filter(({ status }) => status === 'passed');
  const keptPassed = kept
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed');
  totals.passed += keptPassed.length;
  count(again);
}

ensureDependencies();
const built = check('build', 'node', ['esbuild.js']);
check('types', 'npx', ['tsc', '--noEmit', '-p', 'tsconfig.json']);
check('types of the page', 'npx', ['tsc', '--noEmit', '-p', 'webview/tsconfig.json']);
check('lint and the rule of the rooms', 'npx', ['eslint', '.']);
check('format', 'npx', ['prettier', '--check', '.', '--log-level', 'warn']);
if (built) {
  unitTests();
  hostTests();
}

console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
