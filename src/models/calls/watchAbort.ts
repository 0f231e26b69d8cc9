const watched = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `onAbort` once when the signal is aborted, unless the returned function is called before. All that watch a signal
 * share one listener of it: a run has many episodes and a decision many calls under one signal, and a listener more or less
 * costs an `AbortSignal` more than all else that is done for a call.
 */
export function watchAbort(signal: AbortSignal, onAbort: () => void): () => void {
  let watchers = watched.get(signal);
  if (watchers === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => [...all].forEach((watcher) => watcher()), { once: true });
    watched.set(signal, all);
    watchers = all;
  }
  watchers.add(onAbort);
  return () => watchers.delete(onAbort);
}
