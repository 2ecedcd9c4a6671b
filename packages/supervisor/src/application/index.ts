// The root of a program.
export {
  type Application,
  type StartApplicationResult,
  startApplication,
} from './application.js';
export type { ApplicationOptions } from './options.js';
export {
  describeShutdown,
  type ShutdownCause,
  type ShutdownOutcome,
  type ShutdownReport,
  type StoppedProcess,
} from './shutdown-report.js';
