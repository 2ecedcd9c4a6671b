/**
 * The restart budget: at most `maxRestarts` within `maxSeconds`. Time is told to it, and reckoned in whole
 * seconds as OTP does: a restart counts while no more than `maxSeconds` ticks of the second have passed.
 * Spending costs the same however large the budget is.
 */
export class RestartIntensity {
  private times: number[] = [];
  private spenders: unknown[] = [];
  private head = 0;

  constructor(
    readonly maxRestarts: number,
    readonly maxSeconds: number,
  ) {}

  /** Restarts within the period, as of the last `spend`. */
  get count(): number {
    return this.times.length - this.head;
  }

  /** The children that spent the budget within the period, oldest first. */
  get spentBy(): readonly unknown[] {
    return this.spenders.slice(this.head);
  }

  /** Counts one more restart, of child `id`, `nowMs` on a clock that never runs backwards; whether it is allowed. */
  spend(nowMs: number, id: unknown): boolean {
    const now = Math.floor(nowMs / 1000);
    const { times } = this;
    while (this.head < times.length && (times[this.head] as number) < now - this.maxSeconds) this.head++;
    if (this.head > 32 && this.head * 2 > times.length) {
      this.times = times.slice(this.head);
      this.spenders = this.spenders.slice(this.head);
      this.head = 0;
    }
    this.times.push(now);
    this.spenders.push(id);
    return this.count <= this.maxRestarts;
  }
}
