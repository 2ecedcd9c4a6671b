import { Tag } from '../../process/messages.js';
import type { Process } from '../../process/process.js';
import type { TimerKey } from './events.js';

/** A timeout that has run out, on its way through the mailbox. */
export class TimeoutSignal {
  readonly type = 'timeout_signal';
  constructor(readonly key: TimerKey) {}
}

type Entry = { readonly signal: TimeoutSignal; readonly timer: unknown; content: unknown };

/** The timers of one machine, one of each kind. They go with the process. */
export class MachineTimers {
  private readonly entries = new Map<TimerKey, Entry>();

  constructor(private readonly process: Process) {
    process.timers ??= new Set();
    process.timers.add({ cancel: () => this.cancelAll() });
  }

  /** Whether the timer runs, or has run out without having been handled. */
  has(key: TimerKey): boolean {
    return this.entries.has(key);
  }

  start(key: TimerKey, afterMs: number, content: unknown): void {
    const { process } = this;
    if (process.dead) return;
    const signal = new TimeoutSignal(key);
    // As an exit message it is never lost to a full mailbox.
    const timer = process.system.clock.setTimer(() => process.deliver(Tag.exit, signal), afterMs);
    this.entries.set(key, { signal, timer, content });
  }

  update(key: TimerKey, content: unknown): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) entry.content = content;
  }

  cancel(key: TimerKey): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.process.system.clock.clearTimer(entry.timer);
    this.entries.delete(key);
  }

  /** The content of a timeout that has run out; `undefined` when it was cancelled meanwhile. */
  take(signal: TimeoutSignal): { readonly value: unknown } | undefined {
    const entry = this.entries.get(signal.key);
    if (entry?.signal !== signal) return undefined;
    this.entries.delete(signal.key);
    return { value: entry.content };
  }

  private cancelAll(): void {
    for (const { timer } of this.entries.values()) this.process.system.clock.clearTimer(timer);
    this.entries.clear();
  }
}
