// `npm test`: sets everything up, then checks types, style and rooms, runs the unit tests and the tests in a real
// VS Code, and closes with `N passed, N failed`.
import { rmSync } from 'node:fs';
import { ensureDependencies, run } from './dependencies.mjs';
import { close, runHostTests } from './hostTests.mjs';
import { results, runVitest } from './vitest.mjs';

const totals = { passed: 0, failed: 0, skipped: 0, failures: [], secondChances: [] };

function check(name, command, args) {
  console.log(`\n== ${name}`);
  const code = run(command, args);
  if (code === 0) totals.passed++;
  else {
    totals.failed++;
    totals.failures.push(name);
  }
  return code === 0;
}

function count({ passed, failed, skipped, failures, secondChances }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  totals.failures.push(...failures);
  totals.secondChances.push(...secondChances);
}

ensureDependencies();
rmSync(results, { recursive: true, force: true });
const built = check('build', 'node', ['esbuild.js']);
check('types', 'npx', ['tsc', '--noEmit', '-p', 'tsconfig.json']);
check('types of the page', 'npx', ['tsc', '--noEmit', '-p', 'webview/tsconfig.json']);
check('lint and the rule of the rooms', 'npx', ['eslint', '.']);
check('format', 'npx', ['prettier', '--check', '.', '--log-level', 'warn']);
if (built) {
  console.log('\n== unit tests');
  count(runVitest('unit'));
  count(await runHostTests());
}

close(totals);
