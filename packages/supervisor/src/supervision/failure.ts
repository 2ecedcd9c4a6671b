import { describeKinds, describeReason, type ExitReason } from '../process/exit-reason.js';
import type { AnyPid } from '../process/pid.js';

/** What is wrong with a child spec, as OTP says it. */
export type ChildSpecFailure =
  | { readonly kind: 'invalid_child_spec'; readonly value: unknown }
  | { readonly kind: 'missing_id' }
  | { readonly kind: 'missing_start' }
  | { readonly kind: 'invalid_mfa'; readonly value: unknown }
  | { readonly kind: 'invalid_restart_type'; readonly value: unknown }
  | { readonly kind: 'invalid_significant'; readonly value: unknown }
  | { readonly kind: 'bad_combination'; readonly options: { readonly [option: string]: unknown } }
  | { readonly kind: 'invalid_child_type'; readonly value: unknown }
  | { readonly kind: 'invalid_shutdown'; readonly value: unknown }
  | { readonly kind: 'invalid_modules'; readonly value: unknown }
  | { readonly kind: 'invalid_module'; readonly value: unknown }
  | { readonly kind: 'duplicate_child_name'; readonly id: unknown };

/** What is wrong with a supervisor's options, as OTP says it; `unknown_option`, which OTP passes over, is most often a slip. */
export type SupervisorOptionFailure =
  | { readonly kind: 'invalid_type'; readonly value: unknown }
  | { readonly kind: 'invalid_strategy'; readonly value: unknown }
  | { readonly kind: 'invalid_intensity'; readonly value: unknown }
  | { readonly kind: 'invalid_period'; readonly value: unknown }
  | { readonly kind: 'invalid_auto_shutdown'; readonly value: unknown }
  | { readonly kind: 'invalid_max_children'; readonly value: unknown }
  | { readonly kind: 'invalid_extra_arguments'; readonly value: unknown }
  | { readonly kind: 'unknown_option'; readonly option: string; readonly known: readonly string[] }
  | {
      readonly kind: 'invalid_backoff';
      readonly option: string;
      readonly value: unknown;
      readonly expected: string;
    };

/** The reasons that a supervisor itself ends with when it can't start; `'shutdown'` reasons carry the last. */
export type SupervisorFailure =
  | { readonly kind: 'supervisor_data'; readonly failure: SupervisorOptionFailure }
  | { readonly kind: 'start_spec'; readonly failure: ChildSpecFailure }
  | { readonly kind: 'bad_return'; readonly value: unknown }
  | FailedToStartChild;

/** A child could not be started. A supervisor ends with it as the detail of a shutdown reason. */
export type FailedToStartChild = {
  readonly kind: 'failed_to_start_child';
  readonly id: unknown;
  readonly reason: ExitReason;
};

/** `{already_started, Pid}`: the reason where a start found the name taken. */
export type AlreadyStarted = { readonly kind: 'already_started'; readonly pid: AnyPid };

/** `{'EXIT', Reason}`: a static supervisor's reason where a start function threw. */
export type StartExit = { readonly kind: 'EXIT'; readonly reason: ExitReason };

/** What is wrong and what was expected, in one sentence. */
export const describeSupervisionFailure = (
  failure: ChildSpecFailure | SupervisorOptionFailure | SupervisorFailure,
): string => {
  switch (failure.kind) {
    case 'supervisor_data':
      return `the supervisor's options are wrong: ${describeSupervisionFailure(failure.failure)}`;
    case 'start_spec':
      return `a child spec is wrong: ${describeSupervisionFailure(failure.failure)}`;
    case 'bad_return':
      return `init: expected supervise(…) or ignore(), got ${shown(failure.value)}`;
    case 'failed_to_start_child':
      return `child ${shown(failure.id)} did not start: ${describeReason(failure.reason)}`;
    case 'invalid_child_spec':
      return `expected a child spec with id and start, got ${shown(failure.value)}`;
    case 'missing_id':
      return 'the child spec has no id';
    case 'missing_start':
      return 'the child spec has no start function';
    case 'bad_combination':
      return `these don't go together: ${Object.entries(failure.options)
        .map(([option, value]) => `${option} ${shown(value)}`)
        .join(' and ')}`;
    case 'duplicate_child_name':
      return `two children have the id ${shown(failure.id)}`;
    case 'unknown_option':
      return `${failure.option}: there is no such option; there are ${failure.known.join(', ')}`;
    case 'invalid_backoff':
      return `backoff.${failure.option}: expected ${failure.expected}, got ${shown(failure.value)}`;
    default: {
      const [option, expected] = expectations[failure.kind];
      return `${option}: expected ${expected}, got ${shown(failure.value)}`;
    }
  }
};

const expectations = {
  invalid_mfa: ['start', 'a function'],
  invalid_restart_type: ['restart', "'permanent', 'transient' or 'temporary'"],
  invalid_significant: ['significant', 'true or false'],
  invalid_child_type: ['type', "'worker' or 'supervisor'"],
  invalid_shutdown: ['shutdown', "whole milliseconds, 'infinity' or 'brutal_kill'"],
  invalid_modules: ['modules', "a list of names or 'dynamic'"],
  invalid_module: ['modules', 'texts in the list'],
  invalid_type: ['the options', 'an object'],
  invalid_strategy: ['strategy', "'one_for_one', or for a static supervisor 'one_for_all' or 'rest_for_one'"],
  invalid_intensity: ['maxRestarts', 'a whole number from 0'],
  invalid_period: ['maxSeconds', 'a whole number from 1'],
  invalid_auto_shutdown: ['autoShutdown', "'never', 'any_significant' or 'all_significant'"],
  invalid_max_children: ['maxChildren', 'a whole number from 0, or Infinity'],
  invalid_extra_arguments: ['extraArguments', 'a list'],
} as const;

const shown = (value: unknown): string => {
  if (typeof value === 'string') return `"${value}"`;
  try {
    return (typeof value === 'object' ? JSON.stringify(value) : undefined) ?? String(value);
  } catch {
    return String(value);
  }
};

// So that a log line about a supervisor that did not start is a sentence.
describeKinds<SupervisorFailure>(
  ['supervisor_data', 'start_spec', 'bad_return', 'failed_to_start_child'],
  describeSupervisionFailure,
);
describeKinds<AlreadyStarted>(['already_started'], ({ pid }) => `the name belongs to ${pid}`);
describeKinds<StartExit>(['EXIT'], ({ reason }) => describeReason(reason));
