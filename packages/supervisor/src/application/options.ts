import { constants } from 'node:os';
import { OptionError } from '../process/errors.js';
import type { ChildSpec } from '../supervision/child-spec.js';
import type { SupervisorOptions } from '../supervision/flags.js';
import type { SupervisorProtocol } from '../supervision/protocol.js';
import type { SupervisorStartOptions } from '../supervision/supervisor-client.js';
import type { ShutdownReport } from './shutdown-report.js';

/** How an application runs and ends; the options of its root supervisor are among them. */
export interface ApplicationOptions
  extends SupervisorOptions,
    Pick<SupervisorStartOptions<SupervisorProtocol>, 'name' | 'system'> {
  /** What the root supervisor supervises, in the order of their start. */
  readonly children: readonly ChildSpec[];
  /**
   * Most milliseconds for the whole shutdown, whatever the `shutdown` times of the children add up to; then
   * what is left is killed. Default: 10,000, as container platforms give before they kill.
   */
  readonly shutdownMs?: number;
  /** The signals that begin the shutdown; the second of them forces it. Default: SIGINT and SIGTERM. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Told of each signal: `count` is 1 for the one that begins the shutdown, 2 for the one that forces it. */
  readonly onSignal?: (signal: NodeJS.Signals, count: number) => void;
  /** Told of the report before Node is let go; may take its time, within what is left of `shutdownMs`. */
  readonly onStopped?: (report: ShutdownReport) => void | Promise<void>;
  /**
   * Ends Node after a signal, or when the root supervisor gave up. Default: sets `process.exitCode`, so that
   * Node ends as soon as nothing keeps it, and ends it after another 500 ms whatever does; at once when a
   * second signal came.
   */
  readonly exit?: (report: ShutdownReport) => void;
}

/** The options that are not the root supervisor's, checked, with their defaults. */
export interface Settings {
  readonly shutdownMs: number;
  readonly signals: readonly NodeJS.Signals[];
  readonly onSignal: ApplicationOptions['onSignal'];
  readonly onStopped: ApplicationOptions['onStopped'];
  readonly exit: (report: ShutdownReport) => void;
}

/** @throws {OptionError} For an option that can't be right. */
export const checkSettings = ({
  shutdownMs = 10_000,
  signals = ['SIGINT', 'SIGTERM'],
  onSignal,
  onStopped,
  exit = letNodeGo,
}: ApplicationOptions): Settings => {
  if (!(shutdownMs >= 0)) throw new OptionError('shutdownMs', shutdownMs, 'milliseconds from 0 to Infinity');
  for (const signal of signals)
    if (!Object.hasOwn(constants.signals, signal))
      throw new OptionError('signals', signal, 'names of signals, such as SIGTERM');
  return { shutdownMs, signals, onSignal, onStopped, exit };
};

/** How long Node may take to end by itself. */
const graceMs = 500;

const letNodeGo = ({ exitCode, outcome }: ShutdownReport): void => {
  process.exitCode = exitCode;
  if (outcome === 'forced') process.exit();
  // Keeps nothing alive itself: it only ends what something else keeps.
  setTimeout(() => process.exit(), graceMs).unref();
};
