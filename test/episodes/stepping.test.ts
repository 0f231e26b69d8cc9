import { describe, expect, test } from 'vitest';
import { babyAiText } from '../../src/environments/babyai/kind';
import type { Settings } from '../../src/episodes/episode';
import { describeModel, liveCalls, parametersFor, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { startSession } from '../../src/episodes/stepping/open';
import type { DebugSession, SessionEvent } from '../../src/episodes/stepping/session';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { babyAiWords } from '../support/babyAiWords';
import { WrittenModel } from '../support/writtenModel';

const resources = { assets: '', dataFolder: null, cacheFolder: null };
const signal = new AbortController().signal;

interface Stage {
  readonly session: DebugSession;
  readonly model: WrittenModel;
  readonly events: SessionEvent[];
}

async function stage(
  given: Record<string, string | number> = {},
  { parallel = 1, model = new WrittenModel(babyAiWords) }: { parallel?: number; model?: WrittenModel } = {},
): Promise<Stage> {
  const environment = await babyAiText.open(resources);
  const task = await babyAiText.task('MixedTrainLocal/goto/17', resources);
  const opened: OpenedModel = { endpoints: [{ name: 'written', model, parallel }], wrap: null };
  const parameters = parametersFor(babyAiText, 'embedded', { horizon: 4, depth: 2, candidates: 3, ...given }, 'test');
  const prompts = new PromptsInForce(promptSetFor('babyai-text', 'embedded', []), task.type, null);
  const settings: Settings = { parameters, prompts };
  const run = Run.create(
    null,
    { engine: 'test', environment, model: describeModel(opened), parameters },
    '2026-01-01T00:00:00Z',
  );
  const calls = liveCalls(opened, run.callLog, unlimited, systemClock);
  const ports = { environment, calls, state: { truth: true }, clock: systemClock, wrap: null };
  const session = await startSession(run, task, settings, ports, signal);
  const events: SessionEvent[] = [];
  session.on((event) => events.push(event));
  return { session, model, events };
}

describe('stepping', () => {
  test('continues to the end', async () => {
    const { session } = await stage();
    const stop = await session.continue();
    expect(stop.reason).toBe('end');
    expect(session.node.end).not.toBeNull();
    expect(await session.continue()).toMatchObject({ reason: 'end' });
  });

  test('steps into the decision event by event, out of it, and over the step', async () => {
    const { session, model } = await stage();
    const first = await session.stepIn();
    expect(first.description).toBe('before a call of the actor');
    expect(model.prompts).toHaveLength(0);
    const seen: string[] = [];
    for (let i = 0; i < 6; i++) seen.push((await session.stepIn()).description);
    expect(seen.slice(0, 3)).toEqual([
      expect.stringMatching(/^candidate 1: /u),
      expect.stringMatching(/^candidate 2: /u),
      expect.stringMatching(/^candidate 3: /u),
    ]);
    expect(seen.slice(3)).toEqual([
      'the prior over the candidates',
      'candidate 1 imagined to depth 1',
      'the critic has read candidate 1 at depth 1',
    ]);
    const out = await session.stepOut();
    expect(out.description).toMatch(/^chosen: /u);
    expect(session.node.step).toBe(0);
    await session.stepOut();
    expect(session.cursor).toMatchObject({ node: 1, inside: null });
    await session.next();
    expect(session.cursor).toMatchObject({ node: 2, inside: null });
  });

  test('steps back along the record and forth again without a call', async () => {
    const { session, model } = await stage();
    await session.next();
    await session.next();
    const asked = model.prompts.length;
    await session.stepBack();
    expect(session.cursor).toMatchObject({ node: 1, inside: null });
    const into = await session.stepIn();
    expect(into.description).toBe('before a call of the actor');
    const there = (await session.stepIn()).description;
    await session.stepIn();
    expect((await session.stepBack()).description).toBe(there);
    await session.reverseContinue();
    expect(session.cursor).toEqual({ branch: 'b0', node: 0, inside: null });
    expect(session.lastStop.reason).toBe('entry');
    expect(model.prompts).toHaveLength(asked);
    await session.continue();
    expect(session.node.end).not.toBeNull();
    expect(session.timeline.branches).toHaveLength(1);
  });

  test('goes on with an interrupted decision from the record and then live', async () => {
    const { session, model } = await stage();
    for (let i = 0; i < 7; i++) await session.stepIn();
    const place = session.cursor;
    await session.stepBack();
    await session.stepBack();
    await session.stepIn();
    await session.stepIn();
    expect(session.cursor).toEqual(place);
    const before = new Set(model.prompts);
    const asked = model.prompts.length;
    await session.stepOut();
    expect(model.prompts.slice(asked).filter((prompt) => before.has(prompt))).toEqual([]);
    expect(session.node.decisions).toHaveLength(1);
    expect(session.node.decisions[0]?.complete).toBe(true);
  });
});
