import { poseDistance } from './distance';
import type { Goal, MissionMemory, Tracked } from './mission';
import {
  codeOf,
  colorOf,
  FORM_CLOSED,
  FORM_KEY,
  FORM_LOCKED,
  formOf,
  isBox,
  NO_OBJECT,
  stepX,
  stepY,
  WALL,
  WALL_OBJECT,
  type World,
} from './world';

/**
 * A lower bound on the actions that a part of a mission still needs, valid wherever the agent stands: it must come through one of
 * a few poses (in a grid without obstacles), each with what remains from there. No pose: success is out of reach.
 */
class Bound {
  private readonly xs: number[] = [];
  private readonly ys: number[] = [];
  private readonly directions: number[] = [];
  private readonly costs: number[] = [];
  /** What remains whatever the pose, where that may be less than by any pose. */
  private flat = Infinity;

  add(x: number, y: number, direction: number, cost: number): void {
    this.xs.push(x);
    this.ys.push(y);
    this.directions.push(direction);
    this.costs.push(cost);
  }

  addFlat(cost: number): void {
    this.flat = Math.min(this.flat, cost);
  }

  at(x: number, y: number, direction: number): number {
    let least = this.flat;
    for (let index = 0; index < this.xs.length; index++) {
      const cost = this.costs[index] ?? 0;
      if (cost >= least) continue;
      const dx = (this.xs[index] ?? 0) - x;
      const dy = (this.ys[index] ?? 0) - y;
      const distance = cost + poseDistance(dx, dy, direction, this.directions[index] ?? 0);
      if (distance < least) least = distance;
    }
    return least;
  }
}

/** The bound for a part of a mission in a world and memory; independent of the agent's pose. */
export function boundOf(goal: Goal, world: World, memory: MissionMemory): (x: number, y: number, d: number) => number {
  switch (goal.kind) {
    case 'goto': {
      const bound = new Bound();
      approach(world, gotoCells(goal.target, world, memory), () => 0, bound);
      if (goal.target.members.includes(world.carrying)) bound.addFlat(1);
      return (x, y, d) => bound.at(x, y, d);
    }
    case 'pickup': {
      const bound = new Bound();
      takeFirst(world, goal.target, () => 0, bound);
      if (goal.target.members.includes(world.carrying)) bound.addFlat(2);
      return (x, y, d) => bound.at(x, y, d);
    }
    case 'open': {
      const bound = openBound(goal.target, world);
      return (x, y, d) => bound.at(x, y, d);
    }
    case 'putnext': {
      const bound = putNextBound(goal.move, goal.fixed, world, memory);
      return (x, y, d) => bound.at(x, y, d);
    }
    case 'sequence': {
      if ((memory.done & goal.bit) !== 0) return boundOf(goal.second, world, memory);
      const { first, second } = goal;
      if (first.kind === 'pickup' && second.kind === 'goto') {
        const bound = fetchThenFaceBound(first.target, second.target, world, memory);
        return (x, y, d) => bound.at(x, y, d);
      }
      // One action may complete both parts; so nothing is added but that the second must be possible at all.
      const one = boundOf(first, world, memory);
      const other = boundOf(second, world, memory);
      return (x, y, d) => (other(x, y, d) === Infinity ? Infinity : one(x, y, d));
    }
    case 'both': {
      const a = (memory.done & goal.bitA) === 0 ? boundOf(goal.a, world, memory) : () => 0;
      const b = (memory.done & goal.bitB) === 0 ? boundOf(goal.b, world, memory) : () => 0;
      return (x, y, d) => Math.max(a(x, y, d), b(x, y, d));
    }
  }
}

/** Calls back for every pose from which a cell is faced and on which the agent could stand. */
function facingPoses(world: World, cell: number, visit: (x: number, y: number, direction: number) => void): void {
  const { width, height } = world.layout;
  const cellX = cell % width;
  const cellY = Math.floor(cell / width);
  for (let direction = 0; direction < 4; direction++) {
    const x = cellX - stepX(direction);
    const y = cellY - stepY(direction);
    if (x < 0 || y < 0 || x >= width || y >= height || world.cells[x + y * width] === WALL_OBJECT) continue;
    visit(x, y, direction);
  }
}

function approach(
  world: World,
  cells: readonly number[],
  rest: (x: number, y: number, direction: number) => number,
  bound: Bound,
): void {
  for (const cell of cells) {
    facingPoses(world, cell, (x, y, direction) => {
      const cost = rest(x, y, direction);
      if (cost < Infinity) bound.add(x, y, direction, cost);
    });
  }
}

/** Distance to facing one of some cells. */
function facing(world: World, cells: readonly number[]): (x: number, y: number, direction: number) => number {
  const bound = new Bound();
  approach(world, cells, () => 0, bound);
  return (x, y, direction) => bound.at(x, y, direction);
}

function gotoCells(target: Tracked, world: World, memory: MissionMemory): readonly number[] {
  const cells = memory.places[target.index] ?? [];
  if (!target.walls) return cells;
  const all = [...cells];
  world.cells.forEach((id, cell) => {
    if (id === WALL_OBJECT) all.push(cell);
  });
  return all;
}

/** Where the tracked objects lie now. */
function lying(target: Tracked, world: World): number[] {
  return target.members
    .map((id) => ({ id, cell: world.positions[id] ?? -1 }))
    .filter(({ id, cell }) => cell >= 0 && world.cells[cell] === id)
    .map(({ cell }) => cell);
}

/** Take one of the objects, then what `rest` says; what is in the hand must be dropped before. */
function takeFirst(
  world: World,
  target: Tracked,
  rest: (x: number, y: number, direction: number) => number,
  bound: Bound,
): void {
  const take = world.carrying === NO_OBJECT ? 1 : 2;
  approach(world, lying(target, world), (x, y, direction) => take + rest(x, y, direction), bound);
}

function openBound(target: Tracked, world: World): Bound {
  const bound = new Bound();
  for (const cell of lying(target, world)) {
    const code = world.codeAt(cell);
    const form = formOf(code);
    const key = codeOf(FORM_KEY, colorOf(code));
    if (form !== FORM_LOCKED) approach(world, [cell], () => (form === FORM_CLOSED ? 1 : 2), bound);
    else if (world.codes[world.carrying] === key) approach(world, [cell], () => 1, bound);
    else {
      const take = world.carrying === NO_OBJECT ? 1 : 2;
      const toDoor = facing(world, [cell]);
      world.cells.forEach((id, keyCell) => {
        const here = world.codes[id] ?? WALL;
        const hidden = isBox(here) && world.codes[world.contents[id] ?? NO_OBJECT] === key;
        if (here !== key && !hidden) return;
        const extra = hidden ? 1 : 0;
        approach(world, [keyCell], (x, y, direction) => take + extra + toDoor(x, y, direction) + 1, bound);
      });
      // A carried box may hold the key: drop it, open it, take the key, toggle the door.
      if (world.codes[world.contents[world.carrying] ?? NO_OBJECT] === key) bound.addFlat(4);
    }
  }
  return bound;
}

function besideCells(world: World, cells: readonly number[]): number[] {
  const { width } = world.layout;
  const beside = new Set<number>();
  for (const cell of cells) {
    for (let direction = 0; direction < 4; direction++) {
      const next = cell + stepX(direction) + stepY(direction) * width;
      if (world.cells[next] !== undefined && world.cells[next] !== WALL_OBJECT) beside.add(next);
    }
  }
  return [...beside];
}

/**
 * Either the moved object is brought to the fixed one, or the fixed one is first brought to it: that can be shorter
 * when the agent starts beside the fixed one, because the moved one then only has to be taken up and put back.
 */
function putNextBound(move: Tracked, fixed: Tracked, world: World, memory: MissionMemory): Bound {
  const bound = new Bound();
  const fixedCells = memory.places[fixed.index] ?? [];
  const fixedLying = lying(fixed, world);
  const moveLying = lying(move, world);
  const fixedHeld = fixed.members.includes(world.carrying);
  if (fixed.walls) {
    takeFirst(world, move, () => 1, bound);
    if (move.members.includes(world.carrying)) bound.addFlat(1);
    return bound;
  }
  if (fixedCells.length === 0 && fixedLying.length === 0 && !fixedHeld) return bound;
  const dropCells = besideCells(world, [...fixedCells, ...fixedLying]);
  const toDrop = facing(world, dropCells);
  if (move.members.includes(world.carrying)) {
    approach(world, dropCells, () => 1, bound);
    approach(world, fixedLying, () => 5, bound);
  }
  const toMoved = facing(world, moveLying);
  takeFirst(world, move, (x, y, direction) => toDrop(x, y, direction) + 1, bound);
  if (moveLying.length === 0) return bound;
  const freeHand = world.carrying === NO_OBJECT ? 0 : 1;
  approach(world, fixedLying, (x, y, direction) => freeHand + 1 + toMoved(x, y, direction) + 3, bound);
  if (fixedHeld) approach(world, moveLying, () => 3, bound);
  return bound;
}

/** Take one object, then face another; or first bring the other one along. */
function fetchThenFaceBound(taken: Tracked, faced: Tracked, world: World, memory: MissionMemory): Bound {
  const bound = new Bound();
  const facedCells = gotoCells(faced, world, memory);
  const facedLying = lying(faced, world);
  const facedHeld = faced.members.includes(world.carrying);
  const takenLying = lying(taken, world);
  const toFaced = facing(world, [...facedCells, ...facedLying]);
  const take = world.carrying === NO_OBJECT ? 1 : 2;
  approach(world, takenLying, (x, y, direction) => take + toFaced(x, y, direction), bound);
  if (taken.members.includes(world.carrying)) {
    // Dropping and taking it again can happen anywhere on the way.
    approach(world, [...facedCells, ...facedLying], () => 2, bound);
    if (facedHeld) bound.addFlat(2);
  }
  if (takenLying.length === 0) return bound;
  const toTaken = facing(world, takenLying);
  approach(world, facedLying, (x, y, direction) => take + toTaken(x, y, direction) + 2, bound);
  if (facedHeld) approach(world, takenLying, () => 2, bound);
  return bound;
}
