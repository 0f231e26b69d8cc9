// Runs the suite in VS Code's extension host by @vscode/test-electron: in the desktop's VS Code where one can be had, else
// in one that is served to a browser.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { bundleForNode } from './bundle.mjs';
import { root } from './dependencies.mjs';
import { ensureHostTool, hostTestProblem } from './hostTool.mjs';

const suite = path.join(root, 'test', 'host', 'suite');

/** The bundles stand in the repository, where `mocha` is found. */
async function bundle() {
  const outdir = path.join(root, 'dist', 'dev', 'suite');
  rmSync(outdir, { recursive: true, force: true });
  const entries = readdirSync(suite).filter((name) => name === 'index.ts' || name.endsWith('.suite.ts'));
  const entryPoints = entries.map((name) => path.join(suite, name));
  await bundleForNode({ entryPoints, outdir, sourcemap: 'inline', packages: 'external' });
  return path.join(outdir, 'index.js');
}

/** A desktop VS Code: the one that LAC_VSCODE names, else a downloaded one where there is a display to show it. */
async function desktop() {
  if (process.env.LAC_VSCODE !== undefined) return process.env.LAC_VSCODE;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return undefined;
  try {
    return await downloadAndUnzipVSCode({ cachePath: path.join(root, '.vscode-test') });
  } catch (error) {
    console.warn(`No desktop VS Code can be had here: ${error.message}`);
    return undefined;
  }
}

const marks = { passed: '✓', failed: '✗', pending: '-' };

function print({ title, state, ms, error }) {
  console.log(` ${marks[state]} ${title} (${Math.round(ms)} ms)`);
  if (error !== null) console.log(error.replace(/^/gm, '     '));
}

/**
 * Resolves with `{ passed, failed, skipped, failures }` as the suite itself has written it down. A run that left nothing, or
 * ran no test, is a failure whatever its exit code: VS Code ends with 0 when its extension host is killed.
 */
export async function runHostSuite() {
  let vscodeExecutablePath = await desktop();
  if (vscodeExecutablePath === undefined) {
    const problem = hostTestProblem();
    if (problem !== undefined) {
      console.warn(`SKIPPED: ${problem}`);
      return { passed: 0, failed: 0, skipped: 1, failures: [] };
    }
    ensureHostTool();
    vscodeExecutablePath = path.join(root, 'scripts', 'browserCode.mjs');
  }
  const home = mkdtempSync(path.join(tmpdir(), 'lac-suite-'));
  try {
    const workspace = path.join(home, 'workspace');
    cpSync(path.join(root, 'media', 'sample'), workspace, { recursive: true });
    mkdirSync(path.join(home, 'user'));
    const result = path.join(home, 'result.json');
    let failure = null;
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: await bundle(),
      launchArgs: [workspace, `--user-data-dir=${path.join(home, 'user')}`, '--disable-extensions'],
      extensionTestsEnv: { LAC_HOST_RESULT: result },
    }).catch((error) => (failure = error));
    const tests = existsSync(result) ? JSON.parse(readFileSync(result, 'utf8')) : [];
    tests.forEach(print);
    const count = (state) => tests.filter((test) => test.state === state).length;
    const failures = tests.filter(({ state }) => state === 'failed').map(({ title }) => title);
    const counts = { passed: count('passed'), failed: count('failed'), skipped: count('pending'), failures };
    if (counts.failed > 0 || (counts.passed > 0 && failure === null)) return counts;
    console.error(tests.length === 0 ? 'The suite left no result.' : 'The suite did not end in order.', failure ?? '');
    return { ...counts, failed: 1, failures: ['the suite in the extension host did not end in order'] };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
