import {
  codeOf,
  colors,
  EMPTY,
  FORM_KEY,
  NO_OBJECT,
  WALL,
  World,
  type Color,
  type Direction,
  type Layout,
} from './world';

/**
 * Grids as text: a token of two characters a cell, first the form (`W` wall, `K` key, `B` ball, `X` box, `O` open, `C`
 * closed, `L` locked door), then the first letter of the colour (`e` for grey); `..` is empty, `We` a wall.
 */

const forms = ['K', 'B', 'X', 'O', 'C', 'L'];
const colorLetters: Readonly<Record<Color, string>> = {
  blue: 'b',
  green: 'g',
  grey: 'e',
  purple: 'p',
  red: 'r',
  yellow: 'y',
};

const tokens: readonly string[] = [
  '..',
  'We',
  ...forms.flatMap((form) => colors.map((color) => form + colorLetters[color])),
];
const codeOfToken: ReadonlyMap<string, number> = new Map(tokens.map((token, code) => [token, code]));

export function tokenOf(code: number): string {
  return tokens[code] ?? '??';
}

/** The code of a token; undefined for what is none. Walls of any colour are walls. */
export function parseToken(token: string): number | undefined {
  return token.startsWith('W') ? WALL : codeOfToken.get(token);
}

/** A written-out state of the world. */
export interface WrittenWorld {
  readonly grid: readonly string[];
  /** What boxes hold: x, y, token. */
  readonly contains?: readonly (readonly [number, number, string])[];
  readonly agentPosition: readonly [number, number];
  readonly agentDirection: Direction;
  readonly carrying: string | null;
  readonly layout: Pick<Layout, 'roomSize' | 'rows' | 'columns'>;
}

/** Builds the world of a written-out state; throws a `RangeError` that names the cell that cannot be read. */
export function readWorld(written: WrittenWorld): World {
  const height = written.grid.length;
  const width = (written.grid[0]?.length ?? 0) / 2;
  const world = new World({ width, height, ...written.layout });
  const required = (token: string, where: string): number => {
    const code = parseToken(token);
    if (code === undefined) throw new RangeError(`unknown token "${token}" at ${where}`);
    return code;
  };
  written.grid.forEach((row, y) => {
    for (let x = 0; x < width; x++) {
      const code = required(row.slice(2 * x, 2 * x + 2), `(${x}, ${y})`);
      if (code !== EMPTY) world.put(x + y * width, code);
    }
  });
  for (const [x, y, token] of written.contains ?? []) {
    const box = world.cells[x + y * width] ?? NO_OBJECT;
    world.contents[box] = world.create(required(token, `the box at (${x}, ${y})`));
  }
  if (written.carrying !== null) world.carrying = world.create(required(written.carrying, 'the hand'));
  world.cell = written.agentPosition[0] + written.agentPosition[1] * width;
  world.direction = written.agentDirection;
  return world;
}

/** The grid, row by row. */
export function writeGrid(world: World): string[] {
  const { width, height } = world.layout;
  const rows: string[] = [];
  for (let y = 0; y < height; y++) {
    let row = '';
    for (let x = 0; x < width; x++) row += tokenOf(world.codeAt(x + y * width));
    rows.push(row);
  }
  return rows;
}

/** The token of the object in the hand, or null. */
export function writeCarrying(world: World): string | null {
  return world.carrying === NO_OBJECT ? null : tokenOf(world.codes[world.carrying] ?? codeOf(FORM_KEY, 0));
}
