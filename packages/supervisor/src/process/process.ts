import { inspect } from 'node:util';
import { telemetry } from '../telemetry.js';
import type { Behaviour } from './behaviour.js';
import { graceRounds } from './continuations.js';
import { Exit, reasonOfThrown } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import { IdleTimeout } from './idle-timeout.js';
import { hasLinks } from './links.js';
import { Mailbox } from './mailbox.js';
import type { MailboxLimit } from './mailbox-limit.js';
import { makeRoom } from './mailbox-limit.js';
import { ExitMessage, type MonitorRef, type SystemRequest, Tag } from './messages.js';
import type { Actor } from './nact-bridge.js';
import type { PendingCall } from './pending-call.js';
import type { AnyPid } from './pid.js';
import { isPromise, type MaybePromise } from './protocol.js';
import type { System } from './system.js';

/** How a process came to be ended by a signal. */
export interface Untold {
  /** The process whose own act it was, through however many links. */
  readonly by: Process | undefined;
}

/** Awaited for a microtask round. */
const resolved = Promise.resolve();

let lastId = 0;

/** A slice has used up its budget and there is more to do. */
export const moreToDo = -1;

/**
 * One process: a mailbox, what it is tied to, and a behaviour that handles its messages. The object is its
 * own pid (through {@link AnyPid}) and the context of its callbacks (through `Context`, see context.ts), so
 * that a process is one object.
 */
export class Process implements AnyPid {
  readonly id = ++lastId;
  /** The behaviour's data; a GenServer's state. */
  data: unknown = undefined;
  mailbox: Mailbox | undefined = undefined;
  limit: MailboxLimit | undefined = undefined;

  /** In the scheduler's queue. */
  queued = false;
  /** Occupied: `init` has not returned, or a callback's promise is pending. */
  busy = true;
  dead = false;
  trapping = false;
  /** `init` is not through. */
  starting = true;
  /** Started with a link to its parent, whose end it then obeys. */
  owned = false;
  /** About to end, with that, of a signal that it has set off itself: handles no further message. */
  doomed: Exit | undefined = undefined;
  /** Told by `sys.suspend` to handle nothing but system requests. */
  suspended = false;
  exitReason: ExitReason = null;
  /** Ended by an exit signal, and nobody has been told yet: that comes when its turn does. */
  untold: Untold | undefined = undefined;

  /** Runs before the next message: `init`'s continuation. */
  next: (() => MaybePromise<void>) | undefined = undefined;
  /** Waits for its next message, for a time. */
  idle: IdleTimeout | undefined = undefined;
  timers: Set<{ cancel(): void }> | undefined = undefined;

  // Links: see links.ts. The one to its parent, and the list of those it has started.
  tied = false;
  older: Process | undefined = undefined;
  younger: Process | undefined = undefined;
  eldest: Process | undefined = undefined;
  youngest: Process | undefined = undefined;
  /** All other links: one process as itself, several as a set. */
  links: Process | Set<Process> | undefined = undefined;
  /** Monitors that this process holds on others. */
  monitors: Set<MonitorRef> | undefined = undefined;
  /** Monitors that others hold on this process. */
  watchers: Set<MonitorRef> | undefined = undefined;
  /** Calls to this process that it has taken from its mailbox and has yet to answer. */
  owed: Set<PendingCall> | undefined = undefined;
  /** Calls by this process that wait for their answer; one as itself, since most wait for one at a time. */
  calls: PendingCall | Set<PendingCall> | undefined = undefined;
  /** Told of the end, apart from monitors: the starter that waits for `init`, promises of the outside. */
  endListeners: ((reason: ExitReason) => void)[] | undefined = undefined;

  /** What it is registered under. */
  registeredName: string | undefined = undefined;
  abort: AbortController | undefined = undefined;
  actor: Actor | undefined = undefined;
  /** `sys.trace` and `sys.statistics` hook in here. */
  probe: ProcessProbe | undefined = undefined;

  // Neighbours in the system's list of live processes.
  previous: Process | undefined = undefined;
  following: Process | undefined = undefined;

  constructor(
    readonly system: System,
    public behaviour: Behaviour,
    /** The process that started it. */
    readonly parent: Process | undefined,
  ) {}

  /** Puts a message into the mailbox and sees to it that it is handled. */
  deliver(tag: number, payload: unknown): void {
    if (this.dead) {
      this.system.deadLetter(this, tag, payload, 'not_alive');
      return;
    }
    if (tag === Tag.system) {
      if (this.suspended) {
        this.serve(payload as SystemRequest);
        return;
      }
    } else {
      if (this.suspended && payload instanceof ExitMessage && this.obeys(payload.from)) {
        // As in OTP, to be suspended is no excuse for not ending with the parent.
        this.stopWith(payload.reason);
        return;
      }
      if (this.idle !== undefined) this.cancelIdle();
      if (this.limit !== undefined && !makeRoom(this, this.limit, tag, payload)) return;
    }
    this.mailbox ??= new Mailbox();
    const mark = this.mailbox.push(tag, payload);
    if (mark !== 0 && telemetry.mailboxHighWater.hasSubscribers)
      telemetry.mailboxHighWater.publish({ type: 'mailbox_high_water', pid: this, length: mark });
    if (!this.queued && !this.busy && this.doomed === undefined) this.system.scheduler.enqueue(this);
  }

  /** Handles up to `budget` messages; what is left of it, or {@link moreToDo}. */
  runSlice(budget: number): number {
    let left = budget;
    if (this.dead) {
      if (this.untold !== undefined) this.system.tellOfEnd(this);
      return left;
    }
    if (this.next !== undefined) {
      const { next } = this;
      this.next = undefined;
      left--;
      this.attempt(next);
    }
    const { mailbox } = this;
    if (mailbox === undefined) return left;
    for (; left > 0; left--) {
      if (mailbox.length === 0 || this.busy || this.dead || this.suspended) return left;
      const tag = mailbox.peekTag();
      const payload = mailbox.shift();
      if (tag === Tag.system) this.serve(payload as SystemRequest);
      else this.handle(tag, payload);
    }
    return this.mayRun() ? moreToDo : 0;
  }

  private serve(request: SystemRequest): void {
    request.run();
    this.idle?.beginAnew();
  }

  private handle(tag: number, payload: unknown): void {
    if (this.probe !== undefined) this.probe.received(this, tag, payload);
    try {
      const pending = this.behaviour.receive(this, tag, payload);
      if (pending !== undefined) this.occupy(pending);
    } catch (thrown) {
      this.fail(thrown);
    }
    if (tag === Tag.call) this.owe(payload as PendingCall);
  }

  /** Runs a step of the behaviour outside of `receive`, under the same rules. */
  attempt(step: () => MaybePromise<void>): void {
    try {
      const pending = step();
      if (pending !== undefined) this.occupy(pending);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /** The process handles nothing until `pending` settles. */
  occupy(pending: Promise<void>): void {
    this.busy = true;
    pending.then(
      () => this.release(),
      (thrown) => {
        this.busy = false;
        this.fail(thrown);
        this.makeReady();
      },
    );
  }

  /** What kept it busy is done. */
  release(): void {
    this.busy = false;
    this.makeReady();
  }

  /** Queues the process if it has something to do and may do it. */
  makeReady(): void {
    if (!this.queued && this.mayRun()) this.system.scheduler.enqueue(this);
  }

  /** Messages in the mailbox. */
  get waiting(): number {
    return this.mailbox === undefined ? 0 : this.mailbox.length;
  }

  private mayRun(): boolean {
    if (this.busy || this.dead || this.doomed !== undefined) return false;
    return (
      this.next !== undefined || (!this.suspended && this.mailbox !== undefined && this.mailbox.length > 0)
    );
  }

  /** A callback threw. */
  fail(thrown: unknown): void {
    if (this.dead) return;
    if (this.behaviour.failed === undefined) {
      this.end(reasonOfThrown(thrown));
      return;
    }
    try {
      const pending = this.behaviour.failed(this, thrown);
      if (isPromise(pending)) {
        this.busy = true;
        pending.then(
          () => this.release(),
          (second) => this.end(reasonOfThrown(second)),
        );
      }
    } catch (second) {
      this.end(reasonOfThrown(second));
    }
  }

  /** Has the behaviour end the process in its own way. */
  stopWith(reason: ExitReason): void {
    const { behaviour } = this;
    if (behaviour.stop === undefined) this.end(reason);
    else this.attempt(() => behaviour.stop?.(this, reason));
  }

  /** Ends the process by its own doing. Signals, DOWN messages and failed calls go out before this returns. */
  end(reason: ExitReason): void {
    if (this.dead) return;
    this.dead = true;
    this.exitReason = reason;
    this.system.processEnded(this);
    this.system.tellOfEnd(this);
  }

  /**
   * Ends the process by an exit signal that `by` has set off. It handles nothing from here on; the others hear of it,
   * and its name is free, when its turn comes, after what was ready before: so does a process in OTP die
   * of a signal once it is scheduled. One that has set the signal off itself, and whose callback still awaits
   * something, may be in the middle of what it does rather than waiting: it is let come to its own end first.
   */
  endBySignal(reason: ExitReason, by: Process | undefined): void {
    if (this.dead) return;
    if (by === this && (this.busy || this.behaviour.occupied?.(this) === true)) {
      void this.endUnlessOver(reason);
      return;
    }
    this.dead = true;
    this.exitReason = reason;
    this.system.processEnded(this);
    if (this.untied) {
      this.system.tellOfEnd(this);
      return;
    }
    this.untold = { by };
    this.system.scheduler.continuations.endQueued(this);
  }

  /** Whether its end will reach nobody, and frees no name. */
  private get untied(): boolean {
    if (this.registeredName !== undefined) return false;
    if (this.watchers !== undefined && this.watchers.size > 0) return false;
    if (this.owed !== undefined && this.owed.size > 0) return false;
    return !hasLinks(this) && this.mailbox?.holds(Tag.call) !== true;
  }

  /** Whether it has ended and everybody has been told. */
  get gone(): boolean {
    return this.dead && this.untold === undefined;
  }

  private async endUnlessOver(reason: ExitReason): Promise<void> {
    this.doomed = new Exit(reason);
    for (let round = 0; round < graceRounds; round++) await resolved;
    this.end(reason);
  }

  /** After `timeoutMs` without a message, a {@link TimeoutMessage} is handled. */
  awaitIdle(timeoutMs: number): void {
    if (this.dead || this.nextIsMessage || timeoutMs === Number.POSITIVE_INFINITY) return;
    this.idle = new IdleTimeout(this, timeoutMs);
    this.idle.begin();
  }

  cancelIdle(): void {
    this.idle?.cancel();
    this.idle = undefined;
  }

  /** Whether a message waits before any system request. */
  get nextIsMessage(): boolean {
    return this.mailbox !== undefined && this.mailbox.length > 0 && this.mailbox.peekTag() !== Tag.system;
  }

  /**
   * Keeps a call that was taken from the mailbox and is not answered yet, so that it fails when the process
   * ends. A call that is answered at once, as most are, is never kept anywhere: while it waits the mailbox has it.
   */
  owe(call: PendingCall): void {
    if (call.settled) return;
    if (this.dead) {
      call.fail(this.exitReason);
      return;
    }
    this.owed ??= new Set();
    this.owed.add(call);
  }

  awaits(call: PendingCall): void {
    if (this.calls === undefined) this.calls = call;
    else if (this.calls instanceof Set) this.calls.add(call);
    else this.calls = new Set([this.calls, call]);
  }

  awaitsNoMore(call: PendingCall): void {
    if (this.calls === call) this.calls = undefined;
    else if (this.calls instanceof Set) this.calls.delete(call);
  }

  /** Whether an exit signal of `pid` is the parent's, which ends a behaviour even if it traps exits. */
  obeys(pid: AnyPid): boolean {
    // As in OTP, a process that was started without a link counts as its own parent.
    return pid === (this.owned ? this.parent : this);
  }

  /** Throws where the process has ended meanwhile: what it does after its death has no effect. */
  mustLive(): void {
    if (this.dead) throw new Exit(this.exitReason);
  }

  toString(): string {
    return `<0.${this.id}>`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Sees every message that a process handles or sends, while one is attached. */
export interface ProcessProbe {
  received(process: Process, tag: number, payload: unknown): void;
  /** A message of `tag`, or `'reply'`, to a process or to the caller of a request. */
  sent(process: Process, tag: number | 'reply', payload: unknown, to: AnyPid | undefined): void;
}
