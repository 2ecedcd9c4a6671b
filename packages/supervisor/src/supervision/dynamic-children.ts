import type { Process } from '../process/process.js';
import type { CheckedSpec } from './check-child-spec.js';
import { forgotten } from './start-child.js';

/** One child of a dynamic supervisor. */
export class DynamicChild {
  /** Its start has failed or waits for its backoff; it is then known by the process it had last. */
  restarting = false;
  starts = 1;
  attempt = 0;
  wait: { cancel(): void } | undefined = undefined;
  constructor(
    readonly spec: CheckedSpec,
    public known: Process,
    public startedAt: number,
  ) {
    if (spec.restart === 'temporary') spec.start = forgotten;
  }

  /** Its process, while it has one. */
  get process(): Process | undefined {
    return this.restarting ? undefined : this.known;
  }
}

/** A dynamic supervisor's children. Whatever is done about one costs the same however many there are. */
export class DynamicChildren {
  supervisors = 0;
  restarting = 0;
  // By number and not by process: tables that the map has outgrown keep no dead process alive.
  private readonly byId = new Map<number, DynamicChild>();

  get size(): number {
    return this.byId.size;
  }

  of(process: Process): DynamicChild | undefined {
    return this.byId.get(process.id);
  }

  add(spec: CheckedSpec, process: Process, now: number): void {
    this.byId.set(process.id, new DynamicChild(spec, process, now));
    if (spec.type === 'supervisor') this.supervisors++;
  }

  remove(child: DynamicChild): void {
    this.setRestarting(child, false);
    this.byId.delete(child.known.id);
    if (child.spec.type === 'supervisor') this.supervisors--;
  }

  /** The child runs again, as another process. */
  replace(child: DynamicChild, process: Process, now: number): void {
    this.setRestarting(child, false);
    this.byId.delete(child.known.id);
    child.known = process;
    child.startedAt = now;
    child.starts++;
    this.byId.set(process.id, child);
  }

  setRestarting(child: DynamicChild, restarting: boolean): void {
    if (child.wait !== undefined) {
      child.wait.cancel();
      child.wait = undefined;
    }
    if (child.restarting === restarting) return;
    child.restarting = restarting;
    this.restarting += restarting ? 1 : -1;
  }

  [Symbol.iterator](): IterableIterator<DynamicChild> {
    return this.byId.values();
  }
}
