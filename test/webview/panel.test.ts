import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { foldDecision, scoreLines } from '../../src/lac/decision';
import { choiceAt, flipPoints } from '../../src/lac/improvement';
import type { PanelState } from '../../src/protocol/panel';
import { hasChromium, PanelServer, type OpenOptions, type PanelPage } from './harness/panelPage';
import { scenes, timelineStep, type Scene } from './harness/states';
import { themeNames } from './harness/themes';

if (!hasChromium()) console.warn('SKIPPED: the panel needs Chromium at /usr/bin/chromium (apt-get install chromium)');

describe.skipIf(!hasChromium())('the panel', () => {
  let server: PanelServer;
  let all: Readonly<Record<string, Scene>>;
  const opened: PanelPage[] = [];

  beforeAll(async () => {
    all = await scenes();
    server = await PanelServer.start();
  });
  afterAll(async () => {
    await server.stop();
  });
  afterEach(async () => {
    for (const panel of opened.splice(0)) {
      // Errors of the page and violations of its policy fail whatever test met them.
      expect(panel.problems).toEqual([]);
      await panel.close();
    }
  });

  async function open(name: string, options: Partial<OpenOptions> = {}): Promise<PanelPage> {
    const panel = await server.open({ ...all[name], ...options });
    opened.push(panel);
    return panel;
  }
  const text = (panel: PanelPage, selector: string): Promise<string> =>
    panel.page.locator(selector).first().innerText();
  const rows = (panel: PanelPage) => panel.page.locator('[data-candidate]');
  const winner = async (panel: PanelPage): Promise<number> =>
    Number(await panel.page.locator('.candidate.winner').getAttribute('data-candidate'));

  describe('draws every state', () => {
    test('in words and without a sideways scroll, narrow and wide', async () => {
      for (const [name, scene] of Object.entries(all)) {
        const panel = await open(name);
        for (const width of [300, 340, 720, 1200]) {
          await panel.resize(width);
          const title = await panel.page.locator('.status-title').innerText();
          expect(title.trim(), name).not.toBe('');
          for (const { label } of scene.state.status.offers) {
            if (label.length < 40)
              expect(await panel.page.getByRole('button', { name: label }).count(), `${name}: ${label}`).toBe(1);
          }
          const overflow = await panel.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
          expect(overflow, `${name} at ${width}`).toBeLessThanOrEqual(0);
          expect(panel.problems, name).toEqual([]);
        }
        await panel.close();
        opened.pop();
      }
    }, 600_000);

    test('has no violation that axe-core finds in the editor of a recording, in any theme', async () => {
      const panel = await open('recording', { width: 1200, place: 'editor' });
      for (const name of themeNames) {
        await panel.wear(name);
        expect(await panel.accessibilityViolations(), name).toEqual([]);
      }
    });

    test('beside each other where there is room, below each other where there is not', async () => {
      const left = async (width: number): Promise<boolean> => {
        const panel = await open('paused', { width });
        const world = await panel.page.locator('.world').boundingBox();
        const decision = await panel.page.locator('.decision').boundingBox();
        return world !== null && decision !== null && decision.x > world.x + world.width - 2;
      };
      expect(await left(300)).toBe(false);
      expect(await left(720)).toBe(true);
    });

    test('behind the last decision: that the episode is over, how it ended and what it was worth', async () => {
      const panel = await open('ended');
      const said = (await panel.page.locator('section.decision').textContent()) ?? '';
      expect(said).toContain('The episode is over');
      expect(said).toContain('success · reward .95 · 8 steps');
      expect(said).not.toContain('not decided yet');
    });

    test('with the host refusing its state: says why and asks again', async () => {
      const panel = await open('paused');
      await panel.answer('resync', { ok: false, code: 'panel.gone', message: 'The session is gone.' });
      await panel.send({ kind: 'patch', seq: 99, changes: [] });
      expect(await text(panel, '.status')).toContain('The session is gone.');
      await panel.page.getByText('Try again').click();
      await panel.drawn();
      expect(await text(panel, '.status-title')).toBe('Paused at step 7');
    });
  });

  test('has no violation that axe-core finds, in any theme', async () => {
    const [first, ...others] = themeNames;
    for (const name of Object.keys(all).filter((each) => each !== 'long')) {
      const panel = await open(name, { theme: first });
      for (const width of name === 'opened' || name === 'paused' ? [300, 980] : [340]) {
        await panel.resize(width);
        await panel.wear(first);
        expect(await panel.accessibilityViolations(), `${name} at ${width} in ${first}`).toEqual([]);
        for (const theme of others) {
          await panel.wear(theme);
          expect(await panel.accessibilityViolations('colours'), `${name} at ${width} in ${theme}`).toEqual([]);
        }
      }
      await panel.close();
      opened.pop();
    }
  }, 600_000);

  describe('alpha', () => {
    const decided = (state: PanelState) => {
      const { decision, timeline } = state;
      if (decision === null || timeline === null) throw new Error('the scene has no decision');
      const lines = scoreLines(foldDecision(decision.events));
      return { lines, flips: flipPoints(lines, 'prior'), steps: timeline.steps };
    };

    test('dragged decides again in the page: winner, policy and marks, and asks nothing until it is let go', async () => {
      const panel = await open('paused');
      const { lines, flips, steps } = decided(all['paused'].state);
      expect(flips.length).toBeGreaterThan(0);
      expect(await winner(panel)).toBe(choiceAt(lines, 1, 'prior'));
      const slider = panel.page.getByRole('slider', { name: 'Alpha' });
      await slider.scrollIntoViewIfNeeded();
      const box = await slider.boundingBox();
      if (box === null) throw new Error('no slider');
      const y = box.y + box.height / 2;
      await panel.page.mouse.move(box.x + box.width / 2, y);
      await panel.page.mouse.down();
      await panel.page.mouse.move(box.x + 7, y, { steps: 8 });
      await panel.drawn();
      expect(await winner(panel)).toBe(choiceAt(lines, 0, 'prior'));
      expect(await winner(panel)).not.toBe(choiceAt(lines, 1, 'prior'));
      const differing = steps.filter(
        ({ candidates, choice }) =>
          choice !== null &&
          choiceAt(
            candidates.map((each) => ({ ...each, penalty: 0 })),
            0,
            'prior',
          ) !== choice,
      );
      expect(differing.length).toBeGreaterThan(0);
      expect(await text(panel, '.differences')).toContain(`${differing.length} step`);
      expect((await panel.requests()).map(({ name }) => name)).toEqual(['ready', 'drawn']);
      await panel.page.mouse.up();
      await panel.drawn();
      expect((await panel.requests('setParameter')).map(({ params }) => params)).toEqual([{ name: 'alpha', value: 0 }]);
    });

    test('refused by the host goes back to what is in force and says why', async () => {
      const panel = await open('paused');
      await panel.answer('setParameter', { ok: false, code: 'x', message: 'No decision here.' });
      const slider = panel.page.getByRole('slider', { name: 'Alpha' });
      await slider.focus();
      await panel.page.keyboard.press('Home');
      await panel.page.keyboard.press('Enter');
      await panel.drawn();
      expect(await text(panel, '.alpha [role=alert]')).toContain('No decision here.');
      expect(await slider.getAttribute('aria-valuetext')).toContain('alpha 1.00');
      expect(await winner(panel)).toBe(1);
    });

    test('is moved by keys, typed exactly, and set beyond a flip', async () => {
      const panel = await open('paused');
      const slider = panel.page.getByRole('slider', { name: 'Alpha' });
      await slider.focus();
      await panel.page.keyboard.press('End');
      await panel.page.keyboard.press('Enter');
      await panel.drawn();
      await panel.page.getByRole('button', { name: 'set alpha exactly' }).click();
      await panel.page.keyboard.press('Control+A');
      await panel.page.keyboard.type('2.75');
      await panel.page.keyboard.press('Enter');
      await panel.drawn();
      await panel.page.locator('.flips button').first().click();
      await panel.drawn();
      const set = (await panel.requests('setParameter')).map(({ params }) => params['value']);
      expect(set.slice(0, 2)).toEqual([1e6, 2.75]);
      const { flips, lines } = decided(all['paused'].state);
      expect(Number(set[2])).toBeGreaterThan(flips[0].alpha);
      expect(choiceAt(lines, Number(set[2]), 'prior')).toBe(flips[0].to);
    });

    test('has no slider under a method that it does not enter', async () => {
      const panel = await open('prior');
      expect(await panel.page.getByRole('slider', { name: 'Alpha' }).count()).toBe(0);
      expect(await text(panel, '.alpha')).toContain('method prior');
    });
  });

  describe('the protocol', () => {
    test('tells its host once that the first state is painted', async () => {
      const panel = await open('paused');
      await panel.drawn();
      await panel.patch({ kind: 'replace', section: 'search', value: null });
      await panel.drawn();
      expect((await panel.requests()).map(({ name }) => name)).toEqual(['ready', 'drawn']);
    });

    test('follows patches in order and asks for a snapshot at a gap, once', async () => {
      const panel = await open('paused');
      const { status } = all['paused'].state;
      await panel.patch({ kind: 'replace', section: 'status', value: { ...status, title: 'one' } });
      expect(await text(panel, '.status-title')).toBe('one');
      await panel.page.evaluate(
        `host.state = { ...host.state, status: { ...host.state.status, title: 'from the snapshot' } }`,
      );
      await panel.send({
        kind: 'patch',
        seq: 40,
        changes: [{ kind: 'replace', section: 'status', value: { ...status, title: 'out of order' } }],
      });
      expect(await text(panel, '.status-title')).toBe('from the snapshot');
      expect(await panel.requests('resync')).toHaveLength(1);
      await panel.patch({ kind: 'replace', section: 'status', value: { ...status, title: 'two' } });
      expect(await text(panel, '.status-title')).toBe('two');
    });

    test('draws many patches in one frame', async () => {
      const panel = await open('paused');
      await panel.page.evaluate(`(async () => {
        window.drawings = 0;
        new MutationObserver(() => { window.drawings++; }).observe(document.querySelector('.status-title'), { subtree: true, childList: true, characterData: true });
        for (let i = 0; i < 200; i++) host.patch({ kind: 'replace', section: 'status', value: { ...host.state.status, title: 'patch ' + i } });
        await host.frames(3);
      })()`);
      expect(await text(panel, '.status-title')).toBe('patch 199');
      expect(await panel.page.evaluate<number>('window.drawings')).toBeLessThanOrEqual(3);
    });

    test('streams events into the decision that is shown, and steps into the timeline', async () => {
      const panel = await open('streaming');
      expect(await panel.page.locator('.candidate.winner').count()).toBe(0);
      const whole = all['paused'].state.decision?.events ?? [];
      await panel.patch({ kind: 'events', node: 6, decision: 0, events: whole });
      expect(await panel.page.locator('.candidate.winner').count()).toBe(0);
      await panel.patch({ kind: 'events', node: 7, decision: 0, events: whole });
      expect(await winner(panel)).toBe(1);
      await panel.patch({
        kind: 'steps',
        steps: [timelineStep(8, [{ action: 'drop', weight: 1 }])],
        cursor: 8,
        trend: null,
      });
      const timeline = panel.page.getByRole('slider', { name: 'Step under the cursor' });
      expect(await timeline.getAttribute('aria-valuetext')).toContain('step 8 · drop');
    });

    test('shows a refusal where the request was made, until it is dismissed', async () => {
      const panel = await open('paused');
      await panel.answer('command', { ok: false, code: 'x', message: 'Nothing to step.' });
      await panel.page.getByRole('button', { name: 'Next step' }).click();
      await panel.drawn();
      expect(await text(panel, '.toolbar-line [role=alert]')).toContain('Nothing to step.');
      await panel.page.locator('.toolbar-line').getByRole('button', { name: 'Dismiss' }).click();
      await panel.drawn();
      expect(await panel.page.locator('[role=alert]').count()).toBe(0);
    });

    test('keeps open rows and the hiding of Q over a reload', async () => {
      const panel = await open('paused');
      await rows(panel).nth(1).click();
      await panel.page.getByText('Hide Q').click();
      await panel.drawn();
      const kept = await panel.page.evaluate<object>('host.kept');
      const again = await open('paused', { view: kept });
      expect(await again.page.locator('.candidate-open').count()).toBe(1);
      expect(await again.page.locator('.candidates.hiding').count()).toBe(1);
    });
  });

  describe('the reasons', () => {
    const says = (panel: PanelPage, what: string): Promise<string> => text(panel, `[data-says="${what}"]`);

    test('say why, and what would change it, under the alpha that is dragged', async () => {
      const panel = await open('paused');
      expect(await says(panel, 'why')).toBe('The critic overrules the prior: go forward instead of turn right.');
      expect(await says(panel, 'alpha')).toMatch(/^below 0\.\d+: turn right$/u);
      expect(await says(panel, 'q')).toMatch(/^above \+\d\.\d\d, now −0\.83: turn right$/u);
      expect(await says(panel, 'depth')).toBe('at depth 1: turn right');
      const slider = panel.page.getByRole('slider', { name: 'Alpha' });
      await slider.focus();
      await panel.page.keyboard.press('Home');
      await panel.drawn();
      expect(await says(panel, 'why')).toContain('turn right');
      expect(await says(panel, 'alpha')).toMatch(/^above 0\.\d+: go forward$/u);
      expect(await says(panel, 'q')).toBe('weighs nothing at alpha 0');
    });

    test('say how far a decision has come', async () => {
      const panel = await open('streaming');
      expect(await text(panel, '.why')).toBe('2 of 4 candidates have their Q.');
    });

    test('are of the decision that led here, which nothing can be asked of, while none is under the cursor', async () => {
      const panel = await open('undecided', { view: { open: ['7 go forward'] } });
      expect(await text(panel, '#decision-title')).toMatch(/^Decision of step 7, which led here$/iu);
      expect(await text(panel, '.decision')).toContain('Step 8 is not decided yet.');
      await panel.page.getByRole('button', { name: 'Decide' }).click();
      expect((await panel.requests('command')).map(({ params }) => params['command'])).toEqual(['lac.decide']);
      expect(await rows(panel).count()).toBe(4);
      await panel.page.getByRole('button', { name: 'critic’s prompt' }).waitFor();
      for (const name of ['take this action', 'run it for real', 'Add a candidate']) {
        expect(await panel.page.getByRole('button', { name }).count(), name).toBe(0);
      }
      await panel.page.getByRole('button', { name: 'Go to step 7' }).click();
      expect((await panel.requests('moveTo')).map(({ params }) => params['node'])).toEqual([7]);
    });

    test('are of the last decision when the episode is over', async () => {
      const panel = await open('ended');
      expect(await says(panel, 'why')).toContain('The critic overrules the prior');
    });

    test('tell what was imagined of the last action in short, and in full on request', async () => {
      const panel = await open('undecided');
      const came = panel.page.locator('.came');
      expect(await came.innerText()).toBe('imagined otherwise: 1 wrong');
      await came.locator('summary').click();
      expect(await came.locator('mark').allInnerTexts()).toEqual(['You see a red ball 9 steps right, ']);
    });

    test('mark what was imagined otherwise', async () => {
      const panel = await open('opened');
      const marked = await panel.page.locator('.detail mark').allInnerTexts();
      expect(marked).toEqual(['You see a wall 2 steps forward']);
    });
  });

  describe('the rows', () => {
    const actions = (panel: PanelPage): Promise<string[]> =>
      panel.page.locator('.candidate .action bdi').allInnerTexts();

    test('are sorted by the column that is pressed, and stay so over a reload', async () => {
      const panel = await open('paused');
      const byPrior = await actions(panel);
      await panel.page.getByRole('button', { name: /^policy/u }).click();
      await panel.drawn();
      expect((await actions(panel))[0]).toBe('go forward');
      expect(await panel.page.locator('.heading.policy').getAttribute('aria-sort')).toBe('descending');
      const again = await open('paused', { view: await panel.page.evaluate<object>('host.kept') });
      expect(await actions(again)).not.toEqual(byPrior);
    });

    test('tell no order of the critic while Q is hidden', async () => {
      const panel = await open('hidden', { view: { hideQ: true, sort: 'policy' } });
      expect((await actions(panel))[0]).toBe('turn right');
      expect(await panel.page.getByRole('button', { name: /^policy/u }).count()).toBe(0);
    });

    test('have nothing to hide where no Q is known', async () => {
      const { state } = all['replay'];
      const { decision } = state;
      if (decision === null) throw new Error('the scene has no decision');
      const known = new Set(['proposal', 'prior', 'choice']);
      const events = decision.events.filter(({ type }) => known.has(type));
      const panel = await open('replay', {
        state: { ...state, decision: { ...decision, events } },
        view: { hideQ: true },
      });
      expect(await rows(panel).count()).toBeGreaterThan(1);
      expect(await panel.page.getByText('Hide Q').count()).toBe(0);
      expect(await panel.page.locator('.candidates.hiding').count()).toBe(0);
    });

    test('of many are the first ones and the choice, the rest on request', async () => {
      const panel = await open('crowded');
      const whole = foldDecision(all['crowded'].state.decision?.events ?? []);
      expect(await rows(panel).count()).toBeLessThan(whole.candidates.length);
      expect(await winner(panel)).toBe(whole.winner?.index);
      await panel.page.getByText(/more candidates/u).press('Enter');
      await panel.drawn();
      expect(await rows(panel).count()).toBe(whole.candidates.length);
    });
  });

  describe('hidden Q', () => {
    test('does not tell by the timeline what was done', async () => {
      const { state } = all['hidden'];
      const { timeline } = state;
      if (timeline === null) throw new Error('the scene has no timeline');
      const steps = timeline.steps.map((step) => ({ ...step, action: step.action ?? 'go forward' }));
      const panel = await open('hidden', { state: { ...state, timeline: { ...timeline, steps } } });
      expect(await text(panel, '.step-readout bdi')).toBe('step 7 · ?');
      await panel.page.getByText('Show without choosing').click();
      await panel.drawn();
      expect(await text(panel, '.step-readout bdi')).toContain('step 7 · go forward');
    });

    test('tells nothing of the critic until the person has chosen', async () => {
      const panel = await open('hidden');
      const page = panel.page;
      expect(await page.locator('.candidate.winner').count()).toBe(0);
      expect(await page.locator('.score-lines, .reading, .detail .verdict').count()).toBe(0);
      expect(await page.locator('body').innerText()).not.toContain('1.67');
      expect(await page.locator('body').innerText()).not.toContain('overrules');
      await page.getByText('choose this').first().click();
      await panel.drawn();
      expect(await winner(panel)).toBe(1);
      expect(await text(panel, '.reasons')).toContain('You chose turn right.');
    });
  });

  describe('the keyboard alone', () => {
    test('walks the rows, opens one, and reaches its actions', async () => {
      const panel = await open('paused');
      const keyboard = panel.page.keyboard;
      await rows(panel).nth(0).focus();
      await keyboard.press('ArrowDown');
      await keyboard.press('ArrowRight');
      await panel.drawn();
      expect(await rows(panel).nth(1).getAttribute('aria-expanded')).toBe('true');
      for (let i = 0; i < 12; i++) {
        await keyboard.press('Tab');
        if ((await panel.page.evaluate<string>('document.activeElement.textContent')) === 'take this action') break;
      }
      await keyboard.press('Enter');
      await panel.drawn();
      expect((await panel.requests('act')).map(({ params }) => params)).toEqual([{ action: 'go forward' }]);
    });

    test('moves the cursor on the timeline with arrows, Home and End', async () => {
      const panel = await open('paused');
      await panel.page.getByRole('slider', { name: 'Step under the cursor' }).focus();
      for (const key of ['ArrowLeft', 'ArrowLeft', 'Home', 'End']) await panel.page.keyboard.press(key);
      await panel.drawn();
      expect((await panel.requests('moveTo')).map(({ params }) => params['node'])).toEqual([6, 5, 0, 7]);
    });

    test('lists the steps of a recording in its editor: moves along them, to what was found, and shows that alone', async () => {
      const panel = await open('recording', { width: 1200, place: 'editor' });
      const { page } = panel;
      const list = page.getByRole('listbox', { name: 'Steps' });
      expect(await list.getByRole('option').count()).toBe(8);
      expect(await list.getByRole('option', { selected: true }).innerText()).toMatch(/^7\n/);
      await list.focus();
      for (const key of ['ArrowUp', 'Home', 'n', 'n', 'p', 'PageDown']) await page.keyboard.press(key);
      await panel.drawn();
      expect((await panel.requests('moveTo')).map(({ params }) => params['node'])).toEqual([6, 0, 1, 3, 1, 7]);
      await page.getByRole('button', { name: 'only these 3' }).press('Enter');
      await panel.drawn();
      const found = page.getByRole('listbox', { name: 'Steps that were found' });
      expect(await found.locator('.step-number').allInnerTexts()).toEqual(['1', '3', '6']);
      await page.getByRole('button', { name: 'end search' }).press('Enter');
      await panel.drawn();
      expect(await panel.requests('clearSearch')).toHaveLength(1);
      const narrow = await open('recording');
      expect(await narrow.page.getByRole('listbox', { name: 'Steps' }).count()).toBe(0);
    });

    test('steps from the toolbar, changes tabs, depth and method, and answers a pending change', async () => {
      const panel = await open('opened');
      const { page } = panel;
      await page.getByRole('button', { name: 'Continue' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press('ArrowLeft');
      await page.getByRole('button', { name: 'rollout depth 3' }).focus();
      await page.keyboard.press('Enter');
      await panel.drawn();
      await page.getByRole('combobox', { name: 'Method', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await panel.drawn();
      const seen = (await panel.requests()).slice(2).map(({ name, params }) => [name, ...Object.values(params)]);
      expect(seen).toEqual([
        ['command', 'lac.step'],
        ['showDecision', 7, 1],
        ['setParameter', 'depth', 3],
        ['setParameter', 'method', 'prior'],
      ]);
      const pending = await open('pending');
      await pending.page.getByText('Run it').press('Enter');
      await pending.drawn();
      expect((await pending.requests('confirm')).map(({ params }) => params)).toEqual([{ run: true }]);
    });

    test('plays: MiniGrid’s keys on the grid, commands elsewhere', async () => {
      const panel = await open('playing');
      await panel.page.getByRole('group', { name: /^Play/u }).focus();
      for (const key of ['ArrowUp', 'ArrowLeft', 'PageUp', ' ']) {
        await panel.page.keyboard.press(key);
        await panel.drawn();
      }
      expect((await panel.requests('act')).map(({ params }) => params['action'])).toEqual([
        'go forward',
        'turn left',
        'pick up',
        'toggle',
      ]);
      const household = await open('alfworld-playing');
      const entry = household.page.getByRole('textbox', { name: 'Your action' });
      await entry.focus();
      await household.page.keyboard.type('go to shelf 1');
      await household.page.keyboard.press('Enter');
      await household.drawn();
      expect((await household.requests('act')).map(({ params }) => params['action'])).toEqual(['go to shelf 1']);
    });
  });

  test('keeps the pad of a person who plays, and the focus in it, while the agent decides', async () => {
    const panel = await open('playing');
    const { status } = all['playing'].state;
    await panel.page.getByRole('group', { name: /^Play/u }).focus();
    await panel.patch({ kind: 'replace', section: 'status', value: { ...status, kind: 'running' } });
    await panel.page.keyboard.press('ArrowUp');
    await panel.drawn();
    expect(await panel.requests('act')).toEqual([]);
    await panel.patch({ kind: 'replace', section: 'status', value: status });
    await panel.page.keyboard.press('ArrowUp');
    await panel.drawn();
    expect(await panel.requests('act')).toHaveLength(1);
  });

  describe('hostile text', () => {
    test('is drawn as text, clipped, isolated and with its control characters visible', async () => {
      const panel = await open('hostile');
      const { page } = panel;
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(await page.locator('main script, main img').count()).toBe(0);
      const drawn = await page.evaluate<string>('document.body.textContent');
      expect(drawn).toContain('<script>window.pwned = true</script>');
      expect(drawn).toContain('[U+202E]');
      expect(drawn).toContain('\u241b[31m');
      expect(drawn).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u001b\u0000]/u);
      expect(drawn.length).toBeLessThan(200_000);
      expect(drawn).toContain('more characters');
      const titles = await page.evaluate<string>(
        `[...document.querySelectorAll('[title], [aria-label]')].map((each) => each.title + each.ariaLabel).join('')`,
      );
      expect(titles).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u001b\u0000]/u);
    });

    test('in a call opened down to its tokens', async () => {
      const panel = await open('opened');
      const bad = '</script><img src=x onerror="window.pwned=1">\u202e\u001b[31m';
      await panel.answer('call', {
        ok: true,
        result: {
          id: 'c',
          role: 'critic',
          candidate: 1,
          depth: 1,
          prompt: bad + 'p'.repeat(1_000_000),
          text: bad,
          tokens: [{ token: bad, logprob: -0.1, top: [{ token: bad, logprob: -0.1 }] }],
          top: [],
          seconds: 0.2,
          reused: false,
        },
      });
      await panel.page.getByText('critic’s prompt').first().click();
      await panel.drawn();
      const dialog = panel.page.getByRole('dialog');
      expect(await dialog.locator('img').count()).toBe(0);
      expect(await dialog.innerText()).toContain('more characters');
      await panel.page.keyboard.press('Escape');
      await panel.drawn();
      expect(await dialog.count()).toBe(0);
    });
  });

  test('speaks the language of its host, and still fits', async () => {
    const panel = await open('opened', { language: 'de', width: 300 });
    expect(await panel.page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringMatching(/entscheidung/iu), expect.stringMatching(/zeitleiste/iu)]),
    );
    expect(await text(panel, '.why')).toContain('Der Kritiker überstimmt den Prior');
    expect(await panel.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
      0,
    );
  });

  test('draws in forced colours', async () => {
    const panel = await open('opened', { forcedColors: true });
    expect(await winner(panel)).toBe(1);
  });
});
