/** A place where somebody waits until somebody else has done something. */
export type Gate = {
  /** Resolves when it is reached. */
  readonly reached: Promise<void>;
  /** Waits before it; called by who comes there. */
  readonly pass: () => Promise<void>;
  /** Lets through who waits and who comes later. */
  readonly open: () => void;
};

export const createGate = (): Gate => {
  let reach = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    reached,
    pass: () => {
      reach();
      return opened;
    },
    open,
  };
};
