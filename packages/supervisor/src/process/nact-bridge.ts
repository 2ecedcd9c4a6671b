import { randomUUID } from 'node:crypto';
import { dispatch, spawn, start, stop } from 'nact';
import type { Process } from './process.js';

type Wake = { readonly turn: () => void | Promise<void> };

/** A process's nact actor. nact's own type hides what identifies it. */
export type Actor = object;

/**
 * The only file that knows nact. Each process is an actor of one nact system, named after its pid; nact
 * carries *wakes*: one message that hands the event loop over to the runtime, which then serves the
 * mailboxes of all processes that are ready (docs/decisions/0001-nact-delivers-wakes.md).
 *
 * The actor comes into being with the process's first wake: a process that only ever becomes ready while a
 * turn is already running needs none, which saves its 1.2 KB and most of the cost of spawning.
 */
export class NactBridge {
  /** Named at random: nact finds systems by name, and a program may hold two copies of this package. */
  private readonly nact = start({ name: `memvisor-${randomUUID()}` } as never);
  private closed = false;

  /** Has nact run `turn` once the event loop has been round, in the name of `process`. */
  wake(process: Process, turn: () => void | Promise<void>): void {
    // A turn that was under way when its system was closed.
    if (this.closed) return;
    process.actor ??= spawn(this.nact, onWake, `p${process.id}`) as Actor;
    dispatch(process.actor as never, { turn } as never);
  }

  /** Removes the process's actor. A wake on its way would be lost with it. */
  release(process: Process): void {
    if (process.actor === undefined) return;
    stop(process.actor as never);
    process.actor = undefined;
  }

  /** Ends the nact system and forgets its actors. */
  close(): void {
    this.closed = true;
    stop(this.nact);
  }
}

const onWake = async (_state: undefined, wake: Wake): Promise<undefined> => {
  // Errors of processes never come this far; nact would stop the actor and print to the console.
  await wake.turn();
  return undefined;
};
