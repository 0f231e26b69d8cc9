import type { Episode } from '../../src/environments/babyai/episode';
import { nameOfCode } from '../../src/environments/babyai/descriptions';
import {
  actionNames,
  DROP,
  EMPTY,
  FORWARD,
  NO_OBJECT,
  PICK_UP,
  stepX,
  stepY,
  TOGGLE,
  TURN_LEFT,
  TURN_RIGHT,
  type World,
} from '../../src/environments/babyai/world';
import type { Knowledge, Target } from './knowledge';

/** The agent's pose and surroundings before a step, as far as telling what happened needs them. */
export interface Before {
  readonly cell: number;
  readonly carrying: number;
  readonly front: number;
}

export function before(world: World): Before {
  return { cell: world.cell, carrying: world.carrying, front: world.codeAt(world.front) };
}

function whatHappened(world: World, action: number, was: Before): string {
  switch (action) {
    case TURN_LEFT:
      return 'Turned left.';
    case TURN_RIGHT:
      return 'Turned right.';
    case FORWARD:
      return world.cell === was.cell ? 'The way is blocked.' : 'Moved forward.';
    case PICK_UP:
      return world.carrying === was.carrying ? 'Nothing to pick up.' : 'Picked it up.';
    case DROP:
      return world.carrying === was.carrying ? 'Nothing was dropped.' : 'Dropped it.';
    case TOGGLE: {
      const now = world.codeAt(world.front);
      if (now === was.front) return 'Nothing to toggle.';
      return now === EMPTY ? 'The box is gone.' : 'The door moved.';
    }
    default:
      throw new RangeError(`action ${actionNames[action] ?? action} is not offered`);
  }
}

function steps(count: number): string {
  return `${count} step${count > 1 ? 's' : ''}`;
}

/** `2 steps left and 3 steps behind`: where a cell lies as the agent stands now. */
export function relativePlace(world: World, cell: number): string {
  const { width } = world.layout;
  const dx = (cell % width) - world.x;
  const dy = Math.floor(cell / width) - world.y;
  const ahead = dx * stepX(world.direction) + dy * stepY(world.direction);
  const aside = -dx * stepY(world.direction) + dy * stepX(world.direction);
  const parts: string[] = [];
  if (aside !== 0) parts.push(`${steps(Math.abs(aside))} ${aside < 0 ? 'left' : 'right'}`);
  if (ahead !== 0) parts.push(`${steps(Math.abs(ahead))} ${ahead < 0 ? 'behind' : 'forward'}`);
  return parts.length === 0 ? 'here' : parts.join(' and ');
}

const sides = [
  ['left', 3],
  ['right', 1],
  ['behind', 2],
] as const;

function unseenSides(world: World, looked: number): string {
  const open = sides.filter(([, turn]) => (looked & (1 << ((world.direction + turn) & 3))) === 0).map(([name]) => name);
  const last = open.pop();
  if (last === undefined) return 'all sides are seen';
  if (open.length === 0) return `${last} is unseen`;
  return `${open.join(', ')} and ${last} are unseen`;
}

function whereIs(world: World, target: Target, cell: number, looked: number): string {
  // The whole name, so that what was seen two steps ago is not taken for a thing of the same type in view now.
  const name = [target.color, target.type ?? 'object'].filter((word) => word !== null).join(' ');
  if (cell < 0) return `The ${name} is not in view, ${unseenSides(world, looked)}.`;
  return `The ${name} is ${relativePlace(world, cell)}.`;
}

/** Everything of a reflection before its verdict: what happened, what the hand holds, where the targets are. */
export function describeStep(episode: Episode, knowledge: Knowledge, action: number, was: Before): string {
  const { world } = episode;
  const sentences = [whatHappened(world, action, was)];
  if (episode.outcome === 'success') return [...sentences, 'The goal is reached.'].join(' ');
  if (world.carrying !== NO_OBJECT) sentences.push(`I carry the ${nameOfCode(world.codes[world.carrying] ?? EMPTY)}.`);
  const { take, find } = knowledge;
  if (take !== null && knowledge.seeks(episode)) {
    sentences.push(whereIs(world, take, knowledge.known[0], knowledge.looked));
  }
  if (find !== null) sentences.push(whereIs(world, find, knowledge.known[1], knowledge.looked));
  return sentences.join(' ');
}
