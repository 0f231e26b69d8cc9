import type { Moment, ScriptedAction, Verdicts } from './scriptedModel';

/** An episode of an environment's own tasks, played by a scripted model to show one thing. */
export interface Scene {
  /** Name of the file, without its extension. */
  readonly name: string;
  readonly environment: 'alfworld' | 'webshop';
  readonly set: string;
  readonly index: number;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly moments: readonly Moment[];
}

const sure: Verdicts = { GOOD: 0.85, BAD: 0.08 };
const likely: Verdicts = { GOOD: 0.6, BAD: 0.25 };
const doubtful: Verdicts = { GOOD: 0.25, BAD: 0.6 };
const bad: Verdicts = { GOOD: 0.08, BAD: 0.85 };

const act = (
  action: string,
  prior: number,
  imagined: string,
  reflection: string,
  verdicts: Verdicts,
): ScriptedAction => ({ action, prior, imagined, reflection, verdicts });

const parameters = { candidates: 2, depth: 1, proposal: 'branch', thoughts: 'off' } as const;

const opening = [
  act(
    'open drawer 1',
    0.7,
    'You open the drawer 1. The drawer 1 is open. In it, you see nothing.',
    'The drawer is open now, and I see what is in it.',
    likely,
  ),
  act('go to bed 1', 0.2, 'On the bed 1, you see nothing.', 'Nothing is on the bed.', doubtful),
];
const closing = [
  act('close drawer 1', 0.5, 'You close the drawer 1.', 'The drawer is closed, and I may look into it again.', likely),
  act(
    'take cellphone 2 from drawer 1',
    0.4,
    'Nothing happens.',
    'I believe that the drawer is empty, so nothing is taken.',
    bad,
  ),
];

/** The agent opens a drawer, overlooks what it sought, closes the drawer, and so on. */
const loop: Scene = {
  name: 'alfworld-loop',
  environment: 'alfworld',
  set: 'household/pick_and_place_simple',
  index: 0,
  parameters: { ...parameters, loopGuard: 0, horizon: 7 },
  moments: [
    {
      actions: [
        act('go to drawer 1', 0.6, 'The drawer 1 is closed.', 'A cellphone may lie in the drawer.', sure),
        act('go to dresser 1', 0.3, 'On the dresser 1, you see nothing.', 'Nothing is on the dresser.', doubtful),
      ],
    },
    ...[opening, closing, opening, closing, opening, closing].map((actions) => ({ actions })),
  ],
};

const seesDesk =
  'On the desk 1, you see a alarmclock 1, a desklamp 1, a keychain 1, a mug 2, a pen 2, and a remotecontrol 2.';

/** The forward model imagines a cellphone where there is none; what happens corrects it. */
const wrongImagination: Scene = {
  name: 'alfworld-wrong-imagination',
  environment: 'alfworld',
  set: 'household/pick_and_place_simple',
  index: 0,
  parameters: { ...parameters, horizon: 8 },
  moments: [
    {
      actions: [
        act(
          'go to sidetable 1',
          0.5,
          'On the sidetable 1, you see a cellphone 1, and a mug 1.',
          'The cellphone is on the side table.',
          sure,
        ),
        act(
          'go to dresser 1',
          0.4,
          'On the dresser 1, you see a pen 1.',
          'There is no cellphone on the dresser.',
          doubtful,
        ),
      ],
      surprise: { reflection: 'There is no cellphone on the side table.', verdicts: bad },
    },
    {
      actions: [
        act(
          'go to dresser 1',
          0.6,
          'On the dresser 1, you see a cellphone 1, a keychain 2, and a pen 1.',
          'The cellphone is on the dresser.',
          sure,
        ),
        act('look', 0.2, 'You are facing the sidetable 1. Next to it, you see nothing.', 'I see nothing new.', bad),
      ],
    },
    {
      actions: [
        act(
          'take cellphone 1 from dresser 1',
          0.8,
          'You pick up the cellphone 1 from the dresser 1.',
          'I have the cellphone.',
          sure,
        ),
        act('examine dresser 1', 0.1, 'On the dresser 1, you see a pen 1.', 'I have come no nearer.', bad),
      ],
    },
    {
      actions: [
        act('go to desk 1', 0.8, seesDesk, 'I am at the desk with the cellphone.', sure),
        act('go to bed 1', 0.1, 'On the bed 1, you see a pillow 1.', 'The bed is no desk.', bad),
      ],
    },
    {
      actions: [
        act(
          'put cellphone 1 in/on desk 1',
          0.8,
          'You put the cellphone 1 in/on the desk 1.',
          'The cellphone is on the desk, as it was asked.',
          sure,
        ),
        act('use desklamp 1', 0.1, 'You turn on the desklamp 1.', 'Nobody asked for light.', bad),
      ],
    },
  ],
};

const search = {
  actions: [
    act(
      'search[steel toe chukka boots genuine leather]',
      0.6,
      "[Back to Search] Page 1 (Total results: 14) [Next >] [Z0T3W9Y7NL] Men's Chukka Boots $142.49",
      'The results name chukka boots.',
      sure,
    ),
    act(
      'search[boots]',
      0.3,
      '[Back to Search] Page 1 (Total results: 50) [Next >]',
      'There are too many boots.',
      doubtful,
    ),
  ],
};
const product = {
  actions: [
    act(
      'click[Z0T3W9Y7NL]',
      0.6,
      '[Back to Search] [< Prev] color [chestnut][dark brown] size [10][10.5] Price: $142.49 [Buy Now]',
      'These are chukka boots with a steel toe below 180 dollars.',
      sure,
    ),
    act(
      'click[Z0LWKRAV78]',
      0.3,
      '[Back to Search] [< Prev] size [9][10] Price: $107.95 [Buy Now]',
      'These are no chukka boots.',
      bad,
    ),
  ],
};

/** The prior would buy at once; the critic wants color and size chosen first, and earns the whole reward. */
const saved: Scene = {
  name: 'webshop-critic-saves-the-prior',
  environment: 'webshop',
  set: 'human',
  index: 0,
  parameters: { ...parameters, horizon: 8 },
  moments: [
    search,
    product,
    {
      actions: [
        act(
          'click[Buy Now]',
          0.6,
          'Your score (min 0.0, max 1.0): 0.5',
          'I bought without choosing color and size.',
          bad,
        ),
        act('click[chestnut]', 0.3, 'You have clicked chestnut.', 'The color is the one that was asked for.', sure),
      ],
    },
    {
      actions: [
        act('click[Buy Now]', 0.6, 'Your score (min 0.0, max 1.0): 0.8', 'I bought without choosing the size.', bad),
        act('click[10.5]', 0.3, 'You have clicked 10.5.', 'The size is the one that was asked for.', sure),
      ],
    },
    {
      actions: [
        act(
          'click[Buy Now]',
          0.8,
          'Your score (min 0.0, max 1.0): 1.0',
          'Color, size and price are as asked for.',
          sure,
        ),
        act('click[Description]', 0.1, '[Back to Search] [< Prev]', 'I know enough of these boots.', doubtful),
      ],
    },
  ],
};

/** The prior would choose the color; the critic finds the boots good enough, and a third of the reward is lost. */
const misled: Scene = {
  name: 'webshop-critic-misleads',
  environment: 'webshop',
  set: 'human',
  index: 0,
  parameters: { ...parameters, horizon: 8 },
  moments: [
    search,
    product,
    {
      actions: [
        act('click[chestnut]', 0.6, 'You have clicked chestnut.', 'I still have no boots.', doubtful),
        act(
          'click[Buy Now]',
          0.3,
          'Your score (min 0.0, max 1.0): 1.0',
          'These are the right boots at the right price.',
          sure,
        ),
      ],
      surprise: { reflection: 'I lost reward: I chose neither color nor size.', verdicts: bad },
    },
  ],
};

export const scenes: readonly Scene[] = [loop, wrongImagination, saved, misled];
