import { portsClosed } from '@memvisor/supervisor';

/** What asks a command to end: Ctrl-C, `kill`, a terminal that is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let interruptedBy: NodeJS.Signals | undefined;

/** Runs work that ends in order at an interrupt (SIGINT, SIGTERM, SIGHUP): its signal fires. A second one does not wait. */
export const interruptible = async <Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> => {
  const interrupted = new AbortController();
  const forget = () => {
    for (const name of signals) process.off(name, onSignal);
  };
  const onSignal = (name: NodeJS.Signals) => {
    // Who asks twice does not want to wait for an orderly end.
    if (interrupted.signal.aborted) {
      forget();
      process.kill(process.pid, name);
    }
    interruptedBy = name;
    interrupted.abort();
  };
  // Not `once`: execa's own handler, which comes next, ends the process at once when it finds no other.
  for (const name of signals) process.on(name, onSignal);
  try {
    return await work(interrupted.signal);
  } finally {
    forget();
  }
};

/**
 * Ends the process by the signal that interrupted its work, if one did. Only so does a shell know that it was interrupted,
 * and ends the loop or script that the command is in: an exit code would have it go on.
 */
export const endAsInterrupted = async (): Promise<void> => {
  if (interruptedBy === undefined) return;
  await portsClosed();
  // Nothing is left to clean up; who listens still, as libraries do for that, would only take the signal away.
  process.removeAllListeners(interruptedBy);
  process.kill(process.pid, interruptedBy);
};
