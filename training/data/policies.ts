import type { Episode } from '../../src/environments/babyai/episode';
import {
  DROP,
  EMPTY,
  isOpenDoor,
  stepX,
  stepY,
  FORWARD,
  isMovable,
  NO_OBJECT,
  PICK_UP,
  TOGGLE,
  TURN_LEFT,
  TURN_RIGHT,
  type World,
} from '../../src/environments/babyai/world';
import type { Random } from '../../src/lac/random';
import { viewOf, type Knowledge } from './knowledge';
import { remainingActions } from './remaining';
import { copyEpisode } from './episodes';

export const actionCount = 6;

/** Chooses an action by number. */
export type Policy = (episode: Episode, knowledge: Knowledge) => number;

export function uniform(random: Random, count: number): number {
  return Math.floor(random.next() * count);
}

/** The first of the actions after which the fewest are left to success. */
function bestAction(episode: Episode, random: Random): number {
  let best: number[] = [];
  let least = Infinity;
  for (let action = 0; action < actionCount; action++) {
    const copy = copyEpisode(episode);
    copy.step(action);
    const left = remainingActions(copy);
    if (left < least) {
      least = left;
      best = [];
    }
    if (left === least && left < Infinity) best.push(action);
  }
  return best[uniform(random, best.length)] ?? uniform(random, actionCount);
}

function noisy(policy: Policy, random: Random, share: number): Policy {
  return (episode, knowledge) => (random.next() < share ? uniform(random, actionCount) : policy(episode, knowledge));
}

/** Shortest plans with full information, spoilt by random actions. */
export function planner(random: Random, noise: number): Policy {
  return noisy((episode) => bestAction(episode, random), random, noise);
}

function offset(world: World, cell: number): { readonly ahead: number; readonly aside: number } {
  const { width } = world.layout;
  const dx = (cell % width) - world.x;
  const dy = Math.floor(cell / width) - world.y;
  return {
    ahead: dx * stepX(world.direction) + dy * stepY(world.direction),
    aside: -dx * stepY(world.direction) + dy * stepX(world.direction),
  };
}

/** The action that heads straight for a cell in view, `arrived` in front of it; null where the way is blocked. */
function headFor(world: World, cell: number, arrived: number | null): number | null {
  const { ahead, aside } = offset(world, cell);
  if (aside === 0 && ahead === 1) return arrived;
  if (ahead === 0) return aside < 0 ? TURN_LEFT : TURN_RIGHT;
  const front = world.codeAt(world.front);
  return front === EMPTY || isOpenDoor(front) ? FORWARD : null;
}

/** Takes the nearest thing in view that is not what the task asks for: so that a hand is met with the wrong thing in it. */
export function collector(random: Random): Policy {
  return (episode, knowledge) => {
    const { world } = episode;
    const wanted = [knowledge.known[0], knowledge.known[1]];
    const things = viewOf(world).sights.filter(({ cell, code }) => isMovable(code) && !wanted.includes(cell));
    const distance = (cell: number): number => {
      const { ahead, aside } = offset(world, cell);
      return ahead + Math.abs(aside);
    };
    const [nearest] = things.sort((a, b) => distance(a.cell) - distance(b.cell));
    const chosen = nearest === undefined || world.carrying !== NO_OBJECT ? null : headFor(world, nearest.cell, PICK_UP);
    return chosen ?? wandering[uniform(random, wandering.length)] ?? FORWARD;
  };
}

/**
 * The demonstrator from whom the actor learns: heads straight for what it sees now, plans no way around things,
 * remembers nothing, explores at random, and three actions in ten are random.
 */
export function naiveDemonstrator(random: Random): Policy {
  const wander = (): number => {
    const draw = random.next();
    return draw < 0.3 ? TURN_LEFT : draw < 0.6 ? TURN_RIGHT : FORWARD;
  };
  const follow = (episode: Episode, knowledge: Knowledge): number => {
    const { world } = episode;
    const seeking = knowledge.seeks(episode) && knowledge.take !== null;
    const cell = knowledge.current(episode);
    if (seeking && world.carrying !== NO_OBJECT) return world.codeAt(world.front) === EMPTY ? DROP : wander();
    if (cell < 0 || !viewOf(world).cells.has(cell)) return wander();
    const { goal } = episode.mission;
    if (!seeking && goal.kind === 'putnext') {
      const { ahead, aside } = offset(world, cell);
      const beside = Math.abs(aside) + Math.abs(ahead - 1) === 1;
      if (beside && world.codeAt(world.front) === EMPTY) return DROP;
    }
    const arrived = seeking ? PICK_UP : goal.kind === 'open' ? TOGGLE : null;
    return headFor(world, cell, arrived) ?? wander();
  };
  return noisy(follow, random, 0.3);
}

/** Goes by what it knows: plans towards what it has seen, looks first where it has not looked yet. */
export function explorer(random: Random, noise: number): Policy {
  const leftFirst = random.next() < 0.5;
  return noisy(
    (episode, knowledge) => {
      if (knowledge.current(episode) >= 0) return bestAction(episode, random);
      const { direction } = episode.world;
      const unseen = (turn: number): boolean => (knowledge.looked & (1 << ((direction + turn) & 3))) === 0;
      const [left, right, behind] = [unseen(3), unseen(1), unseen(2)];
      if (left && (!right || leftFirst)) return TURN_LEFT;
      if (right || behind) return TURN_RIGHT;
      return random.next() < 0.6 ? FORWARD : TURN_LEFT;
    },
    random,
    noise,
  );
}

const wandering = [TURN_LEFT, TURN_LEFT, TURN_RIGHT, TURN_RIGHT, FORWARD, FORWARD, FORWARD, PICK_UP, DROP, TOGGLE];

export function wanderer(random: Random): Policy {
  return () => wandering[uniform(random, wandering.length)] ?? FORWARD;
}

/** Repeats a short cycle of actions, as a policy that is caught in a loop does. */
export function looper(random: Random): Policy {
  const cycle = Array.from({ length: 1 + uniform(random, 4) }, () => wandering[uniform(random, wandering.length)]);
  let at = 0;
  return noisy(() => cycle[at++ % cycle.length] ?? FORWARD, random, 0.15);
}
