import { createHash } from 'node:crypto';
import type { Picture } from '../../environments/picture';
import { phrase, type Phrase } from '../../errors/phrase';
import type { StepView } from '../../expressions';
import { foldDecision } from '../../lac/decision';
import { lowVerdictMass } from '../../lac/diagnostics';
import type { DecisionEvent } from '../../lac/events';
import { sameObservation } from '../../prompts/transcriptLines';
import type { NodeEntry, Timeline } from '../../trajectories/timeline';

/** When a filter is looked at: at a choice, at a reading of the verdict slot, after an executed step, at a failed call. */
export type FilterMoment = 'choice' | 'reading' | 'step' | 'failure';

export interface FilterSpec {
  readonly label: string;
  readonly description: string;
  readonly moment: FilterMoment;
  /** The number below which it strikes; null for filters without one. */
  readonly threshold: number | null;
}

/** What a session can stop at by itself; each can be narrowed by a condition, those with a threshold by a number. */
export const filterSpecs = {
  'critic-overrules': {
    label: 'Critic overrules prior',
    description: 'The chosen action is not the one that the prior alone would choose.',
    moment: 'choice',
    threshold: null,
  },
  'low-q': {
    label: 'Q of the choice below a number',
    description: 'The critic gives the chosen action a Q below the number in the condition (0).',
    moment: 'choice',
    threshold: 0,
  },
  'low-margin': {
    label: 'Margin below a number',
    description: "The policy's best two candidates differ by less than the number in the condition (0.1).",
    moment: 'choice',
    threshold: 0.1,
  },
  uncertain: {
    label: 'Choice not certain',
    description: 'A Q is only known as a bound, and its true value could change the choice.',
    moment: 'choice',
    threshold: null,
  },
  'all-bad': {
    label: 'Every candidate BAD',
    description: 'The rollouts of all candidates end in BAD.',
    moment: 'choice',
    threshold: null,
  },
  'no-effect': {
    label: 'Invalid or useless action',
    description: 'The executed text was no action of the environment, or changed nothing.',
    moment: 'step',
    threshold: null,
  },
  loop: {
    label: 'State loop',
    description: 'The step led to a state in which the episode has been before.',
    moment: 'step',
    threshold: null,
  },
  contradicted: {
    label: 'Imagined observation contradicted',
    description: 'What the action led to is not what its rollout had imagined.',
    moment: 'step',
    threshold: null,
  },
  'outside-top': {
    label: 'Label outside the top tokens',
    description: 'GOOD or BAD is not among the tokens that the model shows, so that Q is only bounded.',
    moment: 'reading',
    threshold: null,
  },
  'low-mass': {
    label: 'Verdict mass below a number',
    description: `P(GOOD) + P(BAD) at the verdict slot is below the number in the condition (${lowVerdictMass}).`,
    moment: 'reading',
    threshold: lowVerdictMass,
  },
  budget: {
    label: 'Budget over',
    description: 'A limit on calls, tokens or seconds is used up. The episode stands still in any case.',
    moment: 'failure',
    threshold: null,
  },
  'model-error': {
    label: 'Model error',
    description: 'A model call failed. The episode stands still in any case, where it can be gone on with.',
    moment: 'failure',
    threshold: null,
  },
} as const satisfies Readonly<Record<string, FilterSpec>>;

export type FilterId = keyof typeof filterSpecs;

export const filterIds = Object.keys(filterSpecs) as readonly FilterId[];

export function isFilter(id: string): id is FilterId {
  return Object.hasOwn(filterSpecs, id);
}

/** Why a filter strikes at a choice, in words; null when it does not. */
export function choiceFilter(id: FilterId, view: StepView, threshold: number): Phrase | null {
  const chosen = view.candidates?.[view.chosen ?? -1];
  if (chosen === undefined) return null;
  const action = chosen.action ?? '';
  switch (id) {
    case 'critic-overrules': {
      if (view.agreement !== 'critic' && view.agreement !== 'neither') return null;
      const favourite = view.candidates?.reduce((best, each) =>
        (each.logPrior ?? 0) > (best.logPrior ?? 0) ? each : best,
      );
      const before = favourite?.action ?? '';
      return phrase('the critic overrules the prior: "{action}" instead of "{before}"', { action, before });
    }
    case 'low-q':
      if (chosen.q === null || chosen.q >= threshold) return null;
      return phrase('Q of "{action}" is {q}', { action, q: shown(chosen.q) });
    case 'low-margin': {
      const policies = (view.candidates ?? []).flatMap(({ policy }) => (policy === null ? [] : [policy]));
      const [first, second] = policies.sort((a, b) => b - a);
      if (second === undefined) return null;
      const margin = first - second;
      return margin < threshold ? phrase('the margin is {margin}', { margin: shown(margin) }) : null;
    }
    case 'uncertain':
      return view.certain === false ? phrase('a bound could change the choice of "{action}"', { action }) : null;
    case 'all-bad':
      return view.notes?.includes('all-bad') === true ? phrase('every candidate is BAD') : null;
    case 'no-effect':
    case 'loop':
    case 'contradicted':
    case 'outside-top':
    case 'low-mass':
    case 'budget':
    case 'model-error':
      return null;
  }
}

/** Why a filter strikes at an event of the critic; null when it does not. */
export function readingFilter(id: FilterId, event: DecisionEvent, threshold: number): Phrase | null {
  if (event.type !== 'verdict') return null;
  if (id === 'outside-top') {
    const outside = [event.good, event.bad].filter(({ logprob }) => logprob === null).map(({ label }) => label);
    switch (outside.length) {
      case 0:
        return null;
      case 1:
        return phrase('{label} outside the top tokens', { label: outside[0] });
      default:
        return phrase('{first} and {second} outside the top tokens', { first: outside[0], second: outside[1] });
    }
  }
  if (id === 'low-mass' && event.mass < threshold)
    return phrase('the verdict mass is {mass}', { mass: shown(event.mass) });
  return null;
}

/** Why a filter strikes at the step that led to a node; null when it does not. */
export function stepFilter(id: FilterId, timeline: Timeline, node: NodeEntry): Phrase | null {
  const { arrival } = node;
  if (arrival === null) return null;
  switch (id) {
    case 'no-effect':
      if (arrival.invalid) return phrase('"{action}" is no action here', { action: arrival.action });
      return arrival.useless ? phrase('"{action}" changed nothing', { action: arrival.action }) : null;
    case 'loop': {
      // An action that changes nothing stays where it is; "no-effect" is the filter for it.
      if (arrival.invalid || arrival.useless) return null;
      const here = situationOf(node);
      const before = timeline.path(arrival.from).find((earlier) => situationOf(earlier) === here);
      return before === undefined ? null : phrase('back in the state of step {step}', { step: before.step });
    }
    case 'contradicted': {
      const imagined = imaginedFor(timeline, node);
      if (imagined === null || sameObservation(imagined, node.observation)) return null;
      return phrase('the rollout of "{action}" had imagined "{imagined}"', {
        action: arrival.action,
        imagined: shortened(imagined),
      });
    }
    case 'critic-overrules':
    case 'low-q':
    case 'low-margin':
    case 'uncertain':
    case 'all-bad':
    case 'outside-top':
    case 'low-mass':
    case 'budget':
    case 'model-error':
      return null;
  }
}

const situations = new WeakMap<Picture, string>();

/**
 * A text that nodes share when the world is the same in them. The state's hash says more: it is taken over the whole
 * snapshot, in which steps are counted too, so that no two states of an episode have the same.
 */
function situationOf({ state: { picture, hash } }: NodeEntry): string {
  if (picture === null) return hash;
  const known = situations.get(picture);
  if (known !== undefined) return known;
  const situation = createHash('sha256').update(JSON.stringify(picture)).digest('base64');
  situations.set(picture, situation);
  return situation;
}

/** The observation that the rollout of the executed action had imagined; null where there was none. */
export function imaginedFor(timeline: Timeline, node: NodeEntry): string | null {
  const { arrival } = node;
  if (arrival === null) return null;
  const from = timeline.node(arrival.from);
  const entry = arrival.decision === null ? from?.decisions.at(-1) : from?.decisions.at(arrival.decision);
  if (entry === undefined) return null;
  const candidate = foldDecision(entry.events).candidates.find(({ action }) => action === arrival.action);
  return candidate?.steps.find(({ depth }) => depth === 1)?.observation ?? null;
}

function shown(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(3));
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
