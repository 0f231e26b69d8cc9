import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasChromium, PanelServer, type PanelPage } from './harness/panelPage';
import { scenes, type Scene } from './harness/states';

if (!hasChromium()) console.warn('SKIPPED: playing a recording needs Chromium at /usr/bin/chromium');

/** More than a step is shown for. */
const longMs = 5000;

describe.skipIf(!hasChromium())('playing a recording', () => {
  let server: PanelServer;
  let scene: Scene;
  let panel: PanelPage;

  beforeAll(async () => {
    ({ recording: scene } = await scenes());
    server = await PanelServer.start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    panel = await server.open({ ...scene, width: 1200, place: 'editor' });
    await panel.page.clock.install();
  });
  afterEach(async () => {
    expect(panel.problems).toEqual([]);
    await panel.close();
  });

  const button = (name: string) => panel.page.getByRole('button', { name });
  const sentTo = async (): Promise<unknown[]> => (await panel.requests('moveTo')).map(({ params }) => params['node']);
  /** The host comes to a step. */
  async function arrive(cursor: number): Promise<void> {
    const { timeline } = scene.state;
    if (timeline === null) throw new Error('the recording has no timeline');
    await panel.patch({ kind: 'replace', section: 'timeline', value: { ...timeline, cursor } });
  }
  async function later(): Promise<void> {
    await panel.page.clock.fastForward(longMs);
    await panel.drawn();
  }

  test('goes on a step at a time, each once the one before is shown, and ends at the last', async () => {
    await arrive(5);
    await button('Play the recording').press('Enter');
    await panel.drawn();
    expect(await sentTo()).toEqual([6]);
    await later();
    expect(await sentTo()).toEqual([6]);
    await arrive(6);
    await later();
    expect(await sentTo()).toEqual([6, 7]);
    await arrive(7);
    await later();
    expect(await sentTo()).toEqual([6, 7]);
    expect(await button('Pause playing').count()).toBe(0);
    // From the end it begins again.
    await button('Play the recording').press('Enter');
    await panel.drawn();
    expect(await sentTo()).toEqual([6, 7, 0]);
  });

  test('stands still when it is paused, and goes on from there', async () => {
    await arrive(2);
    await button('Play the recording').press('Enter');
    await arrive(3);
    await button('Pause playing').press('Enter');
    await later();
    expect((await sentTo()).slice(0, 1)).toEqual([3]);
    const before = await sentTo();
    await later();
    expect(await sentTo()).toEqual(before);
    await button('Play the recording').press('Enter');
    await panel.drawn();
    expect((await sentTo()).length).toBe(before.length + 1);
  });

  test('ends where somebody moves the cursor, and where the host refuses', async () => {
    await arrive(2);
    await button('Play the recording').press('Enter');
    await arrive(3);
    await panel.page.getByRole('slider', { name: 'Step under the cursor' }).press('Home');
    await arrive(0);
    await button('Play the recording').waitFor();
    await later();
    expect((await sentTo()).at(-1)).toBe(0);
    await panel.answer('moveTo', { ok: false, code: 'trajectory.changed', message: 'the file is gone' });
    await button('Play the recording').press('Enter');
    await panel.page.getByText('the file is gone').waitFor();
    await button('Play the recording').waitFor();
    await later();
    expect((await sentTo()).at(-1)).toBe(1);
  });

  test('is offered where a recording is shown, and nowhere else', async () => {
    expect(await button('Play the recording').count()).toBe(1);
    const { paused } = await scenes();
    const live = await server.open({ ...paused, width: 1200, place: 'editor' });
    expect(await live.page.getByRole('button', { name: 'Play the recording' }).count()).toBe(0);
    await live.close();
  });
});
