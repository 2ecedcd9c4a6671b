import { defaultSystem } from '../default-system.js';
import type { StartResult } from '../process/behaviour.js';
import { ArgumentError } from '../process/errors.js';
import { resolve } from '../process/names.js';
import type { Pid, ServerRef, Via, ViaModule } from '../process/pid.js';
import type { Process } from '../process/process.js';
import type { OutsideStartOptions, System } from '../process/system.js';
import { type Asker, request, type Stopper, systemFor } from './client.js';
import type { PartitionKey } from './partition-index.js';
import {
  type PartitionSpec,
  type PartitionSupervisorOptions,
  type PartitionSupervisorProtocol,
  partitionCount,
  partitionFor,
  partitionSupervisor,
} from './partition-supervisor.js';
import type { ChildCounts, ChildInfo, SupervisorProtocol } from './protocol.js';
import type { SupervisorStartOptions } from './supervisor-client.js';

/** Whatever a partition supervisor can be addressed by. */
export type PartitionSupervisorRef<P = unknown> = ServerRef<PartitionSupervisorProtocol<P>>;

/**
 * Starts a partition supervisor and all its partitions. Throws an `OptionError` when `partitions` is not a
 * whole number from 1.
 *
 * @example
 * const started = await startPartitionSupervisor(childSpec(counter, 0), { partitions: 4 });
 * if (started.ok) await call(partition(started.pid, 'anna'), { type: 'get' });
 */
export const startPartitionSupervisor = async <P>(
  child: PartitionSpec<P>,
  options: PartitionSupervisorOptions & SupervisorStartOptions<PartitionSupervisorProtocol<P>> = {},
): Promise<StartResult<PartitionSupervisorProtocol<P>>> => {
  const { system: _system, parent, name, timeoutMs, mailbox, ...rest } = options;
  const given = { parent, name, timeoutMs, mailbox } as OutsideStartOptions<PartitionSupervisorProtocol<P>>;
  return systemFor(options).start(partitionSupervisor(child, rest), undefined, given);
};

/**
 * Addresses the partition that is responsible for `key`, each time anew: after a restart the new process.
 * Use it wherever a pid or a name fits. A supervisor's name is looked up in `system`.
 *
 * @example
 * cast(partition(counters, userId), { type: 'add', by: 1 });
 */
export const partition = <P>(
  supervisor: PartitionSupervisorRef<P>,
  key: PartitionKey,
  system: System = defaultSystem,
): Via<P> => ({ via: partitionsVia, key: new Target(supervisor as ServerRef, key, system) });

class Target {
  constructor(
    readonly supervisor: ServerRef,
    readonly key: PartitionKey,
    readonly system: System,
  ) {}

  toString(): string {
    return `partition for ${String(this.key)}`;
  }
}

const partitionsVia: ViaModule = {
  whereisName(target) {
    const { supervisor, key, system } = target as Target;
    const process = resolve(system, supervisor);
    return process === undefined || process.dead ? undefined : partitionFor(process, key);
  },
  registerName() {
    throw new ArgumentError('partition: addresses a partition, it does not name a process');
  },
  unregisterName() {
    throw new ArgumentError('partition: addresses a partition, it does not name a process');
  },
};

/** How many partitions there are. Throws an `ArgumentError` when there is no such partition supervisor. */
export const partitions = <P>(
  supervisor: PartitionSupervisorRef<P>,
  system: System = defaultSystem,
): number => {
  const process: Process | undefined = resolve(system, supervisor as ServerRef);
  if (process === undefined || process.dead)
    throw new ArgumentError('partitions: there is no such partition supervisor');
  return partitionCount(process);
};

/** The partitions, the last first; each one's id is its number. */
export const whichChildren = <P>(
  supervisor: PartitionSupervisorRef<P>,
  asker?: Asker,
): Promise<readonly ChildInfo[]> =>
  request(supervisor as ServerRef<SupervisorProtocol>, { type: 'which_children' }, asker);

/** How many partitions there are and how many of them live. */
export const countChildren = <P>(
  supervisor: PartitionSupervisorRef<P>,
  asker?: Asker,
): Promise<ChildCounts> =>
  request(supervisor as ServerRef<SupervisorProtocol>, { type: 'count_children' }, asker);

/** Stops the supervisor and all its partitions; see `stopServer`. */
export const stop = <P>(
  supervisor: PartitionSupervisorRef<P>,
  reason: Parameters<System['stop']>[1] = 'normal',
  timeoutMs: number = Number.POSITIVE_INFINITY,
  asker: Stopper = defaultSystem,
): Promise<void> => asker.stop(supervisor as Pid, reason, timeoutMs);
