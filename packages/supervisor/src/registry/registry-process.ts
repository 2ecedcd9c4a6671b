import type { Behaviour, InitOutcome } from '../process/behaviour.js';
import { Exit, OptionError } from '../process/errors.js';
import type { ExitReason } from '../process/exit-reason.js';
import { ExitMessage, Tag } from '../process/messages.js';
import type { PendingCall } from '../process/pending-call.js';
import { type AnyPid, type ProcessName, processOf } from '../process/pid.js';
import type { Process } from '../process/process.js';
import { isPromise } from '../process/protocol.js';
import { startProcess } from '../process/start.js';
import type { System } from '../process/system.js';
import { RestartIntensity } from '../supervision/restart-intensity.js';
import type { RegistryKeys } from './entry.js';
import { PartitionBehaviour } from './partition.js';
import { RegistryTable } from './table.js';

/** The options of a registry, checked. */
export interface RegistrySettings {
  readonly system: System;
  readonly name: string;
  readonly keys: RegistryKeys;
  readonly partitions: number;
  readonly listeners: readonly string[];
  readonly meta: { readonly [key: string]: unknown };
}

type Data = { readonly table: RegistryTable; readonly intensity: RestartIntensity };

const running = new WeakMap<System, Map<string, RegistryTable>>();

/** The table of the registry that runs under this name. */
export const runningTable = (system: System, name: string): RegistryTable | undefined =>
  running.get(system)?.get(name);

const publish = (system: System, table: RegistryTable): void => {
  let tables = running.get(system);
  if (tables === undefined) {
    tables = new Map();
    running.set(system, tables);
  }
  tables.set(table.name, table);
};

const withdraw = (system: System, table: RegistryTable): void => {
  table.live = false;
  const tables = running.get(system);
  if (tables?.get(table.name) === table) tables.delete(table.name);
};

/**
 * A registry's own process: it supervises the partitions. As in Elixir, with unique keys the end of one
 * partition restarts all (`one_for_all`), with duplicate ones only itself (`one_for_one`), three times in
 * five seconds at most.
 */
export class RegistryBehaviour implements Behaviour {
  readonly kind = 'registry';
  readonly label: string;
  /** A registry is registered under its own name, however it is started. */
  readonly ownName: ProcessName;

  constructor(private readonly settings: RegistrySettings) {
    this.label = settings.name;
    this.ownName = { name: settings.name };
  }

  init(process: Process): InitOutcome {
    const { system, name, keys, partitions, listeners, meta } = this.settings;
    if (process.system !== system)
      throw new OptionError('system', process.system, `the system that registry "${name}" was defined for`);
    process.trapping = true;
    const table = new RegistryTable(name, keys, partitions, listeners);
    for (const [key, value] of Object.entries(meta)) table.meta.set(key, value);
    process.data = { table, intensity: new RestartIntensity(3, 5) } satisfies Data;
    process.endListeners ??= [];
    process.endListeners.push(() => {
      withdraw(system, table);
    });
    for (let at = 0; at < partitions; at++) startPartition(process, table, at);
    publish(system, table);
    return { kind: 'ok' };
  }

  receive(process: Process, tag: number, payload: unknown): void {
    if (payload instanceof ExitMessage) {
      if (process.obeys(payload.from)) this.stop(process, payload.reason);
      else this.partitionEnded(process, payload.from);
    } else if (tag === Tag.call) (payload as PendingCall).fail('not_a_server');
  }

  stop(process: Process, reason: ExitReason): void {
    endPartitions((process.data as Data).table);
    process.end(reason);
  }

  getState(process: Process): unknown {
    const { table } = process.data as Data;
    return { name: table.name, keys: table.keys, count: table.count, partitions: table.partitions };
  }

  private partitionEnded(process: Process, from: AnyPid): void {
    const { table, intensity } = process.data as Data;
    // Other processes may have linked themselves to a registry: their end is no concern of it.
    const at = partitionIndex.get(from);
    if (at === undefined || table.partitions[at] !== undefined) return;
    if (!intensity.spend(process.system.clock.now(), at)) {
      this.stop(process, 'shutdown');
      return;
    }
    if (table.keys === 'unique') endPartitions(table);
    for (const [index, partition] of table.partitions.entries())
      if (partition === undefined) startPartition(process, table, index);
  }
}

/** Which of its registry's partitions a process is or was. */
const partitionIndex = new WeakMap<object, number>();

const startPartition = (registry: Process, table: RegistryTable, at: number): void => {
  const ended = () => {
    table.dropPartition(at);
  };
  const behaviour = new PartitionBehaviour(`${table.name}.${at}`, ended);
  const started = startProcess(registry.system, behaviour, undefined, { parent: registry, link: true });
  if (isPromise(started) || !started.ok) throw new Exit('partition_not_started');
  const pid = processOf(started.pid);
  partitionIndex.set(pid, at);
  table.partitions[at] = pid;
};

/** Last started, first stopped. The link is not what tells the registry of an end that it brings about. */
const endPartitions = (table: RegistryTable): void => {
  for (const partition of [...table.partitions].reverse()) {
    if (partition === undefined || partition.parent === undefined) continue;
    partition.system.unlink(partition.parent, partition);
    partition.end('shutdown');
  }
};
