import { availableParallelism } from 'node:os';
import { behaviourOf, type Definition } from '../process/behaviour.js';
import { ArgumentError, OptionError } from '../process/errors.js';
import type { Process } from '../process/process.js';
import type { ChildSpec, TypedChildSpec } from './child-spec.js';
import type { SupervisorOptions } from './flags.js';
import { type PartitionKey, partitionIndex } from './partition-index.js';
import { SupervisorPlan } from './plan.js';
import type { SupervisorProtocol } from './protocol.js';
import { SupervisorBehaviour } from './supervisor.js';
import type { SupervisorState } from './supervisor-state.js';

declare const partitionOf: unique symbol;

/** What a partition supervisor accepts, and which protocol its partitions speak. */
export type PartitionSupervisorProtocol<P = unknown> = SupervisorProtocol & {
  readonly [partitionOf]?: (protocol: P) => P;
};

/** The options of a partition supervisor. */
export interface PartitionSupervisorOptions extends Omit<SupervisorOptions, 'autoShutdown'> {
  /** How many partitions, from 1. Default: the processors that Node may use. */
  readonly partitions?: number;
}

/** A partition supervisor, as `start`, `startLink` and `childSpec` take it. */
export type PartitionSupervisorDefinition<P> = Definition<PartitionSupervisorProtocol<P>, void>;

/** The spec of every partition, or what makes it from the partition's number, which becomes its id. */
export type PartitionSpec<P> = TypedChildSpec<P> | ((partition: number) => TypedChildSpec<P>);

/**
 * A supervisor of several alike processes among which work is divided by key, so that none of them becomes
 * a bottleneck. `partition(supervisor, key)` addresses the one that is responsible for a key.
 *
 * Throws an `OptionError` when `partitions` is not a whole number from 1.
 *
 * @example
 * const counters = partitionSupervisor(childSpec(counter, 0), { partitions: 4 });
 * const started = await start(counters, undefined, { name: processName('counters') });
 */
export const partitionSupervisor = <P>(
  child: PartitionSpec<P>,
  {
    partitions = availableParallelism(),
    name = 'partition_supervisor',
    ...options
  }: PartitionSupervisorOptions & {
    readonly name?: string;
  } = {},
): PartitionSupervisorDefinition<P> => {
  if (!Number.isInteger(partitions) || partitions < 1)
    throw new OptionError('partitions', partitions, 'a whole number from 1');
  const specs = (): ChildSpec[] =>
    Array.from({ length: partitions }, (_, partition) => ({
      ...(typeof child === 'function' ? child(partition) : child),
      id: partition,
    }));
  const plan = () => new SupervisorPlan(specs(), options);
  return { name, [behaviourOf]: new PartitionSupervisorBehaviour(name, partitions, plan) };
};

class PartitionSupervisorBehaviour extends SupervisorBehaviour {
  constructor(
    label: string,
    readonly partitions: number,
    plan: () => SupervisorPlan,
  ) {
    super('partition_supervisor', label, plan);
  }
}

/** How many partitions a live partition supervisor has. */
export const partitionCount = (supervisor: Process): number => behaviourOfPartitions(supervisor).partitions;

/** The live process that is responsible for the key; `undefined` while it is being restarted. */
export const partitionFor = (supervisor: Process, key: PartitionKey): Process | undefined => {
  const { partitions } = behaviourOfPartitions(supervisor);
  const state = supervisor.data as SupervisorState | undefined;
  return state?.children.find(partitionIndex(key, partitions))?.process;
};

const behaviourOfPartitions = ({ behaviour }: Process): PartitionSupervisorBehaviour => {
  if (behaviour instanceof PartitionSupervisorBehaviour) return behaviour;
  throw new ArgumentError(`partition: ${behaviour.label} is a ${behaviour.kind}, not a partition supervisor`);
};
