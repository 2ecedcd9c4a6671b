import type { Process } from './process.js';

/** Microtask rounds within which a continuation comes to its next instruction, through the promises around it. */
export const graceRounds = 8;

/**
 * When callbacks that await something go on. In OTP such a process stands in the scheduler's queue; here it is a
 * promise's continuation, which runs between two looks at the queue, so sooner or later than its place would be.
 * Where an end waits to be told that makes a difference: of a chain of links it may end the very process that
 * goes on. An end that was queued before comes first, and one that was queued after waits until it has gone on.
 */
export class Continuations {
  /** Microtask rounds until all that was let go on has run. */
  rounds = 0;
  /** Ends that wait for their turn to be told. */
  private untold = 0;
  private readonly held = new Map<Process, (() => void)[]>();

  constructor(private readonly enqueue: (process: Process) => void) {}

  /** Has `process` go on by `act`: at once, or when its turn comes. */
  resume(process: Process, act: () => void): void {
    if (this.mustWait(process)) this.hold(process, act);
    else act();
  }

  /**
   * Whether `process` has to wait for its turn before it goes on. Where not, it is let go on right after this; one
   * that has ended may, as nothing that it does has an effect.
   */
  mustWait(process: Process): boolean {
    if (process.dead || process.doomed !== undefined) return false;
    if (this.untold > 0) return true;
    this.rounds = graceRounds;
    return false;
  }

  /** Keeps what lets `process` go on until its turn; where `mustWait` has said so. */
  hold(process: Process, act: () => void): void {
    const acts = this.held.get(process);
    if (acts === undefined) this.held.set(process, [act]);
    else acts.push(act);
    if (!process.queued) this.enqueue(process);
  }

  /** Whether anybody waits for its turn. */
  get waiting(): boolean {
    return this.held.size > 0;
  }

  /** The turn of `process` has come. */
  release(process: Process): void {
    const acts = this.held.get(process);
    if (acts === undefined) return;
    this.held.delete(process);
    this.rounds = graceRounds;
    for (const act of acts) act();
  }

  /** A signal has ended `process`: the others hear of it when its turn comes. */
  endQueued(process: Process): void {
    this.untold++;
    if (!process.queued) this.enqueue(process);
  }

  /** One of those is told. */
  endTold(): void {
    this.untold--;
  }
}
