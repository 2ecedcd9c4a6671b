export interface Listeners {
  /** @returns what ends the listening */
  readonly add: (listener: (message: unknown) => void) => () => void;
  readonly tell: (message: unknown) => void;
}

/** Those who hear the messages of a port. */
export const createListeners = (): Listeners => {
  const listeners = new Set<(message: unknown) => void>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    tell: (message) => {
      for (const listener of listeners) listener(message);
    },
  };
};
