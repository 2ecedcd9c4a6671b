import {
  type AnyPid,
  type ChildSpec,
  type Context,
  describeReason,
  exited,
  type Pid,
  type SupervisorProtocol,
  startSupervisor,
  stopServer,
} from '@memvisor/supervisor';
import { EmbeddingError, type EmbeddingFailure } from '../failure.js';
import { type Partition, type PartitionSettings, startPartition } from './partition.js';

const maxRestarts = 3;
const maxSeconds = 5;

/** The context of a process, whatever protocol that process speaks. */
export type ParentContext = Omit<Context, 'self'> & { readonly self: AnyPid };

export type PartitionEvents = {
  readonly up: (partition: Partition) => void;
  readonly down: (partition: Partition) => void;
  /** No partition is started any more. */
  readonly over: (failure: EmbeddingFailure) => void;
};

/** Partitions under a supervisor of their own. */
export interface SupervisedPartitions {
  readonly supervisor: Pid<SupervisorProtocol>;
  /** Ends every partition; resolves when all are gone. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts `count` partitions, side by side, under a `one_for_one` supervisor that starts anew each that ends. The
 * supervisor is linked to `parent`, if there is one. A model that does not load ends them all: it would not load
 * the next time either.
 */
export const supervisePartitions = async (
  count: number,
  settings: PartitionSettings,
  events: PartitionEvents,
  parent?: ParentContext,
): Promise<SupervisedPartitions> => {
  let stopping: Promise<void> | undefined;
  /** Deaths that no restart has followed yet, by partition: what is left at the end is why it is over. */
  const deaths = new Map<number, string>();

  /** The child is up for the supervisor when its process runs; for the pool when its model is loaded. */
  const spec = (number: number): ChildSpec => ({
    id: `partition ${number}`,
    modules: ['embedding partition'],
    start: (ctx) => {
      const { pid, loaded, ended } = startPartition(number, settings, ctx.self);
      deaths.delete(number);
      void loaded.then((partition) => {
        if ('kind' in partition) {
          // Dying while it loads is an exit like any other, for the supervisor to answer.
          if (partition.kind !== 'partition_died') end(partition);
          return;
        }
        events.up(partition);
        void ended.then(() => events.down(partition));
      });
      void ended.then((reason) => {
        if (reason !== undefined) deaths.set(number, reason);
      });
      return { ok: true, pid };
    },
  });

  const started = await startSupervisor(
    Array.from({ length: count }, (_, number) => spec(number)),
    {
      label: 'embedder',
      maxRestarts,
      maxSeconds, // A parent may speak any protocol; the runtime asks for none of it.
      ...(parent === undefined ? {} : { parent: parent as Context }),
    },
  );
  if (!started.ok) {
    const detail = started.kind === 'error' ? describeReason(started.reason) : started.kind;
    throw new EmbeddingError({ kind: 'inference_failed', detail });
  }
  const { pid } = started;
  const stop = (): Promise<void> => (stopping ??= stopServer(pid).catch(() => {}));
  const end = (failure: EmbeddingFailure): void => {
    events.over(failure);
    void stop();
  };
  void exited(pid).then(() => {
    const [reason] = deaths.values();
    events.over(
      reason === undefined
        ? { kind: 'closed' }
        : { kind: 'partitions_gave_up', restarts: maxRestarts, reason },
    );
  });
  return { supervisor: pid, stop };
};
