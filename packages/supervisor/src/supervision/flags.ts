import { type Backoff, type BackoffOptions, checkBackoff } from './backoff.js';
import type { SupervisorOptionFailure } from './failure.js';

/**
 * Which children are affected when one has to be restarted:
 *
 * - `'one_for_one'`: that one alone.
 * - `'one_for_all'`: all; the others are stopped first, last started first.
 * - `'rest_for_one'`: that one and those started after it.
 */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/**
 * Whether the end of significant children ends the supervisor, with reason `'shutdown'`: `'never'`, as soon
 * as any of them has ended for good, or when all have.
 */
export type AutoShutdown = 'never' | 'any_significant' | 'all_significant';

/** How many restarts a supervisor tolerates. */
export interface RestartOptions {
  /**
   * Most restarts within `maxSeconds`; with one more, the supervisor stops its children and ends with
   * `'shutdown'`, for its own supervisor to decide. 0: none. Default: 3, as in Elixir (in Erlang 1).
   */
  readonly maxRestarts?: number;
  /** The period in whole seconds, from 1. Default: 5. */
  readonly maxSeconds?: number;
  /** Waits before each restart. Off by default: OTP restarts at once. */
  readonly backoff?: BackoffOptions;
}

/** The options of a static supervisor. */
export interface SupervisorOptions extends RestartOptions {
  /** Default: `'one_for_one'`. */
  readonly strategy?: Strategy;
  /** Default: `'never'`. */
  readonly autoShutdown?: AutoShutdown;
}

/** The options of a dynamic supervisor. */
export interface DynamicSupervisorOptions extends RestartOptions {
  /** The only strategy it has. */
  readonly strategy?: 'one_for_one';
  /** Most children at a time, those being restarted included; then `max_children` is the answer. Default: Infinity. */
  readonly maxChildren?: number;
  /** Handed to every start function after the context. Default: none. */
  readonly extraArguments?: readonly unknown[];
}

/** Options that have been checked, defaults filled in. */
export interface Flags {
  readonly strategy: Strategy;
  readonly maxRestarts: number;
  readonly maxSeconds: number;
  readonly autoShutdown: AutoShutdown;
  readonly maxChildren: number;
  readonly extraArguments: readonly unknown[] | undefined;
  readonly backoff: Backoff | undefined;
}

type Checked = { readonly ok: true; readonly flags: Flags } | Wrong;
type Wrong = { readonly ok: false; readonly failure: SupervisorOptionFailure };

const strategies: ReadonlySet<unknown> = new Set([
  'one_for_one',
  'one_for_all',
  'rest_for_one',
] satisfies Strategy[]);
const autoShutdowns: ReadonlySet<unknown> = new Set([
  'never',
  'any_significant',
  'all_significant',
] satisfies AutoShutdown[]);

const restartOptions = ['strategy', 'maxRestarts', 'maxSeconds', 'backoff'] as const;
const staticOptions = [...restartOptions, 'autoShutdown'] satisfies (keyof SupervisorOptions)[];
const dynamicOptions = [
  ...restartOptions,
  'maxChildren',
  'extraArguments',
] satisfies (keyof DynamicSupervisorOptions)[];

/** A misspelled `maxRestarts` would leave the default in force, and nobody would notice until it matters. */
const unknownOption = (options: object, known: readonly string[]): SupervisorOptionFailure | undefined => {
  const option = Object.keys(options).find((name) => !known.includes(name));
  return option === undefined ? undefined : { kind: 'unknown_option', option, known };
};

/** Checks a static supervisor's options, in OTP's order. */
export const checkSupervisorOptions = (options: SupervisorOptions): Checked => {
  if (typeof options !== 'object' || options === null) return wrong({ kind: 'invalid_type', value: options });
  const { strategy = 'one_for_one', autoShutdown = 'never' } = options;
  if (!strategies.has(strategy)) return wrong({ kind: 'invalid_strategy', value: strategy });
  const restarts = checkRestarts(options);
  if (restarts !== undefined) return wrong(restarts);
  if (!autoShutdowns.has(autoShutdown)) return wrong({ kind: 'invalid_auto_shutdown', value: autoShutdown });
  const unknown = unknownOption(options, staticOptions);
  if (unknown !== undefined) return wrong(unknown);
  return filled(options, strategy, autoShutdown, Number.POSITIVE_INFINITY, undefined);
};

/** Checks a dynamic supervisor's options, in Elixir's order. */
export const checkDynamicSupervisorOptions = (options: DynamicSupervisorOptions): Checked => {
  const { strategy = 'one_for_one', maxChildren = Number.POSITIVE_INFINITY, extraArguments = [] } = options;
  if (strategy !== 'one_for_one') return wrong({ kind: 'invalid_strategy', value: strategy });
  const restarts = checkRestarts(options);
  if (restarts !== undefined) return wrong(restarts);
  if (maxChildren !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxChildren) && maxChildren >= 0))
    return wrong({ kind: 'invalid_max_children', value: maxChildren });
  if (!Array.isArray(extraArguments))
    return wrong({ kind: 'invalid_extra_arguments', value: extraArguments });
  const unknown = unknownOption(options, dynamicOptions);
  if (unknown !== undefined) return wrong(unknown);
  return filled(
    options,
    strategy,
    'never',
    maxChildren,
    extraArguments.length === 0 ? undefined : extraArguments,
  );
};

const checkRestarts = ({ maxRestarts = 3, maxSeconds = 5 }: RestartOptions) => {
  if (!Number.isInteger(maxRestarts) || maxRestarts < 0)
    return { kind: 'invalid_intensity', value: maxRestarts } as const;
  if (!Number.isInteger(maxSeconds) || maxSeconds < 1)
    return { kind: 'invalid_period', value: maxSeconds } as const;
  return undefined;
};

const filled = (
  { maxRestarts = 3, maxSeconds = 5, backoff }: RestartOptions,
  strategy: Strategy,
  autoShutdown: AutoShutdown,
  maxChildren: number,
  extraArguments: readonly unknown[] | undefined,
): Checked => {
  const waits = backoff === undefined ? undefined : checkBackoff(backoff);
  if (waits !== undefined && 'kind' in waits) return wrong(waits);
  return {
    ok: true,
    flags: { strategy, maxRestarts, maxSeconds, autoShutdown, maxChildren, extraArguments, backoff: waits },
  };
};

const wrong = (failure: SupervisorOptionFailure): Wrong => ({ ok: false, failure });
