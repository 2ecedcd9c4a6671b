import type { Behaviour, InitOutcome } from '../process/behaviour.js';
import { ExitMessage } from '../process/messages.js';
import type { Process } from '../process/process.js';
import type { RegistryTable } from './table.js';

/**
 * The process that the owners of keys are linked to, so that they end with their registry. It has nothing
 * to do: the table itself drops the entries of an owner that ends.
 */
export class PartitionBehaviour implements Behaviour {
  readonly kind = 'registry_partition';
  readonly label: string;

  constructor(
    private readonly table: RegistryTable,
    private readonly at: number,
  ) {
    this.label = `${table.name}.${at}`;
  }

  init(process: Process): InitOutcome {
    const { table, at } = this;
    process.trapping = true;
    table.partitions[at] = process;
    process.endListeners ??= [];
    process.endListeners.push(() => {
      table.dropPartition(at);
    });
    return { kind: 'ok' };
  }

  receive(process: Process, _tag: number, payload: unknown): void {
    if (payload instanceof ExitMessage && process.obeys(payload.from)) process.end(payload.reason);
  }
}
