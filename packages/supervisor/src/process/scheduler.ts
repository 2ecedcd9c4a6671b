import type { Clock } from './clock.js';
import { Continuations } from './continuations.js';
import type { Deadlines } from './deadlines.js';
import type { NactBridge } from './nact-bridge.js';
import { moreToDo, type Process } from './process.js';

/** Longest time in milliseconds before timers and I/O get their turn. */
const turnMs = 2;
/** Microtask rounds that an idle turn waits for awaiting callers to come back with more work. */
const lingerRounds = 12;
/** Longest time in milliseconds before promise continuations, and then the next process, get theirs. */
const stretchMs = 0.25;
/**
 * A process with more messages than this waiting may go on for so much longer. Sending takes less time than
 * handling: with equal shares of it a flood piles up, each of its messages lives long enough to be copied by the
 * collector, and the pauses for that are what everybody else waits for. A million messages from a sender that
 * never rests: 10 ms of collecting in place of 150, 6.5 M messages/s in place of 3.7.
 */
const longMailbox = 1000;
const overtimeMs = 0.75;
/** Most messages between two looks at the clock; a look takes 35 ns, so 0.5 ns a message. */
const lookMessages = 64;
/** The same where each message is another process's, so that less is known of what they will take. */
const longestPatience = 16;

/** Awaited for a microtask round; a promise that exists costs less than `await undefined`. */
const resolved = Promise.resolve();

/**
 * Decides which process runs when. A *turn* serves ready processes in the order they became ready until none
 * is ready or its time is up; then nact's next wake continues after timers and I/O have been served.
 *
 * A turn consists of *stretches*: after each, promise continuations run, so that who awaits a reply has it soon
 * although somebody else is flooded, and a process that has had the time of a stretch goes to the end of the
 * queue. It is time and not a number of messages that is shared out: of two processes with 500 messages each in
 * turn, one that sends 500 with each of its own drowns the other, whose mailbox grows until the collector needs
 * most of the time; and slices of 500 messages of 30 µs keep timers waiting for 100 ms.
 */
export class Scheduler {
  private readonly ready: Process[] = [];
  private head = 0;
  private readonly later: (() => void)[] = [];
  private turnLive = false;
  private carrier: Process | undefined;
  private carrierGone = false;
  /** When the clock was last looked at. */
  private looked = 0;
  /** Messages handled since then, and how many may be: of processes with one or two each, and of awaiting callers. */
  private unseen = 0;
  private patience = longestPatience;
  /** Counts slices, so that a test can see that nothing has happened for a while. */
  activity = 0;
  readonly continuations = new Continuations((process) => this.enqueue(process));

  constructor(
    private readonly bridge: NactBridge,
    private readonly deadlines: Deadlines,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Runs `act` when the process at work pauses: after its last message, or where it awaits something. */
  afterSlice(act: () => void): void {
    this.later.push(act);
    if (this.later.length === 1) queueMicrotask(this.pause);
  }

  /** The process at work pauses. */
  readonly pause = (): void => {
    if (this.later.length > 0) for (const act of this.later.splice(0)) act();
  };

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

  /** Those that were ready when no turn comes any more. */
  abandoned(): readonly Process[] {
    const left = this.ready.slice(this.head);
    for (const process of left) this.continuations.release(process);
    return left;
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
    this.look();
    const end = this.looked + turnMs;
    const { continuations } = this;
    continuations.rounds = 0;
    for (let round = 0; round < lingerRounds; round++) {
      if (this.head < this.ready.length) {
        this.serve();
        round = 0;
      }
      // A caller that got its reply is a promise continuation: let it speak before the turn ends.
      await resolved;
      if (continuations.rounds > 0) continuations.rounds--;
      if (this.looked >= end && this.head < this.ready.length) break;
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

  /** Serves processes until none is ready or the time of a stretch is up. */
  private serve(): void {
    const end = this.looked + stretchMs;
    const { continuations } = this;
    while (this.head < this.ready.length) {
      if (continuations.rounds > 0 && (this.ready[this.head] as Process).untold !== undefined) return;
      const process = this.next();
      if (continuations.waiting) continuations.release(process);
      this.activity++;
      // One message, two, four …: what the messages of this process take shows before it has taken too much.
      for (let step = 1; ; ) {
        const left = process.runSlice(step);
        this.unseen += step - Math.max(0, left);
        const done = left !== moreToDo;
        if (done && this.later.length > 0) this.pause();
        if (done && this.unseen < this.patience) break;
        const took = this.look();
        if (this.looked >= (process.waiting > longMailbox ? end + overtimeMs : end)) {
          if (this.later.length > 0) this.pause();
          process.makeReady();
          return;
        }
        if (done) {
          this.adapt(took);
          break;
        }
        if (step < lookMessages && took * 8 < stretchMs) step *= 2;
      }
    }
  }

  private next(): Process {
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
    return process;
  }

  /** Looks at the clock; how long it is since the last look. */
  private look(): number {
    const now = this.clock.now();
    const took = now - this.looked;
    this.looked = now;
    this.unseen = 0;
    return took;
  }

  private adapt(took: number): void {
    if (took > stretchMs) this.patience = Math.max(1, Math.floor((this.patience * stretchMs) / took));
    else if (this.patience < longestPatience) this.patience++;
  }
}
