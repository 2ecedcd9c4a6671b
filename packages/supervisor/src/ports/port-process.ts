import { defaultSystem } from '../default-system.js';
import type { Behaviour, InitOutcome } from '../process/behaviour.js';
import type { ExitReason } from '../process/exit-reason.js';
import { hasLinks } from '../process/links.js';
import { DownMessage, ExitMessage, Tag } from '../process/messages.js';
import { type AnyPid, type Pid, processOf } from '../process/pid.js';
import type { Process } from '../process/process.js';
import { monitor } from '../process/signals.js';
import { startProcess } from '../process/start.js';
import type { System } from '../process/system.js';
import { telemetry } from '../telemetry.js';
import { keepOpenPort } from './open-ports.js';
import type { EndReason } from './os-exit.js';

/** To whom a port belongs. */
export interface OwnerOptions {
  /**
   * The process that the port belongs to: when that process ends, the port is ended. Without one it belongs to
   * nobody and ends with Node.
   */
  readonly owner?: AnyPid;
  /**
   * Whether the port is linked to its owner, so that its failure is an exit signal to the owner. With `false`
   * the owner hears of failures by `exited` alone; the port ends with its owner all the same.
   * @defaultValue `true`
   */
  readonly link?: boolean;
}

/** What the process of a port stands for. */
export interface PortBody {
  readonly kind: 'os_process' | 'worker_thread';
  readonly label: string;
  readonly command: string;
  readonly osPid: number | undefined;
  /** Ends it in good order. Only the first reason counts. */
  readonly end: (reason: EndReason) => void;
  /** Ends it at once. */
  readonly kill: () => void;
}

export interface PortProcess {
  readonly pid: Pid;
  /** What the port stands for is gone, by `failure` or in good order. */
  readonly gone: (description: string, failure: ExitReason | undefined) => void;
}

/** Whether a port may start: what is gone owns nothing. */
export const ownerLives = (owner: AnyPid | undefined): boolean =>
  owner === undefined || !processOf(owner).dead;

/**
 * Gives a port its process: tied to the owner, it turns exit signals into the port's end and the port's end into
 * its own.
 */
export const startPortProcess = (body: PortBody, { owner, link = true }: OwnerOptions): PortProcess => {
  const parent = owner === undefined || !ownerLives(owner) ? undefined : processOf(owner);
  const linked = link && parent !== undefined;
  const behaviour = new PortBehaviour(body, parent, linked);
  const system: System = owner === undefined ? defaultSystem : processOf(owner).system;
  // Without a name and with an `init` that returns no promise, a start is done at once and can not fail.
  const { pid } = startProcess(system, behaviour, undefined, { parent, link: linked }) as {
    readonly pid: Pid;
  };
  const closed = keepOpenPort(system);
  const { command, osPid } = body;
  if (telemetry.portStart.hasSubscribers)
    telemetry.portStart.publish({ type: 'port_start', pid, command, osPid });
  return {
    pid,
    gone: (description, failure) => {
      closed();
      behaviour.gone(processOf(pid), failure);
      if (telemetry.portExit.hasSubscribers)
        telemetry.portExit.publish({ type: 'port_exit', pid, command, osPid, description });
    },
  };
};

class PortBehaviour implements Behaviour {
  readonly kind: string;
  readonly label: string;
  private isGone = false;
  /** What the process was told to end with. */
  private endWith: ExitReason | undefined;

  constructor(
    private readonly body: PortBody,
    private readonly owner: Process | undefined,
    private readonly linked: boolean,
  ) {
    this.kind = body.kind;
    this.label = body.label;
  }

  init(process: Process): InitOutcome {
    process.trapping = true;
    if (this.owner !== undefined && !this.linked) monitor(process, this.owner);
    // Killed, a process handles nothing any more: what it stands for has to go at once.
    process.endListeners = [
      () => {
        if (!this.isGone) this.body.kill();
      },
    ];
    return { kind: 'ok' };
  }

  receive(_process: Process, tag: number, payload: unknown): void {
    if (tag === Tag.info && payload instanceof DownMessage) this.end('owner_died', 'shutdown');
    if (tag !== Tag.exit || !(payload instanceof ExitMessage)) return;
    const { from, reason } = payload;
    // A supervisor owns its children, and lives when it tells them to end.
    if (from === this.owner && this.owner.dead) this.end('owner_died', 'shutdown');
    else if (reason !== 'normal') this.end('stopped', reason);
  }

  stop(_process: Process, reason: ExitReason): void {
    this.end('stopped', reason);
  }

  getState(): unknown {
    const { command, osPid } = this.body;
    return { command, osPid };
  }

  gone(process: Process, failure: ExitReason | undefined): void {
    this.isGone = true;
    process.end(this.endWith ?? reasonOf(process, failure));
  }

  private end(because: EndReason, reason: ExitReason): void {
    this.endWith ??= reason;
    this.body.end(because);
  }
}

/** A failure that nobody is linked to is told by `exited`; to the runtime it is no crash to log. */
const reasonOf = (process: Process, failure: ExitReason | undefined): ExitReason => {
  if (failure === undefined) return 'normal';
  return hasLinks(process) ? failure : { kind: 'shutdown', detail: failure };
};
