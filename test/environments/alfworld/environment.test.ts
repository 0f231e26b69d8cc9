import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAlfworld } from '../../../src/environments/alfworld/environment';
import { generateCollection } from '../../../src/environments/alfworld/generate/collection';
import { taskTypes } from '../../../src/environments/alfworld/games/entry';
import { readShippedGames } from '../../../src/environments/alfworld/games/shipped';
import { readHousehold } from '../../../src/environments/alfworld/household';
import { inOldLanguage } from '../../../src/environments/alfworld/language';
import { alfworld } from '../../../src/environments/alfworld/kind';
import type { Environment, Snapshot, Task } from '../../../src/environments/environment';
import type { RoomPicture } from '../../../src/environments/picture';
import { assets, shipped } from './household';

async function shippedTasks(): Promise<readonly Task[]> {
  const [all] = await alfworld.taskSets(shipped);
  if (all === undefined) throw new Error('no games ship');
  return Array.from({ length: all.size }, (_, index) => all.at(index));
}

async function started(
  id: string,
): Promise<{ environment: Environment; task: Task; goal: string; observation: string }> {
  const environment = await alfworld.open(shipped);
  const task = await alfworld.task(id, shipped);
  return { environment, task, ...(await environment.reset(task)) };
}

const room = (environment: Environment): RoomPicture => {
  const picture = environment.picture();
  if (picture.kind !== 'room') throw new Error(`a ${picture.kind} picture`);
  return picture;
};

const lampTask = 'household/look_at_obj_in_light-Newspaper-None-DeskLamp/bedroom_5';

describe('the games that ship', () => {
  it('are four of each type, in all four rooms', async () => {
    const tasks = await shippedTasks();
    expect(tasks).toHaveLength(24);
    for (const type of taskTypes)
      expect(
        tasks.filter((task) => task.type === type),
        type,
      ).toHaveLength(4);
    const rooms = new Set<string>();
    for (const task of tasks) {
      const environment = await alfworld.open(shipped);
      await environment.reset(task);
      rooms.add(room(environment).title);
    }
    expect([...rooms].sort()).toEqual(['Bathroom', 'Bedroom', 'Kitchen', 'Living room']);
  });

  it('are won by their walkthroughs, at the last command and not before', async () => {
    const games = await readShippedGames(assets);
    for (const { id } of games.collection.games) {
      const { environment } = await started(id);
      const file = games.find(id)?.file;
      const walkthrough = file === undefined ? [] : (inOldLanguage(file).walkthrough ?? []);
      const outcomes: string[] = [];
      for (const [index, command] of walkthrough.entries()) {
        expect((await environment.truth())?.remaining).toBe(walkthrough.length - index);
        const { status, reward, invalid } = await environment.step(command);
        outcomes.push(`${status} ${reward} ${invalid}`);
      }
      expect(outcomes, id).toEqual(
        walkthrough.map((_, at) => (at === walkthrough.length - 1 ? 'success 1 false' : 'running 0 false')),
      );
      expect(await environment.truth()).toMatchObject({ remaining: 0, plan: [], exact: true });
    }
  });

  it('are what the generator makes of its seed', async () => {
    const written: unknown = JSON.parse(await readFile(path.join(assets, 'games.json'), 'utf8'));
    expect({ games: generateCollection(await readHousehold(assets), 1) }).toEqual(written);
  });
});

describe('an episode', () => {
  it('parts goal and observation', async () => {
    const { goal, observation } = await started(lampTask);
    expect(goal).toBe('look at newspaper under the desklamp.');
    expect(observation).toMatch(
      /^You are in the middle of a room\. Looking quickly around you, you see a .*, and a .*\.$/,
    );
  });

  it('plays the old language unless it is told to take files as they are', async () => {
    const { environment, task } = await started(lampTask);
    expect(environment.admissible()).not.toContain('help');
    const asFile = await openAlfworld(shipped, { language: 'file' });
    await asFile.reset(task);
    expect(asFile.admissible()).toContain('help');
  });

  it('answers what is not admissible with "Nothing happens." and keeps the state', async () => {
    const { environment } = await started(lampTask);
    const before = environment.admissible();
    expect(environment.parse('Go to desk 1').valid).toBe(false);
    expect(environment.parse('  go to desk 1 ')).toEqual({ valid: true, action: 'go to desk 1' });
    for (const text of ['Go to desk 1', 'go to desk 1.', 'go  to desk 1', 'fly', '']) {
      expect(await environment.step(text)).toEqual({
        observation: 'Nothing happens.',
        reward: 0,
        status: 'running',
        invalid: true,
        useless: false,
      });
    }
    expect(environment.admissible()).toEqual(before);
  });

  it('calls a command useless when it neither changes nor shows anything', async () => {
    const { environment } = await started(lampTask);
    const useless = async (command: string): Promise<boolean> => (await environment.step(command)).useless;
    expect(await useless('look')).toBe(true);
    expect(await useless('inventory')).toBe(true);
    expect(await useless('go to desk 1')).toBe(false);
    expect(await useless('examine desk 1')).toBe(true);
    expect(await useless('use desklamp 1')).toBe(false);
    expect(await useless('use desklamp 1')).toBe(true);
    expect(await useless('go to drawer 4')).toBe(false);
    expect(await useless('open drawer 4')).toBe(false);
    expect(await useless('close drawer 4')).toBe(false);
  });

  it('knows what the agent has seen and what it has not', async () => {
    const { environment } = await started(lampTask);
    const drawer = (): RoomPicture['receptacles'][number] | undefined =>
      room(environment).receptacles.find((one) => one.name === 'drawer 4');
    const newspaper = { name: 'newspaper 1', states: [], target: true };
    expect(drawer()).toMatchObject({ state: 'closed', here: false, seen: false, known: [] });
    expect(drawer()?.hidden).toContainEqual(newspaper);
    await environment.step('go to drawer 4');
    expect(drawer()).toMatchObject({ state: 'closed', here: true, seen: false, known: [] });
    await environment.step('open drawer 4');
    expect(drawer()).toMatchObject({ state: 'open', here: true, seen: true, hidden: [] });
    expect(drawer()?.known).toContainEqual(newspaper);
    await environment.step('take newspaper 1 from drawer 4');
    expect(drawer()?.known).not.toContainEqual(newspaper);
    expect(room(environment).holding).toEqual([newspaper]);
    await environment.step('go to desk 1');
    await environment.step('use desklamp 1');
    const desk = room(environment).receptacles.find((one) => one.name === 'desk 1');
    expect(desk).toMatchObject({ state: 'plain', here: true, seen: true, target: true });
    expect(desk?.known).toContainEqual({ name: 'desklamp 1', states: ['on'], target: true });
  });

  it('is taken up from a snapshot in another process as if it had never been left', async () => {
    const { environment, task } = await started(lampTask);
    await environment.step('go to drawer 4');
    await environment.step('open drawer 4');
    const { observation } = await environment.step('take newspaper 1 from drawer 4');
    const snapshot = JSON.parse(JSON.stringify(environment.snapshot())) as Snapshot;
    const other = await alfworld.open(shipped);
    await other.reset(task);
    expect(await other.restore(snapshot)).toBe(observation);
    expect(other.admissible()).toEqual(environment.admissible());
    expect(other.picture()).toEqual(environment.picture());
    for (const command of ['put newspaper 1 in/on drawer 4', 'look', 'close drawer 4', 'go to desk 1']) {
      expect(await other.step(command)).toEqual(await environment.step(command));
    }
    expect(other.snapshot()).toEqual(environment.snapshot());
  });

  it('refuses snapshots that do not fit', async () => {
    const { environment, task } = await started(lampTask);
    const snapshot = environment.snapshot();
    const asFile = await openAlfworld(shipped, { language: 'file' });
    await asFile.reset(task);
    await expect(asFile.restore(snapshot)).rejects.toMatchObject({ code: 'environment.snapshot' });
    const state = snapshot.state as Record<string, unknown>;
    const unfit: readonly Snapshot[] = [
      { ...snapshot, version: 99 },
      { ...snapshot, task: 'another' },
      { ...snapshot, environment: 'webshop' },
      { ...snapshot, state: null },
      { ...snapshot, state: { ...state, facts: { opened: { added: [[100_000]], removed: [] } } } },
      { ...snapshot, state: { ...state, facts: { unheard: { added: [], removed: [] } } } },
      { ...snapshot, state: { ...state, seen: ['desk 1'] } },
    ];
    for (const one of unfit) {
      await expect(environment.restore(one)).rejects.toMatchObject({ code: 'environment.snapshot' });
    }
    expect(environment.snapshot()).toEqual(snapshot);
  });

  it('asks for a task first', async () => {
    const environment = await alfworld.open(shipped);
    expect(environment.parse('look').valid).toBe(false);
    expect(() => environment.admissible()).toThrow(/before a task was started/);
    await expect(environment.step('look')).rejects.toMatchObject({ code: 'environment.not-started' });
  });
});
