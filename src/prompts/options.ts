import type { OptionEntry, Span } from './syntax';
import { nearest } from './variables';

/** How many of something the history keeps. */
export type Limit = number | 'all';

/** The words that begin the lines of a transcript; an empty marker begins nothing. */
export interface Markers {
  /** A `{}` in it stands for the goal; without one the goal follows after a blank. */
  readonly goal: string;
  readonly observation: string;
  readonly action: string;
  readonly critic: string;
  readonly reward: string;
  readonly probability: string;
  readonly subgoal: string;
  readonly satisfied: string;
  /** The words before the verdict word, inside a reflection. */
  readonly verdict: string;
}

/** What the lines between `---` and `---` of a head can set. */
export interface PromptOptions {
  /** `observations`: the last k are written out. `steps`: the history opens at the m-th last observation. */
  readonly history: { readonly observations: Limit; readonly steps: Limit };
  /** `chat`: the head becomes the user's turn of the model's own chat template, the transcript goes on in the assistant's. */
  readonly wrap: 'none' | 'chat';
  /** What the set is written for; the parameter of the same name decides. */
  readonly thoughts: 'off' | 'free' | 'counted';
  /** Which of goal and first observation comes first. */
  readonly opening: 'goal' | 'observation';
  /** `react`: "You arrive at loc 3. " is taken off an observation, as ReAct's published harness does. */
  readonly observations: 'plain' | 'react';
  /** What stands for a line break inside an observation; `keep` leaves it. */
  readonly lines: 'keep' | 'blank' | 'comma';
  readonly markers: Markers;
}

export const defaultOptions: PromptOptions = {
  history: { observations: 'all', steps: 'all' },
  wrap: 'none',
  thoughts: 'off',
  opening: 'goal',
  observations: 'plain',
  lines: 'blank',
  markers: {
    goal: 'Goal:',
    observation: 'Observation:',
    action: 'Action:',
    critic: 'Critic:',
    reward: 'Reward:',
    probability: 'Probability of success, from 0 to 1:',
    subgoal: 'Sub-goal:',
    satisfied: 'Number of sub-goals satisfied:',
    verdict: 'This step is',
  },
};

export interface OptionSpec {
  readonly name: string;
  readonly description: string;
  /** What it takes, for people and for completion. */
  readonly expected: string;
  readonly values: readonly string[];
}

const limitText = '"all" or a whole number from 1 to 10000';
const markerText = 'a text on one line that does not end in white space';

export const optionSpecs: readonly OptionSpec[] = [
  {
    name: 'history.observations',
    description: 'How many of the latest observations are written out; actions and reflections stay.',
    expected: limitText,
    values: ['all', '3'],
  },
  {
    name: 'history.steps',
    description: 'The history opens at the m-th last observation; everything before it is left out.',
    expected: limitText,
    values: ['all', '3'],
  },
  {
    name: 'wrap',
    description:
      "none: the prompt is plain text. chat: the head goes into the user's turn of the model's chat template and the transcript goes on in the assistant's.",
    expected: '"none" or "chat"',
    values: ['none', 'chat'],
  },
  {
    name: 'thoughts',
    description: 'Whether the set is written for "think: ..." lines.',
    expected: '"off", "free" or "counted"',
    values: ['off', 'free', 'counted'],
  },
  {
    name: 'opening',
    description: 'Which of goal and first observation comes first.',
    expected: '"goal" or "observation"',
    values: ['goal', 'observation'],
  },
  {
    name: 'observations',
    description: 'react: "You arrive at loc 3. " is taken off each observation, as ReAct\'s published harness does.',
    expected: '"plain" or "react"',
    values: ['plain', 'react'],
  },
  {
    name: 'lines',
    description: 'What stands for a line break inside an observation.',
    expected: '"keep", "blank" or "comma"',
    values: ['keep', 'blank', 'comma'],
  },
  ...Object.keys(defaultOptions.markers).map((name) => ({
    name: `markers.${name}`,
    description:
      name === 'verdict'
        ? 'The words before the verdict word of a reflection.'
        : `What begins a line: ${name}. A blank follows it.`,
    expected: markerText,
    values: [],
  })),
];

const specs = new Map(optionSpecs.map((spec) => [spec.name, spec]));
export function optionSpec(name: string): OptionSpec | undefined {
  return specs.get(name);
}

export interface OptionProblem {
  readonly code: 'prompt.unknown-option' | 'prompt.option-value' | 'prompt.option-repeated';
  readonly span: Span;
  readonly args: Readonly<Record<string, string>>;
}

/** Applies the written options to `base`. An entry that can't be applied changes nothing and is reported. */
export function readOptions(
  entries: readonly OptionEntry[],
  base: PromptOptions,
): { readonly options: PromptOptions; readonly problems: readonly OptionProblem[] } {
  const problems: OptionProblem[] = [];
  const seen = new Set<string>();
  let options = base;
  for (const entry of entries) {
    const spec = optionSpec(entry.name);
    if (spec === undefined) {
      const near = nearest(entry.name, [...specs.keys()]);
      const hint = near === null ? `Known are: ${[...specs.keys()].join(', ')}.` : `Did you mean "${near}"?`;
      problems.push({ code: 'prompt.unknown-option', span: entry.nameSpan, args: { name: entry.name, hint } });
      continue;
    }
    if (seen.has(entry.name)) {
      problems.push({ code: 'prompt.option-repeated', span: entry.nameSpan, args: { name: entry.name } });
    }
    seen.add(entry.name);
    const changed = withOption(options, entry.name, entry.value);
    if (changed === null) {
      const args = { name: entry.name, value: entry.value.slice(0, 80), expected: spec.expected };
      problems.push({ code: 'prompt.option-value', span: entry.valueSpan, args });
    } else {
      options = changed;
    }
  }
  return { options, problems };
}

function withOption(options: PromptOptions, name: string, value: string): PromptOptions | null {
  const marker = /^markers\.(\w+)$/.exec(name)?.[1];
  if (marker !== undefined) {
    const needsText = marker !== 'observation' && value === '';
    const controls = /\p{Cc}/u.test(value);
    if (value !== value.trimEnd() || needsText || controls || value.length > 200) return null;
    return { ...options, markers: { ...options.markers, [marker]: value } };
  }
  switch (name) {
    case 'history.observations': {
      const limit = limitOf(value);
      return limit === null ? null : { ...options, history: { ...options.history, observations: limit } };
    }
    case 'history.steps': {
      const limit = limitOf(value);
      return limit === null ? null : { ...options, history: { ...options.history, steps: limit } };
    }
    case 'wrap':
      return value === 'none' || value === 'chat' ? { ...options, wrap: value } : null;
    case 'thoughts':
      return value === 'off' || value === 'free' || value === 'counted' ? { ...options, thoughts: value } : null;
    case 'opening':
      return value === 'goal' || value === 'observation' ? { ...options, opening: value } : null;
    case 'observations':
      return value === 'plain' || value === 'react' ? { ...options, observations: value } : null;
    case 'lines':
      return value === 'keep' || value === 'blank' || value === 'comma' ? { ...options, lines: value } : null;
    default:
      return null;
  }
}

function limitOf(value: string): Limit | null {
  if (value === 'all') return 'all';
  return /^[1-9]\d{0,3}$|^10000$/.test(value) ? Number(value) : null;
}
