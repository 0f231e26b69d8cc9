import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The width of an element in pixels, as it is laid out now and whenever that changes; 0 before the first layout. */
export function useWidth<E extends HTMLElement>(): {
  readonly element: { readonly current: E | null };
  readonly width: number;
} {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    setWidth(target.clientWidth);
    const observer = new ResizeObserver(() => setWidth(target.clientWidth));
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}
