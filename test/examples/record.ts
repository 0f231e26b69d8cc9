import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  describeModel,
  liveCalls,
  openEnvironment,
  parametersFor,
  promptSetFor,
  type OpenedModel,
} from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { alfworldMarks, webshopMarks } from '../support/planFollower';
import { WrittenModel } from '../support/writtenModel';
import { scenes, type Scene } from './scenes';
import { scriptedModel } from './scriptedModel';

/** Name under which the model of these recordings stands in them, so that nobody takes it for a model. */
const modelName = 'scripted, for this example';
const signal = new AbortController().signal;

/** Plays a scene on the games and products that ship, and records it. Returns how it ended. */
export async function recordScene(
  scene: Scene,
  folder: string,
): Promise<{ file: string; reason: string; reward: number }> {
  const assets = path.resolve('media', 'data', scene.environment);
  const resources = { assets, dataFolder: null, cacheFolder: null };
  const { kind, environment } = await openEnvironment(scene.environment, resources, signal);
  try {
    const task = (await kind.taskSets(resources, signal)).find(({ id }) => id === scene.set)?.at(scene.index);
    if (task === undefined) throw new Error(`${scene.name}: there is no task ${scene.index} in ${scene.set}`);
    const [marks, observationMark] =
      scene.environment === 'alfworld' ? ([alfworldMarks, ''] as const) : ([webshopMarks, 'Observation:'] as const);
    const model = new WrittenModel(scriptedModel(marks, observationMark, scene.moments), {
      digest: `scripted ${scene.name}`,
      name: modelName,
    });
    const served: OpenedModel = { endpoints: [{ name: modelName, model, parallel: 1 }], wrap: null };
    const parameters = parametersFor(kind, 'embedded', scene.parameters, scene.name);
    const file = path.join(folder, `${scene.name}.lac.jsonl`);
    rmSync(file, { force: true });
    const header = { engine: engineVersion(), environment, model: describeModel(served), parameters };
    const run = Run.create(file, header, new Date().toISOString());
    const settings = {
      parameters,
      prompts: new PromptsInForce(promptSetFor(scene.environment, modelName, []), task.type, null),
    };
    const calls = liveCalls(served, run.callLog, unlimited, systemClock);
    const episode = await run.startEpisode(task, settings, { environment, calls, state: { truth: false } }, signal);
    const events = episode.run(0, settings, signal);
    for (let next = await events.next(); next.done !== true;) next = await events.next();
    run.close();
    const tip = episode.timeline.tip('b0');
    return { file, reason: tip?.end?.reason ?? 'no end', reward: tip?.end?.reward ?? 0 };
  } finally {
    await environment.dispose();
  }
}

function engineVersion(): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  return version;
}

async function main(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const scene of scenes) {
    const { file, reason, reward } = await recordScene(scene, folder);
    console.log(`${file}: ${statSync(file).size} bytes, ${reason}, reward ${reward}`);
  }
}

if (process.argv[2] === '--into' && process.argv[3] !== undefined) void main(process.argv[3]);
