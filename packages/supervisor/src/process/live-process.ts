import { ask, defaultCallTimeoutMs } from './ask.js';
import { behaviourOf, type Definition, type StartResult } from './behaviour.js';
import type { Context, Timer } from './context.js';
import { Exit } from './errors.js';
import type { ExitReason } from './exit-reason.js';
import { FunctionBehaviour, type ProcessBody, receive } from './function-process.js';
import { type MonitorRef, Tag } from './messages.js';
import { castRecipient, nameTaken, recipient, register, resolve, unregister } from './names.js';
import type { From, PendingCall } from './pending-call.js';
import { type AnyPid, type AnyRef, type Pid, type ProcessName, processOf } from './pid.js';
import { Process } from './process.js';
import { isPromise, type MaybePromise } from './protocol.js';
import { demonitor, link, monitor, sendExit, unlink } from './signals.js';
import { type StartOptions, startProcess } from './start.js';

const functionBehaviour = new FunctionBehaviour('function');
const ignore = (): void => undefined;

/**
 * A process with what it can do to others. Each of these checks that the process still lives: a synchronous
 * callback can't be interrupted when it is killed, but nothing that it does from then on has an effect.
 */
export class LiveProcess extends Process implements Context {
  get self(): Pid {
    return this;
  }

  get signal(): AbortSignal {
    if (this.abort === undefined) {
      this.abort = new AbortController();
      if (this.dead) this.abort.abort(new Exit(this.exitReason));
    }
    return this.abort.signal;
  }

  call(server: AnyRef, request: unknown, timeoutMs = defaultCallTimeoutMs): Promise<never> {
    return this.ask(server, request, timeoutMs, 'GenServer.call') as Promise<never>;
  }

  /** @internal */
  ask(server: AnyRef, request: unknown, timeoutMs: number, operation: string): Promise<unknown> {
    if (this.probe !== undefined) this.probe.sent(this, Tag.call, request, resolve(this.system, server));
    if (!this.dead) return ask(this.system, server, request, timeoutMs, this, operation);
    const failed = Promise.reject(new Exit(this.exitReason));
    failed.catch(ignore);
    return failed;
  }

  cast(server: AnyRef, message: unknown): void {
    if (this.dead) return;
    const to = castRecipient(this.system, server);
    if (this.probe !== undefined) this.probe.sent(this, Tag.cast, message, to);
    to?.deliver(Tag.cast, message);
  }

  stop(server: AnyRef, reason: ExitReason = 'normal', timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.dead) return Promise.reject(new Exit(this.exitReason));
    const stopped = this.system.stopFrom(this, server, reason, timeoutMs);
    stopped.catch(ignore);
    return stopped;
  }

  send(to: AnyRef, message: unknown): void {
    if (this.dead) return;
    const process = recipient(this.system, to);
    if (this.probe !== undefined) this.probe.sent(this, Tag.info, message, process);
    process.deliver(Tag.info, message);
  }

  reply(from: From<never>, value: unknown): void {
    if (!this.dead) (from as unknown as PendingCall).reply(value);
  }

  sendAfter(to: AnyRef, message: unknown, delayMs: number): Timer {
    return this.after(delayMs, () => resolve(this.system, to)?.deliver(Tag.info, message));
  }

  sleep(delayMs: number): Promise<void> {
    const sleeping = new Promise<void>((done, reject) => {
      if (this.dead) return reject(new Exit(this.exitReason));
      const timer = this.after(delayMs, () => {
        this.endListeners = this.endListeners?.filter((one) => one !== onEnd);
        this.system.scheduler.continuations.resume(this, done);
      });
      const onEnd = (reason: ExitReason) => {
        timer.cancel();
        reject(new Exit(reason));
      };
      this.endListeners ??= [];
      this.endListeners.push(onEnd);
    });
    sleeping.catch(ignore);
    return sleeping;
  }

  /** A timer that goes with the process. */
  private after(delayMs: number, run: () => void): Timer {
    const { clock } = this.system;
    const at = clock.now() + delayMs;
    const timer: Timer = {
      cancel: () => {
        clock.clearTimer(handle);
        if (this.timers?.delete(timer) !== true) return undefined;
        return Math.max(0, at - clock.now());
      },
    };
    if (this.dead) return timer;
    const handle = clock.setTimer(() => {
      this.timers?.delete(timer);
      run();
    }, delayMs);
    this.timers ??= new Set();
    this.timers.add(timer);
    return timer;
  }

  link(pid: AnyPid): void {
    if (!this.dead) link(this, pid);
  }

  unlink(pid: AnyPid): void {
    unlink(this, pid);
  }

  monitor(target: AnyRef): MonitorRef {
    return monitor(this, resolve(this.system, target), 'id' in target ? target : undefined);
  }

  demonitor(ref: MonitorRef, { flush = false } = {}): boolean {
    return demonitor(this, ref, flush);
  }

  exit(pid: AnyPid, reason: ExitReason): void {
    if (!this.dead) sendExit(this, processOf(pid), reason);
  }

  exitSelf(reason: ExitReason): never {
    throw new Exit(reason);
  }

  trapExit(value: boolean): boolean {
    const old = this.trapping;
    this.trapping = value;
    return old;
  }

  spawn(body: ProcessBody): Pid {
    return this.spawned(body, false);
  }

  spawnLink(body: ProcessBody): Pid {
    return this.spawned(body, true);
  }

  spawnMonitor(body: ProcessBody): { readonly pid: Pid; readonly ref: MonitorRef } {
    const pid = this.spawned(body, false);
    return { pid, ref: this.monitor(pid) };
  }

  private spawned(body: ProcessBody, linked: boolean): Pid {
    const started = startProcess(this.system, functionBehaviour, body, { parent: this, link: linked });
    return (started as { readonly pid: Pid }).pid;
  }

  async start<Q, A>(
    definition: Definition<Q, A>,
    args: A,
    options: StartOptions<Q> = {},
  ): Promise<StartResult<Q>> {
    const started = startProcess<Q>(this.system, definition[behaviourOf], args, {
      ...(options as StartOptions),
      parent: this,
    });
    return this.heard(started);
  }

  async startLink<Q, A>(
    definition: Definition<Q, A>,
    args: A,
    options: StartOptions<Q> = {},
  ): Promise<StartResult<Q>> {
    return this.heard(this.startLinkNow(definition, args, options));
  }

  /** An outcome that was there at once reaches who awaits it after ends that came before. */
  private heard<Q>(started: MaybePromise<StartResult<Q>>): MaybePromise<StartResult<Q>> {
    const { continuations } = this.system.scheduler;
    if (isPromise(started) || !continuations.mustWait(this)) return started;
    return new Promise((resolve) => continuations.hold(this, () => resolve(started)));
  }

  /** @internal `startLink` without a promise where `init` needs none; what supervisors start children with. */
  startLinkNow<Q, A>(
    definition: Definition<Q, A>,
    args: A,
    options: StartOptions<Q> = {},
  ): MaybePromise<StartResult<Q>> {
    return startProcess<Q>(this.system, definition[behaviourOf], args, {
      ...(options as StartOptions),
      parent: this,
      link: true,
    });
  }

  register<Q>(name: ProcessName<Q>, pid: Pid<Q>): void {
    register(this.system, name as ProcessName, pid);
  }

  unregister(name: ProcessName): void {
    unregister(this.system, name);
  }

  whereis<Q>(name: ProcessName<Q>): Pid<Q> | undefined {
    return nameTaken(this.system, name as ProcessName) as Pid<Q> | undefined;
  }

  isAlive(pid: AnyPid): boolean {
    return !processOf(pid).dead;
  }

  receive(wanted?: (message: unknown) => boolean, timeoutMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    const message = receive(this, wanted, timeoutMs);
    message.catch(ignore);
    return message;
  }
}
