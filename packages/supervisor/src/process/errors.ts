import { inspect } from 'node:util';
import { type CallFailedReason, describeReason, type ExitReason } from './exit-reason.js';

/**
 * Thrown inside a process, it ends the process with `reason` as it stands, as OTP's `exit/1` does.
 * Any other error that leaves a callback ends it with a crash reason around the error.
 */
export class Exit extends Error {
  override readonly name: string = 'Exit';
  constructor(
    /** What the process ends with. */
    readonly reason: ExitReason,
    message?: string,
  ) {
    super(message ?? `process exit: ${describeReason(reason)}`);
  }
}

/** A call that got no reply. `failure` says why: the server's exit reason, `'noproc'`, `'timeout'` … */
export class CallExit extends Exit {
  override readonly name = 'CallExit';
  declare readonly reason: CallFailedReason;
  /** The reason by itself, without the operation around it. */
  readonly failure: ExitReason;
  constructor(operation: string, target: string, failure: ExitReason) {
    super(
      { kind: 'call_failed', operation, reason: failure },
      `${operation} to ${target} failed: ${describeReason(failure)}`,
    );
    this.failure = failure;
  }
}

/** Wrong use of a function: an argument that can't be right whatever the state of the system. */
export class ArgumentError extends Error {
  override readonly name: string = 'ArgumentError';
}

/** A message for a name that nobody has. */
export class NoRecipientError extends ArgumentError {
  override readonly name = 'NoRecipientError';
}

/** A message that the server has no handler for: `function_clause` in OTP. */
export class UnhandledMessageError extends Error {
  override readonly name = 'UnhandledMessageError';
  constructor(
    readonly server: string,
    readonly kind: 'call' | 'cast',
    readonly content: unknown,
  ) {
    const type =
      typeof content === 'object' && content !== null && 'type' in content ? content.type : content;
    super(`${server} has no ${kind} handler for ${typeof type === 'string' ? `"${type}"` : String(type)}`);
  }
}

/** An option of the wrong kind: names the option, what it was and what was expected. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  constructor(
    readonly option: string,
    readonly value: unknown,
    readonly expected: string,
  ) {
    super(`${option}: expected ${expected}, got ${typeof value === 'string' ? `"${value}"` : shown(value)}`);
  }
}

/** What something is, in a line: enough to recognise it. */
const shown = (value: unknown): string =>
  inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 100,
  });

/** The exit reason of a process that let `thrown` escape. */
export const reasonOfThrown = (thrown: unknown): ExitReason =>
  thrown instanceof Exit ? thrown.reason : { kind: 'crash', error: thrown };
