import {
  ArgumentError,
  Exit,
  NoProcessError,
  NoRecipientError,
  UnhandledEventError,
  UnhandledMessageError,
} from '@memvisor/supervisor';
import { isTagged, type Json, type Term } from './terms.js';

/** `raise "message"`. */
export class RuntimeError extends Error {}

/** An exception object of another class, raised by an API function: `%ArgumentError{}` … */
export class ElixirException extends Error {
  constructor(readonly className: string) {
    super(className);
  }
}

/** `:erlang.error(reason)`: a runtime error. */
export class ErlangError extends Error {
  constructor(readonly reason: Term) {
    super('erlang error');
  }
}

/** `throw value`. */
export class ErlangThrow extends Error {
  constructor(readonly value: Term) {
    super('erlang throw');
  }
}

/** A label that means nothing: the op is not carried out. */
export class Unresolved extends Error {
  constructor(readonly label: string) {
    super(`unresolved label ${label}`);
  }
}

/** The program is not one of this format: its case fails. */
export class InvalidProgram extends Error {}

export const badarg = (): ErlangError => new ErlangError('badarg');
export const functionClause = (): ErlangError => new ErlangError('function_clause');

/** The runtime's own errors, as what Erlang has in their place. */
const asErlang = (thrown: unknown): unknown => {
  if (thrown instanceof NoProcessError) return new ErlangError('noproc');
  if (thrown instanceof UnhandledEventError || thrown instanceof UnhandledMessageError)
    return functionClause();
  // A runtime error in Erlang's `!`, not one that an API function raises.
  if (thrown instanceof NoRecipientError) return badarg();
  if (thrown instanceof ArgumentError) return new ElixirException('ArgumentError');
  return thrown;
};

/** What stands in `{"crash": …}` for an error that ended a process. */
export const encodeCrash = (thrown: unknown, encode: (term: Term) => Json): Json => {
  const error = asErlang(thrown);
  if (error instanceof RuntimeError) return { error: 'RuntimeError', message: error.message };
  if (error instanceof ElixirException) return { error: error.className };
  if (error instanceof ErlangThrow) return { t: [':nocatch', encode(error.value)] };
  if (error instanceof ErlangError) return encode(error.reason);
  // A state machine's fault over what a callback returned.
  if (typeof error === 'object' && error !== null && 'kind' in error) return encode(error);
  return unknownError(error);
};

/** What stands in `{"raise": …}`: Elixir makes an exception of every runtime error. */
export const encodeRaised = (thrown: unknown, encode: (term: Term) => Json): Json => {
  const error = asErlang(thrown);
  return error instanceof ErlangError ? { error: exceptionOf(error.reason) } : encodeCrash(error, encode);
};

export const isFailure = (thrown: unknown): boolean => thrown instanceof Exit;

/** A fault of the runner or the runtime: shown as it is, it equals nothing that OTP does. */
const unknownError = (error: unknown): Json => ({
  error: 'JavaScript',
  message: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

const byAtom: { readonly [reason: string]: string } = {
  badarg: 'ArgumentError',
  badarith: 'ArithmeticError',
  function_clause: 'FunctionClauseError',
  system_limit: 'SystemLimitError',
  cond_clause: 'CondClauseError',
  undef: 'UndefinedFunctionError',
};

/** `Exception.normalize/2` for pairs. */
const byTag: { readonly [tag: string]: string } = {
  badmatch: 'MatchError',
  badmap: 'BadMapError',
  badkey: 'KeyError',
  badfun: 'BadFunctionError',
  case_clause: 'CaseClauseError',
  with_clause: 'WithClauseError',
  try_clause: 'TryClauseError',
};

/** The same for triples. */
const byLongTag: { readonly [tag: string]: string } = {
  badbool: 'BadBooleanError',
  badkey: 'KeyError',
  badstruct: 'BadStructError',
};

const exceptionOf = (reason: Term): string => {
  if (typeof reason === 'string') return byAtom[reason] ?? 'ErlangError';
  for (const tag of Object.keys(byTag)) if (isTagged(reason, tag, 2)) return byTag[tag] as string;
  for (const tag of Object.keys(byLongTag)) if (isTagged(reason, tag, 3)) return byLongTag[tag] as string;
  return 'ErlangError';
};
