import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editCriticPrompt } from './driver/promptEdit';
import { atStep, patienceMs, repository, Workbench } from './driver/workbench';
import { workspace } from './driver/workspace';

const mostKilobytes = 300;
/** Steps that are looked at for a decision in which the critic overrules the prior. */
const leastSteps = 2;
const mostSteps = 10;

/** Takes the README's pictures in a real VS Code, from an episode that the embedded model plays. */
describe("the README's pictures", () => {
  let workbench: Workbench;
  let folder: string;

  beforeAll(async () => {
    folder = workspace({ parameters: { alpha: 1 }, internalConsoleOptions: 'neverOpen' });
    workbench = await Workbench.open({
      workspace: folder,
      settings: {
        'debug.openDebug': 'neverOpen',
        'workbench.colorTheme': 'Default Dark Modern',
        'workbench.layoutControl.enabled': false,
        'window.commandCenter': false,
        'window.title': 'LAC Debugger',
        'editor.minimap.enabled': false,
        'editor.scrollbar.vertical': 'hidden',
        'editor.wordWrap': 'on',
        'editor.inlayHints.enabled': 'off',
        'breadcrumbs.enabled': false,
        'explorer.autoReveal': false,
      },
      viewport: { width: 1360, height: 1040 },
    });
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function picture(name: string): Promise<void> {
    // Notifications and the mouse would stand in the picture.
    await workbench.page.mouse.move(2, 2);
    await workbench.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    const file = path.join(repository, 'media', 'screenshots', `${name}.png`);
    await workbench.screenshot(file);
    expect(statSync(file).size / 1024, `${file} in KB`).toBeLessThan(mostKilobytes);
  }

  /** Drags with the mouse by so many pixels, from the middle of a box unless told where. */
  async function drag(on: Locator, by: number, at?: number): Promise<void> {
    const { page } = workbench;
    const box = await on.boundingBox();
    if (box === null) throw new Error(`${String(on)} is not there`);
    const [x, y] = [at ?? box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + by, y, { steps: 4 });
    await page.mouse.up();
  }

  /** Widens the side bar to what the panel likes. */
  async function widenSideBar(width: number): Promise<void> {
    const box = await sideBar().boundingBox();
    if (box === null) throw new Error('the side bar is not there');
    await drag(sideBar(), width - box.width, box.x + box.width);
  }

  const sideBar = (): Locator => workbench.page.locator('.part.sidebar');

  /** The key that toggles the side bar is lost on a page that is just being shown. */
  async function hideSideBar(): Promise<void> {
    await workbench.command('View: Close Primary Side Bar');
    await sideBar().waitFor({ state: 'hidden' });
  }

  async function showSideBar(): Promise<void> {
    await workbench.container.click();
    await sideBar().waitFor();
  }

  /** Folds the side bar's other views away, so that the panel has all of it. */
  async function panelAlone(): Promise<void> {
    const others = workbench.page.locator('.part.sidebar .pane-header[aria-expanded="true"]');
    for (const title of ['Tasks', 'Prompts']) {
      const header = others.filter({ hasText: title });
      if ((await header.count()) > 0) await header.first().click();
    }
  }

  /** Scrolls to the decision's heading, below the status that stays on top. */
  async function toDecision(panel: Frame): Promise<void> {
    await panel.evaluate("document.querySelector('.area-decision').scrollIntoView(); scrollBy(0, -120)");
  }

  const why = (panel: Frame): Locator => panel.locator('.decision .why').first();

  /** Decides and steps until the critic overrules the prior, with some of the episode behind it. */
  async function toOverruling(): Promise<Frame> {
    for (let step = 0; step <= mostSteps; step++) {
      let panel = await workbench.waitForStatus(
        step === 0 ? 'the episode begins' : new RegExp(`step ${step}$|solved|over`),
      );
      if ((await panel.locator('.status.ended').count()) > 0) break;
      await panel.getByRole('button', { name: 'Decide' }).press('Enter');
      panel = await workbench.waitForStatus('decided');
      if (step >= leastSteps && /overrules/.test(await why(panel).innerText())) return panel;
      await workbench.debugKey('F10');
    }
    throw new Error("the critic overrules the prior nowhere in the sample's first steps: give it another task");
  }

  it('the panel in a decision', async () => {
    await workbench.container.click();
    await workbench.waitForStatus('No episode yet');
    await panelAlone();
    // Wide enough for a row a line.
    await widenSideBar(510);
    await workbench.startDebugging();
    // It begins on top of the tab.
    await drag(workbench.debugToolbar.locator('.drag-area'), 300);
    const panel = await toOverruling();
    await panel.locator('.candidate.winner').first().waitFor();
    expect(await panel.locator('.candidate-open').count()).toBe(0);
    await panel.evaluate('scrollTo(0, 0)');
    await picture('decision');
  });

  it('alpha dragged, with the flips on the timeline', async () => {
    await hideSideBar();
    await workbench.command('LAC: Open Panel in Editor');
    const panel = await workbench.waitForStatus(/./);
    await panel.locator('.area-timeline').waitFor();
    await panel.evaluate('scrollTo(0, 0)');
    const slider = panel.getByRole('slider', { name: 'Alpha' });
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    if (box === null) throw new Error('there is no alpha slider');
    const { page } = workbench;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width / 2, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.08, y, { steps: 6 });
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    const file = path.join(repository, 'media', 'screenshots', 'alpha.png');
    await workbench.screenshot(file);
    await page.mouse.move(box.x + box.width / 2, y);
    await page.mouse.up();
    expect(statSync(file).size / 1024, `${file} in KB`).toBeLessThan(mostKilobytes);
  });

  it('a prompt in the editor, with what its edit did to each Q', async () => {
    await workbench.command('View: Close All Editors');
    await showSideBar();
    const panel = await editCriticPrompt(workbench);
    // It lies on the prompt's lenses.
    await drag(workbench.debugToolbar.locator('.drag-area'), -450);
    await toDecision(panel);
    await picture('prompt');
  });

  it('a recording in the trajectory editor', async () => {
    await workbench.stopDebugging();
    await workbench.command('View: Close All Editors');
    const runs = path.join(folder, '.lac', 'runs');
    const recording = readdirSync(runs).find((name) => name.endsWith('.lac.jsonl'));
    if (recording === undefined) throw new Error('nothing was recorded');
    await workbench.openFile(recording);
    await hideSideBar();
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Play the recording' }).waitFor();
    await panel.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(panel, 1);
    await panel.getByRole('treegrid', { name: 'Candidates' }).waitFor({ timeout: patienceMs });
    await panel.locator('.candidate.winner').click();
    await panel.locator('.candidate-open .reading').waitFor();
    await picture('trajectory');
  });
});
