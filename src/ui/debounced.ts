/** Calls something once a burst of calls is over. */
export interface Debounced<A extends readonly unknown[]> {
  call(...args: A): void;
  dispose(): void;
}

/** With the arguments of the burst's last call. */
export function debounced<A extends readonly unknown[]>(pauseMs: number, run: (...args: A) => void): Debounced<A> {
  let timer: NodeJS.Timeout | undefined;
  return {
    call: (...args) => {
      clearTimeout(timer);
      timer = setTimeout(() => run(...args), pauseMs);
    },
    dispose: () => clearTimeout(timer),
  };
}
