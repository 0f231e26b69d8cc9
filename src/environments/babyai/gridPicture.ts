import type { GridPicture, GridThing } from '../picture';
import type { Mission } from './mission';
import { visibleCells } from './view';
import {
  colorOf,
  colors,
  EMPTY,
  FORM_CLOSED,
  FORM_OPEN,
  formOf,
  isDoor,
  NO_OBJECT,
  typeOf,
  WALL,
  type World,
} from './world';

function thingOf(code: number): GridThing | null {
  if (code === EMPTY) return null;
  if (code === WALL) return { kind: 'wall', color: null, state: null };
  const color = colors[colorOf(code)] ?? null;
  if (!isDoor(code)) return { kind: typeOf(code), color, state: null };
  const form = formOf(code);
  return { kind: 'door', color, state: form === FORM_OPEN ? 'open' : form === FORM_CLOSED ? 'closed' : 'locked' };
}

/** The whole grid, what of it the agent sees, and where the mission's objects lie. */
export function pictureOf(world: World, mission: Mission): GridPicture {
  const targets = new Set<number>();
  for (const { members } of mission.tracked) {
    for (const id of members) {
      const cell = world.positions[id] ?? -1;
      if (cell >= 0 && world.cells[cell] === id) targets.add(cell);
    }
  }
  return {
    kind: 'grid',
    width: world.layout.width,
    height: world.layout.height,
    cells: Array.from(world.cells, (_, cell) => thingOf(world.codeAt(cell))),
    visible: visibleCells(world),
    targets: [...targets].sort((a, b) => a - b),
    agent: {
      x: world.x,
      y: world.y,
      direction: world.direction,
      carrying: world.carrying === NO_OBJECT ? null : thingOf(world.codes[world.carrying] ?? EMPTY),
    },
  };
}
