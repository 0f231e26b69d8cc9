import type { CursorView } from '../../expressions';
import type { DecisionEvent, ReflectionEvent } from '../../lac/events';
import type { BranchId, DecisionIndex, NodeId } from '../../trajectories/ids';
import type { ComingCall } from './callGate';

/** The part of a decision that is going on. */
export type Phase = 'propose' | 'rollout' | 'critic' | 'improve' | 'reflect';

/** Where a cursor stands inside a decision, or inside the reflection on the step that led to its node. */
export interface Inside {
  /** null: the step that led here is being reflected on. */
  readonly decision: DecisionIndex | null;
  /** How many of the decision's events have happened. */
  readonly events: number;
  /** How many calls were begun since the last of them, the coming one included. */
  readonly calls: number;
  /** The call right before which the cursor stands; null right after an event. */
  readonly coming: ComingCall | null;
  readonly phase: Phase;
  /** Role, candidate and depth; null where no model is concerned (the improvement). */
  readonly place: CursorView | null;
}

/** A place in an episode's record. `inside: null` is a step boundary: the node is reached and nothing decided by it. */
export interface Cursor {
  readonly branch: BranchId;
  readonly node: NodeId;
  readonly inside: Inside | null;
}

/**
 * What an episode's course consists of, whether it happens now or is walked along its record: before a call, after an
 * event, the arrival at a node (its reflection still missing), and the boundary at which the next step begins.
 */
export type Moment =
  | {
      readonly kind: 'call';
      readonly node: NodeId;
      readonly inside: Inside;
      readonly coming: ComingCall;
      /** The first call of its role in this decision. */
      readonly first: boolean;
    }
  | { readonly kind: 'event'; readonly node: NodeId; readonly inside: Inside; readonly event: DecisionEvent }
  | { readonly kind: 'arrival'; readonly node: NodeId; readonly inside: Inside }
  | { readonly kind: 'reflection'; readonly node: NodeId; readonly inside: Inside; readonly event: ReflectionEvent }
  | { readonly kind: 'boundary'; readonly node: NodeId };

/** The cursor position of a moment. */
export function insideOf(moment: Moment): Inside | null {
  return moment.kind === 'boundary' ? null : moment.inside;
}

function placeOf(event: DecisionEvent): Pick<Inside, 'phase' | 'place'> {
  switch (event.type) {
    case 'thought':
    case 'prior':
      return { phase: 'propose', place: { role: 'actor', candidate: null, depth: null } };
    case 'proposal':
      return { phase: 'propose', place: { role: 'actor', candidate: event.candidate, depth: null } };
    case 'rollout-step':
      return { phase: 'rollout', place: { role: 'forward', candidate: event.candidate, depth: event.depth } };
    case 'verdict':
      return { phase: 'critic', place: { role: 'critic', candidate: event.candidate, depth: event.depth } };
    case 'value':
      return { phase: 'critic', place: { role: 'critic', candidate: event.candidate, depth: null } };
    case 'improvement':
    case 'choice':
      return { phase: 'improve', place: null };
  }
}

const phaseOfRole = { actor: 'propose', forward: 'rollout', critic: 'critic', reflection: 'reflect' } as const;

/** Right after the last of so many events. */
export function afterEvent(decision: DecisionIndex, events: number, event: DecisionEvent): Inside {
  return { decision, events, calls: 0, coming: null, ...placeOf(event) };
}

/** Right before a call. */
export function beforeCall(decision: DecisionIndex | null, events: number, calls: number, coming: ComingCall): Inside {
  const { role, candidate, depth } = coming.purpose;
  const phase = decision === null ? 'reflect' : phaseOfRole[role];
  return { decision, events, calls, coming, phase, place: { role, candidate, depth } };
}

/** Right after the action was executed. */
export const onArrival: Inside = {
  decision: null,
  events: 0,
  calls: 0,
  coming: null,
  phase: 'reflect',
  place: null,
};

/** Right after the reflection on the step that led to a node. */
export const afterReflection: Inside = {
  decision: null,
  events: 1,
  calls: 0,
  coming: null,
  phase: 'reflect',
  place: { role: 'reflection', candidate: null, depth: null },
};
