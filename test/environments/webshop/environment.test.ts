import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnvironmentResources, TaskSet } from '../../../src/environments/environment';
import { observationModes, WebShopEnvironment } from '../../../src/environments/webshop/environment';
import { webshop, webshopKind } from '../../../src/environments/webshop/kind';
import { LacError } from '../../../src/errors/lacError';

const resources: EnvironmentResources = {
  assets: path.resolve('media/data/webshop'),
  dataFolder: null,
  cacheFolder: null,
};

async function opened(mode: (typeof observationModes)[number] = 'simplified'): Promise<WebShopEnvironment> {
  const environment = await webshopKind({ observation: mode }).open(resources);
  if (!(environment instanceof WebShopEnvironment)) throw new TypeError('not WebShop');
  return environment;
}

describe('the catalogue that ships', () => {
  let set: TaskSet;
  let environment: WebShopEnvironment;
  beforeAll(async () => {
    set = (await webshop.taskSets(resources))[0];
    environment = await opened();
  });
  afterAll(() => environment.dispose());

  it('has tasks of both kinds, each named so that it is found again', async () => {
    const sets = await webshop.taskSets(resources);
    expect(sets.map(({ id }) => id)).toEqual(['human', 'synthetic']);
    expect(sets[0].size).toBeGreaterThan(200);
    const task = await webshop.task('synthetic/7', resources);
    expect(task).toEqual(sets[1].at(7));
    expect(task).toMatchObject({ id: 'synthetic/7', type: 'synthetic' });
    await expect(webshop.task('human/9999', resources)).rejects.toMatchObject({ code: 'environment.unknown-task' });
    await expect(webshop.task('robots/1', resources)).rejects.toThrow('kinds are: human, synthetic');
  });

  it('lets every task be won by the plan that the oracle names, one action nearer with each step', async () => {
    for (let i = 0; i < set.size; i += 5) {
      await environment.reset(set.at(i));
      let truth = await environment.truth();
      expect(truth.bestReward, set.at(i).title).toBe(1);
      for (const action of truth.plan) {
        const { status, invalid } = await environment.step(action);
        const next = await environment.truth();
        expect(invalid).toBe(false);
        expect(next.remaining).toBe((truth.remaining ?? NaN) - 1);
        expect(status).toBe(next.remaining === 0 ? 'success' : 'running');
        truth = next;
      }
    }
  });

  it('needs options and attributes: buying the first hit often is not enough', async () => {
    let total = 0;
    for (let i = 0; i < 60; i++) {
      const { goal } = await environment.reset(set.at(i));
      await environment.step(`search[${goal}]`);
      const first = environment.admissible().find((action) => action.startsWith('click[Z0'));
      await environment.step(first ?? '');
      total += (await environment.step('click[Buy Now]')).reward;
    }
    expect(total / 60).toBeLessThan(0.85);
    expect(total / 60).toBeGreaterThan(0.4);
  });

  it('answers what is no action with the state kept, flagged, and says why', async () => {
    await environment.reset(set.at(0));
    const before = environment.snapshot();
    for (const text of ['foo', 'search[shoes', 'click[]', 'click[Buy Now]', 'click[Next >]', '', 'click[[x]]']) {
      const parsed = environment.parse(text);
      expect(parsed.valid, text).toBe(false);
      const result = await environment.step(text);
      expect(result).toMatchObject({ observation: 'Invalid action!', invalid: true, reward: 0, status: 'running' });
    }
    expect(environment.snapshot()).toMatchObject({ ...before, state: { page: 'init', answer: 'Invalid action!' } });
    expect(environment.parse(' search[shoes] ')).toEqual({ valid: true, action: 'search[shoes]' });
    expect(await environment.step('search[ ]')).toMatchObject({ invalid: false });
    expect(environment.picture()).toMatchObject({ page: 'results', total: 0, results: [] });
  });

  it('tells thoughts and repeated clicks from useful steps', async () => {
    const { goal } = await environment.reset(set.at(3));
    expect(await environment.step('think[let me look]')).toMatchObject({ observation: 'OK.', useless: true });
    expect(await environment.step(`search[${goal}]`)).toMatchObject({ useless: false });
    for (const asin of environment.admissible().filter((action) => action.startsWith('click[Z0'))) {
      await environment.step(asin);
      const option = environment.picture().options.at(0)?.values.at(0)?.value;
      if (option === undefined) {
        await environment.step('click[< Prev]');
        continue;
      }
      const click = `click[${option}]`;
      expect(await environment.step(click)).toMatchObject({
        observation: `You have clicked ${option}.`,
        useless: false,
      });
      expect(environment.picture().options[0].values[0]).toEqual({ value: option, chosen: true });
      expect(await environment.step(click)).toMatchObject({ useless: true });
      return;
    }
    throw new Error('no product on the page has options');
  });

  it('turns pages and shows three products of ten', async () => {
    await environment.reset(set.at(1));
    const first = await environment.step('search[light weight]');
    expect(first.observation.match(/\[Z0\w{8}\]/g)).toHaveLength(3);
    const second = await environment.step('click[Next >]');
    expect(second.observation).toContain('\n[< Prev] ');
    expect((await environment.step('click[< Prev]')).observation).toBe(first.observation);
    expect((await environment.step('click[< Prev]')).invalid).toBe(true);
  });

  it('ends with a purchase, good or bad', async () => {
    await environment.reset(set.at(2));
    await environment.step('search[table]');
    await environment.step(environment.admissible().find((action) => action.startsWith('click[Z0')) ?? '');
    const { status, reward, observation } = await environment.step('click[Buy Now]');
    expect(status).toBe(reward === 1 ? 'success' : 'failure');
    expect(observation).toBe(`Your score (min 0.0, max 1.0): ${reward === 0 || reward === 1 ? `${reward}.0` : reward}`);
    expect(environment.admissible()).toEqual([]);
    expect(await environment.step('click[Back to Search]')).toMatchObject({ invalid: true, status });
    expect(environment.picture().page).toBe('done');
  });

  it('refuses snapshots of something else', async () => {
    await environment.reset(set.at(0));
    const snapshot = environment.snapshot();
    const refused = async (change: object): Promise<void> => {
      await expect(environment.restore({ ...snapshot, ...change })).rejects.toMatchObject({
        code: 'environment.snapshot',
      });
    };
    await refused({ environment: 'alfworld' });
    await refused({ version: 99 });
    await refused({ task: 'human/1' });
    await refused({ state: null });
    await refused({ state: { answer: null } });
    const { state } = snapshot;
    if (typeof state !== 'object') throw new TypeError('a state is an object');
    await refused({ state: { ...state, asin: 'NOSUCHASIN' } });
    await expect((await opened()).step('search[x]')).rejects.toBeInstanceOf(LacError);
  });
});

describe.each(observationModes)('mode %s', (mode) => {
  it('restores every state of a random walk in another environment', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    const below = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 1;
      return state % n;
    };
    const one = await opened(mode);
    const other = await opened(mode);
    const [set] = await webshop.taskSets(resources);
    for (let episode = 0; episode < 8; episode++) {
      const task = set.at(below(set.size));
      await one.reset(task);
      await other.reset(task);
      for (let step = 0; step < 25; step++) {
        const actions = one.admissible();
        if (actions.length === 0) break;
        const action = actions[below(actions.length)];
        expect(one.parse(action), `seed ${seed}: ${action}`).toMatchObject({ valid: true });
        const result = await one.step(action);
        expect(result.invalid, `seed ${seed}: ${action}`).toBe(false);
        const recorded: unknown = JSON.parse(JSON.stringify(one.snapshot()));
        const restored = await other.restore(recorded as ReturnType<typeof one.snapshot>);
        expect(restored, `seed ${seed}: ${action}`).toBe(result.observation);
        expect(other.admissible()).toEqual(one.admissible());
        expect(other.picture()).toEqual(one.picture());
      }
    }
    await one.dispose();
    await other.dispose();
  });
});
