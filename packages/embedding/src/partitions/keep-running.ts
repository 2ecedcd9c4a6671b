import type { EmbeddingFailure } from '../failure.js';
import type { Partition } from './partition.js';

/** More restarts than this within the period and the embedder gives up, as Elixir's supervisors do. */
const maxRestarts = 3;
const periodMs = 5000;

/** A set of partitions that is kept complete until stopped. */
export interface Keeper {
  /** Ends every partition; resolves when all are gone. */
  stop(): Promise<void>;
}

export type KeeperEvents = {
  readonly up: (partition: Partition) => void;
  readonly down: (partition: Partition) => void;
  /** Nothing is restarted any more. */
  readonly gaveUp: (failure: EmbeddingFailure) => void;
};

/** Starts `count` partitions and starts anew each that ends by itself. */
export const keepRunning = (
  count: number,
  start: (number: number) => Promise<Partition | EmbeddingFailure>,
  events: KeeperEvents,
): Keeper => {
  const running = new Set<Partition>();
  const loops: Promise<void>[] = [];
  let restartsAtMs: number[] = [];
  let stopped = false;

  const giveUp = (failure: EmbeddingFailure): void => {
    if (stopped) return;
    stopped = true;
    for (const partition of running) void partition.stop();
    events.gaveUp(failure);
  };

  const mayRestart = (): boolean => {
    const now = performance.now();
    restartsAtMs = [...restartsAtMs.filter((at) => now - at <= periodMs), now];
    return restartsAtMs.length <= maxRestarts;
  };

  const keep = async (number: number): Promise<void> => {
    while (!stopped) {
      const partition = await start(number);
      if ('kind' in partition) return giveUp(partition);
      running.add(partition);
      if (stopped) void partition.stop();
      else events.up(partition);
      const exit = await partition.exited;
      running.delete(partition);
      events.down(partition);
      if (exit.kind === 'owner_died') return giveUp({ kind: 'closed' });
      if (stopped) return;
      if (!mayRestart())
        return giveUp({ kind: 'partitions_gave_up', restarts: maxRestarts, reason: exit.kind });
    }
  };

  for (let number = 0; number < count; number++) loops.push(keep(number));
  return {
    stop: async () => {
      stopped = true;
      for (const partition of running) void partition.stop();
      await Promise.all(loops);
    },
  };
};
