import { useLayoutEffect, useState } from 'preact/hooks';
import type { TimelineCursor } from './timelineCursor';

/** How long each step stays to be looked at. */
const stepMs = 1000;

export interface Playback {
  readonly playing: boolean;
  /** Plays from the step behind the cursor, at the end from the first; or pauses. */
  readonly toggle: () => void;
}

/**
 * Moves a cursor along a branch, step by step. It ends at the last step, where it is paused, where the host refuses a move,
 * and as soon as the cursor is moved in another way.
 * @param moveTo goes to the step of an index.
 */
export function usePlayback(
  { index, settled }: Pick<TimelineCursor, 'index' | 'settled'>,
  last: number,
  moveTo: (index: number) => void,
): Playback {
  /** Where playing has sent the cursor; null while it is paused. */
  const [expected, setExpected] = useState<number | null>(null);
  const go = (next: number): void => {
    setExpected(next);
    moveTo(next);
  };
  // In the same turn as the press that pauses: an effect after the next frame would let a timer that is due go on first.
  useLayoutEffect(() => {
    if (expected === null) return undefined;
    if (index !== expected || index >= last) {
      setExpected(null);
      return undefined;
    }
    // The next step begins when this one is there to be seen, however long the host reads it.
    if (!settled) return undefined;
    const timer = setTimeout(() => go(index + 1), stepMs);
    return () => clearTimeout(timer);
  }, [expected, index, settled, last]);
  const toggle = (): void => {
    if (expected !== null) setExpected(null);
    else go(index >= last ? 0 : index + 1);
  };
  return { playing: expected !== null, toggle };
}
