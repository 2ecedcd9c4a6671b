/** Runs work that ends in order at an interrupt (SIGINT, SIGTERM): its signal fires. A second one does not wait. */
export const interruptible = async <Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> => {
  const interrupted = new AbortController();
  const onSignal = () => {
    // Who asks twice does not want to wait for an orderly end.
    if (interrupted.signal.aborted) process.exit(1);
    interrupted.abort();
  };
  // Not `once`: execa's own handler, which comes next, ends the process at once when it finds no other.
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await work(interrupted.signal);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
};
