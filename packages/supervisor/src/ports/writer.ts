import type { Writable } from 'node:stream';

/**
 * Writes with backpressure: the promise resolves when there is room for more, with `false` as soon as the other
 * side takes nothing any more. Writers that wait share one set of listeners, however many they are.
 */
export const createWriter = (stream: Writable): ((chunk: Uint8Array) => Promise<boolean>) => {
  let waiting: PromiseWithResolversOf<boolean> | undefined;
  const settle = (hasRoom: boolean) => {
    waiting?.resolve(hasRoom);
    waiting = undefined;
  };
  stream.on('drain', () => settle(true));
  stream.on('close', () => settle(false));
  stream.on('error', () => settle(false));

  return (chunk) => {
    if (!stream.writable) return Promise.resolve(false);
    if (stream.write(chunk)) return Promise.resolve(true);
    waiting ??= deferred<boolean>();
    return waiting.promise;
  };
};

interface PromiseWithResolversOf<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

// Promise.withResolvers is not in Node 20.
const deferred = <T>(): PromiseWithResolversOf<T> => {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
