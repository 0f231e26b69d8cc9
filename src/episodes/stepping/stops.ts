import type { LacError } from '../../errors/lacError';
import { phrase, phrases, type Phrase } from '../../errors/phrase';
import type { DecisionEvent } from '../../lac/events';
import { recordedReward } from '../../trajectories/outcome';
import type { EndLine, EndReason } from '../../trajectories/schema';
import type { DecisionEntry } from '../../trajectories/timeline';
import type { Hit } from './breakpoints';
import type { Moment } from './moments';

/** Why a session stands still. */
export type StopReason =
  | 'entry'
  | 'step'
  | 'pause'
  | 'goto'
  | 'probe'
  | 'breakpoint'
  | 'function breakpoint'
  | 'data breakpoint'
  | 'exception'
  | 'end';

export interface Stop {
  readonly reason: StopReason;
  /** One line for people. */
  readonly description: Phrase;
  readonly hits: readonly Hit[];
  /** What went wrong, where a failed call stopped the session; it can be gone on with. */
  readonly error: LacError | null;
}

export function plainStop(reason: StopReason, description: Phrase): Stop {
  return { reason, description, hits: [], error: null };
}

export function hitStop(hits: readonly Hit[]): Stop {
  const description = phrases(
    hits.map((hit) => hit.description),
    '; ',
  );
  return { reason: reasonOf(hits[0]), description, hits, error: null };
}

function reasonOf({ target }: Hit): StopReason {
  switch (target.kind) {
    case 'prompt':
    case 'step':
      return 'breakpoint';
    case 'action':
      return 'function breakpoint';
    case 'filter':
      return 'exception';
    case 'data':
      return 'data breakpoint';
  }
}

const beforeCalls = {
  actor: phrase('before a call of the actor'),
  forward: phrase('before a call of the forward model'),
  critic: phrase('before a call of the critic'),
  reflection: phrase('before a call of the reflection'),
} as const;

/** A moment in words. */
export function describe(moment: Moment): Phrase {
  switch (moment.kind) {
    case 'call': {
      const { role, candidate, depth } = moment.coming.purpose;
      const call = beforeCalls[role];
      if (candidate === null) return depth === null ? call : phrase('{call} at depth {depth}', { call, depth });
      const number = candidate + 1;
      return depth === null
        ? phrase('{call} for candidate {number}', { call, number })
        : phrase('{call} for candidate {number} at depth {depth}', { call, number, depth });
    }
    case 'event':
      return describeEvent(moment.event);
    case 'arrival':
      return phrase('the action was executed');
    case 'reflection':
      return phrase('reflected on the step');
    case 'boundary':
      return phrase('a step begins');
  }
}

function describeEvent(event: DecisionEvent): Phrase {
  switch (event.type) {
    case 'thought':
      return phrase('a thought');
    case 'proposal':
      return phrase('candidate {number}: {action}', { number: event.candidate + 1, action: event.action });
    case 'prior':
      return phrase('the prior over the candidates');
    case 'rollout-step':
      return phrase('candidate {number} imagined to depth {depth}', {
        number: event.candidate + 1,
        depth: event.depth,
      });
    case 'verdict':
      return phrase('the critic has read candidate {number} at depth {depth}', {
        number: event.candidate + 1,
        depth: event.depth,
      });
    case 'value':
      return phrase('the value of candidate {number}', { number: event.candidate + 1 });
    case 'improvement':
      return phrase('the improved policy');
    case 'choice':
      return phrase('chosen: {action}', { action: event.action });
  }
}

function choiceOf(entry: DecisionEntry | undefined): string | null {
  return entry?.events.findLast((event) => event.type === 'choice')?.action ?? null;
}

/** What a probe came to, held against the decision before it. */
export function comparison(before: DecisionEntry | undefined, after: DecisionEntry | undefined): Phrase {
  const [old, now] = [choiceOf(before), choiceOf(after)];
  if (now === null) return phrase('decided again');
  if (old === null) return phrase('decided: {action}', { action: now });
  return old === now
    ? phrase('decided again: still {action}', { action: now })
    : phrase('decided again: {action} instead of {before}', { action: now, before: old });
}

const endReasons: Readonly<Record<EndReason, Phrase>> = {
  success: phrase('success'),
  failure: phrase('failure'),
  limit: phrase('the environment’s step limit'),
  horizon: phrase('horizon reached'),
};

/** How an episode ended: `success after 12 steps, reward 0.8312`, the reward as far as it is recorded. */
export function endPhrase(end: EndLine): Phrase {
  const { steps } = end;
  const reason = endReasons[end.reason];
  const reward = recordedReward(end);
  if (reward === null) {
    return steps === 1
      ? phrase('{reason} after 1 step', { reason })
      : phrase('{reason} after {steps} steps', { reason, steps });
  }
  const args = { reason, steps, reward: Number(reward.toFixed(4)) };
  return steps === 1
    ? phrase('{reason} after 1 step, reward {reward}', args)
    : phrase('{reason} after {steps} steps, reward {reward}', args);
}
