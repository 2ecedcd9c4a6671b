import { channel } from 'node:diagnostics_channel';
import type { ExitReason } from './process/exit-reason.js';
import type { AnyPid } from './process/pid.js';

/** Everything that the runtime reports, on the channel `memvisor:<type>` of `node:diagnostics_channel`. */
export type TelemetryEvent =
  | {
      readonly type: 'spawn';
      readonly pid: AnyPid;
      readonly parent: AnyPid | undefined;
      /** The behaviour: `'gen_server'`, `'supervisor'`, `'function'` … */
      readonly kind: string;
      /** The definition's name. */
      readonly label: string;
    }
  | {
      readonly type: 'exit';
      readonly pid: AnyPid;
      readonly reason: ExitReason;
      readonly kind: string;
      readonly label: string;
    }
  /** A mailbox has grown past a power of two, from 1,024 messages on. */
  | { readonly type: 'mailbox_high_water'; readonly pid: AnyPid; readonly length: number }
  /** A bounded mailbox was full. */
  | {
      readonly type: 'mailbox_overflow';
      readonly pid: AnyPid;
      readonly policy: MailboxPolicy;
      readonly capacity: number;
    }
  /** A message for a process that is gone, or one still waiting when its process ended. */
  | {
      readonly type: 'dead_letter';
      readonly pid: AnyPid;
      readonly message: unknown;
      readonly cause: 'not_alive' | 'undelivered' | 'overflow';
    }
  /** A supervisor restarts a child, with what it decided on. */
  | {
      readonly type: 'restart';
      readonly supervisor: AnyPid;
      readonly childId: unknown;
      readonly reason: ExitReason;
      /** Restarts within the period, this one included. */
      readonly restarts: number;
      readonly maxRestarts: number;
      readonly maxSeconds: number;
    }
  /** A supervisor gives up: the children that spent its restart budget, oldest first. */
  | {
      readonly type: 'restart_intensity_exceeded';
      readonly supervisor: AnyPid;
      readonly childId: unknown;
      readonly reason: ExitReason;
      readonly spentBy: readonly unknown[];
      readonly maxRestarts: number;
      readonly maxSeconds: number;
    }
  /** A supervisor has stopped a child: what it ended with and how long it took. */
  | {
      readonly type: 'child_stop';
      readonly supervisor: AnyPid;
      readonly childId: unknown;
      readonly pid: AnyPid;
      readonly reason: ExitReason;
      /** Its time was up and it was killed. */
      readonly forced: boolean;
      /** From the request to the end, in milliseconds. */
      readonly tookMs: number;
    }
  /** An OS process or worker thread has started. */
  | {
      readonly type: 'port_start';
      readonly pid: AnyPid;
      readonly command: string;
      readonly osPid: number | undefined;
    }
  /** An OS process or worker thread has ended. */
  | {
      readonly type: 'port_exit';
      readonly pid: AnyPid;
      readonly command: string;
      readonly osPid: number | undefined;
      readonly description: string;
    };

/** What a bounded mailbox does with a message that finds it full. */
export type MailboxPolicy = 'reject' | 'dropOldest' | 'dropNewest';

/** The names of all telemetry channels are `memvisor:` and one of these. */
export const telemetryTypes = [
  'spawn',
  'exit',
  'mailbox_high_water',
  'mailbox_overflow',
  'dead_letter',
  'restart',
  'restart_intensity_exceeded',
  'child_stop',
  'port_start',
  'port_exit',
] as const satisfies readonly TelemetryEvent['type'][];

const named = <Type extends TelemetryEvent['type']>(type: Type) => channel(`memvisor:${type}`);

/** One channel per event type. Publishing is guarded by `hasSubscribers`, so that silence is free. */
export const telemetry = {
  spawn: named('spawn'),
  exit: named('exit'),
  mailboxHighWater: named('mailbox_high_water'),
  mailboxOverflow: named('mailbox_overflow'),
  deadLetter: named('dead_letter'),
  restart: named('restart'),
  restartIntensityExceeded: named('restart_intensity_exceeded'),
  childStop: named('child_stop'),
  portStart: named('port_start'),
  portExit: named('port_exit'),
};

/**
 * Calls `listener` for every event of the runtime, of the given types or of all.
 *
 * @returns A function that ends the subscription.
 * @example
 * const unsubscribe = subscribe((event) => console.log(event.type), ['restart']);
 * unsubscribe();
 */
export const subscribe = (
  listener: (event: TelemetryEvent) => void,
  types: readonly TelemetryEvent['type'][] = telemetryTypes,
): (() => void) => {
  const onMessage = (message: unknown) => listener(message as TelemetryEvent);
  const channels = types.map((type) => channel(`memvisor:${type}`));
  for (const one of channels) one.subscribe(onMessage);
  return () => {
    for (const one of channels) one.unsubscribe(onMessage);
  };
};
