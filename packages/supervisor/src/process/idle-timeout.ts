import { Tag, TimeoutMessage } from './messages.js';
import type { Process } from './process.js';

/**
 * A server's wait for its next message, OTP's `receive … after`. As there, a system request is none, but the time begins
 * anew after it, and stands still while the server is suspended.
 */
export class IdleTimeout {
  private timer: unknown;

  constructor(
    private readonly process: Process,
    private readonly timeoutMs: number,
  ) {}

  /** Waits from now on, or once the system requests in the mailbox have been served. */
  begin(): void {
    const { process, timeoutMs } = this;
    if (process.waiting > 0 || process.suspended) return;
    if (timeoutMs === 0) this.over();
    else this.timer = process.system.clock.setTimer(() => this.over(), timeoutMs);
  }

  /** A system request has been served. */
  beginAnew(): void {
    const { process } = this;
    this.cancel();
    if (process.dead || process.nextIsMessage) process.idle = undefined;
    else this.begin();
  }

  cancel(): void {
    this.process.system.clock.clearTimer(this.timer);
    this.timer = undefined;
  }

  private over(): void {
    this.process.idle = undefined;
    this.process.deliver(Tag.info, new TimeoutMessage());
  }
}
