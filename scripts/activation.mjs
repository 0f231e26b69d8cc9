// Measures the extension's activation in a real VS Code, as its own list of running extensions states it. Prints JSON:
// `{ ms: [a figure a window], kilobytes }`, the latter of what activation loads.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './dependencies.mjs';
import { launchBrowser, windowUrl } from './hostBrowser.mjs';
import { startServer } from './hostTool.mjs';

const windows = 5;
const patienceMs = 120_000;

const home = mkdtempSync(path.join(tmpdir(), 'lac-activation-'));
const server = await startServer({ folder: home });
const browser = await launchBrowser();
try {
  const ms = [];
  for (let i = 0; i < windows; i++) {
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    page.setDefaultTimeout(patienceMs);
    await page.goto(windowUrl(server, { folder: path.join(root, 'media', 'sample'), extension: root }));
    // The first look at its views is what activates it.
    await page
      .getByRole('tab', { name: /LAC Debugger/ })
      .first()
      .click();
    await page.frameLocator('iframe.webview').first().locator('iframe').waitFor();
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').first().fill('>Developer: Show Running Extensions');
    await page.locator('.quick-input-list .monaco-list-row').first().click();
    const row = page.locator('.runtime-extensions-editor .extension', { hasText: /lac.debugger/i });
    const text = await row.locator('.activation-time').innerText();
    ms.push(Number(/(\d+)\s*ms/.exec(text)?.[1]));
    await page.close();
  }
  const kilobytes = statSync(path.join(root, 'dist', 'extension.js')).size / 1000;
  console.log(JSON.stringify({ ms, kilobytes }));
} finally {
  await browser.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
