export type { BackoffOptions } from './backoff.js';
export {
  type AnyStartResult,
  type ChildSpec,
  type ChildSpecOverrides,
  type ChildType,
  childSpec,
  type RestartType,
  type Shutdown,
  type TypedChildSpec,
} from './child-spec.js';
export type { Asker, Stopper } from './client.js';
export {
  type DynamicSupervisorCallbacks,
  type DynamicSupervisorDefinition,
  defineDynamicSupervisor,
  dynamicSupervisor,
} from './dynamic-supervisor.js';
/** What one can ask of a dynamic supervisor. */
export * as DynamicSupervisor from './dynamic-supervisor-client.js';
export { type DynamicSupervisorRef, startDynamicSupervisor } from './dynamic-supervisor-client.js';
export {
  type AlreadyStarted,
  type ChildSpecFailure,
  describeSupervisionFailure,
  type FailedToStartChild,
  type StartExit,
  type SupervisorFailure,
  type SupervisorOptionFailure,
} from './failure.js';
export type {
  AutoShutdown,
  DynamicSupervisorOptions,
  RestartOptions,
  Strategy,
  SupervisorOptions,
} from './flags.js';
export type { PartitionKey } from './partition-index.js';
export {
  type PartitionSpec,
  type PartitionSupervisorDefinition,
  type PartitionSupervisorOptions,
  type PartitionSupervisorProtocol,
  partitionSupervisor,
} from './partition-supervisor.js';
/** What one can ask of a partition supervisor. */
export * as PartitionSupervisor from './partition-supervisor-client.js';
export {
  type PartitionSupervisorRef,
  partition,
  startPartitionSupervisor,
} from './partition-supervisor-client.js';
export {
  type DynamicSupervisorPlan,
  type SupervisorPlan,
  supervise,
  superviseDynamic,
} from './plan.js';
export type {
  AlreadyPresent,
  ChildAlreadyStarted,
  ChildCounts,
  ChildInfo,
  ChildStartError,
  ChildStarted,
  DeleteChildResult,
  Done,
  DynamicStartChildResult,
  DynamicSupervisorProtocol,
  GetChildspecResult,
  InvalidChildSpec,
  MaxChildren,
  NotFound,
  RestartChildResult,
  Restarting,
  Running,
  StartChildResult,
  SupervisorProtocol,
  TerminateChildResult,
} from './protocol.js';
export {
  defineSupervisor,
  type SupervisorCallbacks,
  type SupervisorDefinition,
  supervisor,
} from './supervisor.js';
/** What one can ask of a static supervisor. */
export * as Supervisor from './supervisor-client.js';
export { type SupervisorRef, type SupervisorStartOptions, startSupervisor } from './supervisor-client.js';
