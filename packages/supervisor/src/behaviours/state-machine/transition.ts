import {
  begin,
  type Decision,
  type Effect,
  type Engine,
  type RunningTimers,
  type Step,
  type TimeoutRequest,
  type ZeroTimeout,
} from './engine.js';
import { type List, push, reverseOnto } from './event-queue.js';
import { eventTimer, stateTimer, type TimerKey, timeoutEvent } from './events.js';

/**
 * Completes a transition: postponed events, timeouts and inserted events find their places, and the next
 * event is taken up if one waits inside the machine.
 */
export const settle = (
  engine: Engine,
  step: Step,
  timers: RunningTimers,
  effects: readonly Effect[],
): Decision => {
  const changed = step.state.name !== engine.state.name;
  const postponed =
    step.postpone && step.event !== undefined ? push(step.event, engine.postponed) : engine.postponed;
  const timeouts = new TimeoutChanges(engine.zeroTimeouts, timers);
  timeouts.cancel(eventTimer);
  if (changed) timeouts.cancel(stateTimer);
  timeouts.request(step.timeouts);

  const waiting = changed ? reverseOnto(postponed, engine.queue) : engine.queue;
  return proceed(
    {
      ...engine,
      state: step.state,
      queue: reverseOnto(step.inserted, waiting),
      postponed: changed ? undefined : postponed,
      zeroTimeouts: timeouts.zero,
      step: undefined,
    },
    [...effects, ...timeouts.effects],
  );
};

/** Events inside the machine come first, then timeouts of 0 ms in the order they were asked for. */
const proceed = (engine: Engine, effects: readonly Effect[]): Decision => {
  const { queue, zeroTimeouts } = engine;
  if (queue !== undefined) return begin({ ...engine, queue: queue.rest }, queue.first, effects);
  const [zero, ...others] = zeroTimeouts;
  if (zero === undefined) return [engine, effects];
  return begin({ ...engine, zeroTimeouts: others }, timeoutEvent(zero.key, zero.content), effects);
};

/** The timeouts of one transition: which of 0 ms wait, and what is to be done to the timers. */
class TimeoutChanges {
  readonly effects: Effect[] = [];
  private readonly stopped = new Set<TimerKey>();

  constructor(
    public zero: readonly ZeroTimeout[],
    private readonly timers: RunningTimers,
  ) {}

  cancel(key: TimerKey): void {
    if (this.isZero(key)) this.zero = this.zero.filter((one) => one.key !== key);
    else if (this.runs(key)) {
      this.stopped.add(key);
      this.effects.push({ type: 'cancel_timer', key });
    }
  }

  /** From the last request to the first: of each kind only the last one counts. */
  request(lastFirst: List<TimeoutRequest>): void {
    if (lastFirst === undefined) return;
    const seen = new Set<TimerKey>();
    let added: List<ZeroTimeout>;
    for (let at: typeof lastFirst | undefined = lastFirst; at !== undefined; at = at.rest) {
      const { key, afterMs, content } = at.first;
      if (seen.has(key)) continue;
      seen.add(key);
      if (afterMs === 'update' && this.isZero(key))
        this.zero = this.zero.map((one) => (one.key === key ? { key, content } : one));
      else if (afterMs === 'update' && this.runs(key))
        this.effects.push({ type: 'update_timer', key, content });
      else {
        this.cancel(key);
        if (afterMs === 0 || afterMs === 'update') added = push({ key, content }, added);
        else if (afterMs !== Number.POSITIVE_INFINITY)
          this.effects.push({ type: 'start_timer', key, afterMs, content });
      }
    }
    const zeros: ZeroTimeout[] = [];
    for (let at = added; at !== undefined; at = at.rest) zeros.push(at.first);
    if (zeros.length > 0) this.zero = [...this.zero, ...zeros];
  }

  private isZero(key: TimerKey): boolean {
    return this.zero.some((one) => one.key === key);
  }

  private runs(key: TimerKey): boolean {
    return this.timers.has(key) && !this.stopped.has(key);
  }
}
