import { boundOf } from './bound';
import type { Episode } from './episode';
import { copyMemory, type Mission, type MissionMemory, type Outcome } from './mission';
import { stateKey } from './stateKey';
import { DROP, PICK_UP, TOGGLE, type Direction, type World } from './world';

/** What a search with full information found. */
export interface Plan {
  /** Fewest actions to success; null when success is out of reach within the step limit (or was not found). */
  readonly remaining: number | null;
  /** One plan of that length, by action number. */
  readonly actions: readonly number[];
  /** False when the search gave up: `remaining` is then the length of the plan that was found, or null. */
  readonly exact: boolean;
}

/** How many states a search may expand before it gives up; more than any single-room task was seen to need. */
const expansionLimit = 60_000;
/** Beyond this many worlds in memory a planner forgets what it knows. */
const contextLimit = 20_000;
/** How much the hurried search, run when the exact one gave up, trusts the bound. */
const hurry = 3;
const plannedActions = 6;
/** More than the steps of any plan; a generation times this, plus a depth, stays within 32 bits. */
const generationSpan = 4096;
const generationLimit = 500_000;

/** Everything of a state but the agent's pose: where objects lie, doors, hand, and the mission's memory. */
interface Context {
  readonly world: World;
  readonly memory: MissionMemory;
  readonly bound: (x: number, y: number, direction: number) => number;
  /** Bound by pose, -1 where it is not known yet. */
  readonly bounds: Int16Array;
  /** Fewest known actions to each pose, in the search whose generation it holds. */
  readonly reached: Int32Array;
}

interface Node {
  readonly context: Context;
  readonly pose: number;
  readonly depth: number;
  readonly parent: Node | null;
  readonly action: number;
}

/**
 * Finds shortest plans by A* over the true state: pose, every object's place, doors, the hand, the mission's memory with
 * its stale places. Obstacles may be moved, boxes destroyed. Knowledge is kept from call to call for the same mission.
 */
export class Planner {
  private readonly contexts = new Map<string, Context>();
  private generation = 0;

  /** `allows` leaves hand actions out of plans, by their number (3 to 5) and the world before them; by default none. */
  constructor(
    private readonly mission: Mission,
    private readonly allows: (world: World, action: number) => boolean = () => true,
  ) {}

  /** The shortest plan from where an episode stands; none once it is over. */
  plan(episode: Episode): Plan {
    if (episode.done) return { remaining: episode.outcome === 'success' ? 0 : null, actions: [], exact: true };
    this.tidy();
    const limit = episode.maxSteps - episode.steps;
    const root = this.contextOf(episode.world, episode.memory);
    return this.search(root, poseOf(episode.world), limit);
  }

  /**
   * The shortest plans after each of the six actions; an action that ends the episode without success, or leaves too
   * few steps, has none.
   */
  plansAfter(episode: Episode): Plan[] {
    const over: Plan = { remaining: null, actions: [], exact: true };
    if (episode.done) return new Array<Plan>(plannedActions).fill(over);
    this.tidy();
    const limit = episode.maxSteps - episode.steps - 1;
    return Array.from({ length: plannedActions }, (_, action) => {
      const world = episode.world.clone();
      const memory = copyMemory(episode.memory);
      world.act(action);
      const outcome = this.mission.check(world, memory, action);
      if (outcome === 'success') return { remaining: 0, actions: [], exact: true };
      if (outcome === 'failure' || limit <= 0) return over;
      return this.search(this.contextOf(world, memory), poseOf(world), limit);
    });
  }

  /** Forgets what earlier searches learnt before it takes too much memory, or their generations run out of numbers. */
  private tidy(): void {
    if (this.contexts.size <= contextLimit && this.generation < generationLimit) return;
    this.contexts.clear();
    this.generation = 0;
  }

  private contextOf(world: World, memory: MissionMemory): Context {
    const key = stateKey(world, memory);
    const known = this.contexts.get(key);
    if (known !== undefined) return known;
    const poses = world.cells.length * 4;
    const context: Context = {
      world: world.clone(),
      memory: copyMemory(memory),
      bound: boundOf(this.mission.goal, world, memory),
      bounds: new Int16Array(poses).fill(-1),
      reached: new Int32Array(poses),
    };
    this.contexts.set(key, context);
    return context;
  }

  private search(root: Context, pose: number, limit: number): Plan {
    const exact = this.run(root, pose, limit, 1);
    if (exact !== 'gave up') return planOf(exact, true);
    const hurried = this.run(root, pose, limit, hurry);
    return planOf(hurried === 'gave up' ? null : hurried, false);
  }

  /** The last node of a plan, null when there is none within the limit. */
  private run(root: Context, rootPose: number, limit: number, weight: number): Node | null | 'gave up' {
    this.generation++;
    const base = this.generation * generationSpan;
    const queue: Node[][] = [];
    let best: Node | null = null;
    let bestLength = Math.min(limit + 1, generationSpan - 2);
    let expanded = 0;

    const push = (node: Node, least: number): void => {
      const { context, pose, depth } = node;
      const known = (context.reached[pose] ?? 0) - base;
      if (known > 0 && known <= depth + 1) return;
      const bound = boundAt(context, pose);
      if (depth + bound >= bestLength) return;
      context.reached[pose] = base + depth + 1;
      // Never below the parent's: the bound may fall by more than one where an action opens a new way.
      const priority = Math.max(least, depth + weight * bound);
      (queue[priority] ??= []).push(node);
    };

    push({ context: root, pose: rootPose, depth: 0, parent: null, action: -1 }, 0);
    for (let priority = 0; priority < queue.length && (weight > 1 ? best === null : priority < bestLength);) {
      const node = queue[priority]?.pop();
      if (node === undefined) {
        priority++;
        continue;
      }
      const { context, pose, depth } = node;
      if ((context.reached[pose] ?? 0) - base < depth + 1 || depth + boundAt(context, pose) >= bestLength) continue;
      if (++expanded > expansionLimit) return best !== null && weight > 1 ? best : 'gave up';
      for (let action = 0; action < plannedActions; action++) {
        const after = this.apply(context, pose, action, node.parent === null);
        if (after === null) continue;
        const { outcome } = after;
        if (outcome === 'failure') continue;
        const next: Node = { context: after.context, pose: after.pose, depth: depth + 1, parent: node, action };
        if (outcome === 'continue') push(next, priority);
        else if (next.depth < bestLength) {
          best = next;
          bestLength = next.depth;
        }
      }
    }
    return best;
  }

  /** What an action leads to; null when the state stays as it is. */
  private apply(
    context: Context,
    pose: number,
    action: number,
    isRoot: boolean,
  ): { context: Context; pose: number; outcome: Outcome } | null {
    const { world } = context;
    world.cell = pose >> 2;
    world.direction = (pose & 3) as Direction;
    const memory = copyMemory(context.memory);
    if (action < PICK_UP) {
      world.act(action);
      const after = poseOf(world);
      // An action without effect matters only at the start, where nothing has been checked yet.
      if (after === pose && !isRoot) return null;
      const outcome = this.mission.check(world, memory, action);
      const same = sameMemory(memory, context.memory);
      return {
        context: same || outcome !== 'continue' ? context : this.contextOf(world, memory),
        pose: after,
        outcome,
      };
    }
    if (!this.allows(world, action)) return null;
    const changed = world.clone();
    changed.act(action);
    const touched = changesWorld(world, changed, action);
    if (!touched && action !== DROP && !isRoot) return null;
    const outcome = this.mission.check(changed, memory, action);
    if (outcome !== 'continue') return { context, pose, outcome };
    const next = this.contextOf(changed, memory);
    return next === context && !isRoot ? null : { context: next, pose, outcome };
  }
}

function poseOf(world: World): number {
  return world.cell * 4 + world.direction;
}

function changesWorld(before: World, after: World, action: number): boolean {
  if (action !== TOGGLE) return before.carrying !== after.carrying;
  const { front } = before;
  return before.cells[front] !== after.cells[front] || before.codeAt(front) !== after.codeAt(front);
}

function sameMemory(a: MissionMemory, b: MissionMemory): boolean {
  return (
    a.done === b.done &&
    a.held.every((id, index) => id === b.held[index]) &&
    a.places.every((cells, index) => cells === b.places[index])
  );
}

function boundAt(context: Context, pose: number): number {
  const known = context.bounds[pose] ?? -1;
  if (known >= 0) return known;
  const { width } = context.world.layout;
  const cell = pose >> 2;
  const bound = Math.min(context.bound(cell % width, Math.floor(cell / width), pose & 3), 32767);
  context.bounds[pose] = bound;
  return bound;
}

function planOf(end: Node | null, exact: boolean): Plan {
  if (end === null) return { remaining: null, actions: [], exact };
  const actions: number[] = [];
  for (let node: Node | null = end; node?.parent; node = node.parent) actions.unshift(node.action);
  return { remaining: end.depth, actions, exact };
}
