import {
  codeOf,
  colorOf,
  colors,
  DROP,
  FORM_OPEN,
  isDoor,
  NO_OBJECT,
  PICK_UP,
  stepX,
  stepY,
  TOGGLE,
  typeOf,
  WALL,
  WALL_OBJECT,
  type Color,
  type ObjectType,
  type World,
} from './world';

/**
 * Missions: what is asked, how it is worded, and when it is fulfilled. The check follows the original to its quirks:
 * it tracks the objects that matched at the start, and refreshes their places only after a drop action.
 */

export type Place = 'left' | 'right' | 'front' | 'behind';

/** null leaves a part open. */
export interface ObjectDescription {
  readonly type: ObjectType | null;
  readonly color: Color | null;
  /** Seen from the agent's start pose, within its start room. */
  readonly loc: Place | null;
}

export type Clause =
  | { readonly kind: 'goto'; readonly desc: ObjectDescription }
  /** `strict`: taking anything else fails. */
  | { readonly kind: 'pickup'; readonly desc: ObjectDescription; readonly strict: boolean }
  /** `strict`: toggling any other door fails. */
  | { readonly kind: 'open'; readonly desc: ObjectDescription; readonly strict: boolean }
  /** `strict`: any pick up fails. */
  | {
      readonly kind: 'putnext';
      readonly move: ObjectDescription;
      readonly fixed: ObjectDescription;
      readonly strict: boolean;
    };

/** `a` and `b` stand in the order in which they are spoken; of "a after you b", b comes first. */
export interface Combination {
  readonly kind: 'before' | 'after' | 'and';
  readonly a: Instruction;
  readonly b: Instruction;
  /** Fulfilling the later part too early fails. */
  readonly strict: boolean;
}

export type Instruction = Clause | Combination;

export type Outcome = 'continue' | 'success' | 'failure';

/** A description with the objects that matched it when the mission began. */
export interface Tracked {
  readonly description: ObjectDescription;
  readonly index: number;
  /** Ids of the matching objects. */
  readonly members: readonly number[];
  /** "The grey object" means walls too, as in the original. */
  readonly walls: boolean;
}

/** An instruction prepared for checking: descriptions are tracked, and each part knows where its memory lies. */
export type Goal =
  | { readonly kind: 'goto'; readonly target: Tracked }
  | { readonly kind: 'pickup'; readonly target: Tracked; readonly strict: boolean; readonly held: number }
  | { readonly kind: 'open'; readonly target: Tracked; readonly strict: boolean }
  | {
      readonly kind: 'putnext';
      readonly move: Tracked;
      readonly fixed: Tracked;
      readonly strict: boolean;
      readonly held: number;
    }
  | {
      readonly kind: 'sequence';
      readonly first: Goal;
      readonly second: Goal;
      readonly strict: boolean;
      /** Bit of `done` that says that the first part is done. */
      readonly bit: number;
    }
  | { readonly kind: 'both'; readonly a: Goal; readonly b: Goal; readonly bitA: number; readonly bitB: number };

/** What a mission remembers; everything else is fixed at the start. */
export interface MissionMemory {
  /** Bits of the parts that are done. */
  done: number;
  /** By clause that needs it: what the hand held when the clause was last checked. */
  held: number[];
  /** By description: the cells that count as its objects' places, stale ones included. Replaced, never changed. */
  places: (readonly number[])[];
}

function describes(description: ObjectDescription, code: number): boolean {
  if (code === WALL) return description.type === null && (description.color === null || description.color === 'grey');
  return (
    (description.type === null || description.type === typeOf(code)) &&
    (description.color === null || description.color === colors[colorOf(code)])
  );
}

function inPlace(world: World, x: number, y: number, place: Place): boolean {
  const { roomSize } = world.layout;
  const left = Math.floor(world.x / (roomSize - 1)) * (roomSize - 1);
  const top = Math.floor(world.y / (roomSize - 1)) * (roomSize - 1);
  if (x < left || y < top || x >= left + roomSize || y >= top + roomSize) return false;
  const dx = stepX(world.direction);
  const dy = stepY(world.direction);
  const ahead = (x - world.x) * dx + (y - world.y) * dy;
  const aside = (y - world.y) * dx - (x - world.x) * dy;
  switch (place) {
    case 'left':
      return aside < 0;
    case 'right':
      return aside > 0;
    case 'front':
      return ahead > 0;
    case 'behind':
      return ahead < 0;
  }
}

/** Cells whose object a description fits now, column by column. */
export function matchingCells(world: World, description: ObjectDescription): number[] {
  const { width, height } = world.layout;
  const cells: number[] = [];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const cell = x + y * width;
      const id = world.cells[cell] ?? NO_OBJECT;
      if (id === NO_OBJECT || !describes(description, world.codes[id] ?? WALL)) continue;
      if (description.loc !== null && !inPlace(world, x, y, description.loc)) continue;
      cells.push(cell);
    }
  }
  return cells;
}

/** "a red ball", "the object on your left"; "a" when more than one object matches. */
export function describeObject(description: ObjectDescription, several: boolean): string {
  const words = [several ? 'a' : 'the'];
  if (description.color !== null) words.push(description.color);
  words.push(description.type ?? 'object');
  switch (description.loc) {
    case null:
      break;
    case 'front':
      words.push('in front of you');
      break;
    case 'behind':
      words.push('behind you');
      break;
    case 'left':
    case 'right':
      words.push(`on your ${description.loc}`);
      break;
  }
  return words.join(' ');
}

/** The mission's wording for a world in which it begins. */
export function wordMission(world: World, instruction: Instruction): string {
  const object = (description: ObjectDescription): string =>
    describeObject(description, matchingCells(world, description).length > 1);
  switch (instruction.kind) {
    case 'goto':
      return `go to ${object(instruction.desc)}`;
    case 'pickup':
      return `pick up ${object(instruction.desc)}`;
    case 'open':
      return `open ${object(instruction.desc)}`;
    case 'putnext':
      return `put ${object(instruction.move)} next to ${object(instruction.fixed)}`;
    case 'before':
      return `${wordMission(world, instruction.a)}, then ${wordMission(world, instruction.b)}`;
    case 'after':
      return `${wordMission(world, instruction.a)} after you ${wordMission(world, instruction.b)}`;
    case 'and':
      return `${wordMission(world, instruction.a)} and ${wordMission(world, instruction.b)}`;
  }
}

/** A mission bound to the world in which it begins; its memory is apart, so that a search can hold many. */
export class Mission {
  readonly goal: Goal;
  readonly tracked: readonly Tracked[];
  readonly start: MissionMemory;

  constructor(
    world: World,
    readonly instruction: Instruction,
  ) {
    const tracked: Tracked[] = [];
    const places: (readonly number[])[] = [];
    let bits = 0;
    let clauses = 0;
    const track = (description: ObjectDescription): Tracked => {
      const cells = matchingCells(world, description);
      const members = cells.map((cell) => world.cells[cell] ?? NO_OBJECT).filter((id) => id !== WALL_OBJECT);
      const entry = { description, index: tracked.length, members, walls: members.length < cells.length };
      tracked.push(entry);
      // Walls never move: they are looked up in the grid, and only movable things and doors have listed places.
      places.push(cells.filter((cell) => world.cells[cell] !== WALL_OBJECT));
      return entry;
    };
    const prepare = (part: Instruction): Goal => {
      switch (part.kind) {
        case 'goto':
          return { kind: 'goto', target: track(part.desc) };
        case 'pickup':
          return { kind: 'pickup', target: track(part.desc), strict: part.strict, held: clauses++ };
        case 'open':
          return { kind: 'open', target: track(part.desc), strict: part.strict };
        case 'putnext':
          return {
            kind: 'putnext',
            move: track(part.move),
            fixed: track(part.fixed),
            strict: part.strict,
            held: clauses++,
          };
        case 'before':
        case 'after': {
          const a = prepare(part.a);
          const b = prepare(part.b);
          const [first, second] = part.kind === 'before' ? [a, b] : [b, a];
          return { kind: 'sequence', first, second, strict: part.strict, bit: 1 << bits++ };
        }
        case 'and':
          return { kind: 'both', a: prepare(part.a), b: prepare(part.b), bitA: 1 << bits++, bitB: 1 << bits++ };
      }
    };
    this.goal = prepare(instruction);
    this.tracked = tracked;
    this.start = { done: 0, held: new Array<number>(clauses).fill(NO_OBJECT), places };
  }

  /** After a drop action the places are taken anew from the objects that were tracked at the start. */
  refresh(world: World, memory: MissionMemory): void {
    memory.places = this.tracked.map(({ members }) => {
      const cells: number[] = [];
      for (const id of members) {
        const cell = world.positions[id] ?? -1;
        if (cell >= 0 && world.cells[cell] === id) cells.push(cell);
      }
      return cells;
    });
  }

  /** What an action (by number) that has just been executed means for the mission; updates the memory. */
  check(world: World, memory: MissionMemory, action: number): Outcome {
    if (action === DROP) this.refresh(world, memory);
    return checkGoal(this.goal, world, memory, action);
  }
}

export function copyMemory(memory: MissionMemory): MissionMemory {
  return { done: memory.done, held: memory.held.slice(), places: memory.places.slice() };
}

function adjacent(world: World, cell: number, other: number): boolean {
  const { width } = world.layout;
  const dx = Math.abs((cell % width) - (other % width));
  const dy = Math.abs(Math.floor(cell / width) - Math.floor(other / width));
  return dx + dy === 1;
}

function checkGoal(goal: Goal, world: World, memory: MissionMemory, action: number): Outcome {
  switch (goal.kind) {
    case 'goto': {
      const front = world.front;
      if (memory.places[goal.target.index].includes(front)) return 'success';
      return goal.target.walls && world.cells[front] === WALL_OBJECT ? 'success' : 'continue';
    }
    case 'pickup': {
      const before = memory.held[goal.held] ?? NO_OBJECT;
      memory.held[goal.held] = world.carrying;
      if (action !== PICK_UP || world.carrying === NO_OBJECT) return 'continue';
      if (before === NO_OBJECT && goal.target.members.includes(world.carrying)) return 'success';
      return goal.strict ? 'failure' : 'continue';
    }
    case 'open': {
      if (action !== TOGGLE) return 'continue';
      const id = world.cells[world.front] ?? WALL_OBJECT;
      const code = world.codes[id] ?? WALL;
      if (!isDoor(code)) return 'continue';
      if (code === codeOf(FORM_OPEN, colorOf(code)) && goal.target.members.includes(id)) return 'success';
      return goal.strict ? 'failure' : 'continue';
    }
    case 'putnext': {
      const before = memory.held[goal.held] ?? NO_OBJECT;
      memory.held[goal.held] = world.carrying;
      if (goal.strict && action === PICK_UP && world.carrying !== NO_OBJECT) return 'failure';
      if (action !== DROP || before === NO_OBJECT || !goal.move.members.includes(before)) return 'continue';
      const moved = world.positions[before] ?? -1;
      if (moved < 0) return 'continue';
      const beside = memory.places[goal.fixed.index].some((cell) => adjacent(world, moved, cell));
      if (beside) return 'success';
      return goal.fixed.walls && besideWall(world, moved) ? 'success' : 'continue';
    }
    case 'sequence': {
      if ((memory.done & goal.bit) === 0) {
        const first = checkGoal(goal.first, world, memory, action);
        if (first === 'failure') return 'failure';
        if (first === 'continue') {
          const early = goal.strict && checkGoal(goal.second, world, memory, action) === 'success';
          return early ? 'failure' : 'continue';
        }
        memory.done |= goal.bit;
      }
      // The action that completed the first part is at once checked for the second.
      return checkGoal(goal.second, world, memory, action);
    }
    case 'both': {
      // A failing strict part is only asked again: the original's "and" knows no failure.
      if ((memory.done & goal.bitA) === 0 && checkGoal(goal.a, world, memory, action) === 'success') {
        memory.done |= goal.bitA;
      }
      if ((memory.done & goal.bitB) === 0 && checkGoal(goal.b, world, memory, action) === 'success') {
        memory.done |= goal.bitB;
      }
      return (memory.done & (goal.bitA | goal.bitB)) === (goal.bitA | goal.bitB) ? 'success' : 'continue';
    }
  }
}

function besideWall(world: World, cell: number): boolean {
  const { width } = world.layout;
  return [cell - 1, cell + 1, cell - width, cell + width].some((beside) => world.cells[beside] === WALL_OBJECT);
}
