import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchBrowser } from '../../scripts/hostBrowser.mjs';
import { exportRecording, readRecording } from '../../src/exchange';
import { fileSource } from '../../src/trajectories/byteSource';
import { recordRun } from '../support/recordedRun';
import { hasChromium } from '../webview/harness/panelPage';

// A browser starts in a second, on a busy machine much later.
vi.setConfig({ testTimeout: 120_000 });

const absent = !hasChromium();
if (absent) console.warn('SKIPPED: exported pages in a browser, as Chromium is not there');

describe.skipIf(absent)('an exported page in a browser without a network', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  let file: string;
  const asked: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'lac-page-'));
    const run = path.join(folder, 'run.lac.jsonl');
    await recordRun(run, { branch: true });
    const source = fileSource(run);
    const { files } = exportRecording(await readRecording(source), 'html', { stem: 'run' });
    await source.close();
    file = path.join(folder, files[0].name);
    writeFileSync(file, files[0].bytes);
    browser = await launchBrowser();
    const context = await browser.newContext({ offline: true, viewport: { width: 400, height: 800 } });
    page = await context.newPage();
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('shows every step, folded, by keyboard', async () => {
    const steps = page.locator('section').first().locator(':scope > details');
    expect(await steps.count()).toBeGreaterThan(1);
    expect(await steps.first().locator('table').isVisible()).toBe(true);
    expect(await steps.nth(1).locator('table').isVisible()).toBe(false);
    await steps.nth(1).locator('summary').first().press('Enter');
    expect(await steps.nth(1).locator('table').isVisible()).toBe(true);
    // What was observed in the recording is text here.
    expect(await page.getByText('<b>nothing</b>').first().textContent()).toContain('<b>nothing</b>');
  });

  test('asks for nothing else, and runs no script', async () => {
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(await page.locator('script').count()).toBe(0);
    const refused = await page.evaluate<string>(`new Promise((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }));
    })`);
    expect(refused).toBe('script-src-elem');
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });

  test('fits a narrow window', async () => {
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
  });
});
