import { describe, expect, test } from 'vitest';
import { offeredActions, parseAction } from '../../../src/environments/babyai/actions';
import { babyAiText } from '../../../src/environments/babyai/kind';
import type { Environment, EnvironmentResources, Snapshot } from '../../../src/environments/environment';
import { environmentKind, environmentKinds } from '../../../src/environments/registry';
import { seededRandom } from '../../../src/lac/random';
import { testSeed } from '../../support/seed';

const resources: EnvironmentResources = { assets: '', dataFolder: null, cacheFolder: null };

async function started(id: string): Promise<Environment> {
  const environment = await babyAiText.open(resources);
  await environment.reset(await babyAiText.task(id, resources));
  return environment;
}

describe('actions', () => {
  test.each([
    ['go forward', 'go forward'],
    ['  Turn   LEFT ', 'turn left'],
    ['toggle.', 'toggle'],
    ['pick up\n', 'pick up'],
  ])('%j means %s', (text, action) => {
    expect(parseAction(text)).toEqual({ valid: true, action });
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['an action that is not offered', 'done'],
    ['a word too few', 'goforward'],
    ['two actions', 'go forward, toggle'],
    ['a line break', 'go\nforward'],
    ['a control character', 'drop\u0007'],
    ['two full stops', 'toggle..'],
    ['10,000 characters', 'x'.repeat(10_000)],
  ])('%s: no action, and it is said why', (_, text) => {
    const parsed = parseAction(text);
    expect(parsed.valid).toBe(false);
    if (!parsed.valid) expect(parsed.reason.length).toBeLessThan(200);
  });
});

describe('tasks', () => {
  test('an id gives the recorded task', async () => {
    const task = await babyAiText.task('GoToAfterPickUpLocal/seq/59', resources);
    expect(task).toEqual({
      environment: 'babyai-text',
      id: 'GoToAfterPickUpLocal/seq/59',
      type: 'go to after pick up',
      title: 'go to the yellow key after you pick up the green key',
    });
  });

  test('spellings of the original are taken', async () => {
    const task = await babyAiText.task('BabyAI-MixedTrainLocal-v0/pick up seq go to/3', resources);
    expect(task.id).toBe('MixedTrainLocal/seq/3');
  });

  test.each([
    ['Nowhere/goto/1', 'MixedTrainLocal'],
    ['MixedTrainLocal/fly/1', 'goto'],
    ['GoToAfterPickUpLocal/goto/1', 'seq'],
    ['MixedTrainLocal/goto/-1', 'seed'],
    ['MixedTrainLocal/goto/1.5', 'seed'],
    ['MixedTrainLocal/goto/9007199254740993', 'seed'],
    ['MixedTrainLocal/goto', 'seed'],
    ['MixedTrainLocal/goto/1/2', 'seed'],
  ])('%s is refused, naming what is near', async (id, near) => {
    await expect(babyAiText.task(id, resources)).rejects.toMatchObject({
      code: 'environment.unknown-task',
      message: expect.stringContaining(near) as unknown,
    });
  });

  test('every set holds tasks of its type, which its ids name again', async () => {
    const sets = await babyAiText.taskSets(resources);
    expect(new Set(sets.map(({ id }) => id)).size).toBe(sets.length);
    for (const set of sets) {
      for (const index of [0, 1, set.size - 1]) {
        const task = set.at(index);
        expect(set.title).toContain(task.type);
        expect(await babyAiText.task(task.id, resources)).toEqual(task);
      }
      expect(() => set.at(set.size)).toThrow(RangeError);
    }
    const types = sets.filter(({ id }) => id.startsWith('MixedTestLocal')).map((set) => set.at(5).type);
    expect(types).toEqual([
      'go to',
      'pick up',
      'put next to',
      'pick up then go to',
      'go to after pick up',
      'open door',
    ]);
  });

  test('the tasks of one order are all different', async () => {
    const sets = await babyAiText.taskSets(resources);
    for (const set of sets.filter(({ id }) => id.includes('then') || id.includes('after'))) {
      const ids = Array.from({ length: 40 }, (_, index) => set.at(index).id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

describe('an episode', () => {
  test('tells what it sees in one line, and repeats it for a text that is no action', async () => {
    const environment = await babyAiText.open(resources);
    const start = await environment.reset(await babyAiText.task('GoToAfterPickUpLocal/seq/59', resources));
    expect(start.goal).toBe('go to the yellow key after you pick up the green key');
    expect(start.observation).toBe(
      'You see a wall 3 steps forward, You see a wall 2 steps left, ' +
        'You see a purple key 1 step left and 1 step forward, ' +
        'You see a yellow key 2 steps right and 2 steps forward, You see a purple key 3 steps right',
    );
    const before = environment.snapshot();
    expect(await environment.step('fly')).toEqual({
      observation: start.observation,
      reward: 0,
      status: 'running',
      invalid: true,
      useless: false,
    });
    expect(environment.snapshot()).toEqual(before);
  });

  test('flags an action after which the state is the same', async () => {
    const environment = await started('GoToAfterPickUpLocal/seq/59');
    expect(await environment.step('drop')).toMatchObject({ useless: true, invalid: false, status: 'running' });
    expect(await environment.step('turn left')).toMatchObject({ useless: false, invalid: false });
  });

  test('succeeds by the plan of its truth, with the reward it foresaw', async () => {
    for (const id of ['MixedTestLocal/putnext/4', 'MixedTrainLocal/open/2', 'MixedTrainLocal/seq/8']) {
      const environment = await started(id);
      const truth = await environment.truth();
      expect(truth?.exact).toBe(true);
      expect(truth?.plan).toHaveLength(truth?.remaining ?? -1);
      let last;
      for (const action of truth?.plan ?? []) last = await environment.step(action);
      expect(last).toMatchObject({ status: 'success', reward: truth?.bestReward });
      expect(await environment.truth()).toMatchObject({ remaining: 0, plan: [], bestReward: truth?.bestReward });
    }
  });

  test('ends at its own limit, and then stays as it is', async () => {
    const environment = await started('MixedTrainLocal/goto/1');
    let last = await environment.step('toggle');
    let steps = 1;
    for (; last.status === 'running'; steps++) last = await environment.step('drop');
    expect({ steps, status: last.status }).toEqual({ steps: 64, status: 'limit' });
    const end = environment.snapshot();
    expect(await environment.step('turn left')).toMatchObject({ status: 'limit', reward: 0 });
    expect(environment.snapshot()).toEqual(end);
  });

  test('refuses to be asked before a task is started', async () => {
    const environment = await babyAiText.open(resources);
    await expect(environment.step('toggle')).rejects.toMatchObject({ code: 'environment.not-started' });
    expect(() => environment.picture()).toThrow('BabyAI-Text');
  });
});

describe('snapshots', () => {
  test('what follows a restored snapshot is what followed it before, in another process too', async () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const act = (): string => offeredActions[Math.floor(random.next() * 6)] ?? 'toggle';
    for (let episode = 0; episode < 40; episode++) {
      const kind = ['goto', 'pickup', 'open', 'putnext', 'seq'][episode % 5] ?? 'goto';
      const id = `MixedTrainLocal/${kind}/${seed + episode}`;
      const first = await started(id);
      const before = Math.floor(random.next() * 50);
      for (let count = 0; count < before; count++) await first.step(act());
      const written = JSON.stringify(first.snapshot());
      const picture = first.picture();
      const actions = Array.from({ length: 30 }, act);
      const followed = [];
      for (const action of actions) followed.push(await first.step(action));

      for (const environment of [first, await started(id)]) {
        await environment.restore(JSON.parse(written) as Snapshot);
        expect(JSON.stringify(environment.snapshot()), `seed ${seed}`).toBe(written);
        expect(environment.picture()).toEqual(picture);
        for (const [index, action] of actions.entries()) {
          expect(await environment.step(action), `seed ${seed}, ${id}, ${index}`).toEqual(followed[index]);
        }
      }
    }
  });

  test('what does not fit is refused, and nothing is changed', async () => {
    const environment = await started('MixedTrainLocal/goto/1');
    const good = environment.snapshot();
    const state = good.state as Readonly<Record<string, unknown>>;
    const misfits: Snapshot[] = [
      { ...good, environment: 'alfworld' },
      { ...good, version: 2 },
      { ...good, task: 'MixedTrainLocal/goto/2' },
      { ...good, state: null },
      { ...good, state: { ...state, steps: 65 } },
      { ...good, state: { ...state, agent: { cell: 9, direction: 4, carrying: 0 } } },
      { ...good, state: { ...state, objects: [] } },
      { ...good, state: { ...state, memory: {} } },
    ];
    for (const misfit of misfits) {
      await expect(environment.restore(misfit)).rejects.toMatchObject({ code: 'environment.snapshot' });
      expect(environment.snapshot()).toEqual(good);
    }
  });
});

test('the picture shows the whole grid, what is seen of it, and the targets', async () => {
  const environment = await started('GoToAfterPickUpLocal/seq/59');
  const picture = environment.picture();
  if (picture.kind !== 'grid') throw new Error('not a grid');
  expect(picture).toMatchObject({ width: 8, height: 8, agent: { x: 5, y: 4, direction: 1, carrying: null } });
  expect(picture.cells).toHaveLength(64);
  expect(picture.cells[0]).toEqual({ kind: 'wall', color: null, state: null });
  // The green and the yellow key of the mission.
  expect(picture.targets.map((cell) => picture.cells[cell])).toEqual([
    { kind: 'key', color: 'green', state: null },
    { kind: 'key', color: 'yellow', state: null },
  ]);
  // It looks down: nothing above is seen, and of the nearest wall what lies within three cells to its sides.
  expect(picture.visible.slice(0, 32).some(Boolean)).toBe(false);
  expect(picture.visible.slice(40, 48)).toEqual([false, false, true, true, true, true, true, true]);
});

test('the registry knows every environment by its id', () => {
  for (const kind of environmentKinds) expect(environmentKind(kind.id)).toBe(kind);
  expect(() => environmentKind('chess')).toThrow(expect.objectContaining({ code: 'environment.unknown' }) as Error);
});
