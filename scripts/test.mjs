// `npm test`: sets everything up, then checks types, style and rooms, runs the unit tests and the tests in a real
// VS Code, and closes with `N passed, N failed`.
import { rmSync } from 'node:fs';
import { ensureDependencies, run } from './dependencies.mjs';
import { runHostTests } from './hostTests.mjs';
import { added, close, nothing } from './outcome.mjs';
import { results, runVitest } from './vitest.mjs';

let totals = nothing;

function check(name, command, args) {
  console.log(`\n== ${name}`);
  const code = run(command, args);
  totals = added(totals, code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1, failures: [name] });
  return code === 0;
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
  totals = added(totals, runVitest('unit'));
  totals = added(totals, await runHostTests());
}

close(totals);
