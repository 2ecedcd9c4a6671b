/** Why a command ended without having done its work. Told in a line or two; the exit code is 1, or 2 for wrong usage. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    /** What went wrong and what to do about it. */
    message: string,
    readonly exitCode: 1 | 2 = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The command line itself is wrong. */
export const wrongUsage = (message: string): CommandFailure => new CommandFailure(message, 2);

/** What a person reads on stderr: never a stack trace unless asked for. */
export const describeError = (error: unknown, debug: boolean): string => {
  if (debug && error instanceof Error) return error.stack ?? error.message;
  if (error instanceof CommandFailure) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `${message}\nThis is a fault in memvisor itself; --debug shows where it happened.`;
};
