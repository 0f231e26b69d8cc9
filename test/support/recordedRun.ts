import { babyAiText } from '../../src/environments/babyai/kind';
import type { EpisodeEvent, Settings } from '../../src/episodes/episode';
import { describeModel, liveCalls, parametersFor, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { babyAiWords } from './babyAiWords';
import { WrittenModel } from './writtenModel';

const signal = new AbortController().signal;

async function drain(events: AsyncGenerator<EpisodeEvent, unknown>): Promise<void> {
  for (;;) if ((await events.next()).done === true) return;
}

/** What to record besides an episode that is played to its end. */
export interface RunPlan {
  readonly tasks?: readonly string[];
  /** Another action at the second node of the first episode, and a decision after it. */
  readonly branch?: boolean;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

/** Plays episodes of BabyAI-Text with a scripted model and records them in a file. */
export async function recordRun(file: string, plan: RunPlan = {}): Promise<void> {
  const environment = await babyAiText.open({ assets: '', dataFolder: null, cacheFolder: null });
  const resources = { assets: '', dataFolder: null, cacheFolder: null };
  const opened: OpenedModel = {
    endpoints: [{ name: 'written', model: new WrittenModel(babyAiWords), parallel: 1 }],
    wrap: null,
  };
  const given = { horizon: 4, depth: 2, candidates: 3, ...plan.parameters };
  const parameters = parametersFor(babyAiText, 'embedded', given, 'test');
  const run = Run.create(
    file,
    { engine: 'test', environment, model: describeModel(opened), parameters },
    '2026-01-01T00:00:00Z',
  );
  const calls = liveCalls(opened, run.callLog, unlimited, systemClock);
  for (const [index, id] of (plan.tasks ?? ['MixedTrainLocal/goto/17']).entries()) {
    const task = await babyAiText.task(id, resources);
    const prompts = new PromptsInForce(promptSetFor('babyai-text', 'embedded', []), task.type, null);
    const settings: Settings = { parameters, prompts };
    const episode = await run.startEpisode(task, settings, { environment, calls, state: { truth: true } }, signal);
    await drain(episode.run(0, settings, signal));
    if (plan.branch !== true || index > 0) continue;
    const line = episode.timeline.line('b0');
    const taken = line[2].arrival?.action;
    const other = ['turn left', 'turn right', 'go forward'].find((action) => action !== taken) ?? '';
    const forked = await episode.act(line[1].id, { action: other, by: 'person', decision: null }, signal);
    await drain(episode.step(forked.id, settings, signal));
    const edited = {
      action: 'turn left',
      by: 'person',
      decision: null,
      observation: 'You see <b>nothing</b>',
    } as const;
    await episode.act(0, edited, signal);
  }
  run.close();
  await environment.dispose();
}
