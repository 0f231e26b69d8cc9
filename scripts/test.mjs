// `npm test`: sets everything up, then checks types, style and rooms, runs the unit tests and the tests in a real
// VS Code, and closes with `N passed, N failed`.
import { rmSync } from 'node:fs';
import { ensureDependencies, run } from './dependencies.mjs';
import { runHostTests } from './hostTests.mjs';
import { counts, results, vitest } from './vitest.mjs';

const totals = { passed: 0, failed: 0, skipped: 0 };

function check(name, command, args) {
  console.log(`\n== ${name}`);
  const code = run(command, args);
  if (code === 0) totals.passed++;
  else totals.failed++;
  return code === 0;
}

function count({ passed, failed, skipped }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
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
  count(counts(vitest('unit.json', [])));
  count(await runHostTests());
}

console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
