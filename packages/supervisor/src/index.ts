// The process core.

export * from './application/index.js';
export * from './behaviours/agent/index.js';
// Behaviours.
export {
  type CallHandler,
  type CallHandlers,
  type CastHandler,
  type CastHandlers,
  defineGenServer,
  type GenServer,
  type GenServerCallbacks,
} from './behaviours/gen-server.js';
export {
  type CallResult,
  type Ignore,
  type InitResult,
  ignore,
  type NoReply,
  type NoReplyResult,
  noreply,
  type Ok,
  ok,
  type Reply,
  type ResultOptions,
  reply,
  type Stop,
  type StopAndReply,
  stop,
  stopAndReply,
} from './behaviours/results.js';
// State machines.
export {
  type Action,
  actions,
  type CancelTimeoutAction,
  type EnterAction,
  type EventTimeoutAction,
  type HibernateAction,
  type NamedTimeoutAction,
  type NextEventAction,
  type PostponeAction,
  type ReplyAction,
  type StateTimeoutAction,
} from './behaviours/state-machine/actions.js';
export { StateMachine } from './behaviours/state-machine/client.js';
export {
  defineStateMachine,
  type HandleEventCallbacks,
  type StateFunctionCallbacks,
  type StateMachineDefinition,
} from './behaviours/state-machine/define-state-machine.js';
export type {
  EventTimeoutOf,
  InternalOf,
  MachineEvent,
  MachineProtocol,
  NamedTimeoutOf,
  StateEvent,
  StateTimeoutOf,
} from './behaviours/state-machine/events.js';
export { type MachineFault, UnhandledEventError } from './behaviours/state-machine/failures.js';
export type {
  MachineCallHandler,
  StateFunction,
  StateHandlers,
  States,
} from './behaviours/state-machine/handlers.js';
export {
  type AnyState,
  type EnterResult,
  type KeepState,
  keepState,
  type MachineInit,
  type MachineResult,
  type NextState,
  nextState,
  type RepeatState,
  repeatState,
  type StartIn,
  type StopWithReplies,
  startIn,
  stopWithReplies,
} from './behaviours/state-machine/results.js';
export * from './behaviours/task/index.js';
export {
  call,
  cast,
  createSystem,
  defaultSystem,
  exit,
  exited,
  isAlive,
  register,
  send,
  spawn,
  start,
  stopServer,
  unregister,
  whereis,
} from './default-system.js';
export { type ObservedProcess, type ObservedTree, observer, type TreeOptions } from './observer.js';
// Ports: OS processes and worker threads.
export {
  type Command,
  describeOsExit,
  describeRequestFailure,
  describeWorkerExit,
  type EndReason,
  isOwnerGone,
  letThreadsLoad,
  type NodeChild,
  type NodeChildOptions,
  type OsExit,
  type OsExitReason,
  type OsProcess,
  type OsProcessOptions,
  type OwnerMark,
  type OwnerOptions,
  ownMark,
  type PortClient,
  portsClosed,
  type RemoteError,
  RequestError,
  type RequestFailure,
  type RequestOptions,
  type ServedRequest,
  serveParent,
  startNodeChild,
  startOsProcess,
  startWorkerThread,
  type ThreadPool,
  terminableThreadFlags,
  type UnfinishedFolder,
  unfinishedFolder,
  unfinishedPath,
  type WorkerExit,
  type WorkerExitReason,
  type WorkerRequestOptions,
  type WorkerThread,
  type WorkerThreadOptions,
} from './ports/index.js';
export type { Definition, StartFailure, StartResult } from './process/behaviour.js';
export { type Clock, realClock } from './process/clock.js';
export type { AnyContext, Context, Timer } from './process/context.js';
export {
  ArgumentError,
  CallExit,
  Exit,
  NoRecipientError,
  OptionError,
  UnhandledMessageError,
} from './process/errors.js';
export {
  type BadReturnReason,
  type CallFailedReason,
  type CrashReason,
  describeReason,
  type ExitReason,
  isCallFailed,
  isCrash,
  isOrderly,
  isShutdown,
  type KnownExitReason,
  type ShutdownReason,
} from './process/exit-reason.js';
export { CallMessage, CastMessage, type ProcessBody, receiveTimeout } from './process/function-process.js';
export { type ProcessInfo, processInfo } from './process/info.js';
export { type Logger, silentLogger, stderrLogger } from './process/logger.js';
export type { MailboxLimit } from './process/mailbox-limit.js';
export {
  DownMessage,
  ExitMessage,
  type MonitorRef,
  type SystemMessage,
  TimeoutMessage,
} from './process/messages.js';
export type { From } from './process/pending-call.js';
export {
  type AnyPid,
  type AnyRef,
  type Pid,
  type ProcessName,
  processName,
  type ServerRef,
  type Via,
  type ViaModule,
} from './process/pid.js';
export type {
  Call,
  CallOf,
  CastOf,
  InfoOf,
  MaybePromise,
  Message,
  Protocol,
  ReplyOf,
  ReplyTo,
} from './process/protocol.js';
export { NoProcessError } from './process/signals.js';
export type { StartOptions } from './process/start.js';
export { type OutsideStartOptions, System, type SystemOptions } from './process/system.js';
export * from './registry/index.js';
// Supervisors.
export * from './supervision/index.js';
export * from './sys/index.js';
export { type MailboxPolicy, subscribe, type TelemetryEvent, telemetryTypes } from './telemetry.js';
