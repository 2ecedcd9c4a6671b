const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` when the signal fires; not for a signal that has fired already. However many wait for the same
 * signal, it gets one listener: Node warns of a leak from the eleventh on, and one signal may well guard a hundred
 * requests.
 * @returns what ends the waiting
 */
export const onAbort = (signal: AbortSignal | undefined, listener: () => void): (() => void) => {
  if (signal === undefined) return () => {};
  const listeners = waiting.get(signal) ?? watch(signal);
  // Its own function, so that the same listener may wait twice.
  const entry = () => listener();
  listeners.add(entry);
  return () => {
    if (!listeners.delete(entry) || listeners.size > 0) return;
    signal.removeEventListener('abort', runAll);
    waiting.delete(signal);
  };
};

const watch = (signal: AbortSignal): Set<() => void> => {
  const listeners = new Set<() => void>();
  waiting.set(signal, listeners);
  signal.addEventListener('abort', runAll, { once: true });
  return listeners;
};

const runAll = (event: Event): void => {
  const signal = event.target as AbortSignal;
  const listeners = waiting.get(signal);
  waiting.delete(signal);
  for (const listener of listeners ?? []) listener();
};
