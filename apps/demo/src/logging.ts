import { createRequire } from 'node:module';
import { defaultSystem, silentLogger } from '@memvisor/supervisor';

/** How much the runtime tells of its processes; everything goes to stderr as JSON lines. */
export const logLevels = ['silent', 'error', 'warn', 'info'] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/**
 * Has the runtime log through pino. `silent` unless asked for: what a command has to say about a failure it says
 * itself, in a line or two. Written synchronously, so that nothing is lost when the process ends.
 */
export const useLogger = (level: LogLevel): void => {
  if (level === 'silent') {
    // Without loading pino: an answer should not wait for a log that nobody wants.
    defaultSystem.logger = silentLogger;
    return;
  }
  const pino: typeof import('pino') = createRequire(import.meta.url)('pino');
  const destination = pino.default.destination({ dest: 2, sync: true });
  defaultSystem.logger = pino.default({ name: 'memvisor', level }, destination);
};
