import { defaultSystem } from '@memvisor/supervisor';
import pino from 'pino';

/** How much the runtime tells of its processes; everything goes to stderr as JSON lines. */
export const logLevels = ['silent', 'error', 'warn', 'info'] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/**
 * Has the runtime log through pino. `silent` unless asked for: what a command has to say about a failure it says
 * itself, in a line or two. Written synchronously, so that nothing is lost when the process ends.
 */
export const useLogger = (level: LogLevel): void => {
  defaultSystem.logger = pino({ name: 'memvisor', level }, pino.destination({ dest: 2, sync: true }));
};
