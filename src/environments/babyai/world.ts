/**
 * The grid world of BabyAI: cells, objects with identity, the agent, and what each action does.
 * Behaviour follows gym-minigrid 1.0.1 as forked by BabyAI-Text; x grows right, y down, (0,0) is top left.
 */

/** In the order in which the original sorts its colours; the index is the colour's number here. */
export const colors = ['blue', 'green', 'grey', 'purple', 'red', 'yellow'] as const;
export type Color = (typeof colors)[number];

/** In the original's order, by which types are drawn. */
export const movableTypes = ['key', 'ball', 'box'] as const;
export type ObjectType = (typeof movableTypes)[number] | 'door';

/** 0 right, 1 down, 2 left, 3 up. */
export type Direction = 0 | 1 | 2 | 3;

/** The actions by number; LAC and GLAM offer the first six, `done` has no effect. */
export const actionNames = ['turn left', 'turn right', 'go forward', 'pick up', 'drop', 'toggle', 'done'] as const;
export type ActionName = (typeof actionNames)[number];

export const TURN_LEFT = 0;
export const TURN_RIGHT = 1;
export const FORWARD = 2;
export const PICK_UP = 3;
export const DROP = 4;
export const TOGGLE = 5;

/**
 * What a cell looks like, as one number: 0 empty, 1 wall, else 2 + 6·form + colour with the forms key, ball, box,
 * open door, closed door, locked door.
 */
export const EMPTY = 0;
export const WALL = 1;
export const FORM_KEY = 0;
export const FORM_BOX = 2;
export const FORM_OPEN = 3;
export const FORM_CLOSED = 4;
export const FORM_LOCKED = 5;
export const codeCount = 38;

const firstDoor = 2 + 6 * FORM_OPEN;
const firstClosed = 2 + 6 * FORM_CLOSED;
const firstBox = 2 + 6 * FORM_BOX;

/** A thing in a cell is one number: 2 + 6 x form + colour; 0 and 1 are an empty cell and a wall. */
export function codeOf(form: number, color: number): number {
  return 2 + 6 * form + color;
}

export function formOf(code: number): number {
  return Math.floor((code - 2) / 6);
}

export function colorOf(code: number): number {
  return (code - 2) % 6;
}

export function isDoor(code: number): boolean {
  return code >= firstDoor;
}

export function isOpenDoor(code: number): boolean {
  return code >= firstDoor && code < firstClosed;
}

/** Walls, closed and locked doors stop sight. */
export function isOpaque(code: number): boolean {
  return code === WALL || code >= firstClosed;
}

/** Keys, balls and boxes can be taken. */
export function isMovable(code: number): boolean {
  return code > WALL && code < firstDoor;
}

export function isBox(code: number): boolean {
  return code >= firstBox && code < firstDoor;
}

export function typeOf(code: number): ObjectType {
  return movableTypes[formOf(code)] ?? 'door';
}

/** Sizes that stay the same throughout an episode. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Side of a room with its walls; neighbouring rooms share a wall. */
  readonly roomSize: number;
  readonly rows: number;
  readonly columns: number;
}

/** Object ids 0 and 1 stand for the empty cell and for every wall. */
export const NO_OBJECT = 0;
export const WALL_OBJECT = 1;

const directionX = [1, 0, -1, 0] as const;
const directionY = [0, 1, 0, -1] as const;

export function stepX(direction: number): number {
  return directionX[direction & 3] ?? 0;
}

export function stepY(direction: number): number {
  return directionY[direction & 3] ?? 0;
}

/** Mutable; a cell is named by `x + y · width`. */
export class World {
  /** Object id in each cell. */
  cells: Uint16Array;
  /** What each object looks like now, by id; doors change theirs. */
  codes: number[] = [EMPTY, WALL];
  /** Id of the object inside a box, or `NO_OBJECT`. */
  contents: number[] = [NO_OBJECT, NO_OBJECT];
  /** The cell where each object lies or last lay; -1 once it was taken, and for what has never lain in the grid. */
  positions: number[] = [-1, -1];
  cell = 0;
  direction: Direction = 0;
  /** Id of the object in the hand, or `NO_OBJECT`. */
  carrying = NO_OBJECT;
  private readonly ahead: readonly [number, number, number, number];

  constructor(readonly layout: Layout) {
    this.cells = new Uint16Array(layout.width * layout.height);
    this.ahead = [1, layout.width, -1, -layout.width];
  }

  clone(): World {
    const copy = new World(this.layout);
    copy.copyFrom(this);
    return copy;
  }

  /** Takes over the state of a world of the same layout. */
  copyFrom(other: World): void {
    this.cells.set(other.cells);
    this.codes = other.codes.slice();
    this.contents = other.contents.slice();
    this.positions = other.positions.slice();
    this.cell = other.cell;
    this.direction = other.direction;
    this.carrying = other.carrying;
  }

  get x(): number {
    return this.cell % this.layout.width;
  }

  get y(): number {
    return Math.floor(this.cell / this.layout.width);
  }

  /** The cell that the agent faces. */
  get front(): number {
    return this.cell + this.ahead[this.direction];
  }

  /** Makes an object that lies nowhere yet and returns its id. */
  create(code: number): number {
    this.codes.push(code);
    this.contents.push(NO_OBJECT);
    this.positions.push(-1);
    return this.codes.length - 1;
  }

  /** Makes an object in a cell and returns its id. */
  put(cell: number, code: number): number {
    if (code === WALL) {
      this.cells[cell] = WALL_OBJECT;
      return WALL_OBJECT;
    }
    const id = this.create(code);
    this.cells[cell] = id;
    this.positions[id] = cell;
    return id;
  }

  codeAt(cell: number): number {
    return this.codes[this.cells[cell] ?? WALL_OBJECT] ?? WALL;
  }

  /** Executes an action by number; an action that has no effect here leaves everything as it is. */
  act(action: number): void {
    switch (action) {
      case TURN_LEFT:
        this.direction = ((this.direction + 3) & 3) as Direction;
        return;
      case TURN_RIGHT:
        this.direction = ((this.direction + 1) & 3) as Direction;
        return;
      case FORWARD: {
        const code = this.codeAt(this.front);
        if (code === EMPTY || isOpenDoor(code)) this.cell = this.front;
        return;
      }
      case PICK_UP: {
        const front = this.front;
        const id = this.cells[front] ?? WALL_OBJECT;
        if (this.carrying !== NO_OBJECT || !isMovable(this.codes[id] ?? WALL)) return;
        this.carrying = id;
        this.positions[id] = -1;
        this.cells[front] = NO_OBJECT;
        return;
      }
      case DROP: {
        const front = this.front;
        if (this.carrying === NO_OBJECT || this.cells[front] !== NO_OBJECT) return;
        this.cells[front] = this.carrying;
        this.positions[this.carrying] = front;
        this.carrying = NO_OBJECT;
        return;
      }
      case TOGGLE:
        this.toggle();
        return;
      default:
    }
  }

  private toggle(): void {
    const front = this.front;
    const id = this.cells[front] ?? WALL_OBJECT;
    const code = this.codes[id] ?? WALL;
    if (isBox(code)) {
      const content = this.contents[id] ?? NO_OBJECT;
      this.cells[front] = content;
      if (content !== NO_OBJECT) this.positions[content] = front;
      return;
    }
    if (!isDoor(code)) return;
    const color = colorOf(code);
    const form = formOf(code);
    if (form === FORM_OPEN) this.codes[id] = codeOf(FORM_CLOSED, color);
    else if (form === FORM_CLOSED || this.codes[this.carrying] === codeOf(FORM_KEY, color)) {
      this.codes[id] = codeOf(FORM_OPEN, color);
    }
  }
}
