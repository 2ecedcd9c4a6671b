import { hasReader } from './output-hold.js';
import type { SpawnedChild } from './spawn-child.js';
import { startTimer } from './timer.js';

/**
 * How long after a child's exit its last output may still arrive. It is in the kernel's buffers by then; only a
 * grandchild that inherited the pipe keeps it open for longer.
 */
const DRAIN_MS = 500;

/**
 * Resolves when what a dead child left behind is read: stderr, IPC messages, and stdout if we ended the child
 * and somebody reads it. Bounded, so neither a grandchild nor a reader that stopped can hold up the exit.
 */
export const drain = (child: SpawnedChild, endedByUs: boolean): Promise<void> =>
  new Promise((resolve) => {
    const stdoutCounts = endedByUs && hasReader(child.stdout);
    const isDrained = () =>
      child.stderr.closed && !child.connected() && !(stdoutCounts && !child.stdout.closed);

    const finish = () => {
      cancelTimer();
      child.stderr.off('close', check);
      child.stdout.off('close', check);
      child.stderr.destroy();
      // The rest of a stream that we cut off; a child that left by itself is read to its end at leisure.
      if (endedByUs) child.stdout.destroy();
      child.stdin.destroy();
      resolve();
    };
    const check = () => {
      if (isDrained()) finish();
    };
    // After the timer one more turn of the event loop: had it been blocked, the data is read only now.
    const cancelTimer = startTimer(() => setImmediate(finish), DRAIN_MS);
    child.stderr.on('close', check);
    child.stdout.on('close', check);
    child.onDisconnect(check);
    check();
  });
