import { phrase, type Phrase } from '../../errors/phrase';
import type { DecisionEvent } from '../../lac/events';
import type { Moment } from './moments';

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
