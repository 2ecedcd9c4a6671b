import type { Clock } from './clock.js';
import type { PendingCall } from './pending-call.js';

/**
 * The calls of one timeout, in the order they were made, which is the order they expire in: adding and
 * removing cost the same however many there are.
 */
export class DeadlineList {
  private first: PendingCall | undefined;
  private last: PendingCall | undefined;

  constructor(
    readonly timeoutMs: number,
    private readonly owner: Deadlines,
  ) {}

  get earliest(): number | undefined {
    return this.first?.deadline;
  }

  add(call: PendingCall, now: number): void {
    call.deadline = now + this.timeoutMs;
    call.deadlines = this;
    call.previousDeadline = this.last;
    if (this.last === undefined) this.first = call;
    else this.last.nextDeadline = call;
    this.last = call;
  }

  remove(call: PendingCall): void {
    if (call.previousDeadline === undefined) this.first = call.nextDeadline;
    else call.previousDeadline.nextDeadline = call.nextDeadline;
    if (call.nextDeadline === undefined) this.last = call.previousDeadline;
    else call.nextDeadline.previousDeadline = call.previousDeadline;
    call.previousDeadline = undefined;
    call.nextDeadline = undefined;
    call.deadlines = undefined;
    this.owner.removed();
  }

  expire(now: number): void {
    while (this.first !== undefined && this.first.deadline <= now) this.first.fail('timeout');
  }
}

/** The timeouts of all calls of a system, with one timer for the earliest of them. */
export class Deadlines {
  /** Calls under way that have a timeout. */
  pending = 0;
  /** Whether the scheduler is at work; it disarms the timer when it is done. */
  inTurn = false;
  private readonly lists = new Map<number, DeadlineList>();
  private timer: unknown;
  private timerAt = Number.POSITIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  add(call: PendingCall, timeoutMs: number): void {
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    let list = this.lists.get(timeoutMs);
    if (list === undefined) {
      list = new DeadlineList(timeoutMs, this);
      this.lists.set(timeoutMs, list);
    }
    const now = this.clock.now();
    list.add(call, now);
    this.pending++;
    if (call.deadline < this.timerAt) this.arm(call.deadline, now);
  }

  /** Within a turn the timer is left as it is: the next call may come at once. */
  removed(): void {
    if (--this.pending === 0 && !this.inTurn) this.disarmWhenIdle();
  }

  /** Without calls under way there is no timer that would keep Node alive. Called at the end of each turn. */
  disarmWhenIdle(): void {
    if (this.pending > 0 || this.timer === undefined) return;
    this.clock.clearTimer(this.timer);
    this.timer = undefined;
    this.timerAt = Number.POSITIVE_INFINITY;
    // Odd timeouts must not pile up as empty lists.
    if (this.lists.size > 64) this.lists.clear();
  }

  private arm(at: number, now: number): void {
    if (this.timer !== undefined) this.clock.clearTimer(this.timer);
    this.timerAt = at;
    this.timer = this.clock.setTimer(() => this.fire(), Math.max(0, at - now));
  }

  private fire(): void {
    this.timer = undefined;
    this.timerAt = Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    for (const list of this.lists.values()) {
      list.expire(now);
      earliest = Math.min(earliest, list.earliest ?? Number.POSITIVE_INFINITY);
    }
    if (earliest !== Number.POSITIVE_INFINITY && earliest < this.timerAt) this.arm(earliest, now);
  }
}
