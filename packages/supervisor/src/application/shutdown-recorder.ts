import type { ExitReason } from '../process/exit-reason.js';
import { type AnyPid, processOf } from '../process/pid.js';
import type { Process } from '../process/process.js';
import { DynamicSupervisorState } from '../supervision/dynamic-supervisor.js';
import { supervisedBy } from '../supervision/observe.js';
import { subscribe, type TelemetryEvent } from '../telemetry.js';
import type { StoppedProcess } from './shutdown-report.js';

type Record = {
  readonly path: readonly unknown[];
  readonly id: unknown;
  readonly process: Process;
  ended: { readonly reason: ExitReason; tookMs: number; killed: boolean } | undefined;
};

/**
 * Follows how the processes under a root supervisor end, from the moment it is made: it knows them by then,
 * and hears of each end, and of what their supervisors had to do for it, from telemetry.
 */
export class ShutdownRecorder {
  private readonly records = new Map<AnyPid, Record>();
  /** In the order of their ends. */
  private readonly ended: Record[] = [];
  private readonly unsubscribe: () => void;
  private readonly began: number;
  private killing = false;

  constructor(private readonly root: Process) {
    this.began = root.system.clock.now();
    this.add(root, []);
    this.unsubscribe = subscribe((event) => this.hear(event), ['exit', 'child_stop']);
  }

  /** Kills every process that has not ended: supervisors first, so that they start nothing again. */
  killRest(): void {
    this.killing = true;
    // Some may have come since the beginning.
    this.add(this.root, []);
    const rest = [...this.records.values()].filter(({ ended }) => ended === undefined);
    this.root.end('killed');
    for (const { process } of rest) process.end('killed');
  }

  /** What has ended so far. Stops listening. */
  finish(): readonly StoppedProcess[] {
    this.unsubscribe();
    return this.ended.flatMap(({ path, id, process, ended }) =>
      ended === undefined
        ? []
        : [
            {
              path,
              id,
              pid: process,
              reason: ended.reason,
              outcome: ended.killed ? 'killed' : 'stopped',
              tookMs: ended.tookMs,
            },
          ],
    );
  }

  private add(supervisor: Process, path: readonly unknown[]): void {
    for (const { spec, process } of supervisedBy(supervisor) ?? [])
      if (process !== undefined) this.addChild(supervisor, process, spec.id, path);
  }

  private addChild(
    supervisor: Process,
    process: Process,
    specId: unknown,
    above: readonly unknown[],
  ): Record {
    // The children of a dynamic supervisor need not have ids that differ.
    const id = supervisor.data instanceof DynamicSupervisorState ? process.toString() : specId;
    const path = [...above, id];
    const known = this.records.get(process);
    if (known !== undefined) {
      this.add(process, path);
      return known;
    }
    const record: Record = { path, id, process, ended: undefined };
    this.records.set(process, record);
    this.add(process, path);
    return record;
  }

  private hear(event: TelemetryEvent): void {
    if (event.type === 'exit') {
      const record = this.records.get(event.pid);
      if (record !== undefined && record.ended === undefined) this.end(record, event.reason);
    } else if (event.type === 'child_stop') {
      const record =
        this.records.get(event.pid) ?? this.latecomer(event.supervisor, event.pid, event.childId);
      if (record?.ended === undefined) return;
      record.ended.tookMs = event.tookMs;
      if (event.forced) record.ended.killed = true;
    }
  }

  /** A child that was started while the shutdown was under way, and stopped by it. */
  private latecomer(supervisor: AnyPid, pid: AnyPid, id: unknown): Record | undefined {
    const above = supervisor === this.root ? [] : this.records.get(supervisor)?.path;
    if (above === undefined) return undefined;
    const record = this.addChild(processOf(supervisor), processOf(pid), id, above);
    this.end(record, processOf(pid).exitReason);
    return record;
  }

  private end(record: Record, reason: ExitReason): void {
    record.ended = { reason, tookMs: this.root.system.clock.now() - this.began, killed: this.killing };
    this.ended.push(record);
  }
}
