import { compileCondition, compileMessage, glob, type Matcher, type StepView } from '../../expressions';
import { errorPhrase, LacError, messageOf } from '../../errors/lacError';
import { english, inLanguage, phrase, type Phrase } from '../../errors/phrase';
import { actionKey } from '../../lac/actionText';
import type { PartId } from '../../prompts/parts';
import { choiceFilter, filterSpecs, readingFilter, stepFilter, type FilterId } from './filters';
import { describe } from './momentInWords';
import type { Moment } from './moments';
import type { BranchId, NodeId } from '../../trajectories/ids';
import type { NodeEntry, Timeline } from '../../trajectories/timeline';

/** What a breakpoint watches. */
export type BreakpointTarget =
  /** A line of a prompt file (from 1): before the calls whose prompt holds it. */
  | { readonly kind: 'prompt'; readonly part: PartId; readonly line: number }
  /** A step of a branch: when its decision is about to begin. */
  | { readonly kind: 'step'; readonly branch: BranchId; readonly step: number }
  /** An action by pattern (`take *`): when it is chosen, before it is executed. */
  | { readonly kind: 'action'; readonly pattern: string }
  | { readonly kind: 'filter'; readonly filter: FilterId }
  /** The choice of a step, or an action's Q, comes out differently from before. */
  | { readonly kind: 'data'; readonly action: string | null };

export interface BreakpointSpec {
  readonly target: BreakpointTarget;
  /** An expression; for filters with a threshold also a plain number. */
  readonly condition?: string | undefined;
  /** `3`, `>= 3`, `% 2`. */
  readonly hitCondition?: string | undefined;
  /** Text with expressions in braces: written instead of stopping. */
  readonly logMessage?: string | undefined;
}

/** A breakpoint as it was taken. */
export interface Breakpoint {
  readonly id: number;
  readonly spec: BreakpointSpec;
  /** What is wrong with it, or null. */
  readonly problem: LacError | null;
}

/** A breakpoint that was hit. */
export interface Hit {
  readonly breakpoint: number;
  readonly target: BreakpointTarget;
  /** In words: `the critic overrules the prior: ...`. */
  readonly description: Phrase;
  /** The log point's text; null where the session stops. */
  readonly log: string | null;
}

interface Armed extends Breakpoint {
  readonly condition: ((view: StepView) => boolean | null) | null;
  readonly threshold: number;
  readonly counts: ((hits: number) => boolean) | null;
  readonly message: ((view: StepView) => string) | null;
  readonly matches: Matcher;
  hits: number;
}

/** What breakpoints are held against. */
export interface Circumstances {
  readonly timeline: Timeline;
  readonly branch: BranchId;
  readonly node: NodeEntry;
  /** Read only when a breakpoint needs it. */
  readonly view: () => StepView | null;
  /** Whether a prompt that is about to be sent holds a line of a file. */
  readonly rendered: (part: PartId, line: number) => boolean;
}

/** Groups of breakpoints, each replaced as a whole, as editors set them. */
export class Breakpoints {
  private readonly groups = new Map<string, readonly Armed[]>();
  private nextId = 1;

  /** Replaces a group; breakpoints that stay the same keep their id and count. */
  set(group: string, specs: readonly BreakpointSpec[]): readonly Breakpoint[] {
    const before = [...(this.groups.get(group) ?? [])];
    const armed = specs.map((spec): Armed => {
      const key = JSON.stringify(spec);
      const known = before.findIndex((each) => JSON.stringify(each.spec) === key);
      return known >= 0 ? before.splice(known, 1)[0] : arm(this.nextId++, spec);
    });
    if (armed.length === 0) this.groups.delete(group);
    else this.groups.set(group, armed);
    return armed;
  }

  get all(): readonly Breakpoint[] {
    return [...this.groups.values()].flat();
  }

  /** Whether any call can be stopped at, so that calls have to be looked at. */
  get watchesCalls(): boolean {
    return this.active.some(({ spec }) => spec.target.kind === 'prompt');
  }

  private get active(): readonly Armed[] {
    return [...this.groups.values()].flat().filter(({ problem }) => problem === null);
  }

  /** The breakpoints that strike at a moment; their hits are counted. */
  strike(moment: Moment, circumstances: Circumstances): readonly Hit[] {
    return this.active.flatMap((armed) => {
      const why = reasonFor(armed, moment, circumstances);
      return why === null ? [] : this.hit(armed, why, circumstances);
    });
  }

  /** The filters that strike at a failed call. */
  failure(error: LacError, circumstances: Circumstances): readonly Hit[] {
    const filter: FilterId = error.code === 'model.budget' ? 'budget' : 'model-error';
    return this.active.flatMap((armed) => {
      const { target } = armed.spec;
      const strikes = target.kind === 'filter' && target.filter === filter;
      return strikes ? this.hit(armed, errorPhrase(error), circumstances) : [];
    });
  }

  private hit(armed: Armed, why: Phrase, { view }: Circumstances): Hit[] {
    const { condition, counts, message, spec, id } = armed;
    const seen = condition === null && message === null ? null : view();
    if (condition !== null && (seen === null || condition(seen) !== true)) return [];
    armed.hits++;
    if (counts !== null && !counts(armed.hits)) return [];
    const log = message === null ? null : seen === null ? inLanguage(why, english) : message(seen);
    return [{ breakpoint: id, target: spec.target, description: why, log }];
  }
}

function arm(id: number, spec: BreakpointSpec): Armed {
  const blank = { id, spec, condition: null, counts: null, message: null, matches: never, threshold: 0, hits: 0 };
  try {
    const { target, condition = '', hitCondition = '', logMessage = '' } = spec;
    const preset = target.kind === 'filter' ? filterSpecs[target.filter].threshold : null;
    const number = preset === null ? null : numberIn(condition);
    return {
      ...blank,
      problem: null,
      threshold: number ?? preset ?? 0,
      condition: number !== null || condition.trim() === '' ? null : compileCondition(condition),
      counts: hitCondition.trim() === '' ? null : parseHitCondition(hitCondition),
      message: logMessage === '' ? null : compileMessage(logMessage),
      matches: target.kind === 'action' ? glob(target.pattern) : never,
    };
  } catch (error) {
    const problem =
      error instanceof LacError
        ? error
        : new LacError('debugger.breakpoint', { reason: messageOf(error) }, { cause: error });
    return { ...blank, problem };
  }
}

function never(): boolean {
  return false;
}

/** The number that a filter's condition is: `0.5`, `< 0.5`; null when it is an expression. */
function numberIn(condition: string): number | null {
  const match = /^\s*<?\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/iu.exec(condition);
  return match === null ? null : Number(match[1]);
}

/** `3` (the third hit), `>= 3`, `> 3`, `<= 3`, `< 3`, `% 2` (every second). Throws `debugger.hit-condition`. */
export function parseHitCondition(text: string): (hits: number) => boolean {
  const match = /^\s*(==?|>=?|<=?|%)?\s*(\d{1,9})\s*$/u.exec(text);
  if (match === null) throw new LacError('debugger.hit-condition', { text: text.slice(0, 40) });
  const count = Number(match[2]);
  switch (match[1]) {
    case '>':
      return (hits) => hits > count;
    case '>=':
      return (hits) => hits >= count;
    case '<':
      return (hits) => hits < count;
    case '<=':
      return (hits) => hits <= count;
    case '%':
      return (hits) => count > 0 && hits % count === 0;
    default:
      return (hits) => hits === count;
  }
}

/** Why a breakpoint strikes at a moment; null when it does not. Conditions are looked at afterwards. */
function reasonFor(armed: Armed, moment: Moment, circumstances: Circumstances): Phrase | null {
  const { target } = armed.spec;
  switch (target.kind) {
    case 'prompt': {
      if (moment.kind !== 'call') return null;
      // Without a hit condition a line would strike at every call of a decision.
      if (armed.counts === null && !moment.first) return null;
      if (!circumstances.rendered(target.part, target.line)) return null;
      return phrase('line {line} of {part}, {moment}', {
        line: target.line,
        part: target.part,
        moment: describe(moment),
      });
    }
    case 'step':
      if (moment.kind !== 'boundary' || target.branch !== circumstances.branch) return null;
      return circumstances.node.step === target.step ? phrase('step {step}', { step: target.step }) : null;
    case 'action':
      if (moment.kind !== 'event' || moment.event.type !== 'choice') return null;
      return armed.matches(moment.event.action)
        ? phrase('"{action}" was chosen', { action: moment.event.action })
        : null;
    case 'filter':
      return filterReason(target.filter, armed.threshold, moment, circumstances);
    case 'data':
      if (moment.kind !== 'event' || moment.event.type !== 'choice') return null;
      return changedValue(target.action, moment.node, moment.inside.decision ?? 0, circumstances);
  }
}

function filterReason(
  filter: FilterId,
  threshold: number,
  moment: Moment,
  { timeline, node, view }: Circumstances,
): Phrase | null {
  switch (filterSpecs[filter].moment) {
    case 'choice': {
      if (moment.kind !== 'event' || moment.event.type !== 'choice') return null;
      const seen = view();
      return seen === null ? null : choiceFilter(filter, seen, threshold);
    }
    case 'reading':
      return moment.kind === 'event' ? readingFilter(filter, moment.event, threshold) : null;
    case 'step':
      return moment.kind === 'arrival' ? stepFilter(filter, timeline, node) : null;
    case 'failure':
      return null;
  }
}

/** Qs that differ by no more than this are equal. */
const equalValues = 1e-9;

/** How the watched value differs from the one before; null when it is the same or new. */
function changedValue(
  action: string | null,
  at: NodeId,
  decision: number,
  { timeline, view }: Circumstances,
): Phrase | null {
  const seen = view();
  if (seen === null) return null;
  if (action === null) {
    const now = seen.candidates?.[seen.chosen ?? -1]?.action ?? null;
    const earlier = timeline.node(at)?.decisions.slice(0, decision) ?? [];
    const before = earlier.findLast(({ complete }) => complete)?.events.findLast((event) => event.type === 'choice');
    if (now === null || before === undefined || before.action === now) return null;
    return phrase('choice changed from "{before}" to "{now}"', { before: before.action, now });
  }
  const key = actionKey(action);
  const now = seen.candidates?.find((each) => each.action !== null && actionKey(each.action) === key)?.q ?? null;
  if (now === null) return null;
  const before = lastValue(timeline, key, at, decision);
  if (before === null || Math.abs(before - now) <= equalValues) return null;
  return phrase('Q of "{action}" changed from {before} to {now}', {
    action,
    before: Number(before.toPrecision(4)),
    now: Number(now.toPrecision(4)),
  });
}

/** Q of an action in the last decision before this one, at this node or on the way to it, that held the action. */
function lastValue(timeline: Timeline, key: string, at: NodeId, decision: number): number | null {
  for (const node of [...timeline.path(at)].reverse()) {
    const decisions = node.id === at ? node.decisions.slice(0, decision) : node.decisions;
    for (const entry of [...decisions].reverse()) {
      const proposal = entry.events.find((event) => event.type === 'proposal' && actionKey(event.action) === key);
      const improvement = entry.events.findLast((event) => event.type === 'improvement');
      if (proposal?.type !== 'proposal' || improvement === undefined) continue;
      const q = improvement.values.at(proposal.candidate)?.q ?? null;
      if (q !== null) return q;
    }
  }
  return null;
}
