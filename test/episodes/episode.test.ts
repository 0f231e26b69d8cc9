import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { babyAiText } from '../../src/environments/babyai/kind';
import type { Environment, Task } from '../../src/environments/environment';
import type { Episode, EpisodeEvent, Settings } from '../../src/episodes/episode';
import { describeModel, liveCalls, parametersFor, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { methods } from '../../src/lac/parameters';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { readJournal } from '../../src/trajectories/journal';
import { bufferSource, fileSource } from '../../src/trajectories/byteSource';
import { babyAiWords } from '../support/babyAiWords';
import { canonicalLines } from '../support/journalLines';
import { WrittenModel } from '../support/writtenModel';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lac-episode-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const resources = { assets: '', dataFolder: null, cacheFolder: null };
const signal = new AbortController().signal;

interface Stage {
  readonly environment: Environment;
  readonly task: Task;
  readonly model: WrittenModel;
  readonly opened: OpenedModel;
  readonly settings: Settings;
}

async function stage(given: Record<string, string | number> = {}, parallel = 1): Promise<Stage> {
  const environment = await babyAiText.open(resources);
  const task = await babyAiText.task('MixedTrainLocal/goto/17', resources);
  const model = new WrittenModel(babyAiWords);
  const opened: OpenedModel = { endpoints: [{ name: 'written', model, parallel }], wrap: null };
  const parameters = parametersFor(babyAiText, 'embedded', { horizon: 4, depth: 2, candidates: 3, ...given }, 'test');
  const prompts = new PromptsInForce(promptSetFor('babyai-text', 'embedded', []), task.type, null);
  return { environment, task, model, opened, settings: { parameters, prompts } };
}

function begin(at: Stage, file: string | null): Run {
  const identity = {
    engine: 'test',
    environment: at.environment,
    model: describeModel(at.opened),
    parameters: at.settings.parameters,
  };
  return Run.create(file, identity, '2026-01-01T00:00:00Z');
}

function portsOf(at: Stage, run: Run) {
  const calls = liveCalls(at.opened, run.callLog, unlimited, systemClock);
  return { environment: at.environment, calls, state: { truth: true } };
}

async function play(at: Stage, file: string): Promise<{ episode: Episode; events: EpisodeEvent[] }> {
  const run = begin(at, file);
  const episode = await run.startEpisode(at.task, at.settings, portsOf(at, run), signal);
  const events: EpisodeEvent[] = [];
  for await (const event of episode.run(0, at.settings, signal)) events.push(event);
  run.close();
  return { episode, events };
}

const drain = async (events: AsyncGenerator<EpisodeEvent, unknown>): Promise<void> => {
  for (;;) if ((await events.next()).done === true) return;
};

describe('an episode', () => {
  test.each(methods)('is played and recorded with method %s', async (method) => {
    const at = await stage({ method });
    const file = path.join(folder, 'run.lac.jsonl');
    const { episode } = await play(at, file);
    const read = await readJournal(fileSource(file));
    expect(read.problems).toEqual([]);
    expect(read.episodes).toHaveLength(1);
    expect(read.episodes[0].nodes).toEqual(episode.timeline.nodes);
    expect(read.episodes[0].nodes.at(-1)?.end).toMatchObject({ steps: read.episodes[0].nodes.length - 1 });
  });

  test('gives equal journals whatever order the answers come in', async () => {
    const one = path.join(folder, 'one.lac.jsonl');
    const many = path.join(folder, 'many.lac.jsonl');
    const first = await stage();
    await play(first, one);
    const second = await stage({}, 4);
    await play(second, many);
    expect(second.model.mostRunning).toBeGreaterThan(1);
    expect(canonicalLines(many)).toEqual(canonicalLines(one));
  });

  test('resumes after a stop in the middle of any line as if nothing had happened', async () => {
    const whole = path.join(folder, 'whole.lac.jsonl');
    await play(await stage(), whole);
    const bytes = readFileSync(whole);
    const seed = 20261122;
    for (let round = 0; round < 25; round++) {
      const start = bytes.indexOf('"type":"prompts"');
      const cut = start + Math.floor(((bytes.length - start) * ((seed * (round + 1)) % 9973)) / 9973);
      const part = path.join(folder, `part${round}.lac.jsonl`);
      writeFileSync(part, bytes.subarray(0, cut));
      const at = await stage();
      const { run } = await Run.resume(part);
      run.requireSame({ environment: at.environment, model: describeModel(at.opened) });
      const timeline = run.timelines.at(0);
      const episode =
        timeline === undefined
          ? await run.startEpisode(at.task, at.settings, portsOf(at, run), signal)
          : run.resumeEpisode(timeline, portsOf(at, run));
      await drain(episode.run(episode.timeline.line('b0').at(-1)?.id ?? 0, at.settings, signal));
      run.close();
      expect(canonicalLines(part), `cut at byte ${cut}`).toEqual(canonicalLines(whole));
    }
  });

  test('decides again with another alpha, depth or candidate without asking twice', async () => {
    const at = await stage();
    const run = begin(at, null);
    const ports = portsOf(at, run);
    const episode = await run.startEpisode(at.task, at.settings, ports, signal);
    await drain(episode.decide(0, at.settings, signal));
    const asked = at.model.prompts.length;
    const changed = (given: object): Settings => ({
      ...at.settings,
      parameters: { ...at.settings.parameters, ...given },
    });
    await drain(episode.decide(0, changed({ alpha: 7 }), signal));
    await drain(episode.decide(0, changed({ depth: 1 }), signal));
    expect(at.model.prompts.length).toBe(asked);
    await drain(episode.decide(0, at.settings, signal, { added: ['toggle'], resample: 0 }));
    expect(episode.node(0).decisions.map(({ reason }) => reason)).toEqual(['step', 'probe', 'probe', 'probe']);
    expect(episode.node(0).decisions.every(({ complete }) => complete)).toBe(true);
  });

  test('branches where another action is executed, and goes on from any node', async () => {
    const at = await stage();
    const run = begin(at, null);
    const episode = await run.startEpisode(at.task, at.settings, portsOf(at, run), signal);
    await drain(episode.run(0, at.settings, signal));
    const second = episode.timeline.line('b0')[1];
    const taken = episode.timeline.line('b0')[2].arrival?.action;
    const other = ['turn left', 'turn right', 'go forward'].find((action) => action !== taken) ?? '';
    const forked = await episode.act(second.id, { action: other, by: 'person', decision: null }, signal);
    expect(forked.branch).toBe('b1');
    expect(episode.timeline.branches.at(1)).toEqual({ id: 'b1', parent: 'b0', from: second.id, cause: 'action' });
    const again = await episode.act(second.id, { action: other, by: 'person', decision: null }, signal);
    expect(again.id).toBe(forked.id);
    await drain(episode.run(forked.id, at.settings, signal));
    expect(episode.timeline.tip('b1')?.end).not.toBeNull();
    expect(episode.timeline.line('b0')).toHaveLength(5);
  });

  test('an edited observation begins a branch whose state is the real one', async () => {
    const at = await stage();
    const run = begin(at, null);
    const episode = await run.startEpisode(at.task, at.settings, portsOf(at, run), signal);
    const real = await episode.act(0, { action: 'turn left', by: 'person', decision: null }, signal);
    const observation = 'You see a red ball 1 step forward';
    const edited = await episode.act(0, { action: 'turn left', by: 'person', decision: null, observation }, signal);
    expect(edited.branch).toBe('b1');
    expect(edited.observation).toBe(observation);
    expect(edited.arrival?.edited).toEqual({ observation: real.observation });
    expect(edited.state.hash).toBe(real.state.hash);
    await drain(episode.step(edited.id, at.settings, signal));
    expect(at.model.prompts.some((prompt) => prompt.includes(observation))).toBe(true);
  });

  test('trying an action out leaves the tree and the state as they were', async () => {
    const at = await stage();
    const run = begin(at, null);
    const episode = await run.startEpisode(at.task, at.settings, portsOf(at, run), signal);
    const tried = await episode.tryOut(0, 'turn left', signal);
    const taken = await episode.act(0, { action: 'turn left', by: 'person', decision: null }, signal);
    expect(tried.observation).toBe(taken.observation);
    expect(tried.state.hash).toBe(taken.state.hash);
    expect(episode.timeline.nodes).toHaveLength(2);
  });

  test('a cancelled decision stays resumable and its finished calls are kept', async () => {
    const at = await stage();
    const run = begin(at, null);
    const episode = await run.startEpisode(at.task, at.settings, portsOf(at, run), signal);
    const stop = new AbortController();
    const events = episode.decide(0, at.settings, stop.signal);
    for (let i = 0; i < 6; i++) await events.next();
    stop.abort();
    await expect(drain(events)).rejects.toMatchObject({ name: 'AbortError' });
    const asked = at.model.prompts.length;
    const before = new Set(at.model.prompts);
    await drain(episode.decide(0, at.settings, signal));
    expect(episode.node(0).decisions).toHaveLength(1);
    expect(episode.node(0).decisions[0].complete).toBe(true);
    expect(at.model.prompts.slice(asked).filter((prompt) => before.has(prompt))).toEqual([]);
  });
});

describe('a journal', () => {
  test('of something else is refused with its name', async () => {
    const source = bufferSource('notes.jsonl', Buffer.from('{"hello": 1}\n'));
    await expect(readJournal(source)).rejects.toMatchObject({ code: 'trajectory.foreign' });
  });
});
