import { EMPTY, isOpaque, NO_OBJECT, stepX, stepY, WALL, type World } from './world';

/** Side of the square that the agent sees; it stands in the middle of the near row. */
export const viewSize = 7;
export const viewMiddle = 3;

/** Code of a view cell that cannot be seen. */
export const UNSEEN = 255;

/**
 * What the agent sees now: 49 codes, cell (i, j) at `i + 7·j`, i from left to right, j from far (0) to near (6).
 * Hidden cells are `UNSEEN`; the agent's own cell shows what it carries. Outside the grid all is wall.
 */
export function look(world: World, into: Uint8Array = new Uint8Array(viewSize * viewSize)): Uint8Array {
  const { width, height } = world.layout;
  const forwardX = stepX(world.direction);
  const forwardY = stepY(world.direction);
  const rightX = -forwardY;
  const rightY = forwardX;
  const x0 = world.x - viewMiddle * rightX;
  const y0 = world.y - viewMiddle * rightY;
  // Rows are handled near to far as bit masks, bit i for column i; sight spreads sideways and one row ahead.
  let visible = 1 << viewMiddle;
  for (let j = viewSize - 1; j >= 0; j--) {
    const far = viewSize - 1 - j;
    let clear = 0;
    let x = x0 + forwardX * far;
    let y = y0 + forwardY * far;
    for (let i = 0; i < viewSize; i++) {
      const code = x >= 0 && y >= 0 && x < width && y < height ? world.codeAt(x + y * width) : WALL;
      if (!isOpaque(code)) clear |= 1 << i;
      into[i + viewSize * j] = code;
      x += rightX;
      y += rightY;
    }
    let ahead = 0;
    for (let i = 0; i < viewSize - 1; i++) {
      if ((visible & clear & (1 << i)) === 0) continue;
      visible |= 2 << i;
      ahead |= 3 << i;
    }
    for (let i = viewSize - 1; i > 0; i--) {
      if ((visible & clear & (1 << i)) === 0) continue;
      visible |= 1 << (i - 1);
      ahead |= 3 << (i - 1);
    }
    for (let i = 0; i < viewSize; i++) if ((visible & (1 << i)) === 0) into[i + viewSize * j] = UNSEEN;
    visible = ahead;
  }
  into[viewMiddle + viewSize * (viewSize - 1)] =
    world.carrying === NO_OBJECT ? EMPTY : (world.codes[world.carrying] ?? EMPTY);
  return into;
}

/** Which cells of the grid the agent sees now. */
export function visibleCells(world: World): boolean[] {
  const { width, height } = world.layout;
  const seen = new Array<boolean>(width * height).fill(false);
  const view = look(world);
  const forwardX = stepX(world.direction);
  const forwardY = stepY(world.direction);
  for (let j = 0; j < viewSize; j++) {
    for (let i = 0; i < viewSize; i++) {
      if (view[i + viewSize * j] === UNSEEN) continue;
      const far = viewSize - 1 - j;
      const x = world.x + forwardX * far - forwardY * (i - viewMiddle);
      const y = world.y + forwardY * far + forwardX * (i - viewMiddle);
      if (x >= 0 && y >= 0 && x < width && y < height) seen[x + y * width] = true;
    }
  }
  return seen;
}
