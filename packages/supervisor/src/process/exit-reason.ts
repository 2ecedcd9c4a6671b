/**
 * Why a process ended, as OTP's exit reasons: any value may be one. These have a meaning:
 *
 * - `'normal'`: it was done. Linked processes are not disturbed.
 * - `'shutdown'` and {@link ShutdownReason}: asked to end in good order; never a crash.
 * - `'kill'`: as a signal, ends any process, trapping or not; others then see `'killed'`.
 * - `'noproc'`: there was no such process.
 * - {@link CrashReason}: an error that nobody caught.
 */
export type ExitReason =
  | 'normal'
  | 'shutdown'
  | 'kill'
  | 'killed'
  | 'noproc'
  | 'timeout'
  | KnownExitReason
  | (string & {})
  | number
  | boolean
  | object
  | null;

/** The tagged reasons that the runtime itself makes. */
export type KnownExitReason = ShutdownReason | CrashReason | BadReturnReason | CallFailedReason;

/** `{shutdown, Term}` in OTP: a shutdown that carries a detail. */
export type ShutdownReason = { readonly kind: 'shutdown'; readonly detail: unknown };

/** `{Error, Stacktrace}` in OTP: code threw and nobody caught it. */
export type CrashReason = { readonly kind: 'crash'; readonly error: unknown };

/** A callback returned something that its behaviour does not know. */
export type BadReturnReason = { readonly kind: 'bad_return_value'; readonly value: unknown };

/** `{Reason, {Mod, fun, Args}}` in OTP: a call to another process failed, and why. */
export type CallFailedReason = {
  readonly kind: 'call_failed';
  readonly operation: string;
  readonly reason: ExitReason;
};

const isTagged = (reason: unknown): reason is { readonly kind: string } =>
  typeof reason === 'object' && reason !== null && 'kind' in reason && typeof reason.kind === 'string';

/** Whether the reason is `'shutdown'` or a {@link ShutdownReason}. */
export const isShutdown = (reason: ExitReason): reason is 'shutdown' | ShutdownReason =>
  reason === 'shutdown' || (isTagged(reason) && reason.kind === 'shutdown' && 'detail' in reason);

/** Whether the reason counts as an orderly end for a `transient` child: normal or a shutdown. */
export const isOrderly = (reason: ExitReason): boolean => reason === 'normal' || isShutdown(reason);

/** Whether the reason is an uncaught error. */
export const isCrash = (reason: ExitReason): reason is CrashReason =>
  isTagged(reason) && reason.kind === 'crash' && 'error' in reason;

/** Whether the reason is that of a failed call. */
export const isCallFailed = (reason: ExitReason): reason is CallFailedReason =>
  isTagged(reason) && reason.kind === 'call_failed' && 'operation' in reason;

/** The reason in words, on one line, for logs and people. */
export const describeReason = (reason: ExitReason): string => {
  if (typeof reason === 'string') return reason;
  if (isCrash(reason)) return `crashed: ${describeThrown(reason.error)}`;
  if (isCallFailed(reason)) return `${reason.operation} failed: ${describeReason(reason.reason)}`;
  if (isTagged(reason) && reason.kind === 'shutdown' && 'detail' in reason)
    return `shutdown: ${describeReason(reason.detail as ExitReason)}`;
  if (isTagged(reason) && reason.kind === 'bad_return_value' && 'value' in reason)
    return `a callback returned ${describeValue(reason.value)}, which its behaviour does not know`;
  return (
    (isTagged(reason) ? described.get(reason.kind)?.(reason as never) : undefined) ?? describeValue(reason)
  );
};

const described = new Map<string, (reason: never) => string>();

/** @internal Has reasons of these kinds put in words by the room that makes them. */
export const describeKinds = <Reason extends { readonly kind: string }>(
  kinds: readonly Reason['kind'][],
  describe: (reason: Reason) => string,
): void => {
  for (const kind of kinds) described.set(kind, describe as (reason: never) => string);
};

const describeThrown = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : describeValue(error);

const describeValue = (value: unknown): string => {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};
