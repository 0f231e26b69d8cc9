import type { StepView } from '../../expressions';
import { errorPhrase, type LacError } from '../../errors/lacError';
import { phrase, type Phrase } from '../../errors/phrase';
import type { PromptSet } from '../../prompts/promptSet';
import type { NodeId } from '../../trajectories/ids';
import type { DecisionEntry, Timeline } from '../../trajectories/timeline';
import type { Breakpoints, Circumstances, Hit } from './breakpoints';
import { describe } from './momentInWords';
import { onArrival, type Moment } from './moments';
import type { Position } from './position';
import { explainCall, rendersLine } from './promptLines';
import { comparison, endPhrase, hitStop, plainStop, type Stop } from './stops';

/** How far a movement goes. */
export type Goal =
  | { readonly kind: 'continue' | 'next' }
  | { readonly kind: 'in'; readonly fromBoundary: boolean }
  | { readonly kind: 'out'; readonly node: NodeId | null }
  | { readonly kind: 'to'; readonly reached: (moment: Moment) => boolean };

/** How far a movement goes back. */
export type BackwardGoal = 'boundary' | 'event' | 'start';

export interface StopRulesParts {
  readonly timeline: Timeline;
  readonly position: Position;
  readonly breakpoints: Breakpoints;
  /** The prompt set of the decision under the cursor. */
  readonly prompts: () => PromptSet;
  /** Told of a log point's text. */
  readonly onLog: (text: string) => void;
}

/** Says at every moment that the cursor has come to whether the session stops there: at breakpoints and at its goal. */
export class StopRules {
  private readonly hitsByNode = new Map<NodeId, readonly Phrase[]>();
  /** Breakpoints hit at an arrival: the step is told about once it is whole, its reflection included. */
  private held: readonly Hit[] = [];
  /** The work under way is a probe: it ends in a stop of its own. */
  private probing: { readonly before: DecisionEntry | undefined } | null = null;

  constructor(private readonly parts: StopRulesParts) {}

  /** Descriptions of the breakpoints that were hit, by node. */
  get hits(): ReadonlyMap<NodeId, readonly Phrase[]> {
    return this.hitsByNode;
  }

  /** A movement begins. */
  moving(): void {
    this.held = [];
  }

  /** What is under way decides once more; its boundary is a stop, whatever the goal. */
  probes(before: DecisionEntry | undefined): void {
    this.probing = { before };
  }

  /** What was under way is not any more. */
  interrupted(): void {
    this.probing = null;
  }

  /** Whether calls are moments to come to on the way; `goal: null` is any way back. */
  looksAtCalls(goal: Goal | null): boolean {
    const { inside } = this.parts.position.cursor;
    return (
      (goal?.kind === 'in' && inside === null) ||
      goal?.kind === 'to' ||
      (inside?.calls ?? 0) > 0 ||
      this.parts.breakpoints.watchesCalls
    );
  }

  /** The stop at a moment on the way forward; null goes on. */
  forward(moment: Moment, goal: Goal): Stop | null {
    const struck = this.note(this.strike(moment));
    if (moment.kind === 'arrival') {
      this.held = struck;
      return null;
    }
    const hits = moment.kind === 'boundary' ? [...this.held, ...struck] : struck;
    const { probing } = this;
    if (moment.kind === 'boundary') {
      this.held = [];
      this.probing = null;
    }
    if (hits.length > 0) return hitStop(hits);
    if (moment.kind === 'boundary' && probing !== null) {
      return plainStop('probe', comparison(probing.before, this.parts.position.decision));
    }
    if (goal.kind === 'continue') return null;
    if (moment.kind === 'boundary') return this.boundary();
    return reaches(moment, goal) ? plainStop('step', describe(moment)) : null;
  }

  /** The stop at a moment on the way back; null goes on. Hits are not kept: they were met before. */
  backward(moment: Moment, goal: BackwardGoal): Stop | null {
    const { node } = this.parts.position;
    if (moment.kind !== 'arrival') {
      const struck = [...this.strike(moment)];
      if (moment.kind === 'boundary' && node.arrival !== null) {
        // What the step brought is told about where it is whole, as on the way forward.
        struck.push(...this.strike({ kind: 'arrival', node: moment.node, inside: onArrival }));
      }
      const stops = struck.filter(({ log }) => log === null);
      if (stops.length > 0) return hitStop(stops);
    }
    if (goal === 'boundary' && moment.kind === 'boundary') return plainStop('step', atStep(node.step));
    if (goal === 'event' && moment.kind !== 'call' && moment.kind !== 'arrival') {
      return plainStop('step', describe(moment));
    }
    return null;
  }

  /** The stop where nothing follows. */
  end(): Stop {
    const { end, step } = this.parts.position.node;
    if (end === null) return plainStop('end', phrase('the recording ends at step {step}', { step }));
    return plainStop('end', endPhrase(end));
  }

  /** The stop at what went wrong: the record is whole, and the episode can be gone on with. */
  failure(error: LacError): Stop {
    const hits = this.note(this.parts.breakpoints.failure(error, this.circumstances(null)));
    return { reason: 'exception', description: errorPhrase(error), hits, error };
  }

  private boundary(): Stop {
    const { node, nextNode } = this.parts.position;
    return node.end !== null && nextNode === undefined ? this.end() : plainStop('step', atStep(node.step));
  }

  private strike(moment: Moment): readonly Hit[] {
    return this.parts.breakpoints.strike(moment, this.circumstances(moment));
  }

  private circumstances(moment: Moment | null): Circumstances {
    const { timeline, position, prompts } = this.parts;
    let view: StepView | null | undefined;
    return {
      timeline,
      branch: position.cursor.branch,
      node: position.node,
      view: () => {
        view ??= moment?.kind === 'arrival' ? position.arrivalView() : position.view();
        return view;
      },
      rendered: (part, line) => {
        const coming = moment?.kind === 'call' ? moment.coming : null;
        const prompt = coming === null ? null : explainCall(coming);
        return prompt !== null && rendersLine(prompt, prompts(), part, line);
      },
    };
  }

  /** Keeps what was hit and writes the log points' texts; the hits that stop. */
  private note(hits: readonly Hit[]): readonly Hit[] {
    const { position, onLog } = this.parts;
    for (const hit of hits) {
      const { node } = position.cursor;
      const known = this.hitsByNode.get(node) ?? [];
      const text = JSON.stringify(hit.description);
      if (!known.some((each) => JSON.stringify(each) === text)) this.hitsByNode.set(node, [...known, hit.description]);
      if (hit.log !== null) onLog(hit.log);
    }
    return hits.filter(({ log }) => log === null);
  }
}

function atStep(step: number): Phrase {
  return phrase('step {step}', { step });
}

/** Whether a goal is reached at a moment inside a step. */
function reaches(moment: Exclude<Moment, { readonly kind: 'boundary' }>, goal: Goal): boolean {
  switch (goal.kind) {
    case 'continue':
    case 'next':
      return false;
    case 'in':
      return moment.kind !== 'call' || goal.fromBoundary;
    case 'out':
      return moment.kind === 'event' && moment.event.type === 'choice' && goal.node === moment.node;
    case 'to':
      return goal.reached(moment);
  }
}
