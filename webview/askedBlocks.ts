import { useEffect, useRef, useState } from 'preact/hooks';

/** What long lists do not hold of their rows is asked for in blocks of so many. */
const blockRows = 64;
/** How long the list has to stand still before that. */
const restMs = 60;

/**
 * What is known of the rows of a long list: those that are seen are asked for when the list rests, and kept while the list
 * is the same.
 * @param of what the rows belong to; null for a list that nothing is asked for. @param ask gets rows from one on, up to
 * another; what fails is asked for again.
 */
export function useAskedBlocks<T>(
  of: object | null,
  seen: readonly number[],
  ask: (from: number, to: number) => Promise<readonly T[]>,
): ReadonlyMap<number, T> {
  const [known, setKnown] = useState<{ readonly of: object | null; readonly rows: ReadonlyMap<number, T> }>({
    of,
    rows: new Map(),
  });
  const asked = useRef({ of, blocks: new Set<number>() });
  if (asked.current.of !== of) asked.current = { of, blocks: new Set() };
  const blocks = [...new Set(seen.map((row) => Math.floor(row / blockRows)))].join(' ');
  useEffect(() => {
    if (of === null || blocks === '') return;
    const timer = setTimeout(() => {
      for (const block of blocks.split(' ').map(Number)) {
        const { blocks: before } = asked.current;
        if (before.has(block)) continue;
        before.add(block);
        const from = block * blockRows;
        const keep = (found: readonly T[]): void =>
          setKnown((now) => {
            const rows = new Map(now.of === of ? now.rows : []);
            found.forEach((row, index) => rows.set(from + index, row));
            return { of, rows };
          });
        ask(from, from + blockRows).then(keep, () => before.delete(block));
      }
    }, restMs);
    return () => clearTimeout(timer);
  }, [of, blocks]);
  return known.of === of ? known.rows : new Map<number, T>();
}
