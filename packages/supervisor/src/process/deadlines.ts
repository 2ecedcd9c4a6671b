import type { Clock } from './clock.js';
import type { PendingCall } from './pending-call.js';

/** An array that has been longer is let go once it is empty. */
const keptPlaces = 1024;

/**
 * The calls that expire at the same millisecond and were made with the same timeout. Adding and removing cost
 * the same however many there are. Calls made one after the other share it, so that a call by itself costs no
 * allocation here, and no links to neighbours that the collector would have to follow.
 */
export class Deadline {
  previous: Deadline | undefined = undefined;
  following: Deadline | undefined = undefined;
  /** Calls that wait. */
  count = 0;
  /** The calls, with gaps where one has been settled: closing them would touch another call each time. */
  private calls: (PendingCall | undefined)[] = [];
  private used = 0;

  constructor(
    readonly at: number,
    private readonly list: DeadlineList,
  ) {}

  add(call: PendingCall): void {
    call.deadline = this;
    call.place = this.used;
    this.calls[this.used++] = call;
    this.count++;
  }

  remove(call: PendingCall): void {
    this.calls[call.place] = undefined;
    if (call.place === this.used - 1) this.used--;
    call.deadline = undefined;
    if (--this.count === 0) {
      this.used = 0;
      if (this.calls.length > keptPlaces) this.calls = [];
      this.list.emptied(this);
    }
    this.list.owner.removed();
  }

  expire(): void {
    for (const call of this.calls.slice(0, this.used)) call?.fail('timeout');
  }
}

/** The deadlines of one timeout, in the order they come. */
class DeadlineList {
  private first: Deadline | undefined;
  private last: Deadline | undefined;

  constructor(
    private readonly timeoutMs: number,
    readonly owner: Deadlines,
  ) {}

  get earliest(): number | undefined {
    return this.first?.count === 0 ? undefined : this.first?.at;
  }

  /** The deadline of a call that is made now: never too early, and at most a millisecond late. */
  at(now: number): Deadline {
    const at = Math.ceil(now) + this.timeoutMs;
    if (this.last?.at === at) return this.last;
    if (this.last?.count === 0) this.drop(this.last);
    const deadline = new Deadline(at, this);
    deadline.previous = this.last;
    if (this.last === undefined) this.first = deadline;
    else this.last.following = deadline;
    this.last = deadline;
    return deadline;
  }

  /** The last one stays: the next call probably shares it. */
  emptied(deadline: Deadline): void {
    if (deadline !== this.last) this.drop(deadline);
  }

  expire(now: number): void {
    while (this.first !== undefined && this.first.count > 0 && this.first.at <= now) {
      const { first } = this;
      first.expire();
      if (this.first === first) return;
    }
  }

  private drop(deadline: Deadline): void {
    if (deadline.previous === undefined) this.first = deadline.following;
    else deadline.previous.following = deadline.following;
    if (deadline.following === undefined) this.last = deadline.previous;
    else deadline.following.previous = deadline.previous;
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
    const deadline = list.at(now);
    deadline.add(call);
    this.pending++;
    if (deadline.at < this.timerAt) this.arm(deadline.at, now);
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
