// `npm start`: opens VS Code with the extension on a sample workspace whose F5 works at once. The desktop's `code` where
// there is one, else a VS Code in the browser, served on loopback until Ctrl-C. `--browser` asks for the latter.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ensureDependencies, root, run } from './dependencies.mjs';
import { ensureHostTool, hostToolProblem, startServer } from './hostTool.mjs';

/** The sample is copied, so that recordings and edited prompts do not land in the repository. */
function sampleWorkspace() {
  const folder = path.join(root, '.lac', 'sample');
  if (!existsSync(folder)) {
    mkdirSync(path.dirname(folder), { recursive: true });
    cpSync(path.join(root, 'media', 'sample'), folder, { recursive: true });
  }
  return folder;
}

function hasDesktop() {
  if (process.argv.includes('--browser')) return false;
  const found = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  return found.status === 0;
}

function openDesktop(folder) {
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder, path.join(folder, 'README.md')];
  const child = spawn('code', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  child.once('exit', (code) => process.exit(code ?? 1));
}

async function serve(folder) {
  const problem = hostToolProblem();
  if (problem !== undefined) {
    console.error(`There is no "code" command, and ${problem}. Install VS Code, then run npm start again.`);
    process.exit(1);
  }
  ensureHostTool();
  const { name, publisher, version } = (await import('../package.json', { with: { type: 'json' } })).default;
  const home = path.join(root, '.lac', 'browser');
  mkdirSync(home, { recursive: true });
  const linked = [{ name: `${publisher}.${name}-${version}`, target: root }];
  const settings = { 'workbench.startupEditor': 'readme', 'debug.openDebug': 'openOnDebugBreak' };
  const { url, stop } = await startServer({ folder: home, linked, settings, testDriver: false });
  console.log(
    `\nVS Code with LAC Debugger:\n\n  ${url}/?folder=${encodeURI(folder)}\n\nPress F5 there. Ctrl-C ends it.`,
  );
  const end = async () => {
    await stop();
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

ensureDependencies();
if (run('node', ['esbuild.js']) !== 0) process.exit(1);
const folder = sampleWorkspace();
if (hasDesktop()) openDesktop(folder);
else await serve(folder);
