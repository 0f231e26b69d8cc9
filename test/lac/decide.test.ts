import { describe, expect, it } from 'vitest';
import { LacError } from '../../src/errors/lacError';
import { actionKey } from '../../src/lac/actionText';
import { Asking } from '../../src/lac/asking';
import { branch } from '../../src/lac/branch';
import { readSlot } from '../../src/lac/critic';
import { decide, keptUnder, reflect, type Given } from '../../src/lac/decide';
import { canonicalOrder, eventsOf, foldDecision, type Decision } from '../../src/lac/decision';
import type { DecisionEvent, ProposalEvent } from '../../src/lac/events';
import { methodRules } from '../../src/lac/methods';
import { defaultParameters, methods, type Parameters } from '../../src/lac/parameters';
import { sumOf } from '../../src/lac/prior';
import type { ProposalContext } from '../../src/lac/proposal';
import { seededRandom } from '../../src/lac/random';
import { redecide } from '../../src/lac/redecide';
import type { Transcript } from '../../src/lac/transcript';
import { allDeviations, language, plainPrompter, TinyCalls, type Language, type TinyOptions } from './tinyModel';

const seed = Math.floor(Math.random() * 2 ** 32);

function transcriptOf(goal: string): Transcript {
  return {
    goal,
    firstObservation: 'a room',
    steps: [{ thoughts: [], action: 'look', observation: 'a door', reflection: 'Seen. This step is GOOD.' }],
    thoughts: [],
  };
}

function contextOf(goal = 'leave'): ProposalContext {
  return { transcript: transcriptOf(goal), admissible: null };
}

interface Run {
  readonly events: DecisionEvent[];
  readonly decision: Decision;
  readonly calls: TinyCalls;
}

async function run(
  parameters: Partial<Parameters> = {},
  options: TinyOptions & { readonly context?: ProposalContext; readonly calls?: TinyCalls } = {},
  given: Given | null = null,
): Promise<Run> {
  const calls = options.calls ?? new TinyCalls(options);
  const running = decide(
    options.context ?? contextOf(),
    { calls, prompter: plainPrompter },
    { ...defaultParameters, ...parameters },
    { signal: new AbortController().signal, given },
  );
  const events: DecisionEvent[] = [];
  for (;;) {
    const next = await running.next();
    if (next.done === true) return { events, decision: next.value, calls };
    events.push(next.value);
  }
}

function asking(calls: TinyCalls, parameters: Partial<Parameters> = {}): Asking {
  return new Asking(
    { calls, prompter: plainPrompter },
    { ...defaultParameters, ...parameters },
    new AbortController().signal,
  );
}

describe('proposal "branch"', () => {
  it('finds the n best distinct lines by lazy deviation', async () => {
    for (let round = 0; round < 20; round++) {
      const transcript = transcriptOf(`goal ${round}`);
      const prompt = plainPrompter
        .render({ role: 'actor', slot: 'action', transcript, imagined: [], prefix: '' })
        .segments.join('');
      // By definition: every deviation there is, the likeliest beginning first, the first n distinct lines.
      const expected: string[] = [];
      for (const { line } of allDeviations(language, prompt).sort((a, b) => b.logprob - a.logprob)) {
        const key = actionKey(line);
        if (!expected.includes(key)) expected.push(key);
      }
      for (const wanted of [1, 3, 5, 12]) {
        const { decision, calls } = await run(
          { method: 'reflection', candidates: wanted },
          { context: { transcript, admissible: null } },
        );
        expect(decision.candidates.map(({ action }) => action)).toEqual(expected.slice(0, wanted));
        expect(calls.asked.length).toBeLessThanOrEqual(3 * wanted);
        for (const { proposal } of decision.candidates) {
          let text = prompt;
          let logprob = 0;
          for (const { token } of proposal.tokens) {
            logprob += Math.log(language(text).find(([known]) => known === token)?.[1] ?? NaN);
            text += token;
          }
          expect(text).toBe(`${prompt} ${proposal.action}\n`);
          expect(proposal.logprob).toBeCloseTo(logprob, 10);
        }
      }
    }
  });

  it('stops at 3n calls, and passes over control text, broken characters and blanks', async () => {
    const own: Language = (text) => {
      const line = text.slice(text.lastIndexOf('\n') + 1);
      if (line.length > 1) return [['\n', 1]];
      return [
        [' go', 0.3],
        ['<|im_end|>', 0.2],
        ['', 0.1],
        [' \uFFFD', 0.1],
        ['  ', 0.1],
        ['\n', 0.1],
        [' GO', 0.06],
        [' Go', 0.04],
      ];
    };
    const calls = new TinyCalls({ language: own });
    const { lines } = await branch(asking(calls), transcriptOf('x'), 2);
    expect(calls.asked.map(({ prompt }) => prompt.slice(prompt.lastIndexOf('\n') + 1))).toEqual(['>', '> GO', '> Go']);
    expect(lines.map(({ text }) => text)).toEqual([' go', ' GO', ' Go']);

    const { decision } = await run({ method: 'prior', priorScore: 'sum' }, { language: own });
    const [only] = decision.candidates;
    expect(decision.candidates).toHaveLength(1);
    expect(only.proposal.logprob).toBeCloseTo(Math.log(0.3 + 0.06 + 0.04), 10);
    expect(only.proposal.merged).toEqual(['GO', 'Go']);
    // Under the mean the likelier spelling counts.
    expect(sumOf(only.proposal.tokens)).toBeCloseTo(Math.log(0.3), 10);
    expect(decision.choice?.notes).toEqual(['single-candidate']);
  });

  it('tells what came instead of an action', async () => {
    const calls = run({ method: 'prior' }, { language: () => [['\n', 1]] });
    await expect(calls).rejects.toThrow(LacError);
    await expect(calls).rejects.toMatchObject({ code: 'lac.no-candidates' });
  });
});

describe('proposal "sample"', () => {
  it('draws the same lines from the same seed, at any parallel', async () => {
    const one = await run({ proposal: 'sample', seed: 5, method: 'prior' });
    const again = await run(
      { proposal: 'sample', seed: 5, method: 'prior' },
      { parallel: 4, order: seededRandom(seed) },
    );
    const other = await run({ proposal: 'sample', seed: 6, method: 'prior' });
    expect(again.events).toEqual(one.events);
    expect(other.decision.candidates.map(({ action }) => action)).not.toEqual(
      one.decision.candidates.map(({ action }) => action),
    );
    // The same line drawn twice is one line: its probability does not double.
    for (const { proposal } of one.decision.candidates)
      expect(proposal.logprob).toBeCloseTo(sumOf(proposal.tokens), 12);
    expect(one.calls.asked.length).toBeLessThanOrEqual(15);
  });
});

describe('proposal "admissible"', () => {
  const actions = ['go door', 'open key', 'look', 'take ball', 'go key', 'LOOK'];

  it('scores every action by its sum and keeps the best n', async () => {
    const context = { ...contextOf(), admissible: actions };
    const { decision, calls } = await run({ proposal: 'admissible', candidates: 3, method: 'prior' }, { context });
    expect(calls.asked.map(({ request }) => request.kind)).toEqual(new Array(5).fill('score'));
    expect(decision.prior?.score).toBe('sum');
    const sums = decision.candidates.map(({ proposal }) => proposal.logprob);
    expect(sums).toEqual([...sums].sort((a, b) => b - a));
    expect(decision.candidates).toHaveLength(3);
  });

  it('adds what is offered and what the actor writes after an opening', async () => {
    const context = { ...contextOf(), admissible: ['look'], offered: ['open key'], openings: ['take'] };
    const { decision } = await run({ proposal: 'admissible', candidates: 9, method: 'prior' }, { context });
    const found = decision.candidates.map(({ action }) => action);
    expect(found).toEqual(expect.arrayContaining(['look', 'open key']));
    expect(found.filter((action) => action.startsWith('take'))).toHaveLength(2);
  });

  it('refuses without a list or without scores', async () => {
    await expect(run({ proposal: 'admissible' })).rejects.toMatchObject({ code: 'lac.no-admissible' });
    await expect(
      run(
        { proposal: 'admissible' },
        { context: { ...contextOf(), admissible: actions }, capabilities: { scores: 'none' } },
      ),
    ).rejects.toMatchObject({ code: 'lac.no-scores' });
  });
});

describe('a candidate added by hand', () => {
  it('costs its score, rollout and readings alone', async () => {
    const first = await run();
    const context = { ...contextOf(), added: ['open  ball', first.decision.candidates[0].action.toUpperCase()] };
    const before = first.calls.asked.length;
    const second = await run({}, { calls: first.calls, context }, { decision: first.decision, keep: 'values' });
    const fresh = first.calls.asked.slice(before);
    expect(second.decision.candidates).toHaveLength(6);
    expect(second.decision.candidates[5]).toMatchObject({ action: 'open ball', proposal: { source: 'hand' } });
    expect(fresh[0].request.kind).toBe('score');
    expect(fresh.slice(1).every(({ purpose }) => purpose.candidate === 5)).toBe(true);
    expect(second.decision.choice).not.toBeNull();
  });

  it('is scored like the others: all again, where its score would be another measure', async () => {
    const { decision, calls } = await run(
      { method: 'prior' },
      { context: { ...contextOf(), added: ['open ball'] }, language: endless },
    );
    const scored = calls.asked.filter(({ request }) => request.kind === 'score').length;
    expect(scored).toBe(decision.candidates.length + 1);
  });
});

/** Like `language`, but an action's line never ends within the tokens allowed unless its third word is there. */
const endless: Language = (text) => {
  const line = text.slice(text.lastIndexOf('\n') + 1);
  return line.startsWith('> go')
    ? [
        [' on', 0.9],
        ['\n', 0.1],
      ]
    : language(text);
};

describe('thoughts', () => {
  const thinker: Language = (text) => {
    const line = text.slice(text.lastIndexOf('\n') + 1);
    if (line === '>') return [[' think:', 0.7], ...language(text).map(([t, p]) => [t, p * 0.3] as const)];
    return line.startsWith('> think:') ? (line.length > 8 ? [['\n', 1]] : [[' hm', 1]]) : language(text);
  };

  it('come at most twice in a row and are never candidates', async () => {
    const { events, decision, calls } = await run({ method: 'react' }, { language: thinker });
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual(['thought', 'thought', 'proposal']);
    expect(decision.thoughts.map(({ text }) => text)).toEqual(['think: hm', 'think: hm']);
    expect(decision.candidates).toHaveLength(5);
    expect(decision.candidates.some(({ action }) => action.startsWith('think'))).toBe(false);
    expect(calls.asked[2].prompt).toContain('> think: hm\n< OK.\n> think: hm\n< OK.\n');
  });

  it('are off by default: the line is passed over', async () => {
    const { events, decision } = await run({ method: 'prior' }, { language: thinker });
    expect(events.some(({ type }) => type === 'thought')).toBe(false);
    expect(decision.candidates).toHaveLength(5);
  });
});

describe(`order and concurrency (seed ${seed})`, () => {
  it('goes candidate by candidate, depth first, and not ahead of the pull', async () => {
    const calls = new TinyCalls();
    const running = decide(contextOf(), { calls, prompter: plainPrompter }, defaultParameters, {
      signal: new AbortController().signal,
    });
    expect(calls.asked).toHaveLength(0);
    const seen: string[] = [];
    for (;;) {
      const before = calls.asked.length;
      const next = await running.next();
      if (next.done === true) break;
      const event = next.value;
      const fresh = calls.asked.slice(before).map(({ id }) => id);
      if ('calls' in event && event.type !== 'proposal') expect(event.calls).toEqual(expect.arrayContaining(fresh));
      else if (event.type !== 'proposal') expect(fresh).toEqual([]);
      if (event.type === 'rollout-step') seen.push(`${event.candidate}.${event.depth} step`);
      if (event.type === 'verdict') seen.push(`${event.candidate}.${event.depth} verdict`);
    }
    expect(seen).toEqual([...seen].sort((a, b) => (a < b ? -1 : 1)));
    expect(calls.mostUnderWay).toBe(1);
    // Calls of one candidate are together.
    const candidates = calls.asked.flatMap(({ purpose }) => purpose.candidate ?? []);
    expect(candidates).toEqual([...candidates].sort((a, b) => a - b));
  });

  it.each(methods)('yields the same canonical events at any parallel and order of answers: %s', async (method) => {
    const one = await run({ method });
    expect(canonicalOrder(one.events)).toEqual(one.events);
    for (let round = 0; round < 4; round++) {
      const many = await run({ method }, { parallel: 2 + round, order: seededRandom(seed + round) });
      expect(canonicalOrder(many.events)).toEqual(one.events);
      expect(many.decision).toEqual(one.decision);
      expect(many.calls.mostUnderWay).toBeLessThanOrEqual(2 + round);
      expect(new Set(many.calls.asked.map(({ id }) => id))).toEqual(new Set(one.calls.asked.map(({ id }) => id)));
    }
  });
});

describe(`cancellation (seed ${seed})`, () => {
  it('ends at any call with nothing under way, at any parallel', async () => {
    const total = (await run()).calls.asked.length;
    for (const parallel of [1, 3]) {
      for (let at = 0; at < total; at += 3) {
        const controller = new AbortController();
        const calls: TinyCalls = new TinyCalls({
          parallel,
          order: seededRandom(seed),
          onAsk: (count) => {
            if (count === at) queueMicrotask(() => controller.abort());
          },
        });
        const running = decide(contextOf(), { calls, prompter: plainPrompter }, defaultParameters, {
          signal: controller.signal,
        });
        const drain = async (): Promise<void> => {
          while ((await running.next()).done !== true);
        };
        await expect(drain()).rejects.toMatchObject({ name: 'AbortError' });
        expect(calls.underWay).toBe(0);
        const asked = calls.asked.length;
        await new Promise(setImmediate);
        expect(calls.asked.length).toBe(asked);
      }
    }
  });

  it('stops the other candidates when one fails or the consumer leaves', async () => {
    const order = seededRandom(seed);
    const failing = new TinyCalls({
      parallel: 4,
      order,
      onAsk: (count) => {
        if (count === 15) throw new Error('server gone');
      },
    });
    await expect(run({}, { calls: failing })).rejects.toThrow('server gone');
    expect(failing.underWay).toBe(0);

    const left = new TinyCalls({ parallel: 4, order });
    const running = decide(contextOf(), { calls: left, prompter: plainPrompter }, defaultParameters, {
      signal: new AbortController().signal,
    });
    for (let next = await running.next(); next.done !== true; next = await running.next()) {
      if (next.value.type === 'rollout-step') break;
    }
    await running.return(foldDecision([]));
    expect(left.underWay).toBe(0);
    const asked = left.asked.length;
    await new Promise(setImmediate);
    expect(left.asked.length).toBe(asked);
  });
});

describe('every method', () => {
  it.each(methods)('%s runs and decides by its rule', async (method) => {
    const { decision, calls } = await run({ method, alpha: 2 });
    const rule = methodRules[method];
    expect(decision.winner?.action).toBe(decision.choice?.action);
    const scores = decision.candidates.map(
      ({ logPrior, value }) =>
        ({ prior: logPrior ?? NaN, value: value?.q ?? 0, sum: (logPrior ?? NaN) + 2 * (value?.q ?? 0) })[rule.chooses],
    );
    expect(scores[decision.choice?.candidate ?? -1]).toBe(Math.max(...scores));
    // Without reflections in the history, no prompt shows the real step's.
    const shown = calls.asked.some(({ prompt }) => prompt.startsWith('! leave\n< a room\n> look\n< a door\n# Seen.'));
    expect(shown).toBe(rule.reflections);
    const forward = calls.asked.some(({ purpose }) => purpose.role === 'forward');
    expect(forward).toBe(rule.rollouts !== 'none');
    if (rule.chooses !== 'sum') expect(decision.improvement?.flips).toEqual([]);
    if (rule.value === 'none') expect(calls.asked.every(({ purpose }) => purpose.role === 'actor')).toBe(true);
  });

  it('stops a rollout at GOOD or BAD, and reads every reflection', async () => {
    const { decision } = await run({ depth: 4 });
    for (const { steps, verdicts } of decision.candidates) {
      expect(verdicts.map(({ depth }) => depth)).toEqual(steps.map(({ depth }) => depth));
      steps.forEach(({ says }, i) => {
        if (i < steps.length - 1) expect(['UNKNOWN', null]).toContain(says);
        else if (steps.length < 4) expect(['GOOD', 'BAD']).toContain(says);
      });
    }
  });

  it('rap sums the log-probabilities of its actions, icpi discounts its rewards, rafa counts its sub-goals', async () => {
    const rap = await run({ method: 'rap', depth: 3 });
    for (const { value, proposal, steps } of rap.decision.candidates) {
      expect(value?.q).toBeCloseTo(
        proposal.logprob + steps.reduce((sum, { actionLogprob }) => sum + (actionLogprob ?? 0), 0),
        10,
      );
      expect(steps).toHaveLength(3);
    }
    const icpi = await run({ method: 'icpi', depth: 3, gamma: 0.5 });
    for (const { value, steps } of icpi.decision.candidates) {
      expect(value?.q).toBe(steps.reduce((sum, { reward }, i) => sum + 0.5 ** i * (reward ?? NaN), 0));
    }
    const rafa = await run({ method: 'rafa', subgoals: 2, depth: 1 });
    for (const { value, own } of rafa.decision.candidates) {
      expect([0, 0.5, 1]).toContain(value?.q);
      expect(own?.explanation).toMatch(/of 2 sub-goals/u);
    }
  });
});

describe('reflections without a verdict', () => {
  const silent: Language = (text) => {
    const line = text.slice(text.lastIndexOf('\n') + 1);
    if (!line.startsWith('#')) return language(text);
    if (line === '#') return [[' Walked', 1]];
    return line.endsWith('This step is')
      ? [
          [' BAD', 0.6],
          [' GOOD', 0.3],
          [' so', 0.1],
        ]
      : [['\n', 1]];
  };

  it('are cut at their end, the slot is appended, and the reading says the verdict', async () => {
    const { decision } = await run({}, { language: silent });
    for (const { steps, value } of decision.candidates) {
      expect(steps).toHaveLength(1);
      expect(steps[0]).toMatchObject({ reflection: 'Walked This step is BAD.', says: 'BAD', forced: true });
      expect(value?.q).toBeCloseTo(Math.log(0.3 / 0.6), 10);
    }
    expect(decision.choice?.notes).toEqual(expect.arrayContaining(['all-bad', 'all-equal']));
  });

  it('of a real step likewise', async () => {
    const transcript = transcriptOf('leave');
    const calls = new TinyCalls({ language: silent });
    const running = reflect(
      { transcript: { ...transcript, steps: transcript.steps.map((step) => ({ ...step, reflection: null })) } },
      { calls, prompter: plainPrompter },
      defaultParameters,
      { signal: new AbortController().signal },
    );
    const { value } = await running.next();
    expect(value).toMatchObject({ text: 'Walked This step is BAD.', says: 'BAD', forced: true });
    expect((await running.next()).done).toBe(true);
  });
});

describe('the verdict slot', () => {
  const at = { transcript: transcriptOf('x'), imagined: [], head: 'This step is', candidate: 0, depth: 1 };
  const slot =
    (distribution: readonly (readonly [string, number])[]): Language =>
    (text) =>
      text.endsWith(' B')
        ? [
            ['AD', 0.9],
            ['ANG', 0.1],
          ]
        : distribution;

  it('completes a label that only begins, by one further call', async () => {
    const calls = new TinyCalls({
      language: slot([
        [' GOOD', 0.4],
        [' B', 0.5],
        [' UNKNOWN', 0.1],
      ]),
    });
    const { value, mass } = await readSlot(asking(calls), at);
    expect(calls.asked).toHaveLength(2);
    expect(value.bound).toBe('exact');
    expect(value.q).toBeCloseTo(Math.log(0.4 / 0.45), 6);
    expect(mass).toBeCloseTo(0.85, 6);
  });

  it('keeps a bound where a label is not shown, and says undefined where both are not', async () => {
    const shown = { capabilities: { top: 2 } };
    const lower = new TinyCalls({
      language: slot([
        [' GOOD', 0.8],
        [' so', 0.15],
        [' BAD', 0.05],
      ]),
      ...shown,
    });
    const low = await readSlot(asking(lower), at);
    expect(low.value.bound).toBe('lower');
    expect(low.value.q).toBeCloseTo(Math.log(0.8 / 0.05), 5);
    const upper = new TinyCalls({
      language: slot([
        [' BAD', 0.8],
        [' so', 0.15],
        [' GOOD', 0.05],
      ]),
      ...shown,
    });
    const up = await readSlot(asking(upper), at);
    expect(up.value.bound).toBe('upper');
    expect(up.value.q).toBeCloseTo(Math.log(0.05 / 0.8), 5);
    const none = new TinyCalls({
      language: slot([
        [' a', 0.8],
        [' so', 0.15],
        [' GOOD', 0.05],
      ]),
      ...shown,
    });
    expect((await readSlot(asking(none), at)).value).toEqual({ q: null, bound: 'none' });
  });
});

describe('running only a part again', () => {
  it('asks nothing twice when the depth changes', async () => {
    const calls = new TinyCalls();
    const deep = await run({ depth: 3 }, { calls });
    const before = calls.asked.length;
    await run({ depth: 2 }, { calls });
    await run({ depth: 3 }, { calls });
    expect(calls.asked.slice(before).every(({ reused }) => reused)).toBe(true);
    const more = calls.asked.length;
    const deeper = await run({ depth: 4 }, { calls });
    expect(
      calls.asked
        .slice(more)
        .filter(({ reused }) => !reused)
        .every(({ purpose }) => purpose.depth === 4),
    ).toBe(true);
    // From the record the same comes out without asking for what it holds.
    const kept = new TinyCalls();
    const again = await run({ depth: 4 }, { calls: kept }, { decision: deep.decision, keep: 'values' });
    expect(again.events).toEqual(deeper.events);
    expect(kept.asked.every(({ purpose }) => purpose.depth === 4)).toBe(true);
  });

  it('reads each slot once when the critic alone changed', async () => {
    const first = await run();
    const calls = new TinyCalls();
    const { decision } = await run({}, { calls }, { decision: first.decision, keep: 'rollouts' });
    expect(calls.asked.every(({ purpose, request }) => purpose.role === 'critic' && request.kind === 'next')).toBe(
      true,
    );
    expect(calls.asked).toHaveLength(first.decision.candidates.reduce((sum, { steps }) => sum + steps.length, 0));
    expect(decision.choice).toEqual(first.decision.choice);
  });

  it('asks nothing when all is kept', async () => {
    const first = await run();
    const calls = new TinyCalls();
    const { events } = await run({}, { calls }, { decision: first.decision, keep: 'values' });
    expect(calls.asked).toEqual([]);
    expect(events).toEqual(first.events);
  });

  it('decides a record again as a fresh run would', async () => {
    const changes: Partial<Parameters>[] = [
      { alpha: 0 },
      { alpha: 7 },
      { priorScore: 'sum' },
      { depth: 1 },
      { depth: 2, alpha: 3, tieRule: 'index' },
      { method: 'critic-only' },
      { method: 'lac-log-good' },
      { method: 'reflection' },
      { method: 'lac-shuffled' },
      { loopGuard: 30 },
    ];
    const from = { ...defaultParameters, method: 'lac' } as const;
    const recorded = await run(from);
    for (const change of changes) {
      const to = { ...from, ...change };
      const fresh = await run(to, { calls: recorded.calls });
      const again = redecide(recorded.decision, from, to, 1);
      if (again.kind !== 'decided') throw new Error(`${JSON.stringify(change)}: ${again.missing}`);
      expect(again.decision.choice).toEqual(fresh.decision.choice);
      expect(again.decision.improvement).toEqual(fresh.decision.improvement);
      expect(eventsOf(recorded.decision)).toEqual(recorded.events);
    }
    const missing = (change: Partial<Parameters>): string => {
      const again = redecide(recorded.decision, from, { ...from, ...change }, 1);
      return again.kind === 'missing' ? again.missing : 'nothing';
    };
    expect(missing({ candidates: 3 })).toBe('proposals');
    expect(missing({ method: 'prior' })).toBe('proposals');
    expect(missing({ rolloutTemperature: 1 })).toBe('rollouts');
    expect(missing({ method: 'lac-direct' })).toBe('values');
    expect(missing({ depth: 0 })).toBe('values');
    expect(keptUnder(from, { ...from, depth: 9 })).toBe('values');
    expect(keptUnder(from, { ...from, method: 'lac-direct' })).toBe('rollouts');
  });
});

describe('the record', () => {
  it('folds at every moment of a decision', async () => {
    const { events } = await run();
    for (let count = 0; count <= events.length; count++) {
      const partial = foldDecision(events.slice(0, count));
      const proposals = events.slice(0, count).filter((event): event is ProposalEvent => event.type === 'proposal');
      expect(partial.candidates).toHaveLength(proposals.length);
      expect(partial.winner !== null).toBe(count === events.length);
    }
  });

  it('penalises and notes a loop', async () => {
    const free = await run({ method: 'reflection' });
    const again = free.decision.winner?.action ?? '';
    const transcript: Transcript = {
      ...transcriptOf('leave'),
      steps: [
        { thoughts: [], action: again.toUpperCase(), observation: 'a room', reflection: null },
        { thoughts: [], action: again, observation: 'a room', reflection: null },
      ],
    };
    const context = { transcript, admissible: null, added: [again] };
    const { decision } = await run({ method: 'prior', loopGuard: 3 }, { context });
    const repeated = decision.candidates.find(({ action }) => action === again);
    expect(repeated).toMatchObject({ uses: 2, penalty: 6 });
    expect(decision.winner?.action).not.toBe(again);
    const unguarded = await run({ method: 'prior', candidates: 1 }, { context });
    const notes = unguarded.decision.choice?.notes ?? [];
    expect(notes.includes('loop')).toBe(unguarded.decision.winner?.action === again);
  });
});
