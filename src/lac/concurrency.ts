/** What a promise came to, as a value: a rejection that nobody waits for yet is kept, not unhandled. */
type Settled<V> = { readonly ok: true; readonly value: V } | { readonly ok: false; readonly error: unknown };

function settle<V>(promise: Promise<V>): Promise<Settled<V>> {
  return promise.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
}

/**
 * Runs several generators. At `parallel` 1 one after the other, each only as far as it is pulled. Above 1 up to that many
 * at once, their values in the order in which they come; each runs at most one value ahead. When one fails or the consumer
 * leaves, the others are aborted and waited for: nothing goes on behind the consumer's back.
 */
export async function* interleave<T>(
  makers: readonly ((signal: AbortSignal) => AsyncGenerator<T>)[],
  parallel: number,
  signal: AbortSignal,
): AsyncGenerator<T> {
  if (parallel <= 1) {
    for (const make of makers) yield* make(signal);
    return;
  }
  const leaving = new AbortController();
  const inner = AbortSignal.any([signal, leaving.signal]);
  const waiting = [...makers];
  type Source = AsyncGenerator<T>;
  const active = new Map<Source, Promise<{ readonly source: Source; readonly result: Settled<IteratorResult<T>> }>>();
  const pull = (source: Source): void => {
    active.set(
      source,
      settle(source.next()).then((result) => ({ source, result })),
    );
  };
  try {
    for (;;) {
      while (active.size < parallel) {
        const make = waiting.shift();
        if (make === undefined) break;
        pull(make(inner));
      }
      if (active.size === 0) return;
      const { source, result } = await Promise.race(active.values());
      if (!result.ok) throw result.error;
      if (result.value.done === true) {
        active.delete(source);
        continue;
      }
      pull(source);
      yield result.value.value;
    }
  } finally {
    leaving.abort();
    await Promise.all(active.values());
  }
}

/** Maps with at most `parallel` under way; results in the order of the items. Failure aborts the rest and waits for it. */
export async function mapParallel<T, V>(
  items: readonly T[],
  parallel: number,
  signal: AbortSignal,
  map: (item: T, index: number, signal: AbortSignal) => Promise<V>,
): Promise<V[]> {
  const results = new Array<V>(items.length);
  const makers = items.map(
    (item, index) =>
      async function* (inner: AbortSignal): AsyncGenerator<never> {
        results[index] = await map(item, index, inner);
      },
  );
  const running = interleave(makers, parallel, signal);
  await running.next();
  return results;
}
