/**
 * Maps a stream with up to `limit` calls under way at once; results come in the order of the source. Nothing is taken
 * from the source before somebody asks for a result, and never more than `limit` ahead. When the reader stops or
 * something fails, the source is closed and calls under way are waited for.
 */
export async function* mapInOrder<In, Out>(
  source: AsyncIterable<In> | Iterable<In>,
  limit: number,
  map: (value: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const underWay: Promise<Out>[] = [];
  let ended = false;
  try {
    for (;;) {
      while (!ended && underWay.length < limit) {
        const next = await iterator.next();
        if (next.done === true) ended = true;
        else {
          const result = map(next.value);
          // Waited for in its turn; until then a failure must not count as unhandled.
          result.catch(() => {});
          underWay.push(result);
        }
      }
      const first = underWay.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await Promise.allSettled(underWay);
    if (!ended) await iterator.return?.();
  }
}
