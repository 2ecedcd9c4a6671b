import { behaviourOf, type Definition } from '../process/behaviour.js';
import { OptionError } from '../process/errors.js';
import type { LiveProcess } from '../process/live-process.js';
import type { ProcessName } from '../process/pid.js';
import type { Process } from '../process/process.js';
import type { System } from '../process/system.js';
import type { ChildSpec } from '../supervision/child-spec.js';
import { SupervisorPlan } from '../supervision/plan.js';
import { SupervisorBehaviour } from '../supervision/supervisor.js';
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

const running = new WeakMap<System, Map<string, RegistryTable>>();

/** The table of the registry that runs under this name. */
export const runningTable = (system: System, name: string): RegistryTable | undefined =>
  running.get(system)?.get(name);

/**
 * A registry's own process: a supervisor of its partitions. As in Elixir, with unique keys the end of one
 * partition restarts all, with duplicate ones only itself.
 */
export class RegistryBehaviour extends SupervisorBehaviour {
  /** A registry is registered under its own name, however it is started. */
  readonly ownName: ProcessName;

  constructor(settings: RegistrySettings) {
    super('registry_supervisor', settings.name, (_args, process) => {
      const table = open(process, settings);
      return new SupervisorPlan(partitionSpecs(table), {
        strategy: settings.keys === 'unique' ? 'one_for_all' : 'one_for_one',
      });
    });
    this.ownName = { name: settings.name };
  }
}

/** Makes the table that can be found under the registry's name while `process` lives. */
const open = (process: Process, settings: RegistrySettings): RegistryTable => {
  const { system, name, keys, partitions, listeners, meta } = settings;
  if (process.system !== system)
    throw new OptionError('system', process.system, `the system that registry "${name}" was defined for`);
  const table = new RegistryTable(name, keys, partitions, listeners);
  for (const [key, value] of Object.entries(meta)) table.meta.set(key, value);
  let tables = running.get(system);
  if (tables === undefined) {
    tables = new Map();
    running.set(system, tables);
  }
  tables.set(name, table);
  process.endListeners ??= [];
  process.endListeners.push(() => {
    table.live = false;
    if (tables.get(name) === table) tables.delete(name);
  });
  return table;
};

const partitionSpecs = (table: RegistryTable): ChildSpec[] =>
  table.partitions.map((_none, at) => {
    const definition: Definition<unknown, void> = {
      name: `${table.name}.${at}`,
      [behaviourOf]: new PartitionBehaviour(table, at),
    };
    return {
      id: at,
      modules: ['registry_partition'],
      start: (ctx) => (ctx as unknown as LiveProcess).startLinkNow(definition, undefined),
    };
  });
