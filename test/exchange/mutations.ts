/** Structure-aware damage to files: of JSON values, of text, of bytes. Depends on a seed alone. */

export type Random = () => number;

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)];

/** Values that a field of any type may be replaced by. */
function strangeValue(random: Random, big: boolean): unknown {
  const kinds: readonly (() => unknown)[] = [
    () => null,
    () => -1,
    () => 1e308,
    () => '',
    () => true,
    () => [],
    () => ({}),
    () => ['x', 1, null, {}],
    () => '\u0000\u202e<script>alert(1)</script>',
    () => '=cmd|"/c calc"!A1',
    () => '__proto__',
    () => 'Action: '.repeat(big ? 20_000 : 50),
    () => 'a'.repeat(big ? 200_000 : 200),
    () => Array.from({ length: big ? 5000 : 20 }, () => ({ role: 'assistant', content: 'x' })),
    () => JSON.parse('['.repeat(60) + ']'.repeat(60)) as unknown,
    () => JSON.parse('{"__proto__":{"polluted":1},"constructor":1}') as unknown,
  ];
  return pick(random, kinds)();
}

interface Spot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

function spots(value: unknown, found: Spot[] = []): Spot[] {
  if (Array.isArray(value)) {
    value.forEach((item, key) => {
      found.push({ holder: value, key });
      spots(item, found);
    });
  } else if (typeof value === 'object' && value !== null) {
    const holder = value as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      found.push({ holder, key });
      spots(holder[key], found);
    }
  }
  return found;
}

/** A copy of a JSON document with one to four places replaced, removed, doubled, renamed or swapped. */
export function mutateDocument(document: unknown, random: Random, big: boolean): unknown {
  const copy: unknown = structuredClone(document);
  const changes = 1 + Math.floor(random() * 4);
  for (let change = 0; change < changes; change++) {
    const all = spots(copy);
    if (all.length === 0) return copy;
    const { holder, key } = pick(random, all);
    const other = pick(random, all);
    const action = random();
    if (Array.isArray(holder)) {
      const index = Number(key);
      if (action < 0.4) holder[index] = strangeValue(random, big);
      else if (action < 0.6) holder.splice(index, 1);
      else if (action < 0.8) holder.splice(index, 0, structuredClone(holder[index]));
      else holder.reverse();
    } else {
      const name = String(key);
      if (action < 0.5) holder[name] = strangeValue(random, big);
      else if (action < 0.7) Reflect.deleteProperty(holder, name);
      else if (action < 0.85) holder[`${name}_`] = holder[name];
      else if (!Array.isArray(other.holder)) holder[name] = structuredClone(other.holder[String(other.key)]);
    }
  }
  return copy;
}

/** Bytes cut, doubled, overwritten or swapped. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = Math.floor(random() * copy.length);
  const action = random();
  if (action < 0.2) return copy.subarray(0, at);
  if (action < 0.3) return copy.subarray(at);
  if (action < 0.4) return Buffer.concat([copy, copy.subarray(at)]);
  const times = 1 + Math.floor(random() * 16);
  for (let time = 0; time < times; time++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return copy;
}
