export type { Command } from './command.js';
export type { RemoteError } from './envelope.js';
export { type NodeChild, type NodeChildOptions, startNodeChild } from './node-child.js';
export { portsClosed } from './open-ports.js';
export { describeOsExit, type EndReason, type OsExit, type OsExitReason } from './os-exit.js';
export { type OsProcess, type OsProcessOptions, startOsProcess } from './os-process.js';
export { isOwnerGone, type OwnerMark, ownMark } from './owner-mark.js';
export { letThreadsLoad, type ThreadPool } from './pool-threads.js';
export type { OwnerOptions } from './port-process.js';
export type { PortClient, RequestOptions } from './request-client.js';
export { describeRequestFailure, RequestError, type RequestFailure } from './request-failure.js';
export { type ServedRequest, serveParent } from './serve-parent.js';
export { terminableThreadFlags } from './thread-flags.js';
export { type UnfinishedFolder, unfinishedFolder, unfinishedPath } from './unfinished.js';
export { describeWorkerExit, type WorkerExit, type WorkerExitReason } from './worker-exit.js';
export {
  startWorkerThread,
  type WorkerRequestOptions,
  type WorkerThread,
  type WorkerThreadOptions,
} from './worker-thread.js';
