import { describe, expect, test } from 'vitest';
import { LacError } from '../../src/errors/lacError';
import { english, inLanguage } from '../../src/errors/phrase';
import { babyAiText } from '../../src/environments/babyai/kind';
import type { Settings } from '../../src/episodes/episode';
import { describeModel, liveCalls, parametersFor, promptSetFor, type OpenedModel } from '../../src/episodes/launch';
import { PromptsInForce } from '../../src/episodes/promptsInForce';
import { Run } from '../../src/episodes/run';
import { noiseOf, qSamples } from '../../src/episodes/stepping/resamples';
import { startSession } from '../../src/episodes/stepping/open';
import type { DebugSession, SessionEvent, Stop } from '../../src/episodes/stepping/session';
import { defaultParameters } from '../../src/lac/parameters';
import { unlimited } from '../../src/models/calls/budget';
import { systemClock } from '../../src/models/clock';
import { babyAiWords } from '../support/babyAiWords';
import type { DecisionEntry } from '../../src/trajectories/timeline';
import { WrittenModel } from '../support/writtenModel';
import { writtenDecision } from '../webview/harness/decisions';

const told = ({ description }: Pick<Stop, 'description'>): string => inLanguage(description, english);

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

  test('decides at a step without going on, and executes that decision, or beside it what a person takes', async () => {
    for (const person of [true, false]) {
      const { session } = await stage();
      const start = session.cursor.node;
      expect((await session.forecast()).calls.expected).toBeGreaterThan(0);
      expect(await session.probe()).toMatchObject({ reason: 'probe' });
      expect(session.cursor).toMatchObject({ node: start, inside: null });
      expect(session.node.decisions).toMatchObject([{ complete: true, reason: 'step' }]);
      await (person ? session.act('turn left') : session.next());
      expect(session.node.arrival).toMatchObject({ from: start, by: person ? 'person' : 'choice', decision: 0 });
      expect(session.timeline.node(start)?.decisions).toHaveLength(1);
    }
  });

  test('steps into the decision event by event, out of it, and over the step', async () => {
    const { session, model } = await stage();
    const first = await session.stepIn();
    expect(told(first)).toBe('before a call of the actor');
    expect(model.prompts).toHaveLength(0);
    const seen: string[] = [];
    for (let i = 0; i < 6; i++) seen.push(told(await session.stepIn()));
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
    expect(told(out)).toMatch(/^chosen: /u);
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
    expect(told(into)).toBe('before a call of the actor');
    const there = told(await session.stepIn());
    await session.stepIn();
    expect(told(await session.stepBack())).toBe(there);
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

/** The line of a prompt part that a text stands on. */
const forwardRollout = { kind: 'prompt', part: 'forward', line: 2 } as const;

describe('breakpoints', () => {
  test('on a prompt line strike once a role and decision, and at every call with a hit condition', async () => {
    const { session } = await stage({ depth: 1 });
    session.breakpoints.set('forward', [{ target: forwardRollout }]);
    await session.continue();
    expect(session.cursor.inside).toMatchObject({
      phase: 'rollout',
      place: { role: 'forward', candidate: 0, depth: 1 },
    });
    expect(session.promptPlace()).toEqual({ part: 'forward', line: 2 });
    expect(session.comingPrompt()).toMatch(/\nObservation:$/u);
    await session.continue();
    expect(session.node.step).toBe(1);
    session.breakpoints.set('forward', [{ target: forwardRollout, hitCondition: '>= 1' }]);
    await session.continue();
    await session.continue();
    expect(session.node.step).toBe(1);
  });

  test('on the shared head strike for every role', async () => {
    const { session } = await stage({ depth: 1 });
    session.breakpoints.set('head', [{ target: { kind: 'prompt', part: 'head', line: 4 } }]);
    const roles: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      await session.continue();
      roles.push(session.cursor.inside?.place?.role);
    }
    expect(roles).toEqual(['actor', 'forward', 'critic', 'reflection']);
  });

  test('strike along the record as they do live, forwards and backwards', async () => {
    const { session, model } = await stage({ depth: 1 });
    const targets = [
      { target: forwardRollout },
      { target: { kind: 'action', pattern: '*' }, condition: 'step > 0' },
      { target: { kind: 'filter', filter: 'no-effect' } },
      { target: { kind: 'filter', filter: 'low-mass' }, condition: '0.5' },
      { target: { kind: 'filter', filter: 'critic-overrules' } },
    ] as const;
    session.breakpoints.set('all', targets);
    const walk = async (move: () => Promise<unknown>, last: string): Promise<string[]> => {
      const stops: string[] = [];
      for (;;) {
        await move();
        if (session.lastStop.reason === last) return stops;
        const { node, inside } = session.cursor;
        const { hits } = session.lastStop;
        stops.push(`${node} ${inside?.events ?? '-'} ${hits.map(told).join()}`);
      }
    };
    const live = await walk(() => session.continue(), 'end');
    expect(live.length).toBeGreaterThan(4);
    const asked = model.prompts.length;
    const back = await walk(() => session.reverseContinue(), 'entry');
    const again = await walk(() => session.continue(), 'end');
    expect(again).toEqual(live);
    // The way back begins where the way there ended.
    const passed = live.filter((stop) => !stop.startsWith('4 - '));
    expect(back.reverse()).toEqual(passed);
    expect(model.prompts).toHaveLength(asked);
  });

  test('log instead of stopping, and say what is wrong with them', async () => {
    const { session, events } = await stage();
    const set = session.breakpoints.set('a', [
      { target: { kind: 'action', pattern: '*' }, logMessage: 'step {step}: {choice}' },
      { target: { kind: 'action', pattern: '*' }, condition: 'Q <' },
      { target: { kind: 'action', pattern: '*' }, hitCondition: 'often' },
    ]);
    expect(set.map(({ problem }) => problem?.code ?? null)).toEqual([
      null,
      'expression.syntax',
      'debugger.hit-condition',
    ]);
    expect(await session.continue()).toMatchObject({ reason: 'end' });
    const logs = events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
    expect(logs).toHaveLength(4);
    expect(logs[0]).toMatch(/^step 0: \w/u);
  });
});

describe('changes', () => {
  test('a probe leaves the record as it was and is shown', async () => {
    const { session, model } = await stage();
    await session.stepOut();
    const asked = model.prompts.length;
    const forecast = await session.forecast({ parameters: { alpha: 0 } });
    expect(forecast.calls.max).toBe(0);
    expect(await session.probe({ parameters: { alpha: 0 } })).toMatchObject({ reason: 'probe' });
    expect(model.prompts).toHaveLength(asked);
    expect(session.decision?.index).toBe(1);
    expect(session.settings.parameters.alpha).toBe(0);
    expect((await session.forecast({ parameters: { rolloutTemperature: 1 } })).calls.max).toBeGreaterThan(0);
    await session.next();
    expect(session.node.arrival?.decision).toBe(1);
    expect(session.timeline.branches).toHaveLength(1);
  });

  test('an action that is tried out changes nothing, and whoever is told meets a session that stands still', async () => {
    const { session } = await stage();
    const { cursor } = session;
    const states: string[] = [];
    session.on((event) => {
      if (event.type === 'changed' && event.what === 'outcomes') states.push(session.state);
    });
    const outcome = await session.tryOut('turn left');
    expect(outcome.observation).not.toBe('');
    expect(states).toEqual(['stopped']);
    expect(session.cursor).toEqual(cursor);
    expect(session.timeline.nodes).toHaveLength(1);
  });

  test('another action from a past step begins a branch; the parent stays', async () => {
    const { session } = await stage();
    await session.continue();
    await session.goTo(1);
    const taken = session.nextNode?.arrival?.action;
    session.setAction(['turn left', 'turn right'].find((action) => action !== taken) ?? null);
    expect(session.timeline.branches).toHaveLength(1);
    await session.next();
    expect(session.cursor.branch).toBe('b1');
    expect(session.node.reflection).not.toBeNull();
    expect(session.visited).toEqual(['b0', 'b1']);
    await session.showBranch('b0');
    expect(session.node.step).toBe(4);
    await session.stepBack();
    expect(session.cursor).toMatchObject({ branch: 'b0', inside: null });
  });

  test('at most eight branches are visited at once; the others stay in the record', async () => {
    const { session } = await stage();
    await session.next();
    for (let branch = 1; branch <= 9; branch++) {
      await session.goTo(0);
      await session.act(`made-up action ${branch}`);
    }
    expect(session.timeline.branches).toHaveLength(10);
    expect(session.visited).toHaveLength(8);
    expect(session.visited.at(-1)).toBe(session.cursor.branch);
    await session.showBranch('b0');
    expect(session.visited).toHaveLength(8);
    expect(session.visited).toContain('b0');
  });

  test('an edited observation is what the next decision reads', async () => {
    const { session, model } = await stage();
    await session.next();
    expect(() => session.setObservation(' ')).toThrow('empty');
    session.setObservation('You see a red ball 1 step forward');
    await session.stepOut();
    expect(session.node.arrival?.edited).not.toBeNull();
    expect(session.cursor.branch).toBe('b1');
    expect(model.prompts.at(-1)).toContain('You see a red ball 1 step forward');
    await session.goTo(0);
    expect(() => session.setObservation('something')).toThrow('first observation');
  });

  test('re-samples are probes of their own and change nothing in force', async () => {
    const { session } = await stage({ depth: 1 });
    await session.stepOut();
    const before = session.settings;
    const made = await session.resample(3, 1);
    expect(made.map(({ resample }) => resample)).toEqual([1, 2, 3]);
    expect(session.settings).toBe(before);
    expect(session.decision?.index).toBe(0);
    expect(qSamples(made)[0]?.values.length).toBe(3);
  });
});

describe('an edit against noise', () => {
  /** A decision over one action whose critic reads a Q. */
  const entry = (q: number, given: { prompts?: string; resample?: number; temperature?: number }): DecisionEntry => {
    const probability = 1 / (1 + Math.exp(-q));
    const written = [
      { action: 'go forward', weight: 1, rollout: [['nothing', 'GOOD']], good: probability, bad: 1 - probability },
    ] as const;
    const { prompts = 'edited', resample = 0, temperature = 0 } = given;
    const parameters = { ...defaultParameters, rolloutTemperature: temperature };
    return {
      node: 0,
      index: 0,
      reason: 'probe',
      prompts,
      parameters,
      added: [],
      resample,
      events: writtenDecision(written, { ...parameters, depth: 1 }),
      complete: true,
    };
  };
  const drawn = (...qs: number[]): DecisionEntry[] => qs.map((q, i) => entry(q, { resample: i + 1, temperature: 0.7 }));

  test('stands out where the Q before it is none that sampling alone would give', () => {
    const shown = entry(1, {});
    const noiseWith = (before: number) =>
      noiseOf({ decisions: [entry(before, { prompts: 'built-in' }), shown, ...drawn(0.9, 1, 1.1)] }, shown);
    expect(noiseWith(-1)).toMatchObject({ times: 3, temperature: 0.7 });
    // Mean 1, deviation 0.1: a single draw lies within 4.303 * 0.1 * sqrt(4 / 3) of it, the mean within 4.303 * 0.1 / sqrt(3).
    const [action] = noiseWith(-1)?.actions ?? [];
    expect(action?.mean).toBeCloseTo(1);
    expect(action?.low).toBeCloseTo(1 - 0.2484, 3);
    expect(action?.high).toBeCloseTo(1 + 0.2484, 3);
    const standsOut = (before: number) => noiseWith(before)?.actions[0]?.standsOut;
    expect([0.49, 0.51, 1.49, 1.51].map(standsOut)).toEqual([true, false, false, true]);
  });

  test('is open with one re-sample, with no edit, and for re-samples of other prompts or parameters', () => {
    const shown = entry(1, {});
    const built = entry(0, { prompts: 'built-in' });
    expect(noiseOf({ decisions: [built, shown, ...drawn(1)] }, shown)?.actions).toMatchObject([
      { low: null, standsOut: null },
    ]);
    expect(noiseOf({ decisions: [shown, ...drawn(1, 1.2)] }, shown)?.actions).toMatchObject([
      { before: null, standsOut: null },
    ]);
    expect(noiseOf({ decisions: [built, shown, ...drawn(1, 1.2)] }, built)).toBeNull();
    const other = entry(9, { resample: 1, temperature: 2 });
    expect(noiseOf({ decisions: [built, shown, other, ...drawn(1, 1.2)] }, shown)).toMatchObject({
      times: 2,
      temperature: 0.7,
    });
  });
});

describe('interruptions', () => {
  /** A model whose calls wait until they are let go, and the count of calls that have come. */
  function slowModel(): { model: WrittenModel; came: (count: number) => Promise<void>; release: () => void } {
    let release: () => void = () => undefined;
    let held = new Promise<void>((resolve) => (release = resolve));
    const arrivals: (() => void)[] = [];
    const model: WrittenModel = new WrittenModel(babyAiWords, {
      before: async (_prompt, inner) => {
        arrivals.splice(0).forEach((tell) => tell());
        const aborted = new Promise<void>((_resolve, reject) => {
          inner.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
        });
        await Promise.race([held, aborted]);
      },
    });
    return {
      model,
      came: async (count) => {
        while (model.prompts.length < count) await new Promise<void>((resolve) => arrivals.push(resolve));
      },
      release: () => {
        release();
        held = new Promise((resolve) => (release = resolve));
      },
    };
  }

  test('pause stops at the next event or call; pressed again it aborts the call, which stays pending', async () => {
    const { model, came, release } = slowModel();
    const { session } = await stage({}, { model });
    const first = session.continue();
    expect(() => session.setAction('turn left')).toThrow('running');
    await came(1);
    session.pause();
    release();
    expect(await first).toMatchObject({ reason: 'pause' });
    expect(model.prompts).toHaveLength(1);
    const second = session.continue();
    await came(2);
    session.pause();
    session.pause();
    const stopped = await second;
    expect([stopped.reason, told(stopped)]).toEqual(['pause', 'the call was stopped; it stays pending']);
    expect(model.running).toBe(0);
    const third = session.continue();
    await came(3);
    await session.close();
    expect(model.running).toBe(0);
    await third;
    expect(session.state).toBe('closed');
    expect(() => session.next()).toThrow('over');
  });

  test('a probe is given up for a newer one, before its first call and in one, and what stood before it stands again', async () => {
    const { model, came, release } = slowModel();
    const { session } = await stage({ candidates: 2, depth: 1 }, { model });
    const deciding = session.probe();
    while (session.state === 'running') {
      release();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect((await deciding).reason).toBe('probe');
    const asked = model.prompts.length;
    const outdated = session.probe({ parameters: { candidates: 3 } });
    expect(session.isProbing).toBe(true);
    await came(asked + 1);
    expect(await session.giveUpProbe()).toBe(true);
    expect([(await outdated).reason, told(await outdated)]).toEqual(['probe', 'given up for a newer change']);
    expect([model.running, session.state, session.isProbing]).toEqual([0, 'stopped', false]);
    expect(session.cursor).toMatchObject({ node: 0, inside: null });
    expect(session.decision).toMatchObject({ index: 0, complete: true });
    // At once: nothing was asked yet.
    const never = session.probe({ parameters: { candidates: 4 } });
    await session.giveUpProbe();
    expect((await never).reason).toBe('probe');
    expect(model.prompts).toHaveLength(asked + 1);
    expect(session.settings.parameters.candidates).toBe(4);
    expect(await session.giveUpProbe()).toBe(false);
    // Of those that are asked for at once the last one is decided.
    const several = [3, 4, 2].map((candidates) => session.probe({ parameters: { candidates } }));
    const given = ['given up for a newer change', 'given up for a newer change', 'decided again: still turn right'];
    expect((await Promise.all(several)).map(told)).toEqual(given);
    expect(session.decision).toMatchObject({ complete: true, parameters: { candidates: 2 } });
    expect(await session.probe({ parameters: { candidates: 2 } })).toMatchObject({ reason: 'probe' });
    expect(session.decision).toMatchObject({ complete: true, parameters: { candidates: 2 } });
    expect(model.prompts).toHaveLength(asked + 1);
  });

  test('a failed call stops where the episode can be gone on with', async () => {
    let calls = 0;
    const model = new WrittenModel(babyAiWords, {
      before: () =>
        ++calls === 6
          ? Promise.reject(new LacError('model.budget', { spent: 1, limit: 1, unit: 'calls' }))
          : Promise.resolve(),
    });
    const { session } = await stage({}, { model });
    session.breakpoints.set('filters', [{ target: { kind: 'filter', filter: 'budget' } }]);
    const stop = await session.continue();
    expect(stop).toMatchObject({ reason: 'exception', error: { code: 'model.budget' } });
    expect(stop.hits).toHaveLength(1);
    expect(await session.continue()).toMatchObject({ reason: 'end' });
    expect(session.timeline.start.decisions).toHaveLength(1);
  });

  test('rollouts side by side can be stepped through, and the record is in order all the same', async () => {
    const before = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const { session, model } = await stage({}, { parallel: 4, model: new WrittenModel(babyAiWords, { before }) });
    session.breakpoints.set('forward', [{ target: forwardRollout, hitCondition: '>= 1' }]);
    for (let i = 0; i < 5; i++) await session.continue();
    session.breakpoints.set('forward', []);
    await session.stepBack();
    await session.stepBack();
    expect(await session.continue()).toMatchObject({ reason: 'end' });
    expect(model.mostRunning).toBeGreaterThan(1);
    const sequential = await stage();
    await sequential.session.continue();
    expect(session.timeline.start.decisions.map(({ events }) => events)).toEqual(
      sequential.session.timeline.start.decisions.map(({ events }) => events),
    );
  });
});

describe('the transcript', () => {
  test('only ever grows, and knows the line of each step', async () => {
    const { session } = await stage();
    const texts = [session.transcript().text];
    while (session.node.end === null) {
      await session.next();
      texts.push(session.transcript().text);
    }
    for (const [index, text] of texts.slice(1).entries()) expect(text.startsWith(texts[index])).toBe(true);
    const transcript = session.transcript();
    for (let step = 0; step < 4; step++) {
      const line = transcript.lineOfStep(step);
      expect(transcript.lines[line]).toMatchObject({ kind: 'step', step });
      expect(transcript.stepOfLine(line + 1)).toBe(step);
    }
    const [action] = transcript.lines[transcript.lineOfStep(0)].spans.filter(({ what }) => what === 'action');
    const text = transcript.lines[transcript.lineOfStep(0)].text.slice(action.start, action.end);
    expect(text).toBe(session.line[1].arrival?.action);
  });

  test('shows hostile text without obeying it', async () => {
    const { session } = await stage();
    await session.next();
    session.setObservation('red \u001b[31m\u202eball\r\nkey');
    await session.next();
    const { lines } = session.transcript();
    expect(lines.some(({ text }) => text.includes('[edited] red \\u{1b}[31m\\u{202e}ball'))).toBe(true);
    expect(lines.map(({ text }) => text).join('')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
