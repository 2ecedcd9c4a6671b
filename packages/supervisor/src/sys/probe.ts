import { ExitMessage, Tag } from '../process/messages.js';
import { PendingCall } from '../process/pending-call.js';
import type { AnyPid } from '../process/pid.js';
import type { Process, ProcessProbe } from '../process/process.js';

/** One message that a traced process handles or sends. */
export type TraceEvent =
  | {
      readonly type: 'in';
      readonly pid: AnyPid;
      readonly kind: 'call' | 'cast' | 'info' | 'exit';
      /** What was asked or sent; of an exit signal an `EXIT` message. */
      readonly message: unknown;
    }
  | {
      readonly type: 'out';
      readonly pid: AnyPid;
      readonly kind: 'call' | 'cast' | 'info' | 'reply';
      readonly message: unknown;
      /** Who it is for; `undefined` when nobody is there or the caller is no process. */
      readonly to: AnyPid | undefined;
    };

/** Hears of every message of a traced process, before it is handled. Slow listeners make a slow process. */
export type TraceListener = (event: TraceEvent) => void;

/** Messages counted since statistics were switched on. */
export class Counters {
  messagesIn = 0;
  messagesOut = 0;
  /** `startedAt`: by the system's clock, in milliseconds. */
  constructor(readonly startedAt: number) {}
}

const kinds = ['info', 'cast', 'call', 'exit'] as const;

/** What `sys` attaches to a process that is traced or counted, and takes off again. */
export class SysProbe implements ProcessProbe {
  counters: Counters | undefined;
  readonly listeners = new Set<TraceListener>();

  /** The probe of a process, attached now if it has none. */
  static on(process: Process): SysProbe {
    if (process.probe instanceof SysProbe) return process.probe;
    const probe = new SysProbe();
    process.probe = probe;
    return probe;
  }

  /** Takes the probe off a process when nobody needs it. */
  static tidy(process: Process): void {
    const { probe } = process;
    if (probe instanceof SysProbe && probe.counters === undefined && probe.listeners.size === 0)
      process.probe = undefined;
  }

  received(process: Process, tag: number, payload: unknown): void {
    if (this.counters !== undefined) this.counters.messagesIn++;
    if (this.listeners.size === 0) return;
    const message = payload instanceof PendingCall ? payload.request : payload;
    const kind = payload instanceof ExitMessage ? 'exit' : (kinds[tag] ?? 'info');
    this.tell(process, { type: 'in', pid: process, kind, message });
  }

  sent(process: Process, tag: number | 'reply', message: unknown, to: AnyPid | undefined): void {
    if (this.counters !== undefined) this.counters.messagesOut++;
    if (this.listeners.size === 0) return;
    const kind = tag === 'reply' ? tag : tag === Tag.call ? 'call' : tag === Tag.cast ? 'cast' : 'info';
    this.tell(process, { type: 'out', pid: process, kind, message, to });
  }

  /** A listener that throws is dropped, as in OTP: watching must not do harm. */
  private tell(process: Process, event: TraceEvent): void {
    for (const listener of this.listeners)
      try {
        listener(event);
      } catch (error) {
        this.listeners.delete(listener);
        process.system.logger.warn(
          { pid: process.toString(), error },
          `${process} a trace listener threw; dropped`,
        );
      }
  }
}
