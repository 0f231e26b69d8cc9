import type { LacError } from '../../errors/lacError';
import type { DecisionEvent } from '../../lac/events';
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
  readonly description: string;
  readonly hits: readonly Hit[];
  /** What went wrong, where a failed call stopped the session; it can be gone on with. */
  readonly error: LacError | null;
}

export function plainStop(reason: StopReason, description: string): Stop {
  return { reason, description, hits: [], error: null };
}

export function hitStop(hits: readonly Hit[]): Stop {
  const description = hits.map((hit) => hit.description).join('; ');
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

const roleNames = { actor: 'actor', forward: 'forward model', critic: 'critic', reflection: 'reflection' } as const;

/** A moment in words. */
export function describe(moment: Moment): string {
  switch (moment.kind) {
    case 'call': {
      const { role, candidate, depth } = moment.coming.purpose;
      const where = candidate === null ? '' : ` for candidate ${candidate + 1}`;
      return `before a call of the ${roleNames[role]}${where}${depth === null ? '' : ` at depth ${depth}`}`;
    }
    case 'event':
      return describeEvent(moment.event);
    case 'arrival':
      return 'the action was executed';
    case 'reflection':
      return 'reflected on the step';
    case 'boundary':
      return 'a step begins';
  }
}

function describeEvent(event: DecisionEvent): string {
  switch (event.type) {
    case 'thought':
      return 'a thought';
    case 'proposal':
      return `candidate ${event.candidate + 1}: ${event.action}`;
    case 'prior':
      return 'the prior over the candidates';
    case 'rollout-step':
      return `candidate ${event.candidate + 1} imagined to depth ${event.depth}`;
    case 'verdict':
      return `the critic has read candidate ${event.candidate + 1} at depth ${event.depth}`;
    case 'value':
      return `the value of candidate ${event.candidate + 1}`;
    case 'improvement':
      return 'the improved policy';
    case 'choice':
      return `chosen: ${event.action}`;
  }
}

function choiceOf(entry: DecisionEntry | undefined): string | null {
  return entry?.events.findLast((event) => event.type === 'choice')?.action ?? null;
}

/** What a probe came to, held against the decision before it. */
export function comparison(before: DecisionEntry | undefined, after: DecisionEntry | undefined): string {
  const [old, now] = [choiceOf(before), choiceOf(after)];
  if (now === null) return 'decided again';
  if (old === null) return `decided: ${now}`;
  return old === now ? `decided again: still ${now}` : `decided again: ${now} instead of ${old}`;
}
