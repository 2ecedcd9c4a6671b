import { isPromise, type MaybePromise } from '../process/protocol.js';

/** `then` without a promise where there is none. */
export const after = <T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> =>
  isPromise(value) ? value.then(next) : next(value);

/**
 * Takes one step after the other and stops at the first that returns a result, which it returns. Only from
 * the first step on that returns a promise does it take promises.
 */
export const inOrder = <T, R>(
  items: readonly T[],
  step: (item: T) => MaybePromise<R | undefined>,
): MaybePromise<R | undefined> => {
  for (let at = 0; at < items.length; at++) {
    const result = step(items[at] as T);
    if (isPromise(result)) return rest(result, items, at + 1, step);
    if (result !== undefined) return result;
  }
  return undefined;
};

const rest = async <T, R>(
  first: Promise<R | undefined>,
  items: readonly T[],
  from: number,
  step: (item: T) => MaybePromise<R | undefined>,
): Promise<R | undefined> => {
  const result = await first;
  if (result !== undefined) return result;
  for (let at = from; at < items.length; at++) {
    const next = step(items[at] as T);
    const later = isPromise(next) ? await next : next;
    if (later !== undefined) return later;
  }
  return undefined;
};
