/**
 * Tells any number of listeners that a signal was aborted through one listener of its own for each signal. A decision has many
 * calls under one signal, and a listener more or less costs an `AbortSignal` more than all else that is done for a call.
 */
export class AbortWatchers {
  private readonly watched = new WeakMap<AbortSignal, Set<() => void>>();

  /** Calls `onAbort` once when the signal is aborted, unless the returned function is called before. */
  watch(signal: AbortSignal, onAbort: () => void): () => void {
    let listeners = this.watched.get(signal);
    if (listeners === undefined) {
      const all = new Set<() => void>();
      signal.addEventListener('abort', () => [...all].forEach((listener) => listener()), { once: true });
      this.watched.set(signal, all);
      listeners = all;
    }
    listeners.add(onAbort);
    return () => listeners.delete(onAbort);
  }
}
