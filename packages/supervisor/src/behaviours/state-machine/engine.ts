import type { ExitReason } from '../../process/exit-reason.js';
import type { PendingCall } from '../../process/pending-call.js';
import type { List } from './event-queue.js';
import type { AnyEvent, TimerKey } from './events.js';
import type { MachineFault } from './failures.js';
import type { AnyState } from './results.js';

/** A timeout of 0 ms that has not become an event yet. */
export type ZeroTimeout = { readonly key: TimerKey; readonly content: unknown };
/** A timeout that a transition starts, updates (`afterMs` is `'update'`) or cancels (`Infinity`). */
export type TimeoutRequest = ZeroTimeout & { readonly afterMs: number | 'update' };

/** A transition under way: from the event to the next event. */
export interface Step {
  /** `undefined` for the start, which is no event. */
  readonly event: AnyEvent | undefined;
  /** The state that the callback under way was called in; its result is about this one. */
  readonly state: AnyState;
  /** The callback under way is an enter call. */
  readonly entering: boolean;
  readonly postpone: boolean;
  /** Inserted events, last first. */
  readonly inserted: List<AnyEvent>;
  /** Timeouts asked for, last first. */
  readonly timeouts: List<TimeoutRequest>;
}

/** Everything that a state machine is, between two callbacks. */
export interface Engine {
  /** Where the last complete transition has led. */
  readonly state: AnyState;
  /** Whether the machine wants enter calls. */
  readonly enterCalls: boolean;
  /** Events to handle before any message is taken. */
  readonly queue: List<AnyEvent>;
  /** Events set aside, last first. */
  readonly postponed: List<AnyEvent>;
  readonly zeroTimeouts: readonly ZeroTimeout[];
  /** `undefined` while the machine waits for a message. */
  readonly step: Step | undefined;
}

export type Input =
  | { readonly type: 'started'; readonly actions: readonly unknown[] }
  | { readonly type: 'arrived'; readonly event: AnyEvent }
  | { readonly type: 'returned'; readonly result: unknown };

/** What the engine wants done. After an `invoke`, which is always the last, it waits for `returned`. */
export type Effect =
  | { readonly type: 'reply'; readonly from: PendingCall; readonly value: unknown }
  | {
      readonly type: 'start_timer';
      readonly key: TimerKey;
      readonly afterMs: number;
      readonly content: unknown;
    }
  | { readonly type: 'update_timer'; readonly key: TimerKey; readonly content: unknown }
  | { readonly type: 'cancel_timer'; readonly key: TimerKey }
  | { readonly type: 'invoke'; readonly state: AnyState; readonly event: AnyEvent | EnterEvent }
  | { readonly type: 'stop'; readonly reason: ExitReason; readonly state: AnyState }
  | { readonly type: 'fault'; readonly fault: MachineFault; readonly state: AnyState };

export type EnterEvent = { readonly type: 'enter'; readonly previous: AnyState };

/** Whether a timer of that kind runs. The timers themselves are with the process. */
export type RunningTimers = { has(key: TimerKey): boolean };

export type Decision = readonly [Engine, readonly Effect[]];

/** A machine before its start. */
export const newEngine = (state: AnyState, enterCalls: boolean): Engine => ({
  state,
  enterCalls,
  queue: undefined,
  postponed: undefined,
  zeroTimeouts: [],
  step: undefined,
});

export const stepFor = (event: AnyEvent | undefined, state: AnyState): Step => ({
  event,
  state,
  entering: false,
  postpone: false,
  inserted: undefined,
  timeouts: undefined,
});

/** Takes up an event: the state's callback is called with it. */
export const begin = (
  { state, enterCalls, queue, postponed, zeroTimeouts }: Engine,
  event: AnyEvent,
): Decision => [
  { state, enterCalls, queue, postponed, zeroTimeouts, step: stepFor(event, state) },
  [invoke(event, state)],
];

export const invoke = (event: AnyEvent | EnterEvent, state: AnyState): Effect => ({
  type: 'invoke',
  state,
  event,
});
