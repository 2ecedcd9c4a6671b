/** The part of pino's interface that the runtime uses; a pino logger fits as it is. */
export interface Logger {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

/** Writes crashes and warnings as one line each to stderr. */
export const stderrLogger: Logger = {
  error: (_fields, message) => void process.stderr.write(`[memvisor] error: ${message}\n`),
  warn: (_fields, message) => void process.stderr.write(`[memvisor] warning: ${message}\n`),
  info: () => undefined,
};

/** Says nothing. */
export const silentLogger: Logger = { error: () => undefined, warn: () => undefined, info: () => undefined };
