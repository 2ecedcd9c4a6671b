import { constants, getPriority, setPriority } from 'node:os';

/**
 * Lowers the priority of a process, so that encoding takes what others leave and does not hold up what has to answer soon.
 * Where the system does not allow it, or it is lower already, nothing happens.
 */
export const giveWay = (pid: number): void => {
  try {
    const { PRIORITY_BELOW_NORMAL } = constants.priority;
    if (getPriority(pid) < PRIORITY_BELOW_NORMAL) setPriority(pid, PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended, or may not: then it works as it is.
  }
};

/** The same for the calling worker thread. Only on Linux do threads have priorities of their own. */
export const giveWayInThread = (): void => {
  if (process.platform === 'linux') giveWay(0);
};
