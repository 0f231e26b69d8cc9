import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errors, type Browser, type Frame, type Locator, type Page } from 'playwright-core';
import { launchBrowser, windowUrl } from '../../../scripts/hostBrowser.mjs';
import { startServer, type HostServer } from '../../../scripts/hostTool.mjs';

export const repository = path.resolve(__dirname, '../../..');

/** How long anything may take: on a machine that does other things too, much longer than it does alone. */
export const patienceMs = 60_000;

/** How long VS Code may take to open what a key opens before the key is pressed again, and how often. */
const paletteMs = 10_000;
const paletteAttempts = 6;

/** What the view says while the panel is a tab. */
export const panelElsewhere = 'open as an editor tab';

/** Button of the debug toolbar that does what a key does. */
const debugKeys = { F5: 'Continue', F10: 'Step Over', F11: 'Step Into' } as const;

/** Waits until a page shows a step of its episode. */
export function atStep(page: Frame, step: number): Promise<void> {
  return page.getByRole('meter', { name: `Step ${step} of` }).waitFor();
}

export interface WorkbenchOptions {
  /** Folder to open; null opens an empty window. */
  readonly workspace: string | null;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Whether VS Code asks for trust in the folder; without it every folder is trusted. */
  readonly asksForTrust?: boolean;
  /** What extensions speak, for example `de`; the workbench itself stays English. */
  readonly language?: string;
  /** A VSIX to install, in place of the extension from this repository. */
  readonly packaged?: string;
  /** More extensions to install: VSIX files. */
  readonly beside?: readonly string[];
}

/** A VS Code in a browser with the extension from this repository, or with one that is installed. */
export class Workbench {
  private constructor(
    private readonly server: HostServer,
    private readonly browser: Browser,
    readonly page: Page,
    private readonly folder: string,
  ) {}

  static async open({
    workspace,
    settings = {},
    env = {},
    viewport,
    asksForTrust = false,
    language,
    packaged,
    beside = [],
  }: WorkbenchOptions): Promise<Workbench> {
    const folder = mkdtempSync(path.join(tmpdir(), 'lac-host-'));
    // The chosen configuration stands in the status bar: what tells that F5 knows it. Files are saved when a test says so.
    const all = { 'debug.showInStatusBar': 'always', 'files.autoSave': 'off', ...settings };
    const packages = packaged === undefined ? beside : [packaged, ...beside];
    const server = await startServer({ folder, settings: all, packages, env, trust: asksForTrust, language });
    const browser = await launchBrowser();
    const context = await browser.newContext({ viewport: viewport ?? { width: 1500, height: 950 } });
    context.setDefaultTimeout(patienceMs);
    // Loading VS Code itself is what takes a busy machine longest.
    context.setDefaultNavigationTimeout(2 * patienceMs);
    const page = await context.newPage();
    const workbench = new Workbench(server, browser, page, folder);
    try {
      await page.goto(windowUrl(server, { folder: workspace, extension: packaged === undefined ? repository : null }));
      await workbench.restored();
      return workbench;
    } catch (error) {
      // Nobody else can close what was not opened.
      await workbench.close();
      throw error;
    }
  }

  /** Waits until the window is there and knows the extension. */
  private async restored(): Promise<void> {
    await this.page.waitForFunction('window.driver !== undefined', undefined, { timeout: patienceMs });
    await this.page.evaluate('window.driver.whenWorkbenchRestored()');
    await this.container.waitFor({ timeout: patienceMs });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.restored();
  }

  /** The extension's place in the activity bar. */
  get container(): Locator {
    return this.page.getByRole('tab', { name: /LAC Debugger/ }).first();
  }

  get debugToolbar(): Locator {
    return this.page.locator('.debug-toolbar');
  }

  /** Opens a list by a key and types; it closes when a view that is just being shown takes the focus. */
  private async typeInto(key: string, text: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await this.input.fill(text, { timeout: paletteMs });
        return;
      } catch (error) {
        if (attempt === paletteAttempts || !(error instanceof errors.TimeoutError)) throw error;
      }
    }
  }

  /** Runs a command by its title in the palette, again where the palette closed before the command was taken. */
  async command(title: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.typeInto('F1', `>${title}`);
      try {
        await this.row(title).first().click({ timeout: paletteMs });
        return;
      } catch (error) {
        if (attempt === paletteAttempts || !(error instanceof errors.TimeoutError)) throw error;
      }
    }
  }

  /** The same by its keys alone. */
  async commandByKeys(title: string): Promise<void> {
    await this.typeInto('F1', `>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).waitFor();
    await this.input.press('Enter');
  }

  /** A row of the list that is open. */
  row(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  }

  async pick(text: string | RegExp): Promise<void> {
    await this.row(text).first().click();
  }

  /** The input of the list or the box that is open. */
  get input(): Locator {
    return this.page.locator('.quick-input-widget input[type="text"]').first();
  }

  /** Takes an entry of the list that is open by its keys: part of its text, then Enter. */
  async choose(text: string): Promise<void> {
    await this.row(text).first().waitFor();
    await this.input.fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text }).waitFor();
    await this.input.press('Enter');
  }

  /** Types into the box of a title and accepts it. */
  async answer(title: string, text: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget', { hasText: title });
    await box.locator('input[type="text"]').first().fill(text);
    await this.input.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Takes a file in a dialog of a title, once the dialog has come to the folder that it suggests. */
  async takeFile(title: string, suggested: string, file: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget', { hasText: title });
    const input = dialog.locator('input[type="text"]').first();
    const deadline = Date.now() + patienceMs;
    while (!(await input.inputValue()).startsWith(suggested)) {
      if (Date.now() > deadline) throw new Error(`the dialog "${title}" stands at ${await input.inputValue()}`);
      await this.page.waitForTimeout(100);
    }
    await input.fill(file);
    // While it goes to another folder the dialog takes no Enter.
    for (;;) {
      await input.press('Enter');
      try {
        await dialog.waitFor({ state: 'hidden', timeout: 2000 });
        return;
      } catch (error) {
        if (Date.now() > deadline || !(error instanceof errors.TimeoutError)) throw error;
      }
    }
  }

  /** Opens a file of the workspace by its name, which the names of other files may end in. */
  async openFile(name: string): Promise<void> {
    await this.typeInto('Control+p', name);
    const whole = new RegExp(`^${name.replace(/[.\\]/g, '\\$&')}$`);
    const named = this.page.locator('.label-name', { hasText: whole });
    await this.row(name).filter({ has: named }).first().click();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** F5, once VS Code knows the workspace's configurations. */
  async startDebugging(): Promise<void> {
    await this.page.locator('.statusbar-item', { hasText: /LAC:/ }).waitFor({ timeout: patienceMs });
    await this.pressF5(this.debugToolbar);
  }

  /**
   * F5, until what it leads to can be seen. VS Code takes none while it starts, nor while the session before goes away; of
   * two it takes one.
   */
  async pressF5(shown: Locator): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F5');
      try {
        await shown.waitFor({ timeout: paletteMs });
        return;
      } catch (error) {
        if (attempt === paletteAttempts || !(error instanceof errors.TimeoutError)) throw error;
      }
    }
  }

  /**
   * Presses a key of the debugger once VS Code takes it, which the toolbar tells: it ignores keys of disabled buttons. The
   * focus goes to the toolbar first, as a page of an extension that is just being shown would swallow the key.
   */
  async debugKey(key: 'F5' | 'F10' | 'F11'): Promise<void> {
    const button = `.action-label:not(.disabled)[aria-label^="${debugKeys[key]}"]`;
    await this.debugToolbar.locator(button).press(key, { timeout: patienceMs });
  }

  /** What VS Code has to say, as its notification center shows it. */
  async notifications(): Promise<Locator> {
    await this.command('Notifications: Show Notifications');
    return this.page.locator('.notifications-center');
  }

  async stopDebugging(): Promise<void> {
    await this.debugToolbar.getByRole('button', { name: /^Stop/ }).click();
    await this.debugToolbar.waitFor({ state: 'hidden', timeout: patienceMs });
  }

  /** The panel's page, wherever it is shown, once it has drawn itself. */
  async panel(): Promise<Frame> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      for (const frame of this.page.frames()) {
        // The view that only says that the panel is a tab is not it.
        const drawn = frame.locator('main#panel .status').filter({ hasNotText: panelElsewhere });
        // A frame can go away while it is looked at.
        if (await drawn.isVisible().catch(() => false)) return frame;
      }
      if (Date.now() > deadline) throw new Error('the panel did not appear');
      await this.page.waitForTimeout(200);
    }
  }

  /** Presses a button of whichever page of the extension shows a text. */
  async press(button: string, shown: string): Promise<void> {
    const page = await this.pageWith('main#panel', shown);
    await page.getByRole('button', { name: button }).click();
  }

  /** The panel's line on what goes on. */
  async status(): Promise<Locator> {
    return (await this.panel()).locator('.status-words');
  }

  /** The page whose line on what goes on holds a text: the panel's, or an editor's of a recording. */
  waitForStatus(text: string | RegExp): Promise<Frame> {
    return this.pageWith('main#panel .status-words', text);
  }

  /** The page of ours in which something is to be seen that holds a text. */
  async pageWith(selector: string, text: string | RegExp): Promise<Frame> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = (await this.pagesWith(selector, text)).at(0);
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`no page says ${String(text)}`);
      await this.page.waitForTimeout(200);
    }
  }

  /** All pages of ours that show such a thing now. */
  async pagesWith(selector: string, text: string | RegExp): Promise<readonly Frame[]> {
    const pages: Frame[] = [];
    for (const frame of this.page.frames()) {
      const found = frame.locator(selector).filter({ hasText: text }).first();
      // A frame can go away while it is looked at.
      if (await found.isVisible().catch(() => false)) pages.push(frame);
    }
    return pages;
  }

  /** Cost so far as the panel shows it, for example `25 calls`. */
  async calls(): Promise<number> {
    const text = await (await this.panel()).locator('section.episode').innerText();
    return Number(/([\d,]+) calls?/.exec(text)?.[1].replace(/,/g, '') ?? 0);
  }

  /** The text of the editor that shows a file or document of this name, as far as it is on the screen. */
  async editorText(): Promise<string> {
    const text = await this.page.locator('.editor-instance .view-lines').first().innerText();
    return text.replace(/\u00a0/g, ' ');
  }

  async screenshot(file: string): Promise<void> {
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }

  /** Keeps what a failed test has left on the screen. */
  async screenshotOfFailure(test: string): Promise<void> {
    await this.screenshot(path.join(repository, 'test-results', `${test.replace(/\W+/g, '-')}.png`));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
