import type { Clock } from './clock.js';
import type { Deadlines } from './deadlines.js';
import type { NactBridge } from './nact-bridge.js';
import type { Process } from './process.js';

/** Longest time in milliseconds before timers and I/O get their turn. */
const turnMs = 2;
/** Most messages that a process handles before the next one is served. */
const sliceMessages = 500;
/** Microtask rounds that an idle turn waits for awaiting callers to come back with more work. */
const lingerRounds = 12;
/** Slices between two looks at the clock. */
const slicesPerLook = 8;

/**
 * Decides which process runs when. A *turn* serves ready processes in the order they became ready, a slice
 * of messages each, until none is ready or its time is up; then nact's next wake continues after timers and
 * I/O have been served.
 */
export class Scheduler {
  private readonly ready: Process[] = [];
  private head = 0;
  private turnLive = false;
  private carrier: Process | undefined;
  private carrierGone = false;
  /** Counts slices, so that a test can see that nothing has happened for a while. */
  activity = 0;

  constructor(
    private readonly bridge: NactBridge,
    private readonly deadlines: Deadlines,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Puts a process that has something to do at the end of the queue. */
  enqueue(process: Process): void {
    process.queued = true;
    this.ready.push(process);
    if (!this.turnLive) {
      this.turnLive = true;
      this.deadlines.inTurn = true;
      this.wake(process);
    }
  }

  /** Whether nothing is ready and no turn is under way. */
  get idle(): boolean {
    return !this.turnLive;
  }

  /** A process has ended: its actor can go, unless the next turn travels on it. */
  released(process: Process): void {
    if (process === this.carrier) this.carrierGone = true;
    else this.bridge.release(process);
  }

  private wake(process: Process): void {
    this.carrier = process;
    this.bridge.wake(process, this.turn);
  }

  private arrived(): void {
    if (this.carrierGone && this.carrier !== undefined) this.bridge.release(this.carrier);
    this.carrier = undefined;
    this.carrierGone = false;
  }

  private readonly turn = async (): Promise<void> => {
    const end = this.clock.now() + turnMs;
    for (let round = 0; round < lingerRounds; ) {
      if (this.head < this.ready.length) {
        if (!this.serve(end)) break;
        round = 0;
      }
      // A caller that got its reply is a promise continuation: let it speak before the turn ends.
      await undefined;
      if (this.head === this.ready.length) round++;
      else if (this.clock.now() >= end) break;
    }
    this.arrived();
    const next = this.ready[this.head];
    if (next !== undefined) {
      this.wake(next);
    } else {
      this.turnLive = false;
      this.deadlines.inTurn = false;
      this.deadlines.disarmWhenIdle();
    }
  };

  /** Runs slices until nobody is ready (true) or the time is up (false). */
  private serve(end: number): boolean {
    let slices = 0;
    while (this.head < this.ready.length) {
      const process = this.ready[this.head] as Process;
      this.ready[this.head++] = undefined as never;
      if (this.head === this.ready.length) {
        this.ready.length = 0;
        this.head = 0;
      } else if (this.head > 1024 && this.head * 2 > this.ready.length) {
        this.ready.splice(0, this.head);
        this.head = 0;
      }
      process.queued = false;
      this.activity++;
      process.runSlice(sliceMessages);
      if (++slices % slicesPerLook === 0 && this.clock.now() >= end) return false;
    }
    return true;
  }
}
