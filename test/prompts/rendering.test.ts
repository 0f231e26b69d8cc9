import { describe, expect, it } from 'vitest';
import { roles, type PromptRequest, type TranscriptStep } from '../../src/lac/transcript';
import { builtinSets, builtinText, openPromptSet, PromptRenderer, type RenderSettings } from '../../src/prompts';

const plain: RenderSettings = { taskType: 'go to', thoughts: false, reflections: true, wrap: null };

function step(action: string, observation: string | null, reflection: string | null = null): TranscriptStep {
  return { thoughts: [], action, observation, reflection };
}

function request(change: Partial<PromptRequest> = {}): PromptRequest {
  return {
    role: 'actor',
    slot: 'action',
    transcript: { goal: 'go to the red ball', firstObservation: 'o0', steps: [], thoughts: [] },
    imagined: [],
    prefix: '',
    ...change,
  };
}

function text(renderer: PromptRenderer, asked: PromptRequest): string {
  return renderer.render(asked).segments.join('');
}

const four = {
  goal: 'go to the red ball',
  firstObservation: 'o0',
  steps: [
    step('turn left', 'o1', 'c1. This step is GOOD.'),
    step('go forward', 'o2', 'c2. This step is BAD.'),
    step('turn right', 'o3', 'c3. This step is GOOD.'),
    step('go forward', 'o4', 'c4. This step is UNKNOWN.'),
  ],
  thoughts: [],
};

describe('the set for the embedded model', () => {
  const renderer = new PromptRenderer(openPromptSet('babyai-text-embedded'), plain);

  it('begins with goal and first observation', () => {
    const asked = request({
      transcript: {
        goal: 'go to the red ball',
        firstObservation: 'You see a wall 2 steps left, You see a red ball 2 steps forward',
        steps: [],
        thoughts: [],
      },
    });
    expect(text(renderer, asked)).toBe(
      'Goal: go to the red ball\nObservation: You see a wall 2 steps left, You see a red ball 2 steps forward\nAction:',
    );
  });

  it('keeps the last three observations and drops older steps whole', () => {
    expect(text(renderer, request({ transcript: four }))).toBe(
      'Goal: go to the red ball\n' +
        'Observation: o2\nCritic: c2. This step is BAD.\n' +
        'Action: turn right\nObservation: o3\nCritic: c3. This step is GOOD.\n' +
        'Action: go forward\nObservation: o4\nCritic: c4. This step is UNKNOWN.\n' +
        'Action:',
    );
  });

  it('opens at the first observation while there are no more than three', () => {
    const transcript = { ...four, steps: four.steps.slice(0, 2) };
    expect(text(renderer, request({ transcript }))).toBe(
      'Goal: go to the red ball\nObservation: o0\n' +
        'Action: turn left\nObservation: o1\nCritic: c1. This step is GOOD.\n' +
        'Action: go forward\nObservation: o2\nCritic: c2. This step is BAD.\n' +
        'Action:',
    );
  });

  it('appends imagined steps and stops at every slot', () => {
    const transcript = { ...four, steps: four.steps.slice(2, 3).map((real) => ({ ...real, reflection: null })) };
    const real = 'Goal: go to the red ball\nObservation: o0\nAction: turn right\nObservation: o3\n';
    const asked = (change: Partial<PromptRequest>): string => text(renderer, request({ transcript, ...change }));
    expect(asked({ role: 'forward', slot: 'observation', imagined: [step('drop', null)] })).toBe(
      `${real}Action: drop\nObservation:`,
    );
    expect(asked({ role: 'forward', slot: 'reflection', imagined: [step('drop', 'x')] })).toBe(
      `${real}Action: drop\nObservation: x\nCritic:`,
    );
    const verdict = { role: 'critic', slot: 'verdict', imagined: [step('drop', 'x')] } as const;
    const lead = `${real}Action: drop\nObservation: x\nCritic: I see it. This step is`;
    expect(asked({ ...verdict, prefix: ' I see it. This step is' })).toBe(lead);
    expect(asked({ ...verdict, prefix: ' I see it.' })).toBe(lead);
    expect(asked({ ...verdict, imagined: [step('drop', null)] })).toBe(`${real}Action: drop\nCritic: This step is`);
    expect(asked({ imagined: [step('drop', 'x', 'y. This step is UNKNOWN.')] })).toBe(
      `${real}Action: drop\nObservation: x\nCritic: y. This step is UNKNOWN.\nAction:`,
    );
    expect(asked({ role: 'reflection', slot: 'reflection' })).toBe(`${real}Critic:`);
    expect(asked({ prefix: ' go' })).toBe(`${real}Action: go`);
  });

  it('tells what the history left out', () => {
    const explained = renderer.explain(request({ transcript: four }));
    expect(explained.leftOut).toEqual({ steps: 2, observations: 2, firstStep: 2 });
  });
});

describe('what the other methods ask for', () => {
  const renderer = new PromptRenderer(openPromptSet('babyai-text-embedded'), plain);
  const imagined = [{ ...step('drop', 'x'), reward: 1 }, step('toggle', 'y')];

  it('writes imagined rewards after their observations', () => {
    expect(text(renderer, request({ role: 'forward', slot: 'reward', imagined }))).toBe(
      'Goal: go to the red ball\nObservation: o0\nAction: drop\nObservation: x\nReward: 1\nAction: toggle\nObservation: y\nReward:',
    );
  });

  it('asks for a probability, a sub-goal, and the sub-goals that hold', () => {
    expect(text(renderer, request({ role: 'critic', slot: 'probability' }))).toMatch(/\nProbability of success.*:$/);
    const subgoals = ['find the ball', 'reach it'];
    expect(text(renderer, request({ role: 'actor', slot: 'subgoal', subgoals }))).toMatch(
      /\nSub-goal: find the ball\nSub-goal: reach it\nSub-goal:$/,
    );
    expect(text(renderer, request({ role: 'critic', slot: 'satisfied', subgoals }))).toMatch(
      /\nSub-goal: reach it\nNumber of sub-goals satisfied:$/,
    );
  });
});

describe('the set for ALFWorld', () => {
  const renderer = new PromptRenderer(openPromptSet('alfworld'), {
    ...plain,
    taskType: 'pick_and_place_simple',
    thoughts: true,
  });
  const look = 'You are in the middle of a room. Looking quickly around you, you see a desk 1, and a shelf 1.';
  const transcript = {
    goal: 'put a pencil in shelf',
    firstObservation: `-= Welcome to TextWorld, ALFRED! =-\n\n${look}\n\nYour task is to: put a pencil in shelf.`,
    steps: [
      {
        ...step(
          'go to desk 1',
          'You arrive at loc 18. On the desk 1, you see a pencil 2.',
          'A pencil. This step is GOOD.',
        ),
        thoughts: ['think: A pencil is most likely on the desk.'],
      },
    ],
    thoughts: [],
  };
  const opened =
    `\nHere is the task.\n\n${look}\nYour task is to: put a pencil in shelf.\n` +
    '> think: A pencil is most likely on the desk.\nOK.\n' +
    '> go to desk 1\nOn the desk 1, you see a pencil 2.\n==> critic: A pencil. This step is GOOD.\n';

  it('writes plain observations, thoughts with their answers, and the task line once', () => {
    const asked = text(renderer, request({ transcript }));
    expect(asked.endsWith(`${opened}>`)).toBe(true);
    expect(asked).not.toContain('arrive at loc');
  });

  it('ends in a line end where an observation without a marker begins', () => {
    const asked = request({ transcript, role: 'forward', slot: 'observation', imagined: [step('look', null)] });
    expect(text(renderer, asked).endsWith(`${opened}> look\n`)).toBe(true);
  });

  it('keeps arrivals where the option says so', () => {
    const head = builtinText('alfworld', 'head') ?? '';
    const files = [{ name: 'head.lac-prompt.md', text: head.replace('observations: react', 'observations: plain') }];
    const plainly = new PromptRenderer(openPromptSet('alfworld', files), {
      ...plain,
      taskType: 'pick_and_place_simple',
    });
    const asked = text(plainly, request({ transcript }));
    expect(asked).toContain('You arrive at loc 18. On the desk 1');
    expect(asked.match(/^You arrive at loc/gm)?.length).toBe(8);
  });
});

describe('the chat wrap', () => {
  it('puts the head into the turn of the user and goes on with the transcript in that of the assistant', () => {
    const wrap = { before: '<user>\n', after: '</user>\n<assistant>\n' };
    const renderer = new PromptRenderer(openPromptSet('babyai-text'), { ...plain, wrap });
    const asked = text(renderer, request());
    expect(asked.startsWith('<user>\nAssume that')).toBe(true);
    expect(
      asked.endsWith('Here is the task.</user>\n<assistant>\nGoal: go to the red ball\nObservation: o0\nAction:'),
    ).toBe(true);
  });

  it('takes reflections out of the examples for methods without any', () => {
    const renderer = new PromptRenderer(openPromptSet('babyai-text'), { ...plain, reflections: false });
    expect(text(renderer, request())).not.toContain('Critic:');
  });
});

describe('history policies', () => {
  const withHistory = (policy: string): PromptRenderer => {
    const files = [{ name: 'head.lac-prompt.md', text: `---\nhistory: ${policy}\n---\n{{history}}\n` }];
    return new PromptRenderer(openPromptSet('babyai-text', files), plain);
  };

  it('leaves out old observations and keeps actions and reflections', () => {
    const explained = withHistory('{observations: 2}').explain(request({ transcript: four }));
    expect(explained.text).toBe(
      'Goal: go to the red ball\nAction: turn left\nCritic: c1. This step is GOOD.\n' +
        'Action: go forward\nCritic: c2. This step is BAD.\n' +
        'Action: turn right\nObservation: o3\nCritic: c3. This step is GOOD.\n' +
        'Action: go forward\nObservation: o4\nCritic: c4. This step is UNKNOWN.\nAction:',
    );
    expect(explained.leftOut).toEqual({ steps: 0, observations: 3, firstStep: 0 });
  });

  it('combines both windows', () => {
    expect(text(withHistory('{observations: 1, steps: 2}'), request({ transcript: four }))).toBe(
      'Goal: go to the red ball\nCritic: c3. This step is GOOD.\nAction: go forward\nObservation: o4\nCritic: c4. This step is UNKNOWN.\nAction:',
    );
  });

  it('appends only, when it keeps all: the earlier prompt up to its slot begins the later one', () => {
    const renderer = new PromptRenderer(openPromptSet('babyai-text'), plain);
    let before = '';
    for (let count = 0; count <= four.steps.length; count += 1) {
      const now = text(renderer, request({ transcript: { ...four, steps: four.steps.slice(0, count) } }));
      expect(now.startsWith(before)).toBe(true);
      before = now.slice(0, -'Action:'.length);
    }
  });
});

describe('every built-in set', () => {
  const types: Record<string, readonly string[]> = {
    'babyai-text': ['go to', 'pick up', 'go to after pick up', 'pick up then go to', 'put next to', 'open door'],
    alfworld: [
      'pick_and_place_simple',
      'look_at_obj_in_light',
      'pick_clean_then_place_in_recep',
      'pick_heat_then_place_in_recep',
      'pick_cool_then_place_in_recep',
      'pick_two_obj_and_place',
    ],
    webshop: ['human'],
  };
  for (const builtin of builtinSets) {
    const set = openPromptSet(builtin.id);
    for (const taskType of types[builtin.environment] ?? []) {
      it(`${builtin.id}, ${taskType}: shares the head, ends without white space, knows where all of it comes from`, () => {
        expect(set.diagnostics).toEqual([]);
        for (const thoughts of [false, true]) {
          const renderer = new PromptRenderer(set, { ...plain, taskType, thoughts });
          const heads = new Set<string>();
          for (const role of roles) {
            const slot = role === 'actor' ? 'action' : role === 'critic' ? 'verdict' : 'reflection';
            const imagined = role === 'actor' || role === 'reflection' ? [] : [step('drop', 'x')];
            const explained = renderer.explain(request({ role, slot, transcript: four, imagined }));
            expect(explained.text).toBe(explained.text.trimEnd());
            expect(explained.segments.join('')).toBe(explained.text);
            expect(explained.segments).not.toContain('');
            expect(renderer.render(request({ role, slot, transcript: four, imagined })).segments).toEqual(
              explained.segments,
            );
            heads.add(explained.text.slice(0, explained.headLength));
            let at = 0;
            for (const span of explained.spans) {
              expect(span.start).toBe(at);
              expect(span.end).toBeGreaterThan(span.start);
              at = span.end;
              const { origin } = span;
              if (origin.kind === 'text') {
                const source = set.parts.get(origin.part)?.syntax.text ?? '';
                expect(explained.text.slice(span.start, span.end)).toBe(
                  source.slice(origin.span.start, origin.span.end),
                );
              }
            }
            expect(at).toBe(explained.text.length);
          }
          expect(heads.size).toBe(1);
          const [head = ''] = heads;
          expect(/think:/.test(head)).toBe(
            thoughts && builtin.id !== 'babyai-text-embedded' && builtin.id !== 'webshop',
          );
          if (builtin.id !== 'babyai-text-embedded') {
            const goals = head.match(/^(Goal:|Your task is to:)/gm) ?? [];
            expect(goals.length).toBe(builtin.id === 'webshop' ? 2 : 3);
          }
        }
      });
    }
  }
});
