import type { Clock } from '../process/clock.js';
import { OptionError } from '../process/errors.js';
import type { System } from '../process/system.js';

type FakeTimer = { readonly at: number; readonly order: number; readonly callback: () => void };

/**
 * A clock that stands still until a test moves it. Timers of the systems that live on it run in their order
 * while it moves, and after each the systems come to rest, so that a timer which a process makes in answer
 * to a timer is already seen.
 *
 * @example
 * const { system, clock } = createTestSystem();
 * const pid = system.spawn((ctx) => ctx.sleep(1000));
 * await clock.advance(999);
 * system.isAlive(pid); // => true
 * await clock.advance(1);
 * system.isAlive(pid); // => false
 */
export class FakeClock implements Clock {
  private time = 0;
  private made = 0;
  /** By time, equal times in the order they were made. */
  private readonly timers: FakeTimer[] = [];
  private readonly systems = new Set<System>();

  now(): number {
    return this.time;
  }

  setTimer(callback: () => void, delayMs: number): unknown {
    const timer = { at: this.time + Math.max(0, delayMs), order: this.made++, callback };
    let low = 0;
    for (let high = this.timers.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.timers[middle] as FakeTimer).at <= timer.at) low = middle + 1;
      else high = middle;
    }
    this.timers.splice(low, 0, timer);
    return timer;
  }

  clearTimer(timer: unknown): void {
    const at = this.timers.indexOf(timer as FakeTimer);
    if (at >= 0) this.timers.splice(at, 1);
  }

  /** Timers that have not run. */
  get pending(): number {
    return this.timers.length;
  }

  /** When the next timer runs, in this clock's milliseconds; `undefined` when there is none. */
  get nextAt(): number | undefined {
    return this.timers[0]?.at;
  }

  /** Has `advance` wait for this system. `createTestSystem` does it. */
  attach(system: System): void {
    this.systems.add(system);
  }

  /** Forgets a system that has been closed. */
  detach(system: System): void {
    this.systems.delete(system);
  }

  /** Moves time on by `ms` milliseconds. Timers that are due exactly then still run. */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new OptionError('ms', ms, 'milliseconds from 0 on');
    const end = this.time + ms;
    await this.settled();
    while (this.nextAt !== undefined && this.nextAt <= end) {
      this.runNext();
      await this.settled();
    }
    this.time = end;
  }

  /** Moves time on to the next timer and runs it; `false` when there is none. */
  async advanceToNext(): Promise<boolean> {
    await this.settled();
    if (this.nextAt === undefined) return false;
    this.runNext();
    await this.settled();
    return true;
  }

  /** Resolves when no process can go on without time passing. */
  async settled(): Promise<void> {
    for (const system of this.systems) await system.settled();
  }

  private runNext(): void {
    const timer = this.timers.shift() as FakeTimer;
    this.time = Math.max(this.time, timer.at);
    timer.callback();
  }
}
