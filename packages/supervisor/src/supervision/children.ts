import type { Process } from '../process/process.js';
import type { CheckedSpec } from './check-child-spec.js';
import { forgotten } from './start-child.js';

/** One child of a static supervisor, running or not. */
export class Child {
  process: Process | undefined = undefined;
  /** It is to run, but its start has failed or waits for its backoff. */
  restarting = false;
  /** How often it has been started. */
  starts = 0;
  /** Failures in a row and the time of the last start, for the backoff. */
  attempt = 0;
  startedAt = 0;
  /** The wait before its restart. */
  wait: { cancel(): void } | undefined = undefined;
  previous: Child | undefined = undefined;
  following: Child | undefined = undefined;
  constructor(readonly spec: CheckedSpec) {}
}

/**
 * A static supervisor's children in the order they start in. Finding, adding, removing and counting cost the
 * same however many there are.
 */
export class Children {
  first: Child | undefined = undefined;
  last: Child | undefined = undefined;
  workers = 0;
  supervisors = 0;
  /** Children with a process. */
  running = 0;
  /** Significant children that run or are being restarted. */
  significantRunning = 0;
  private readonly byId = new Map<unknown, Child>();
  private readonly byProcess = new Map<Process, Child>();

  get size(): number {
    return this.byId.size;
  }

  find(id: unknown): Child | undefined {
    return this.byId.get(id);
  }

  of(process: Process): Child | undefined {
    return this.byProcess.get(process);
  }

  add(spec: CheckedSpec): Child {
    const child = new Child(spec);
    this.byId.set(spec.id, child);
    child.previous = this.last;
    if (this.last === undefined) this.first = child;
    else this.last.following = child;
    this.last = child;
    if (spec.type === 'supervisor') this.supervisors++;
    else this.workers++;
    return child;
  }

  remove(child: Child): void {
    this.put(child, undefined);
    this.byId.delete(child.spec.id);
    if (child.previous === undefined) this.first = child.following;
    else child.previous.following = child.following;
    if (child.following === undefined) this.last = child.previous;
    else child.following.previous = child.previous;
    if (child.spec.type === 'supervisor') this.supervisors--;
    else this.workers--;
  }

  /** The child runs as `process`, or, without one, is being restarted or is not to run. */
  put(child: Child, process: Process | undefined, restarting = false): void {
    const counted = child.process !== undefined || child.restarting;
    const counts = process !== undefined || restarting;
    if (child.spec.significant && counted !== counts) this.significantRunning += counts ? 1 : -1;
    if (child.process !== undefined) {
      this.running--;
      if (this.byProcess.get(child.process) === child) this.byProcess.delete(child.process);
    }
    if (process !== undefined) {
      this.running++;
      this.byProcess.set(process, child);
      child.starts++;
      // It is never started again: what its start function holds on to can go.
      if (child.spec.restart === 'temporary') child.spec.start = forgotten;
    }
    child.wait?.cancel();
    child.wait = undefined;
    child.process = process;
    child.restarting = restarting;
  }

  /** The child has ended for good: it stays known unless it is temporary. */
  drop(child: Child): void {
    if (child.spec.restart === 'temporary') this.remove(child);
    else this.put(child, undefined);
  }

  /** From `first` on, in start order. */
  from(first: Child | undefined): Child[] {
    const children: Child[] = [];
    for (let child = first; child !== undefined; child = child.following) children.push(child);
    return children;
  }

  /** All, in start order. */
  *[Symbol.iterator](): Generator<Child> {
    for (let child = this.first; child !== undefined; child = child.following) yield child;
  }

  /** All, last started first. */
  *lastFirst(): Generator<Child> {
    for (let child = this.last; child !== undefined; child = child.previous) yield child;
  }
}
