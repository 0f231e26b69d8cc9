import path from 'node:path';
import { alfworld } from '../../../src/environments/alfworld/kind';
import { babyAiText } from '../../../src/environments/babyai/kind';
import type { Environment } from '../../../src/environments/environment';
import type { Picture, ShopPicture } from '../../../src/environments/picture';
import { foldDecision } from '../../../src/lac/decision';
import type { DecisionEvent } from '../../../src/lac/events';
import { defaultParameters, type Parameters } from '../../../src/lac/parameters';
import type {
  ControlsSection,
  DecisionSection,
  EpisodeSection,
  PanelState,
  PromptsSection,
  StatusSection,
  TimelineStep,
  WorldSection,
} from '../../../src/protocol/panel';
import { noSections } from '../../../src/protocol/panel';
import { writtenDecision, type Written } from './decisions';

/**
 * States of the page for screenshots and tests. Pictures come from the real environments, choices and policies from the
 * engine's own rules; only texts and probabilities are written.
 */

export interface Scene {
  readonly state: PanelState;
  /** What the page kept from before, as it writes it. */
  readonly view?: object;
}

const parameters: Parameters = { ...defaultParameters, depth: 2, candidates: 4 };

const paused: StatusSection = {
  kind: 'paused',
  mode: 'live',
  title: 'Paused at step 7',
  detail: '',
  offers: [],
  activity: null,
  playing: false,
};

const blank: PanelState = {
  status: paused,
  ...noSections,
};

const episode: EpisodeSection = {
  environment: 'BabyAI-Text',
  task: 'MixedTrainLocal/goto/17',
  taskType: 'go to',
  goal: 'go to the red ball',
  step: 7,
  horizon: 30,
  outcome: 'running',
  reward: 0,
  branch: 'b0',
  branches: [
    { id: 'b0', parent: null, fromStep: 0, steps: 7, outcome: 'running', reward: 0 },
    { id: 'b1', parent: 'b0', fromStep: 4, steps: 9, outcome: 'failure', reward: 0 },
  ],
  model: { name: 'embedded', backend: 'embedded', size: '3 M', gpuShare: 0, state: 'ready' },
  cost: { calls: 38, reused: 12, promptTokens: 1104, generatedTokens: 100, seconds: 0.9 },
  file: '.lac/runs/2026-11-22T19-04-12.lac.jsonl',
};

const controls: ControlsSection = {
  parameters,
  forecasts: {
    depth: {
      down: { calls: [0, 0], tokens: [0, 0], reused: 4 },
      up: { calls: [3, 7], tokens: [90, 190], reused: 8 },
    },
    candidates: {
      down: { calls: [0, 0], tokens: [0, 0], reused: 12 },
      up: { calls: [4, 6], tokens: [110, 170], reused: 12 },
    },
  },
  autoRunCalls: 20,
  pending: null,
  canCall: true,
};

const prompts: PromptsSection = {
  set: 'built-in · babyai-text',
  parts: [
    { part: 'head', file: 'head.lac-prompt.md', changed: false, tokens: 341, exact: true, problems: 0 },
    { part: 'actor', file: 'actor.lac-prompt.md', changed: false, tokens: 6, exact: true, problems: 0 },
    { part: 'forward', file: 'forward.lac-prompt.md', changed: false, tokens: 9, exact: true, problems: 0 },
    { part: 'critic', file: '.lac/prompts/critic.lac-prompt.md', changed: true, tokens: 18, exact: true, problems: 1 },
    { part: 'reflection', file: 'reflection.lac-prompt.md', changed: false, tokens: 21, exact: false, problems: 0 },
  ],
};

const gotoCandidates: readonly Written[] = [
  {
    action: 'turn right',
    weight: 45,
    rollout: [
      ['You see a blue box 1 step left\nYou see a wall 2 steps forward', 'UNKNOWN'],
      ['You see a wall 1 step forward', 'BAD', 'go forward'],
    ],
    early: [0.72, 0.11],
    good: 0.24,
    bad: 0.55,
    unknown: 0.18,
  },
  {
    action: 'go forward',
    weight: 31,
    rollout: [['You see a red ball 1 step forward\nYou see a blue box 2 steps right', 'GOOD']],
    good: 0.8,
    bad: 0.15,
    unknown: 0.04,
  },
  {
    action: 'turn left',
    weight: 16,
    rollout: [
      ['You see a green ball 2 steps forward', 'UNKNOWN'],
      ['You see a green ball 1 step forward', 'BAD', 'go forward'],
    ],
    early: [0.4, 0.42],
    good: 0.37,
    bad: 0.47,
    unknown: 0.12,
  },
  {
    action: 'pick up',
    weight: 8,
    rollout: [['You see a red ball 2 steps forward', 'BAD']],
    good: 0.05,
    bad: 0.9,
    unknown: 0.04,
  },
];

function decisionOf(candidates: readonly Written[], given: Partial<DecisionSection> = {}): DecisionSection {
  return {
    node: 7,
    step: 7,
    tabs: [{ index: 0, reason: 'step', label: 'step', complete: true }],
    shown: 0,
    events: writtenDecision(candidates, given.parameters ?? parameters),
    ghost: null,
    parameters,
    running: false,
    executed: null,
    outcomes: [],
    noise: null,
    ...given,
  };
}

/** A step of the timeline from a decision that the engine's rules make. */
export function timelineStep(
  step: number,
  candidates: readonly Written[],
  given: Partial<TimelineStep> = {},
): TimelineStep {
  const { candidates: folded, choice } = foldDecision(writtenDecision(candidates, parameters));
  return {
    node: step,
    step,
    action: choice?.action ?? null,
    choice: choice?.candidate ?? null,
    candidates: folded.map(({ logPrior, uses, value }) => ({
      logPrior: logPrior ?? 0,
      uses: uses ?? 0,
      value: value ?? { q: null, bound: 'none' },
    })),
    fixed: null,
    agreement: choice?.agreement ?? null,
    certain: choice?.certain ?? true,
    reward: 0,
    status: 'running',
    invalid: false,
    useless: false,
    hits: [],
    breakpoint: false,
    branches: [],
    ...given,
  };
}

/** Numbers from 0 to 1 that depend on the seed alone. */
function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function walk(count: number, seed: number, drift: number): TimelineStep[] {
  const draw = draws(seed);
  const actions = ['turn left', 'go forward', 'turn right', 'pick up', 'toggle'];
  return Array.from({ length: count }, (_, step) => {
    const rise = drift * (step / count);
    const written = actions.slice(0, 4).map((action): Written => {
      const good = Math.min(0.9, Math.max(0.03, 0.15 + 0.45 * draw() + rise * 0.4));
      return {
        action,
        weight: 0.05 + draw() ** 2,
        rollout: [['You see a wall 2 steps left', good > 0.4 ? 'GOOD' : 'BAD']],
        good,
        bad: Math.max(0.02, (1 - good) * 0.8),
        unknown: 0.02,
      };
    });
    return timelineStep(step, written);
  });
}

function gotoTimeline(): TimelineStep[] {
  const steps = walk(7, 11, 1);
  return [
    ...steps.map((step, i) => ({
      ...step,
      hits: i === 2 ? ['critic overrules prior'] : [],
      breakpoint: i === 5,
      branches: i === 4 ? (['b1'] as const) : [],
    })),
    timelineStep(7, gotoCandidates, { action: null }),
  ];
}

async function goToScene(): Promise<{
  readonly picture: Picture;
  readonly observation: string;
  readonly goal: string;
}> {
  const resources = { assets: '', dataFolder: null, cacheFolder: null };
  const environment = await babyAiText.open(resources);
  const { goal } = await environment.reset(await babyAiText.task('MixedTrainLocal/goto/17', resources));
  const { observation } = await environment.step('turn left');
  return { picture: environment.picture(), observation, goal };
}

function worldOf(picture: Picture | null, observation: string): WorldSection {
  return {
    node: 7,
    observation,
    originalObservation: null,
    picture,
    arrival: {
      action: 'turn left',
      by: 'choice',
      invalid: false,
      useless: false,
      reflection: 'The red ball is 2 steps forward. This step is GOOD.',
      says: 'GOOD',
      imagined: { observation: 'You see a red ball 2 steps forward', same: true },
    },
    admissible: ['turn left', 'turn right', 'go forward', 'pick up', 'drop', 'toggle'],
    truth: { remaining: 3, bestReward: 1, exact: true },
    imagination: { right: 4, of: 5 },
  };
}

const householdCandidates: readonly Written[] = [
  {
    action: 'go to cabinet 3',
    weight: 42,
    rollout: [
      ['The cabinet 3 is closed.', 'UNKNOWN'],
      ['You open the cabinet 3. In it, you see a plate 1.', 'BAD', 'open cabinet 3'],
    ],
    good: 0.3,
    bad: 0.46,
    unknown: 0.2,
  },
  {
    action: 'open cabinet 2',
    weight: 40,
    rollout: [['You open the cabinet 2. The cabinet 2 is open. In it, you see a saltshaker 1.', 'GOOD']],
    good: 0.88,
    bad: null,
    unknown: 0.06,
  },
  {
    action: 'go to cabinet 4',
    weight: 12,
    rollout: [['The cabinet 4 is closed.', 'BAD']],
    good: null,
    bad: 0.7,
    unknown: 0.1,
  },
  {
    action: 'look',
    weight: 6,
    rollout: [['You are in the middle of a room.', 'UNKNOWN']],
    good: null,
    bad: null,
    unknown: null,
  },
];

/** Every admissible command as a candidate, one of the last ones the best. */
function crowd(actions: readonly string[]): Written[] {
  const draw = draws(23);
  return actions.map((action, i) => {
    const good = i === actions.length - 3 ? 0.93 : 0.05 + 0.3 * draw();
    return {
      action,
      weight: 1 / (i + 1.5),
      rollout: [[`You ${action}.`, good > 0.5 ? 'GOOD' : 'BAD']],
      good,
      bad: (1 - good) * 0.9,
      unknown: 0.02,
    };
  });
}

async function household(): Promise<{ environment: Environment; goal: string; observation: string; task: string }> {
  const resources = { assets: path.join('media', 'data', 'alfworld'), dataFolder: null, cacheFolder: null };
  const sets = await alfworld.taskSets(resources);
  const task = sets[0].at(0);
  const environment = await alfworld.open(resources);
  const { goal, observation } = await environment.reset(task);
  let last = observation;
  const plan = (await environment.truth())?.plan ?? [];
  for (const action of plan.slice(0, Math.max(1, Math.floor(plan.length / 2)))) {
    last = (await environment.step(action)).observation;
  }
  return { environment, goal, observation: last, task: task.id };
}

const itemPage: ShopPicture = {
  kind: 'shop',
  page: 'item',
  instruction: 'i need a long clip-in hair extension which is natural looking, and price lower than 40.00 dollars',
  title: 'Clip-in extension set, straight, seven pieces, with storage bag and comb',
  price: '$27.99',
  query: null,
  pageNumber: null,
  total: null,
  results: [],
  options: [
    {
      name: 'color',
      values: [
        { value: 'dark brown', chosen: true },
        { value: 'chestnut', chosen: false },
        { value: 'ash blonde', chosen: false },
      ],
    },
    {
      name: 'size',
      values: [
        { value: '14 inch', chosen: false },
        { value: '20 inch', chosen: false },
      ],
    },
  ],
  paragraphs: [],
  buttons: ['Back to Search', '< Prev', 'Description', 'Features', 'Reviews', 'Buy Now'],
};

const resultsPage: ShopPicture = {
  ...itemPage,
  page: 'results',
  title: '',
  price: null,
  query: 'natural long clip-in hair extension',
  pageNumber: 1,
  total: 50,
  options: [],
  results: [
    {
      id: 'A00000001',
      title: 'Clip-in extension set, straight, seven pieces, with storage bag',
      price: '$27.99',
      visited: true,
    },
    { id: 'A00000002', title: 'Ponytail piece, wavy, drawstring', price: '$14.50', visited: false },
    { id: 'A00000003', title: 'Halo wire extension, long, for fine hair', price: '$45.00 to $60.00', visited: false },
  ],
  buttons: ['Back to Search', 'Next >'],
};

const shopCandidates: readonly Written[] = [
  {
    action: 'click[20 inch]',
    weight: 30,
    rollout: [['[Clip-in extension set] size: 20 inch', 'GOOD']],
    good: 0.72,
    bad: 0.1,
    unknown: 0.1,
  },
  {
    action: 'click[Buy Now]',
    weight: 52,
    rollout: [['Your score: 0.6', 'UNKNOWN']],
    good: 0.5,
    bad: 0.32,
    unknown: 0.1,
  },
  {
    action: 'click[Description]',
    weight: 18,
    rollout: [['Seven pieces of straight ...', 'UNKNOWN']],
    good: 0.3,
    bad: 0.3,
    unknown: 0.3,
  },
];

/** Text that tries what text can try. */
export const hostileText = `<script>window.pwned = true</script></script><img src=x onerror="window.pwned = true">\u202Egnp.exe\u202C \u001b[31mred\u001b[0m\u0007 \u2066isolated \u0000nul \ud800`;

function hostile(base: PanelState): PanelState {
  const line = `${hostileText} ${'x'.repeat(1_000_000)}`;
  const written: readonly Written[] = [
    { action: hostileText, weight: 3, rollout: [[line, 'GOOD']], good: 0.6, bad: 0.2, unknown: 0.1 },
    { action: line, weight: 1, rollout: [[hostileText, 'BAD']], good: 0.2, bad: 0.6, unknown: 0.1 },
  ];
  return {
    ...base,
    status: {
      ...paused,
      title: hostileText,
      detail: line,
      activity: hostileText,
      offers: [{ label: hostileText, command: 'x', primary: false }],
    },
    episode: { ...episode, goal: line, task: hostileText, environment: hostileText, file: line },
    world: {
      ...worldOf(null, line),
      originalObservation: line,
      admissible: [hostileText, line],
      arrival: {
        action: line,
        by: 'person',
        invalid: true,
        useless: true,
        reflection: line,
        says: 'BAD',
        imagined: { observation: line, same: false },
      },
    },
    decision: decisionOf(written, {
      tabs: [
        { index: 0, reason: 'step', label: hostileText, complete: true },
        { index: 1, reason: 'probe', label: line, complete: false },
      ],
      outcomes: [{ candidate: 0, observation: line, reward: 0, status: 'running', by: 'tried', truth: null }],
    }),
    timeline: {
      branch: 'b0',
      cursor: 7,
      steps: [...walk(7, 3, 0).map((step) => ({ ...step, action: hostileText })), timelineStep(7, written)],
      trend: 0.2,
    },
    prompts: {
      set: hostileText,
      parts: [{ part: 'head', file: `${hostileText}.md`, changed: true, tokens: 3, exact: true, problems: 2 }],
    },
  };
}

/** Many steps, for the timeline's level of detail and for measuring. */
export function longTimeline(count: number): TimelineStep[] {
  return walk(count, 5, 1.2).map((step, i) => ({
    ...step,
    hits: i % 900 === 450 ? ['critic overrules prior'] : [],
    branches: i % 2500 === 1200 ? ['b1'] : [],
  }));
}

/** Every state of the page by name. */
export async function scenes(): Promise<Readonly<Record<string, Scene>>> {
  const { picture, observation, goal } = await goToScene();
  const room = await household();
  const timeline = { branch: 'b0', cursor: 7, steps: gotoTimeline(), trend: 0.61 } as const;
  const full: PanelState = {
    status: paused,
    episode: { ...episode, goal },
    world: worldOf(picture, observation),
    decision: decisionOf(gotoCandidates),
    controls,
    timeline,
    search: null,
    prompts,
  };
  const events = writtenDecision(gotoCandidates, parameters);
  const before = writtenDecision(
    gotoCandidates.map((each, i) => ({ ...each, good: [0.4, 0.5, 0.3, 0.1][i], bad: [0.3, 0.4, 0.5, 0.7][i] })),
    parameters,
  );
  const early = (type: DecisionEvent['type'], most: number): DecisionEvent[] =>
    events.filter((event) => event.type === type).slice(0, most);
  const household1: PanelState = {
    ...full,
    status: { ...paused, title: 'Paused at step 7', detail: 'Stopped by: critic overrules prior' },
    episode: {
      ...episode,
      environment: 'ALFWorld',
      task: room.task,
      taskType: 'pick and place',
      goal: room.goal,
      horizon: 40,
      branches: episode.branches.slice(0, 1),
      model: { name: 'qwen2.5:7b', backend: 'ollama', size: '7.6 B Q4_K_M', gpuShare: 0.62, state: 'busy' },
      cost: { calls: 412, reused: 96, promptTokens: 1_204_311, generatedTokens: 8120, seconds: 312 },
    },
    world: {
      ...worldOf(room.environment.picture(), room.observation),
      admissible: room.environment.admissible(),
      arrival: {
        action: 'go to cabinet 2',
        by: 'choice',
        invalid: false,
        useless: false,
        reflection: 'The cabinet 2 is closed, so I have to open it to see what is in it. This step is UNKNOWN.',
        says: 'UNKNOWN',
        imagined: { observation: 'On the cabinet 2, you see a mug 1.', same: false },
      },
    },
    decision: decisionOf(householdCandidates, { parameters: { ...parameters, depth: 2 } }),
  };
  const shop = (page: ShopPicture): PanelState => ({
    ...full,
    episode: {
      ...episode,
      environment: 'WebShop',
      task: 'human/fixed_3',
      taskType: 'human',
      goal: itemPage.instruction,
      horizon: 15,
      branches: episode.branches.slice(0, 1),
    },
    world: {
      ...worldOf(page, 'You are on the page of a product. It has options color and size.'),
      truth: { remaining: 2, bestReward: 0.75, exact: false },
      admissible: [...page.buttons.map((button) => `click[${button}]`), 'click[20 inch]', 'click[14 inch]'],
      arrival: null,
    },
    decision: decisionOf(shopCandidates),
  });
  const open = { open: ['7 go forward', '7 turn right'] };
  return {
    starting: {
      state: {
        ...blank,
        status: {
          ...paused,
          kind: 'starting',
          title: 'Loading the embedded model',
          detail: '3 M parameters, on the CPU.',
        },
      },
    },
    empty: {
      state: {
        ...blank,
        status: {
          ...paused,
          kind: 'empty',
          title: 'Debug an agent, decision by decision',
          detail: 'Start an episode with the embedded model (nothing to install), or open a recorded trajectory.',
          offers: [
            { label: 'Start an episode', command: 'lac.start', primary: true },
            { label: 'Open a trajectory', command: 'lac.openTrajectory', primary: false },
            { label: 'Choose a model', command: 'lac.chooseModel', primary: false },
          ],
        },
      },
    },
    paused: { state: full },
    opened: {
      state: {
        ...full,
        decision: decisionOf(gotoCandidates, {
          tabs: [
            { index: 0, reason: 'step', label: 'step', complete: true },
            { index: 1, reason: 'probe', label: 'alpha 2', complete: true },
            { index: 2, reason: 'probe', label: 'critic prompt changed', complete: true },
          ],
          shown: 2,
          ghost: before,
          executed: { candidate: 1, action: 'go forward', by: 'choice' },
          outcomes: [
            {
              candidate: 1,
              observation: 'You see a red ball 1 step forward\nYou see a blue box 2 steps right',
              reward: 0,
              status: 'running',
              by: 'executed',
              truth: { remaining: 2, bestReward: 1 },
            },
            {
              candidate: 0,
              observation: 'You see a blue box 1 step left',
              reward: 0,
              status: 'running',
              by: 'tried',
              truth: { remaining: 4, bestReward: 1 },
            },
          ],
        }),
      },
      view: open,
    },
    streaming: {
      state: {
        ...full,
        status: { ...paused, kind: 'running', title: 'Deciding step 7', activity: 'critic · turn left · depth 1' },
        decision: decisionOf(gotoCandidates, {
          events: [
            ...early('proposal', 4),
            ...early('prior', 1),
            ...events.filter(
              (event) =>
                'candidate' in event && event.candidate < 2 && event.type !== 'proposal' && event.type !== 'choice',
            ),
          ],
          ghost: before,
          running: true,
        }),
      },
    },
    resampled: {
      state: {
        ...full,
        decision: decisionOf(gotoCandidates, {
          tabs: [
            { index: 0, reason: 'step', label: 'decision', complete: true },
            { index: 1, reason: 'probe', label: 'prompt changed', complete: true },
            { index: 2, reason: 'probe', label: 're-sample 1', complete: true },
            { index: 3, reason: 'probe', label: 're-sample 2', complete: true },
            { index: 4, reason: 'probe', label: 're-sample 3', complete: true },
          ],
          shown: 1,
          ghost: before,
          noise: {
            times: 3,
            temperature: 0.7,
            actions: [
              { action: 'turn right', count: 3, mean: -0.71, interval: [-1.12, -0.3], before: 0.29, standsOut: true },
              { action: 'go forward', count: 3, mean: 1.52, interval: [-0.4, 3.44], before: 0.22, standsOut: false },
              { action: 'turn left', count: 1, mean: -0.24, interval: null, before: -0.51, standsOut: null },
              { action: 'pick up', count: 0, mean: null, interval: null, before: null, standsOut: null },
            ],
          },
        }),
      },
    },
    hidden: { state: full, view: { hideQ: true, open: ['7 go forward'] } },
    pending: {
      state: {
        ...full,
        controls: {
          ...controls,
          pending: {
            change: 'rollout depth 4',
            forecast: { calls: [14, 31], tokens: [3100, 6900], reused: 8 },
            goesOn: false,
          },
        },
      },
    },
    prior: {
      state: {
        ...full,
        controls: { ...controls, parameters: { ...parameters, method: 'prior' } },
        decision: decisionOf(
          gotoCandidates.map(({ action, weight }) => ({ action, weight })),
          {
            parameters: { ...parameters, method: 'prior' },
          },
        ),
      },
    },
    playing: { state: { ...full, status: { ...paused, title: 'You play', playing: true } } },
    crowded: {
      state: { ...household1, decision: decisionOf(crowd(room.environment.admissible() ?? []), { tabs: [] }) },
    },
    alfworld: { state: household1, view: { open: ['7 open cabinet 2'] } },
    'alfworld-playing': {
      state: { ...household1, status: { ...paused, title: 'You play', playing: true } },
      view: { showHidden: true },
    },
    'webshop-item': { state: shop(itemPage) },
    'webshop-results': { state: shop(resultsPage) },
    undecided: {
      state: {
        ...full,
        status: { ...paused, title: 'Paused at step 8' },
        episode: { ...episode, step: 8 },
        world: {
          ...worldOf(picture, observation),
          node: 8,
          arrival: {
            action: 'go forward',
            by: 'choice',
            invalid: false,
            useless: false,
            reflection: 'Moved forward. This step is GOOD.',
            says: 'GOOD',
            imagined: { observation: `You see a red ball 9 steps right, ${observation}`, same: false },
          },
        },
        decision: decisionOf(gotoCandidates, { tabs: [] }),
      },
    },
    ended: {
      state: {
        ...full,
        world: { ...worldOf(picture, observation), node: 8 },
        decision: decisionOf(gotoCandidates, { tabs: [] }),
        status: {
          ...paused,
          kind: 'ended',
          title: 'Success after 8 steps',
          detail: 'The record is saved.',
          offers: [{ label: 'Start another', command: 'lac.start', primary: false }],
        },
        episode: { ...episode, outcome: 'success', reward: 0.95, step: 8 },
        controls: { ...controls, forecasts: {} },
      },
    },
    replay: {
      state: {
        ...full,
        status: { ...paused, mode: 'replay', title: 'Replay, step 7 of 8' },
        controls: { ...controls, canCall: false, forecasts: {} },
      },
    },
    recording: {
      state: {
        ...full,
        status: { ...paused, mode: 'replay', title: 'Recording', detail: 'Nothing is called.' },
        controls: { ...controls, canCall: false, forecasts: {} },
        search: { expression: 'Q < 0.5', steps: [1, 3, 6] },
      },
    },
    interrupted: {
      state: {
        ...full,
        status: {
          ...paused,
          kind: 'interrupted',
          title: 'This episode was interrupted at step 7',
          detail: 'Everything up to its last event is recorded. Resuming asks no model for what is there.',
          offers: [
            { label: 'Resume', command: 'lac.resume', primary: true },
            { label: 'Only look', command: 'lac.replay', primary: false },
          ],
        },
      },
    },
    'server-gone': {
      state: {
        ...full,
        status: {
          ...paused,
          kind: 'error',
          title: 'The model server does not answer',
          detail:
            'http://127.0.0.1:11434 refused the connection. The episode is kept at step 7 and goes on from there once the server is back.',
          offers: [
            { label: 'Try again', command: 'lac.retry', primary: true },
            { label: 'Choose another model', command: 'lac.chooseModel', primary: false },
          ],
        },
        episode: {
          ...episode,
          model: { name: 'qwen2.5:7b', backend: 'ollama', size: '7.6 B', gpuShare: null, state: 'unreachable' },
        },
      },
    },
    'model-missing': {
      state: {
        ...blank,
        status: {
          ...paused,
          kind: 'error',
          title: 'The server has no model "gemma:7b"',
          detail: 'It can be pulled (5.0 GB), or choose one of the 3 models that are there.',
          offers: [
            { label: 'Pull gemma:7b', command: 'lac.pullModel', primary: true },
            { label: 'Choose another model', command: 'lac.chooseModel', primary: false },
          ],
        },
      },
    },
    hostile: { state: hostile(full), view: { open: [`7 ${hostileText.slice(0, 200)}`] } },
    long: { state: { ...full, timeline: { branch: 'b0', cursor: 4000, steps: longTimeline(10_000), trend: 0.34 } } },
  };
}
