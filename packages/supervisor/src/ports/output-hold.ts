import type { Readable } from 'node:stream';

/**
 * Keeps a child's output for a reader that comes late. Without it execa empties a stream that nobody reads one
 * macrotask after the start, and Node does at the child's exit. Both leave a stream alone that has a `readable`
 * listener: this one stays until a reader of any kind has come.
 */
export const holdUntilRead = (stream: Readable): void => {
  const release = (event: string | symbol) => {
    if (event !== 'data' && event !== 'readable') return;
    stream.off('newListener', release);
    // Taking the listener away also starts the flow for a `data` listener.
    process.nextTick(() => stream.off('readable', hold));
  };
  stream.on('readable', hold);
  stream.on('newListener', release);
};

/** Whether somebody listens for the data of a stream. */
export const hasReader = (stream: Readable): boolean =>
  stream.listenerCount('data') > 0 || stream.listeners('readable').some((listener) => listener !== hold);

const hold = (): void => {};
