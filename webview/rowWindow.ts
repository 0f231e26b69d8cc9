import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Height of a row in pixels, as the style sheets give it. */
export const rowHeight = 24;
/** Rows that are drawn beyond what is seen. */
const margin = 8;

/** The rows of a long list that are drawn, and what moves in it. */
export interface RowWindow {
  readonly list: RefObject<HTMLDivElement>;
  readonly from: number;
  /** The first row that is not drawn any more. */
  readonly to: number;
  /** Where a key of the list leads from the chosen row; undefined for keys that do not move. */
  readonly keyTarget: (key: string) => number | undefined;
}

/** Watches a list of rows of one height; keeps the chosen row (-1: none) in view. */
export function useRowWindow(count: number, chosen: number): RowWindow {
  const list = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 480 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, []);
  useEffect(() => {
    const element = list.current;
    if (element === null || chosen < 0) return;
    const top = chosen * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [chosen, count]);
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
  const last = count - 1;
  const keyTarget = (key: string): number | undefined => {
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: chosen - 1,
      ArrowDown: chosen + 1,
      PageUp: chosen - page,
      PageDown: chosen + page,
      Home: 0,
      End: last,
    };
    return Object.hasOwn(moves, key) ? Math.min(last, Math.max(0, moves[key])) : undefined;
  };
  const from = Math.max(0, Math.min(count, Math.floor(view.top / rowHeight)) - margin);
  const to = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + margin);
  return { list, from, to, keyTarget };
}

/** A row's place, in the same frame in which it is made. Preact sets it by script: the page's policy allows that. */
export function rowPlace(index: number): { readonly top: string } {
  return { top: `${index * rowHeight}px` };
}
