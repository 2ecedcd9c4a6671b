// The runtime's side of the soak: a system on a clock of its own, and who is who in it.
import {
  type AnyPid,
  type ChildSpec,
  childSpec,
  defineDynamicSupervisor,
  defineRegistry,
  defineSupervisor,
  type MonitorRef,
  observer,
  type Pid,
  processName,
  type ServerRef,
  type StartOptions,
  type SupervisorDefinition,
  type System,
  supervise,
  superviseDynamic,
  type Task,
  type Timer,
  taskSupervisor,
} from '@memvisor/supervisor';
import { createTestSystem, type FakeClock, type TestSystem } from '@memvisor/supervisor/testing';
import type { Member } from './member.js';
import { duplicateName, type GroupSpec, isGroup, maxSeconds, type Spec, uniqueName } from './spec.js';
import { Incarnation, machine, server, type WorkerProtocol } from './workers.js';

/** How a call came out, filled in by whoever waits for it. */
export type Outcome = 'pending' | 'released' | 'timeout' | 'failed';

export class World {
  readonly system: System;
  readonly clock: FakeClock;
  readonly incarnations = new Map<AnyPid, Incarnation>();
  readonly outcomes = new Map<number, Outcome>();
  /** Of what can be taken back. */
  readonly refs = new Map<number, MonitorRef>();
  readonly timers = new Map<number, Timer>();
  readonly tasks = new Map<AnyPid, Task>();
  /**
   * The processes started from each spec. Of a supervisor that was killed, a part may live on for a moment and
   * restart children while the new one does: the last one started need not be the one that stays.
   */
  private readonly starts = new Map<number, AnyPid[]>();
  readonly unique;
  readonly duplicate;
  private readonly test: TestSystem = createTestSystem();

  constructor() {
    const { system, clock } = this.test;
    this.system = system;
    this.clock = clock;
    this.unique = defineRegistry<string, number>({ name: uniqueName, keys: 'unique', system });
    this.duplicate = defineRegistry<string, number>({ name: duplicateName, keys: 'duplicate', system });
  }

  close(): Promise<void> {
    return this.test.close();
  }

  /** The process that stands for a member which has just come into being. */
  find(member: Member): AnyPid | undefined {
    const { spec, parent } = member;
    if (spec !== undefined) {
      const name = spec.kind === 'registry' ? spec.name : undefined;
      return name === undefined ? this.survivor(spec.id) : this.system.whereis(processName(name));
    }
    if (member.kind !== 'partition' || parent?.pid === undefined) return member.pid;
    for (const { pid } of observer.children(parent.pid)) return pid;
    return undefined;
  }

  /** What `spec` says, as the runtime wants it. */
  childSpec(spec: Spec): ChildSpec {
    const { id, restart, significant } = spec;
    const started = (pid: AnyPid) => {
      this.noteStart(id, pid);
      return this.incarnation(pid);
    };
    if (isGroup(spec)) return { ...this.group(spec, started), id, restart, significant };
    const { kind, shutdown, name } = spec;
    const args = { traps: kind === 'trapper' || kind === 'stubborn', stubborn: kind === 'stubborn', started };
    const options: StartOptions<WorkerProtocol> = name === undefined ? {} : { name: processName(name) };
    return childSpec(kind === 'machine' ? machine : server, args, {
      id,
      restart,
      significant,
      shutdown,
      ...options,
    });
  }

  /** A group of children; its own start is noted down like a worker's. */
  group(spec: GroupSpec, started: (pid: AnyPid) => unknown): ChildSpec {
    const { maxRestarts, maxChildren } = spec;
    switch (spec.kind) {
      case 'registry':
        return childSpec(spec.name === uniqueName ? this.unique : this.duplicate, undefined);
      case 'tasks': {
        const tasks = childSpec(taskSupervisor(), undefined);
        return {
          ...tasks,
          start: async (ctx) => {
            const result = await tasks.start(ctx);
            if (result.ok) started(result.pid);
            return result;
          },
        };
      }
      case 'dynamic': {
        const definition = defineDynamicSupervisor({
          init: (_args, { self }) => {
            started(self);
            return superviseDynamic({ maxRestarts, maxSeconds, maxChildren });
          },
        });
        return childSpec(definition, undefined);
      }
      case 'supervisor':
        return childSpec(this.supervisor(spec, started), undefined);
    }
  }

  private supervisor(spec: GroupSpec, started: (pid: AnyPid) => unknown): SupervisorDefinition {
    const { strategy, maxRestarts, autoShutdown } = spec;
    return defineSupervisor({
      init: (_args, { self }) => {
        started(self);
        const children = spec.children.map((child) => this.childSpec(child));
        return supervise(children, { strategy, maxRestarts, maxSeconds, autoShutdown });
      },
    });
  }

  /** Starts the whole tree. */
  async start(root: GroupSpec): Promise<void> {
    const started = await this.system.start(
      this.supervisor(root, (pid) => this.noteStart(root.id, pid)),
      undefined,
    );
    if (!started.ok) throw new Error('the tree did not start');
  }

  private noteStart(id: number, pid: AnyPid): void {
    const known = this.starts.get(id);
    if (known === undefined) this.starts.set(id, [pid]);
    else known.push(pid);
  }

  private survivor(id: number): AnyPid | undefined {
    const alive = (this.starts.get(id) ?? []).filter((pid) => this.system.isAlive(pid));
    this.starts.set(id, alive);
    return alive.length > 1 ? undefined : alive[0];
  }

  readonly incarnation = (pid: AnyPid): Incarnation => {
    const one = new Incarnation(pid);
    this.incarnations.set(pid, one);
    return one;
  };

  tell(member: Member, message: WorkerProtocol['cast']): void {
    this.system.cast(pidOf(member), message);
  }
}

/** A worker's pid. */
export const pidOf = (member: Member): Pid<WorkerProtocol> => {
  if (member.pid === undefined) throw new Error(`${member.label} has no pid`);
  return member.pid as Pid<WorkerProtocol>;
};

export const refOf = <P>(member: Member): ServerRef<P> => pidOf(member) as ServerRef as ServerRef<P>;
