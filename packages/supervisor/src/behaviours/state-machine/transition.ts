import {
  type Decision,
  type Effect,
  type Engine,
  invoke,
  type RunningTimers,
  type Step,
  stepFor,
  type TimeoutRequest,
  type ZeroTimeout,
} from './engine.js';
import { type List, push, reverseOnto } from './event-queue.js';
import { eventTimer, stateTimer, type TimerKey, timeoutEvent } from './events.js';

/**
 * Completes a transition: postponed events, timeouts and inserted events find their places, and the next
 * event is taken up if one waits inside the machine. Adds to `effects`.
 */
export const settle = (engine: Engine, step: Step, timers: RunningTimers, effects: Effect[]): Decision => {
  const { state, event, inserted } = step;
  const { enterCalls } = engine;
  const changed = state.name !== engine.state.name;
  let { queue, postponed, zeroTimeouts } = engine;
  if (step.postpone && event !== undefined) postponed = push(event, postponed);
  if (
    step.timeouts !== undefined ||
    zeroTimeouts.length > 0 ||
    timers.has(eventTimer) ||
    (changed && timers.has(stateTimer))
  )
    zeroTimeouts = changeTimeouts(step.timeouts, changed, zeroTimeouts, timers, effects);
  if (changed && postponed !== undefined) {
    queue = reverseOnto(postponed, queue);
    postponed = undefined;
  }
  if (inserted !== undefined) queue = reverseOnto(inserted, queue);

  // Events inside the machine come first, then timeouts of 0 ms in the order they were asked for.
  let next = queue?.first;
  if (queue !== undefined) queue = queue.rest;
  else if (zeroTimeouts.length > 0) {
    const [zero, ...others] = zeroTimeouts as readonly [ZeroTimeout, ...ZeroTimeout[]];
    next = timeoutEvent(zero.key, zero.content);
    zeroTimeouts = others;
  }
  const following = next === undefined ? undefined : stepFor(next, state);
  if (next !== undefined) effects.push(invoke(next, state));
  return [{ state, enterCalls, queue, postponed, zeroTimeouts, step: following }, effects];
};

/** What becomes of the timeouts in a transition; the new list of those of 0 ms. */
const changeTimeouts = (
  requests: List<TimeoutRequest>,
  changed: boolean,
  zeroTimeouts: readonly ZeroTimeout[],
  timers: RunningTimers,
  effects: Effect[],
): readonly ZeroTimeout[] => {
  const changes = new TimeoutChanges(zeroTimeouts, timers, effects);
  changes.cancel(eventTimer);
  if (changed) changes.cancel(stateTimer);
  changes.request(requests);
  return changes.zero;
};

class TimeoutChanges {
  private readonly stopped = new Set<TimerKey>();

  constructor(
    public zero: readonly ZeroTimeout[],
    private readonly timers: RunningTimers,
    private readonly effects: Effect[],
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
    const seen = new Set<TimerKey>();
    let added: List<ZeroTimeout>;
    for (let at = lastFirst; at !== undefined; at = at.rest) {
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
