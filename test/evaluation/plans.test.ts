import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EnvironmentResources, Task } from '../../src/environments/environment';
import { openEnvironment, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { Campaign } from '../../src/evaluation/campaign';
import type { EpisodeMeasures } from '../../src/evaluation/measures';
import { cellsOf, crossed, type Suite } from '../../src/evaluation/plan';
import { systemClock } from '../../src/models/clock';
import { alfworldMarks, planFollower, webshopMarks, type TranscriptMarks } from '../support/planFollower';
import { sharedPath } from '../support/recordings';
import { WrittenModel } from '../support/writtenModel';

const signal = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-plans-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Plays tasks with a model that follows a plan for each. */
async function follow(
  environment: string,
  marks: TranscriptMarks,
  resources: EnvironmentResources,
  tasks: readonly Task[],
  plans: readonly (readonly string[])[],
): Promise<readonly EpisodeMeasures[]> {
  let task = 0;
  const model = new WrittenModel(planFollower(marks, () => plans[task]));
  const served: OpenedModel = { endpoints: [{ name: 'written', model, parallel: 1 }], wrap: null };
  const campaign = new Campaign({
    opened: await openEnvironment(environment, resources, signal),
    model: () => Promise.resolve(served),
    prompts: (description) => promptSetFor(environment, description, []),
    given: { candidates: 1, horizon: 100 },
    clock: systemClock,
    engine: 'test',
    folder,
    truth: false,
  });
  const suite: Suite = {
    id: environment,
    title: environment,
    // A journal for each: games in equal rooms have equal prompts, and a journal answers a prompt but once.
    groups: tasks.map((each, i) => ({ set: `task ${i}`, tasks: [each] })),
    variants: crossed([{ name: 'method', values: ['prior'] }]),
    baseline: null,
  };
  const episodes: EpisodeMeasures[] = [];
  for (const [index, cell] of cellsOf([suite]).entries()) {
    task = index;
    episodes.push(...(await campaign.play(cell, signal)));
  }
  return episodes;
}

describe('a model that follows a plan', () => {
  const games = sharedPath('data', 'alfworld', 'json_2.1.2');
  test.skipIf(games === undefined)('solves the 134 unseen ALFWorld games', { timeout: 600_000 }, async () => {
    const resources = { assets: '', dataFolder: games ?? '', cacheFolder: null };
    const { kind } = await openEnvironment('alfworld', resources, signal);
    const set = (await kind.taskSets(resources, signal)).find(({ id }) => id === 'valid_unseen');
    const tasks = Array.from({ length: set?.size ?? 0 }, (_, i) => set?.at(i)).filter((task) => task !== undefined);
    expect(tasks).toHaveLength(134);
    const plans = tasks.map(({ id }) => {
      const file = path.join(games ?? '', id, 'game.tw-pddl');
      const { walkthrough } = JSON.parse(readFileSync(file, 'utf8')) as { readonly walkthrough: readonly string[] };
      return walkthrough.map((command) => command.replace(/^move (.*) to (.*)$/, 'put $1 in/on $2'));
    });
    const episodes = await follow('alfworld', alfworldMarks, resources, tasks, plans);
    expect(episodes.filter(({ success }) => !success).map(({ task, reason }) => `${task}: ${reason}`)).toEqual([]);
    expect(episodes.map(({ steps }) => steps)).toEqual(plans.map(({ length }) => length));
  });

  const list = sharedPath('data', 'webshop', 'tasks.json');
  test.skipIf(list === undefined)('buys at reward 1 in all 60 WebShop tasks', { timeout: 600_000 }, async () => {
    const resources = { assets: '', dataFolder: path.dirname(list ?? ''), cacheFolder: null };
    const { kind, environment } = await openEnvironment('webshop', resources, signal);
    const wanted = JSON.parse(readFileSync(list ?? '', 'utf8')) as readonly {
      readonly goal: { readonly instruction_text: string };
    }[];
    const sets = await kind.taskSets(resources, signal);
    const known = new Map<string, Task>();
    for (const set of sets.filter(({ id }) => id.startsWith('human'))) {
      for (let i = 0; i < set.size; i++) known.set(set.at(i).title, set.at(i));
    }
    const tasks: Task[] = [];
    const plans: (readonly string[])[] = [];
    for (const { goal } of wanted) {
      const task = known.get(goal.instruction_text);
      if (task === undefined) throw new Error(`no task "${goal.instruction_text}"`);
      await environment.reset(task, signal);
      tasks.push(task);
      plans.push((await environment.truth(signal))?.plan ?? []);
    }
    await environment.dispose();
    const episodes = await follow('webshop', webshopMarks, resources, tasks, plans);
    expect(episodes).toHaveLength(60);
    expect(episodes.filter(({ reward }) => reward !== 1).map(({ task, reward }) => `${task}: ${reward}`)).toEqual([]);
  });
});
