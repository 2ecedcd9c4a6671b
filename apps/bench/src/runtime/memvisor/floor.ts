import { dispatch, spawn, start, stop } from 'nact';
import { timed } from '../clock.js';
import type { Run } from '../workload.js';

/** Microseconds that `step` takes, awaited `size` times one after the other. */
const each = async (size: number, step: () => Promise<unknown>): Promise<number> => {
  const ms = await timed(async () => {
    for (let i = 0; i < size; i++) await step();
  });
  return (ms / size) * 1000;
};

let last = 0;

/**
 * What an awaited call can't do without: a promise that somebody else resolves a microtask later; and what it
 * would take to have each wake carried by nact: an immediate, and nact's own part on top of it.
 */
export const floor: Run = async (size) => {
  const system = start(`floor-${++last}`);
  const actor = spawn(system, (_state: undefined, done: () => void): undefined => void done(), 'woken');
  let ask: (() => void) | undefined;
  const promise = await each(size, () => {
    const reply = new Promise<void>((resolve) => {
      ask = resolve;
    });
    queueMicrotask(() => ask?.());
    return reply;
  });
  const immediate = await each(size / 10, () => new Promise((resolve) => setImmediate(resolve)));
  const wake = await each(size / 10, () => new Promise<void>((resolve) => dispatch(actor, resolve)));
  stop(system);
  return { promise, immediate, wake };
};
