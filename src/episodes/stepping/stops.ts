import type { LacError } from '../../errors/lacError';
import { phrase, phrases, type Phrase } from '../../errors/phrase';
import { recordedReward } from '../../trajectories/outcome';
import type { EndLine, EndReason } from '../../trajectories/schema';
import type { DecisionEntry } from '../../trajectories/timeline';
import type { Hit } from './breakpoints';

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
