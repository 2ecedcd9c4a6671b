import type { Behaviour, InitOutcome } from '../process/behaviour.js';
import { ExitMessage } from '../process/messages.js';
import type { Process } from '../process/process.js';

/**
 * The process that the owners of keys are linked to, so that they end with their registry. It has nothing
 * to do: the table itself drops the entries of an owner that ends.
 */
export class PartitionBehaviour implements Behaviour {
  readonly kind = 'registry_partition';

  constructor(
    readonly label: string,
    private readonly ended: () => void,
  ) {}

  init(process: Process): InitOutcome {
    process.trapping = true;
    process.endListeners ??= [];
    process.endListeners.push(this.ended);
    return { kind: 'ok' };
  }

  receive(process: Process, _tag: number, payload: unknown): void {
    if (payload instanceof ExitMessage && process.obeys(payload.from)) process.end(payload.reason);
  }
}
