import { constants, getPriority, setPriority } from 'node:os';

/**
 * Lowers the priority of the calling thread, so that its work takes what others leave of the processor. Only on Linux do
 * threads have priorities of their own; elsewhere, and where it is lower already, nothing happens.
 */
export const giveWay = (): void => {
  const { PRIORITY_BELOW_NORMAL } = constants.priority;
  if (process.platform === 'linux' && getPriority(0) < PRIORITY_BELOW_NORMAL)
    setPriority(0, PRIORITY_BELOW_NORMAL);
};
