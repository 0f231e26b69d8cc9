import type { Pcg64 } from './pcg64';
import {
  codeOf,
  colors,
  EMPTY,
  FORM_CLOSED,
  FORM_KEY,
  FORM_LOCKED,
  isDoor,
  movableTypes,
  NO_OBJECT,
  stepX,
  stepY,
  WALL,
  WALL_OBJECT,
  World,
  type Direction,
  type Layout,
} from './world';

/** Thrown where the original gives a draft up and starts the level again, its random stream running on. */
export class RejectedDraft extends Error {
  override readonly name = 'RejectedDraft';
}

const maxPlacements = 1000;
const maxConnections = 5000;

export interface Room {
  readonly column: number;
  readonly row: number;
  /** Its neighbours right, down, left, up. */
  readonly neighbours: (Room | null)[];
  /** Cells in the four walls where a door could be; -1 where there is no neighbour. */
  readonly slots: number[];
  /** Ids of the doors in the four walls, or `NO_OBJECT`. */
  readonly doors: number[];
  locked: boolean;
}

/**
 * A grid of rooms being furnished. Every draw comes in the original's order, so that equal seeds give equal levels.
 */
export class RoomGrid {
  readonly world: World;
  readonly rooms: readonly Room[];
  /** The cell and direction of the agent; until it is placed, the middle of the grid, facing right. */
  private agentCell: number;

  constructor(
    private readonly random: Pcg64,
    readonly layout: Layout,
  ) {
    const { width, height, roomSize, rows, columns } = layout;
    this.world = new World(layout);
    const side = roomSize - 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (x % side === 0 || y % side === 0) this.world.cells[x + y * width] = WALL_OBJECT;
      }
    }
    const rooms: Room[] = [];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        rooms.push({
          column,
          row,
          neighbours: [null, null, null, null],
          slots: [-1, -1, -1, -1],
          doors: [NO_OBJECT, NO_OBJECT, NO_OBJECT, NO_OBJECT],
          locked: false,
        });
      }
    }
    for (const room of rooms) {
      const left = room.column * side;
      const top = room.row * side;
      const link = (k: 0 | 1, other: Room | undefined, draw: () => number): void => {
        if (other === undefined) return;
        const slot = draw();
        room.neighbours[k] = other;
        room.slots[k] = slot;
        other.neighbours[k + 2] = room;
        other.slots[k + 2] = slot;
      };
      const index = room.column + room.row * columns;
      link(0, room.column < columns - 1 ? rooms[index + 1] : undefined, () => {
        return left + side + random.integer(top + 1, top + side) * width;
      });
      link(1, room.row < rows - 1 ? rooms[index + columns] : undefined, () => {
        return random.integer(left + 1, left + side) + (top + side) * width;
      });
    }
    this.rooms = rooms;
    const middle = Math.floor(roomSize / 2);
    this.agentCell = Math.floor(columns / 2) * side + middle + (Math.floor(rows / 2) * side + middle) * width;
    this.world.cell = this.agentCell;
  }

  room(column: number, row: number): Room {
    const room = this.rooms[column + row * this.layout.columns];
    if (room === undefined) throw new RangeError(`no room (${column}, ${row})`);
    return room;
  }

  /** A room drawn by column, then row. */
  drawRoom(): Room {
    const column = this.random.integer(0, this.layout.columns);
    return this.room(column, this.random.integer(0, this.layout.rows));
  }

  /** The room in which the agent stands. */
  get agentRoom(): Room {
    const side = this.layout.roomSize - 1;
    return this.room(Math.floor(this.world.x / side), Math.floor(this.world.y / side));
  }

  /** A drawn cell of a room that is empty and, if `apart`, neither the agent's nor beside it. */
  private drawCell(room: Room, apart: boolean): number {
    const { width, height, roomSize } = this.layout;
    const left = room.column * (roomSize - 1);
    const top = room.row * (roomSize - 1);
    const right = Math.min(left + roomSize, width);
    const bottom = Math.min(top + roomSize, height);
    const agentX = this.agentCell % width;
    const agentY = Math.floor(this.agentCell / width);
    for (let tries = 0; tries <= maxPlacements; tries++) {
      const x = this.random.integer(left, right);
      const y = this.random.integer(top, bottom);
      const cell = x + y * width;
      if (this.world.cells[cell] !== NO_OBJECT) continue;
      if (apart && Math.abs(x - agentX) + Math.abs(y - agentY) < 2) continue;
      return cell;
    }
    throw new RejectedDraft('no free cell was drawn');
  }

  /** Puts an object of a given look into a room; returns its id. */
  add(room: Room, code: number): number {
    return this.world.put(this.drawCell(room, true), code);
  }

  /** Draws objects, colour first, into the given room or drawn ones; returns their ids in order. */
  addDistractors(count: number, room: Room | null): number[] {
    const ids: number[] = [];
    for (let index = 0; index < count; index++) {
      const color = this.random.integer(0, colors.length);
      const form = this.random.integer(0, movableTypes.length);
      ids.push(this.add(room ?? this.drawRoom(), codeOf(form, color)));
    }
    return ids;
  }

  /** Draws the agent's room and pose, so that nothing but a wall stands right in front of it. */
  placeAgent(): void {
    const { world } = this;
    const room = this.drawRoom();
    do {
      world.cell = this.drawCell(room, false);
      world.direction = this.random.integer(0, 4) as Direction;
      const front = world.codeAt(world.front);
      if (front === EMPTY || front === WALL) break;
    } while (true);
    this.agentCell = world.cell;
  }

  addDoor(room: Room, k: number, color: number, locked: boolean): number {
    const neighbour = room.neighbours[k];
    const slot = room.slots[k] ?? -1;
    if (neighbour === null || neighbour === undefined || slot < 0) throw new RangeError('a door leads nowhere');
    const door = this.world.put(slot, codeOf(locked ? FORM_LOCKED : FORM_CLOSED, color));
    room.doors[k] = door;
    neighbour.doors[(k + 2) % 4] = door;
    if (locked) room.locked = true;
    return door;
  }

  /** A room behind a locked door, and the key to it in another room; returns the locked room. */
  addLockedRoom(color: number | null): Room {
    let locked: Room;
    let k: number;
    do {
      locked = this.drawRoom();
      k = this.random.integer(0, 4);
    } while (locked.neighbours[k] === null);
    const doorColor = color ?? this.random.integer(0, colors.length);
    this.addDoor(locked, k, doorColor, true);
    let keyRoom: Room;
    do keyRoom = this.drawRoom();
    while (keyRoom === locked);
    this.add(keyRoom, codeOf(FORM_KEY, doorColor));
    return locked;
  }

  /** Adds closed doors until every room can be reached from the agent's. */
  connectAll(): void {
    for (let tries = 0; !this.allConnected(); tries++) {
      if (tries > maxConnections) throw new RejectedDraft('the rooms could not be connected');
      const room = this.drawRoom();
      const k = this.random.integer(0, 4);
      const neighbour = room.neighbours[k];
      if (neighbour === null || neighbour === undefined || room.doors[k] !== NO_OBJECT) continue;
      if (room.locked || neighbour.locked) continue;
      this.addDoor(room, k, this.random.integer(0, colors.length), false);
    }
  }

  private allConnected(): boolean {
    const reached = new Set<Room>([this.agentRoom]);
    for (const room of reached) {
      room.doors.forEach((door, k) => {
        const neighbour = room.neighbours[k];
        if (door !== NO_OBJECT && neighbour) reached.add(neighbour);
      });
    }
    return reached.size === this.rooms.length;
  }

  /** Whether the agent can come up to every object and door, passing doors in any state but no object. */
  allReachable(): boolean {
    const { world } = this;
    const { width } = this.layout;
    const reached = new Uint8Array(world.cells.length);
    const stack = [world.cell];
    reached[world.cell] = 1;
    let objects = world.codes.length - 2;
    while (stack.length > 0) {
      const cell = stack.pop() ?? 0;
      const code = world.codeAt(cell);
      if (code !== EMPTY) {
        if (code === WALL) continue;
        objects--;
        if (!isDoor(code)) continue;
      }
      for (let k = 0; k < 4; k++) {
        const next = cell + stepX(k) + stepY(k) * width;
        if (next < 0 || next >= reached.length || reached[next] === 1) continue;
        reached[next] = 1;
        stack.push(next);
      }
    }
    return objects === 0;
  }
}
