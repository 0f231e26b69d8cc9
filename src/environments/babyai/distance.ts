/**
 * Fewest turns and moves between two poses in a grid without obstacles: what a plan costs at least, wherever objects
 * and walls stand. A pose is a cell and a direction.
 */

/** Differences beyond this are cut to it, which only lowers the bound. */
const reach = 32;
const span = 2 * reach + 1;

function rotation(from: number, to: number): number {
  const turn = (to - from) & 3;
  return turn === 3 ? 1 : turn;
}

function compute(dx: number, dy: number, from: number, to: number): number {
  const moves = Math.abs(dx) + Math.abs(dy);
  const horizontal = dx > 0 ? 0 : 2;
  const vertical = dy > 0 ? 1 : 3;
  if (dx === 0 && dy === 0) return rotation(from, to);
  if (dy === 0) return moves + rotation(from, horizontal) + rotation(horizontal, to);
  if (dx === 0) return moves + rotation(from, vertical) + rotation(vertical, to);
  return (
    moves +
    rotation(horizontal, vertical) +
    Math.min(rotation(from, horizontal) + rotation(vertical, to), rotation(from, vertical) + rotation(horizontal, to))
  );
}

const table = new Uint8Array(span * span * 16);
for (let dy = -reach; dy <= reach; dy++) {
  for (let dx = -reach; dx <= reach; dx++) {
    for (let directions = 0; directions < 16; directions++) {
      table[((dy + reach) * span + dx + reach) * 16 + directions] = compute(dx, dy, directions >> 2, directions & 3);
    }
  }
}

/** Actions needed at least to turn and walk by (dx, dy) and end in another direction. */
export function poseDistance(dx: number, dy: number, from: number, to: number): number {
  const x = dx < -reach ? 0 : dx > reach ? 2 * reach : dx + reach;
  const y = dy < -reach ? 0 : dy > reach ? 2 * reach : dy + reach;
  return table[(y * span + x) * 16 + from * 4 + to] ?? 0;
}
