// The browser in which the served VS Code is shown: for tests, which drive it or wait for what the extension host says.
import { chromium } from 'playwright-core';
import { browserPath } from './hostTool.mjs';

/** Starts the browser, cut off from every network but this machine's own. */
export function launchBrowser() {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error('no Chromium is installed');
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-sync',
    '--disable-background-networking',
  ];
  const offline = '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1';
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet, offline] });
}

/** Address of a window of the served VS Code. `folder`: null for an empty window; `extension`: one under development, null for none; `tests`: a suite that the host runs. */
export function windowUrl({ url, port }, { folder, extension, tests = null }) {
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...(extension === null ? [] : [['extensionDevelopmentPath', remote(extension)]]),
    ...(tests === null ? [] : [['extensionTestsPath', remote(tests)]]),
  ];
  const place = folder === null ? 'ew=true' : `folder=${encodeURIComponent(folder)}`;
  return `${url}/?${place}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
