import type { Episode } from '../../src/environments/babyai/episode';
import type { Goal, ObjectDescription } from '../../src/environments/babyai/mission';
import { look, UNSEEN, viewMiddle, viewSize } from '../../src/environments/babyai/view';
import {
  colorOf,
  colors,
  EMPTY,
  NO_OBJECT,
  stepX,
  stepY,
  typeOf,
  type Color,
  type ObjectType,
  type World,
} from '../../src/environments/babyai/world';

/** A thing that the task names and that the agent looks for. */
export interface Target {
  /** null: any. */
  readonly type: ObjectType | null;
  /** null: any. */
  readonly color: Color | null;
}

/** What the agent is after: a thing to take first, and a thing to go to, open or put something next to. */
export interface Errand {
  readonly take: Target | null;
  readonly find: Target | null;
}

function targetOf({ type, color }: ObjectDescription): Target {
  return { type, color };
}

export function errandOf(goal: Goal): Errand {
  switch (goal.kind) {
    case 'goto':
      return { take: null, find: targetOf(goal.target.description) };
    case 'pickup':
      return { take: targetOf(goal.target.description), find: null };
    case 'putnext':
      return { take: targetOf(goal.move.description), find: targetOf(goal.fixed.description) };
    case 'open': {
      const door = targetOf(goal.target.description);
      return { take: { type: 'key', color: door.color }, find: door };
    }
    case 'sequence':
      return { take: errandOf(goal.first).take, find: errandOf(goal.second).find };
    case 'both':
      throw new RangeError('no task type of BabyAI-Text asks for two things in any order');
  }
}

function matches(target: Target, code: number): boolean {
  return (
    code > 1 &&
    (target.type === null || typeOf(code) === target.type) &&
    (target.color === null || colors[colorOf(code)] === target.color)
  );
}

/** A cell of the view that shows something, in the order of the observation's text. */
export interface Sight {
  readonly cell: number;
  readonly id: number;
  readonly code: number;
}

const buffer = new Uint8Array(viewSize * viewSize);

/** The cell of the grid behind a view cell; -1 outside. */
function cellAt(world: World, i: number, j: number): number {
  const far = viewSize - 1 - j;
  const forwardX = stepX(world.direction);
  const forwardY = stepY(world.direction);
  const x = world.x + forwardX * far - forwardY * (i - viewMiddle);
  const y = world.y + forwardY * far + forwardX * (i - viewMiddle);
  const { width, height } = world.layout;
  return x >= 0 && y >= 0 && x < width && y < height ? x + y * width : -1;
}

export interface View {
  readonly codes: Uint8Array;
  readonly sights: readonly Sight[];
  /** Cells of the grid in view. */
  readonly cells: ReadonlySet<number>;
}

/** The agent's view with the things in `hidden` left out, as if their cells were empty. */
export function viewOf(world: World, hidden: (id: number) => boolean = () => false): View {
  const codes = Uint8Array.from(look(world, buffer));
  const sights: Sight[] = [];
  const cells = new Set<number>();
  for (let i = 0; i < viewSize; i++) {
    for (let j = 0; j < viewSize; j++) {
      const k = i + viewSize * j;
      const code = codes[k] ?? UNSEEN;
      if (code === UNSEEN) continue;
      const cell = cellAt(world, i, j);
      if (cell < 0) continue;
      cells.add(cell);
      if (code <= 1 || (i === viewMiddle && j === viewSize - 1)) continue;
      const id = world.cells[cell] ?? NO_OBJECT;
      if (hidden(id)) codes[k] = EMPTY;
      else sights.push({ cell, id, code });
    }
  }
  return { codes, sights, cells };
}

function distanceTo(world: World, cell: number): number {
  const { width } = world.layout;
  return Math.abs((cell % width) - world.x) + Math.abs(Math.floor(cell / width) - world.y);
}

/** What the agent knows from its observations: where it last saw its targets, and which sides it has looked at. */
export class Knowledge {
  private constructor(
    readonly errand: Errand,
    /** Last known cell of the thing to take and of the thing to find; -1 unknown. */
    readonly known: [number, number],
    /** Bit d: has looked in direction d since it last knew of no unseen side. */
    public looked: number,
    /** Bits of cells ever in view. */
    readonly seen: Set<number>,
    /** Colour of a door that the task does not tell the colour of, once seen. */
    public doorColor: Color | null,
  ) {}

  static atStart(episode: Episode): Knowledge {
    const knowledge = new Knowledge(errandOf(episode.mission.goal), [-1, -1], 0, new Set(), null);
    knowledge.observe(episode, viewOf(episode.world), false);
    return knowledge;
  }

  clone(): Knowledge {
    return new Knowledge(this.errand, [...this.known], this.looked, new Set(this.seen), this.doorColor);
  }

  /** The thing to take, when it is known what that is. */
  get take(): Target | null {
    const { take } = this.errand;
    if (take === null || take.color !== null || take.type !== 'key') return take;
    return this.doorColor === null ? null : { type: 'key', color: this.doorColor };
  }

  get find(): Target | null {
    const { find } = this.errand;
    return find !== null && find.color === null && this.doorColor !== null ? { ...find, color: this.doorColor } : find;
  }

  /** Takes in what is seen after a step; `moved`: the step was forward and the way was free. Returns how many cells are new. */
  observe(episode: Episode, view: View, moved: boolean): number {
    const { world } = episode;
    if (moved && this.looked === 15) this.looked = 0;
    this.looked |= 1 << world.direction;
    if (this.errand.find?.type === 'door') {
      const door = view.sights.find(({ code }) => typeOf(code) === 'door');
      if (door !== undefined) this.doorColor = colors[colorOf(door.code)] ?? null;
    }
    [this.take, this.find].forEach((target, role) => {
      if (target === null) return;
      const visible = view.sights.filter(({ code }) => matches(target, code));
      const remembered = this.known[role] ?? -1;
      let best = -1;
      if (remembered >= 0 && (!view.cells.has(remembered) || visible.some(({ cell }) => cell === remembered))) {
        best = remembered;
      }
      for (const { cell } of visible) {
        if (best < 0 || distanceTo(world, cell) < distanceTo(world, best)) best = cell;
      }
      this.known[role] = best;
    });
    let fresh = 0;
    for (const cell of view.cells) {
      if (this.seen.has(cell)) continue;
      this.seen.add(cell);
      fresh++;
    }
    return fresh;
  }

  /** True while the thing to take is still to be taken. */
  seeks(episode: Episode): boolean {
    if (this.errand.take === null) return false;
    const { goal } = episode.mission;
    if (goal.kind === 'sequence') return (episode.memory.done & goal.bit) === 0;
    return !this.holds(episode.world);
  }

  /** True when what the hand holds is the thing to take. */
  holds(world: World): boolean {
    const { take } = this;
    return take !== null && world.carrying !== NO_OBJECT && matches(take, world.codes[world.carrying] ?? EMPTY);
  }

  /** Where the thing that matters now was last seen; -1 unknown. */
  current(episode: Episode): number {
    return (this.seeks(episode) && this.take !== null ? this.known[0] : this.known[1]) ?? -1;
  }
}
