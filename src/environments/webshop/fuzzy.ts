import { compareCodePoints, strip } from './pythonText';

/**
 * thefuzz 0.19's `token_set_ratio` on difflib, as WebShop scores attributes and options: 0 to 100.
 * Source: seatgeek/thefuzz, CPython's difflib.
 */
export function tokenSetRatio(a: string, b: string): number {
  const left = process(a);
  const right = process(b);
  if (left === '' || right === '') return 0;
  const leftTokens = new Set(left.split(/ +/));
  const rightTokens = new Set(right.split(/ +/));
  const sorted = (tokens: Iterable<string>): string => [...tokens].sort(compareCodePoints).join(' ');
  const shared = sorted([...leftTokens].filter((token) => rightTokens.has(token)));
  const leftRest = sorted([...leftTokens].filter((token) => !rightTokens.has(token)));
  const rightRest = sorted([...rightTokens].filter((token) => !leftTokens.has(token)));
  const leftAll = strip(`${shared} ${leftRest}`);
  const rightAll = strip(`${shared} ${rightRest}`);
  return Math.max(ratio(shared, leftAll), ratio(shared, rightAll), ratio(leftAll, rightAll));
}

/** thefuzz's `full_process`: Latin-1 signs deleted, all but letters, numbers and _ to spaces, lower case, stripped. */
export function process(text: string): string {
  return strip(
    text
      .replace(/[\u0080-\u00ff]/g, '')
      .replace(/[^\p{L}\p{N}_]/gu, ' ')
      .toLowerCase(),
  );
}

/** thefuzz's `ratio`: 100 times difflib's, rounded half to even. */
export function ratio(a: string, b: string): number {
  if (a === b) return 100;
  if (a === '' || b === '') return 0;
  const left = Array.from(a);
  const right = Array.from(b);
  const exact = 100 * ((2 * matches(left, right)) / (left.length + right.length));
  const floor = Math.floor(exact);
  const rest = exact - floor;
  if (rest !== 0.5) return Math.round(exact);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Length of all blocks that difflib's recursive longest match finds. */
function matches(a: readonly string[], b: readonly string[]): number {
  const places = new Map<string, number[]>();
  b.forEach((character, j) => {
    const list = places.get(character);
    if (list === undefined) places.set(character, [j]);
    else list.push(j);
  });
  // difflib's autojunk: in a long second text, characters that are very common start no match.
  if (b.length >= 200) {
    const limit = Math.floor(b.length / 100) + 1;
    for (const [character, list] of places) if (list.length > limit) places.delete(character);
  }
  let lengths = new Int32Array(b.length + 1);
  let next = new Int32Array(b.length + 1);
  let total = 0;
  const open: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const [aLow, aHigh, bLow, bHigh] = range;
    let bestA = aLow;
    let bestB = bLow;
    let size = 0;
    lengths.fill(0);
    for (let i = aLow; i < aHigh; i++) {
      next.fill(0);
      for (const j of places.get(a[i]) ?? []) {
        if (j < bLow) continue;
        if (j >= bHigh) break;
        // Index j + 1 holds the length of the match that ends at j.
        const k = lengths[j] + 1;
        next[j + 1] = k;
        if (k > size) {
          bestA = i - k + 1;
          bestB = j - k + 1;
          size = k;
        }
      }
      [lengths, next] = [next, lengths];
    }
    while (bestA > aLow && bestB > bLow && a[bestA - 1] === b[bestB - 1]) {
      bestA--;
      bestB--;
      size++;
    }
    while (bestA + size < aHigh && bestB + size < bHigh && a[bestA + size] === b[bestB + size]) size++;
    if (size === 0) continue;
    total += size;
    if (aLow < bestA && bLow < bestB) open.push([aLow, bestA, bLow, bestB]);
    if (bestA + size < aHigh && bestB + size < bHigh) open.push([bestA + size, aHigh, bestB + size, bHigh]);
  }
  return total;
}
