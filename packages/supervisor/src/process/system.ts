import { type TelemetryEvent, telemetry } from '../telemetry.js';
import { ask, defaultCallTimeoutMs } from './ask.js';
import { behaviourOf, type Definition, type StartResult } from './behaviour.js';
import { type Clock, realClock } from './clock.js';
import type { AnyContext } from './context.js';
import { Deadlines } from './deadlines.js';
import { CallExit, Exit, OptionError } from './errors.js';
import { describeReason, type ExitReason, isOrderly } from './exit-reason.js';
import { abandonReceive, FunctionBehaviour, type ProcessBody } from './function-process.js';
import { type Logger, stderrLogger } from './logger.js';
import { Tag } from './messages.js';
import { NactBridge } from './nact-bridge.js';
import { castRecipient, describeRef, nameTaken, recipient, register, resolve, unregister } from './names.js';
import type { PendingCall } from './pending-call.js';
import { type AnyPid, type AnyRef, type Pid, type ProcessName, processOf, type ServerRef } from './pid.js';
import type { Process } from './process.js';
import type { CallOf, CastOf, InfoOf, Message, Protocol, ReplyOf } from './protocol.js';
import { Scheduler } from './scheduler.js';
import { propagateEnd, sendExit, unlink } from './signals.js';
import { type StartOptions, startProcess } from './start.js';

/** How a system is made. */
export interface SystemOptions {
  /** Where time comes from. Default: the machine's monotonic clock. */
  readonly clock?: Clock;
  /** Hears of crashes; pino's interface. Default: one line each on stderr. */
  readonly logger?: Logger;
}

/** How a process is started from outside of any process. */
export interface OutsideStartOptions<P = unknown> extends StartOptions<P> {
  /** The process to link it to and to count as its parent. Default: none. */
  readonly parent?: AnyContext | undefined;
}

const bare = new FunctionBehaviour('function');

/** One world of processes: its names, its clock, its scheduler. Most programs use the default one. */
export class System {
  readonly clock: Clock;
  /** Hears of crashes and of messages that nobody handles; may be replaced at any time. */
  logger: Logger;
  /** @internal */
  readonly names = new Map<string, Process>();
  /** @internal */
  readonly deadlines: Deadlines;
  /** @internal */
  readonly scheduler: Scheduler;
  /** Live processes. */
  processCount = 0;
  private readonly bridge = new NactBridge();
  private firstProcess: Process | undefined;
  private readonly ended: Process[] = [];
  private telling = false;

  constructor({ clock = realClock, logger = stderrLogger }: SystemOptions = {}) {
    this.clock = clock;
    this.logger = logger;
    this.deadlines = new Deadlines(clock);
    // A turn's budget is real time, also where processes live on a test's clock.
    this.scheduler = new Scheduler(this.bridge, this.deadlines, realClock);
  }

  /** Starts a server; see `start`. */
  async start<P, A>(
    definition: Definition<P, A>,
    args: A,
    { parent, ...options }: OutsideStartOptions<P> = {},
  ): Promise<StartResult<P>> {
    return startProcess<P>(this, definition[behaviourOf], args, {
      ...(options as StartOptions),
      ...(parent === undefined ? {} : { parent: processOf(parent.self), link: true }),
    });
  }

  /** Starts a bare process that runs `body`. */
  spawn(body: ProcessBody, behaviour: FunctionBehaviour = bare): Pid {
    const started = startProcess(this, behaviour, body, {});
    return (started as { readonly pid: Pid }).pid;
  }

  /** Calls a server; see `call`. */
  call<P extends Protocol, const R extends CallOf<P>>(
    server: ServerRef<P>,
    request: R,
    timeoutMs: number = defaultCallTimeoutMs,
  ): Promise<ReplyOf<P, R & Message>> {
    checkTimeout(timeoutMs);
    return ask(this, server, request, timeoutMs, undefined) as Promise<ReplyOf<P, R & Message>>;
  }

  /** Sends a message that is not answered; see `cast`. */
  cast<P extends Protocol>(server: ServerRef<P>, message: CastOf<P>): void {
    castRecipient(this, server)?.deliver(Tag.cast, message);
  }

  /** Sends a plain message; see `send`. */
  send<P>(to: ServerRef<P>, message: InfoOf<P>): void {
    recipient(this, to).deliver(Tag.info, message);
  }

  /** Sends an exit signal; see `exit`. */
  exit(pid: AnyPid, reason: ExitReason): void {
    sendExit(undefined, processOf(pid), reason);
  }

  /** Asks a server to stop and waits until it is gone; see `stop`. */
  stop(server: AnyRef, reason: ExitReason = 'normal', timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    return this.stopFrom(undefined, server, reason, timeoutMs);
  }

  /** @internal `proc_lib:stop`: a system request to terminate, then wait. */
  stopFrom(
    caller: Process | undefined,
    server: AnyRef,
    reason: ExitReason,
    timeoutMs: number,
  ): Promise<void> {
    const operation = 'GenServer.stop';
    const process = resolve(this, server);
    const failed = (failure: ExitReason) => new CallExit(operation, describeRef(server), failure);
    if (process === undefined || process.dead) return Promise.reject(failed('noproc'));
    if (process === caller) return Promise.reject(failed('calling_self'));
    return new Promise((done, reject) => {
      let asked = false;
      const listener = (actual: ExitReason) => {
        this.clock.clearTimer(timer);
        const settle = () => {
          if (asked && sameReason(actual, reason)) done();
          else reject(failed(asked ? actual : neverAsked(actual)));
        };
        if (caller === undefined) settle();
        else this.scheduler.continuations.resume(caller, settle);
      };
      const timer =
        timeoutMs === Number.POSITIVE_INFINITY
          ? undefined
          : this.clock.setTimer(() => {
              process.endListeners = process.endListeners?.filter((one) => one !== listener);
              reject(failed('timeout'));
            }, timeoutMs);
      process.endListeners ??= [];
      process.endListeners.push(listener);
      const run = () => {
        asked = true;
        process.stopWith(reason);
      };
      process.deliver(Tag.system, { run });
    });
  }

  /** Gives a live process a name. */
  register<P>(name: ProcessName<P>, pid: Pid<P>): void {
    register(this, name as ProcessName, pid);
  }

  /** Takes a name back. */
  unregister(name: ProcessName): void {
    unregister(this, name);
  }

  /** Who has the name. */
  whereis<P>(name: ServerRef<P>): Pid<P> | undefined {
    return nameTaken(this, name as ProcessName) as Pid<P> | undefined;
  }

  /** Whether the process lives. */
  isAlive(pid: AnyPid): boolean {
    return !processOf(pid).dead;
  }

  /** Resolves with the exit reason when the process is gone; at once when it is already. */
  exited(pid: AnyPid): Promise<ExitReason> {
    const process = processOf(pid);
    if (process.gone) return Promise.resolve(process.exitReason);
    return new Promise((resolved) => {
      process.endListeners ??= [];
      process.endListeners.push(resolved);
    });
  }

  /** Every live process, oldest first. */
  *processes(): Generator<Pid> {
    for (let process = this.firstProcess; process !== undefined; process = process.following) yield process;
  }

  /**
   * Resolves when no process can go on without time passing or the outside world: nothing is ready, and
   * nothing has run while the event loop went round twice.
   */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      const before = this.scheduler.activity;
      await new Promise((resolved) => setImmediate(resolved));
      quiet = this.scheduler.idle && this.scheduler.activity === before ? quiet + 1 : 0;
    }
  }

  /** Kills every process and closes the system. For an orderly end stop the root supervisor first. */
  close(): void {
    while (this.firstProcess !== undefined) this.firstProcess.end('killed');
    for (const process of this.scheduler.abandoned())
      if (process.untold !== undefined) this.tellOfEnd(process);
    this.bridge.close();
  }

  /** @internal */
  unlink(process: Process, other: Process): void {
    unlink(process, other);
  }

  /** @internal */
  processStarted(process: Process): void {
    this.processCount++;
    const last = this.lastProcess;
    process.previous = last;
    if (last === undefined) this.firstProcess = process;
    else last.following = process;
    this.lastProcess = process;
    if (telemetry.spawn.hasSubscribers)
      this.publish({
        type: 'spawn',
        pid: process,
        parent: process.parent,
        kind: process.behaviour.kind,
        label: process.behaviour.label,
      });
  }
  private lastProcess: Process | undefined;

  /** @internal Clears up after a process that has just ended. */
  processEnded(process: Process): void {
    this.processCount--;
    if (process.previous === undefined) this.firstProcess = process.following;
    else process.previous.following = process.following;
    if (process.following === undefined) this.lastProcess = process.previous;
    else process.following.previous = process.previous;
    process.previous = undefined;
    process.following = undefined;
    process.cancelIdle();
    if (process.timers !== undefined) for (const timer of [...process.timers]) timer.cancel();
    process.abort?.abort(new Exit(process.exitReason));
  }

  /**
   * @internal Tells those who are tied to a process that it has ended, and lets its actor go. Ends that this
   * brings about follow one after the other, so that a long chain does not become a deep stack.
   */
  tellOfEnd(process: Process): void {
    this.ended.push(process);
    if (this.telling) return;
    this.telling = true;
    try {
      for (let at = 0; at < this.ended.length; at++) this.tell(this.ended[at] as Process);
    } finally {
      this.ended.length = 0;
      this.telling = false;
    }
  }

  private tell(process: Process): void {
    const { exitReason: reason, behaviour, untold } = process;
    if (untold !== undefined) {
      process.untold = undefined;
      this.scheduler.continuations.endTold();
    }
    if (process.registeredName !== undefined) {
      this.names.delete(process.registeredName);
      process.registeredName = undefined;
    }
    if (telemetry.exit.hasSubscribers)
      this.publish({ type: 'exit', pid: process, reason, kind: behaviour.kind, label: behaviour.label });
    if (!isOrderly(reason) && reason !== 'killed')
      this.logger.error(
        { pid: process.toString(), label: behaviour.label, reason },
        `${process} ${behaviour.label} ${describeReason(reason)}`,
      );
    abandonReceive(process);
    const { endListeners, mailbox } = process;
    process.endListeners = undefined;
    propagateEnd(process, untold?.by);
    if (endListeners !== undefined) for (const listener of endListeners) listener(reason);
    if (process.owed !== undefined) for (const call of process.owed) call.fail(reason);
    const { calls } = process;
    process.calls = undefined;
    if (calls instanceof Set) for (const call of calls) call.abandon(new Exit(reason));
    else calls?.abandon(new Exit(reason));
    process.mailbox = undefined;
    process.next = undefined;
    mailbox?.forEach((tag, payload) => {
      if (tag === Tag.call) (payload as PendingCall).fail(reason);
      this.deadLetter(process, tag, payload, 'undelivered');
    });
    this.scheduler.released(process);
  }

  /** @internal */
  deadLetter(
    process: Process,
    tag: number,
    payload: unknown,
    cause: 'not_alive' | 'undelivered' | 'overflow',
  ): void {
    if (tag === Tag.system || tag === Tag.exit || !telemetry.deadLetter.hasSubscribers) return;
    const message = tag === Tag.call ? (payload as { request: unknown }).request : payload;
    this.publish({ type: 'dead_letter', pid: process, message, cause });
  }

  private publish(event: TelemetryEvent): void {
    channels[event.type]?.publish(event);
  }
}

const channels: { readonly [type: string]: { publish(event: unknown): void } | undefined } = {
  spawn: telemetry.spawn,
  exit: telemetry.exit,
  dead_letter: telemetry.deadLetter,
};

/** It ended before it took the request: in OTP the request itself fails, inside `stop`. */
const neverAsked = (actual: ExitReason): ExitReason => ({
  kind: 'call_failed',
  operation: 'sys.terminate',
  reason: actual,
});

const sameReason = (a: ExitReason, b: ExitReason): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

const checkTimeout = (timeoutMs: number): void => {
  if (!(timeoutMs >= 0)) throw new OptionError('timeoutMs', timeoutMs, 'milliseconds from 0 to Infinity');
};
