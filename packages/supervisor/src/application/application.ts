import { constants } from 'node:os';
import type { StartFailure } from '../process/behaviour.js';
import { type ExitReason, isOrderly } from '../process/exit-reason.js';
import type { Logger } from '../process/logger.js';
import { type Pid, processOf } from '../process/pid.js';
import type { Process } from '../process/process.js';
import type { SupervisorProtocol } from '../supervision/protocol.js';
import { startSupervisor } from '../supervision/supervisor-client.js';
import { subscribe } from '../telemetry.js';
import { type ApplicationOptions, checkSettings, type Settings } from './options.js';
import { ShutdownRecorder } from './shutdown-recorder.js';
import type { ShutdownCause, ShutdownOutcome, ShutdownReport } from './shutdown-report.js';

/** A running application. */
export interface Application {
  /** The root supervisor. */
  readonly pid: Pid<SupervisorProtocol>;
  /** Resolves with the report once the application has ended, however that came about. */
  readonly stopped: Promise<ShutdownReport>;
  /** Begins the shutdown, unless it is under way, and resolves with its report. Does not end Node. */
  stop(reason?: ExitReason): Promise<ShutdownReport>;
}

/** What {@link startApplication} comes to. */
export type StartApplicationResult = { readonly ok: true; readonly application: Application } | StartFailure;

/**
 * Starts a program's root supervisor and turns SIGINT and SIGTERM into its ordered shutdown: children stop
 * in the reverse order of their start, each in its time, all within `shutdownMs`. A second signal kills
 * what is left. The signal handlers go when the application has ended.
 *
 * @throws {OptionError} As a rejection, for an option that can't be right; nothing has been started then.
 * @example
 * const started = await startApplication({
 *   children: [childSpec(cache, undefined), childSpec(server, { port: 8080 })],
 *   onStopped: (report) => console.error(describeShutdown(report)),
 * });
 * if (!started.ok) process.exitCode = 1;
 */
export const startApplication = async (options: ApplicationOptions): Promise<StartApplicationResult> => {
  const settings = checkSettings(options);
  const { children, shutdownMs, signals, onSignal, onStopped, exit, ...supervisorOptions } = options;
  const started = await startSupervisor(children, supervisorOptions);
  if (!started.ok) return started;
  return { ok: true, application: new RunningApplication(started.pid, settings) };
};

class RunningApplication implements Application {
  readonly stopped: Promise<ShutdownReport>;
  private readonly root: Process;
  private recorder: ShutdownRecorder | undefined;
  private began = 0;
  private cause: ShutdownCause | undefined;
  private outcome: ShutdownOutcome = 'complete';
  private gaveUp = false;
  private signalCount = 0;
  private lastSignal: NodeJS.Signals | undefined;
  private deadline: unknown;
  /** Ends the wait for `onStopped`. */
  private hurry = (): void => undefined;
  private readonly unsubscribe: () => void;

  constructor(
    readonly pid: Pid<SupervisorProtocol>,
    private readonly settings: Settings,
  ) {
    this.root = processOf(pid);
    // A root that gives up stops its children before it ends; by then nobody would be left to record.
    this.unsubscribe = subscribe(
      (event) => {
        if (event.type !== 'restart_intensity_exceeded' || event.supervisor !== pid) return;
        this.gaveUp = true;
        this.record();
      },
      ['restart_intensity_exceeded'],
    );
    for (const signal of settings.signals) process.on(signal, this.onSignal);
    this.stopped = this.root.system.exited(pid).then((reason) => this.ended(reason));
  }

  stop(reason: ExitReason = 'shutdown'): Promise<ShutdownReport> {
    this.begin({ kind: 'stopped', reason }, reason);
    return this.stopped;
  }

  private readonly onSignal = (signal: NodeJS.Signals): void => {
    this.lastSignal = signal;
    this.signalCount++;
    this.settings.onSignal?.(signal, this.signalCount);
    if (this.signalCount > 1) this.cutShort('forced');
    else this.begin({ kind: 'signal', signal }, 'shutdown');
  };

  private begin(cause: ShutdownCause, reason: ExitReason): void {
    if (this.cause !== undefined || this.root.dead) return;
    this.cause = cause;
    this.record();
    // Its outcome is heard of by the exit that `stopped` waits for.
    this.root.system.stop(this.pid, reason).catch(() => undefined);
  }

  /** From here on it is noted who ends how, and the time runs. */
  private record(): void {
    if (this.recorder !== undefined) return;
    const { clock } = this.root.system;
    const { shutdownMs } = this.settings;
    this.began = clock.now();
    this.recorder = new ShutdownRecorder(this.root);
    if (shutdownMs !== Number.POSITIVE_INFINITY)
      this.deadline = clock.setTimer(() => this.cutShort('deadline'), shutdownMs);
  }

  private cutShort(outcome: ShutdownOutcome): void {
    if (this.outcome !== 'forced') this.outcome = outcome;
    if (!this.root.dead) this.recorder?.killRest();
    this.hurry();
  }

  private async ended(reason: ExitReason): Promise<ShutdownReport> {
    this.unsubscribe();
    const { clock, logger } = this.root.system;
    const cause = this.cause ?? { kind: 'ended', reason };
    const stopped = this.recorder?.finish() ?? [];
    const tookMs = this.recorder === undefined ? 0 : clock.now() - this.began;
    const report = (): ShutdownReport => {
      const { outcome } = this;
      return { cause, outcome, stopped, tookMs, exitCode: this.exitCode(reason) };
    };
    const { onStopped, exit, signals } = this.settings;
    const hurried = new Promise<void>((resolve) => {
      this.hurry = resolve;
    });
    const told = onStopped === undefined ? undefined : call(onStopped, report(), logger);
    if (this.outcome !== 'forced') await Promise.race([hurried, told]);
    clock.clearTimer(this.deadline);
    for (const signal of signals) process.off(signal, this.onSignal);
    const final = report();
    // A program that stopped its application, or whose application is done, may have more to do.
    if (this.signalCount > 0 || (cause.kind === 'ended' && final.exitCode !== 0)) exit(final);
    return final;
  }

  private exitCode(reason: ExitReason): number {
    if (this.outcome === 'forced')
      return 128 + (this.lastSignal === undefined ? 9 : constants.signals[this.lastSignal]);
    if (this.outcome === 'deadline') return 1;
    return this.cause === undefined && (this.gaveUp || !isOrderly(reason)) ? 1 : 0;
  }
}

/** What fails at the very end must not keep Node from ending. */
const call = async (
  onStopped: NonNullable<ApplicationOptions['onStopped']>,
  report: ShutdownReport,
  logger: Logger,
): Promise<void> => {
  try {
    await onStopped(report);
  } catch (error) {
    logger.error({ error }, `onStopped failed: ${String(error)}`);
  }
};
