export type { TraceEvent, TraceListener } from './probe.js';
export type { ProcessStatus, Statistics, SysOptions } from './sys.js';
/** What one can ask of any process, whatever its behaviour. */
export * as sys from './sys.js';
