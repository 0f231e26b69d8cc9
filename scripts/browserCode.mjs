#!/usr/bin/env node
// Takes the place of the desktop's `code` for @vscode/test-electron: the same arguments, the same exit codes, but VS Code
// is served on loopback and shown in a browser.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser, windowUrl } from './hostBrowser.mjs';
import { startServer } from './hostTool.mjs';

/** A suite that says nothing for so long hangs. */
const mostSilenceMs = 180_000;
/** How much of the log is shown when the suite fails. */
const mostLines = 40;

const [flags, positionals] = [[], []];
for (const argument of process.argv.slice(2)) (argument.startsWith('--') ? flags : positionals).push(argument);

function flag(name) {
  return flags.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
}

const extension = flag('extensionDevelopmentPath');
const tests = flag('extensionTestsPath');
if (extension === undefined || tests === undefined) {
  console.error('usage: browserCode.mjs --extensionDevelopmentPath=... --extensionTestsPath=... [folder]');
  process.exit(2);
}

const home = mkdtempSync(path.join(tmpdir(), 'lac-code-'));
// As on a desktop: a served VS Code saves by itself, and refuses to save a file that it is saving already.
const server = await startServer({ folder: home, settings: { 'files.autoSave': 'off' } });
let browser;

async function end(code) {
  await browser?.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
  process.exit(code);
}
process.once('SIGINT', () => void end(130));
process.once('SIGTERM', () => void end(143));

try {
  browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
  let silence;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      console.error(`The extension host said nothing for ${mostSilenceMs / 1000} s.`);
      void end(75);
    }, mostSilenceMs);
  };
  heard();
  // All that the workbench and the host log, and how the suite ended, come to the page by these two functions.
  const last = [];
  await page.exposeFunction('codeAutomationLog', (_type, args) => {
    heard();
    last.push(args.map(String).join(' '));
    if (last.length > mostLines) last.shift();
  });
  await page.exposeFunction('codeAutomationExit', (code) => {
    if (code !== 0) console.error(last.join('\n'));
    void end(code);
  });
  page.setDefaultTimeout(mostSilenceMs);
  page.once('crash', () => {
    console.error('The page of VS Code crashed.');
    void end(76);
  });
  await page.goto(windowUrl(server, { folder: positionals[0] ?? null, extension, tests: path.resolve(tests) }));
} catch (error) {
  console.error(error);
  await end(77);
}
