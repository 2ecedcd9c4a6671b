// What must be there, as plain data. Nothing in here asks the runtime.
import {
  type CallOutcome,
  type Entry,
  type Member,
  type MemberKind,
  type PendingCall,
  type Reason,
  seatCount,
  type Timer,
  type Watch,
} from './member.js';
import { isGroup, type Spec, type SpecMaker } from './spec.js';

/** Members that have ended, kept for a while: messages to them must do no harm. */
const remembered = 64;

export class Model {
  /** Milliseconds on the clock. */
  now = 0;
  constructor(readonly maker: SpecMaker) {}
  root!: Member;
  readonly alive: Member[] = [];
  /** The same by number: that of the spec, where there is one. */
  readonly seats: (Set<Member> | undefined)[] = [];
  /** Oldest first. */
  readonly ended: Member[] = [];
  readonly names = new Map<string, Member>();
  readonly timers = new Set<Timer>();
  readonly calls: PendingCall[] = [];
  /** Settled since the last comparison. */
  readonly settledCalls: PendingCall[] = [];
  /** Came and went since the last look at the runtime. */
  readonly born: Member[] = [];
  readonly died: Member[] = [];
  /** Supervisors with exit signals to handle, the first one first. */
  readonly ready: Member[] = [];
  /** Workers that had to be waited for until their time was up. */
  slowStops = 0;
  /** How often supervisors have restarted a child, and given up, since the last operation. */
  restarts = 0;
  givenUp = 0;
  private lastNumber = 0;

  number(): number {
    return ++this.lastNumber;
  }

  member(
    kind: MemberKind,
    {
      spec,
      parent,
      trapping = kind === 'trapper' ||
        kind === 'stubborn' ||
        kind === 'partition' ||
        (spec !== undefined && isGroup(spec)),
      owner,
    }: {
      readonly spec?: Spec | undefined;
      readonly parent?: Member | undefined;
      readonly trapping?: boolean;
      readonly owner?: Member | undefined;
    },
  ): Member {
    const member: Member = {
      kind,
      label: `${kind} ${spec?.id ?? `#${this.number()}`}`,
      spec,
      parent,
      trapping,
      pid: undefined,
      alive: true,
      at: this.alive.length,
      seat: (spec?.id ?? this.number() * 8) % seatCount,
      links: new Set(),
      monitors: new Set(),
      watchers: new Set(),
      timers: new Set(),
      idle: undefined,
      stateTimeout: undefined,
      entries: new Set(),
      postponed: new Set(),
      calls: new Set(),
      name: undefined,
      heard: 0,
      inbox: [],
      slots: [],
      restarts: [],
      naps: 0,
      awaited: undefined,
      owner,
    };
    this.alive.push(member);
    const seat = this.seats[member.seat];
    if (seat === undefined) this.seats[member.seat] = new Set([member]);
    else seat.add(member);
    this.born.push(member);
    if (parent !== undefined) this.link(parent, member);
    if (spec?.name !== undefined) this.giveName(member, spec.name);
    return member;
  }

  link(a: Member, b: Member): void {
    a.links.add(b);
    b.links.add(a);
  }

  unlink(a: Member, b: Member): void {
    a.links.delete(b);
    b.links.delete(a);
  }

  watch(watcher: Member, target: Member, number: number): void {
    const watch: Watch = { watcher, target, number };
    watcher.monitors.add(watch);
    target.watchers.add(watch);
  }

  giveName(member: Member, name: string): void {
    this.names.set(name, member);
    member.name = name;
  }

  /** A message has come in. */
  deliver(member: Member): void {
    if (member.idle !== undefined) this.cancel(member, member.idle);
    member.idle = undefined;
  }

  /** A message that it counts. */
  tell(member: Member): void {
    if (!member.alive) return;
    this.deliver(member);
    member.heard++;
  }

  /** One that fires when the clock has come to a full second for the `seconds`th time. */
  startTimer(owner: Member | undefined, seconds: number, fire: () => void, cancellable = false): Timer {
    const timer: Timer = {
      at: this.now + this.untilSecond(seconds),
      number: this.number(),
      cancellable,
      fire: () => {
        this.cancel(owner, timer);
        fire();
      },
    };
    this.timers.add(timer);
    owner?.timers.add(timer);
    return timer;
  }

  /** Timers run out at full seconds only, and stops take their time in between: neither meets the other. */
  untilSecond(seconds: number): number {
    return seconds * 1000 - (this.now % 1000);
  }

  cancel(owner: Member | undefined, timer: Timer): void {
    this.timers.delete(timer);
    owner?.timers.delete(timer);
  }

  settle(call: PendingCall, outcome: CallOutcome): void {
    if (call.outcome !== 'pending') return;
    call.outcome = outcome;
    this.cancel(undefined, call.deadline);
    call.server.calls.delete(call);
    call.caller?.calls.delete(call);
    this.calls.splice(this.calls.indexOf(call), 1);
    this.settledCalls.push(call);
  }

  /** Ends a member, and with it whom its links take along; supervisors hear of it and react later. */
  end(first: Member, why: Reason): void {
    const ending: [Member, Reason][] = [[first, why]];
    for (const [member, reason] of ending) {
      if (!member.alive) continue;
      this.forget(member);
      if (member.awaited !== undefined) this.release(member);
      for (const watch of member.monitors) watch.target.watchers.delete(watch);
      member.monitors.clear();
      for (const watch of member.watchers) {
        watch.watcher.monitors.delete(watch);
        this.tell(watch.watcher);
      }
      member.watchers.clear();
      for (const other of member.links) {
        other.links.delete(member);
        if (other.trapping) this.signal(other, member, reason);
        else if (reason !== 'normal') ending.push([other, reason]);
      }
      member.links.clear();
    }
  }

  /** Who waits for a task gets its outcome from there, and no message. */
  release(task: Member): void {
    const { owner } = task;
    this.stopWaiting(task);
    for (const watch of task.watchers)
      if (watch.number === 0) {
        task.watchers.delete(watch);
        owner?.monitors.delete(watch);
      }
  }

  stopWaiting(task: Member): void {
    if (task.awaited === undefined) return;
    this.cancel(task.owner, task.awaited);
    task.awaited = undefined;
  }

  /** An exit signal for one that traps them. */
  private signal(to: Member, from: Member, reason: Reason): void {
    const worker = to.kind === 'bare' || to.kind === 'trapper' || to.kind === 'stubborn';
    if (worker && (to.kind === 'bare' || from !== to.parent)) {
      this.tell(to);
      return;
    }
    to.inbox.push({ from, reason });
    this.ready.push(to);
  }

  private forget(member: Member): void {
    member.alive = false;
    this.seats[member.seat]?.delete(member);
    const last = this.alive.pop() as Member;
    if (last !== member) {
      this.alive[member.at] = last;
      last.at = member.at;
    }
    this.died.push(member);
    this.ended.push(member);
    if (this.ended.length > remembered) this.ended.shift();
    if (member.name !== undefined) this.names.delete(member.name);
    member.name = undefined;
    for (const { target, number } of member.monitors) if (number === 0) this.stopWaiting(target);
    for (const timer of member.timers) this.timers.delete(timer);
    member.timers.clear();
    member.idle = undefined;
    member.stateTimeout = undefined;
    member.postponed.clear();
    for (const entry of member.entries) this.dropEntry(entry);
    for (const call of [...member.calls]) this.settle(call, call.server === member ? 'failed' : 'abandoned');
  }

  /** Entries stand with their owner and with the partition that keeps them. */
  dropEntry(entry: Entry): void {
    entry.owner.entries.delete(entry);
    entry.partition.entries.delete(entry);
  }
}
