import type { StartFailure } from '../process/behaviour.js';
import type { ExitReason } from '../process/exit-reason.js';
import type { AnyPid, Pid } from '../process/pid.js';
import type { Call } from '../process/protocol.js';
import type { ChildSpec, ChildType } from './child-spec.js';
import type { ChildSpecFailure } from './failure.js';

/** One line of `whichChildren`. */
export interface ChildInfo {
  /** The spec's id; of a dynamic supervisor's children `undefined`. */
  readonly id: unknown;
  readonly status: 'running' | 'restarting' | 'stopped';
  /** Its process, while it has one. */
  readonly pid: AnyPid | undefined;
  readonly type: ChildType;
  readonly modules: readonly string[] | 'dynamic';
}

/** How many children a supervisor has. */
export interface ChildCounts {
  /** All that it knows, running or not. */
  readonly specs: number;
  /** Those whose process lives. */
  readonly active: number;
  readonly supervisors: number;
  readonly workers: number;
}

/** The spec is wrong; nothing was started. */
export type InvalidChildSpec = {
  readonly ok: false;
  readonly kind: 'invalid_child_spec';
  readonly failure: ChildSpecFailure;
};

/** A child's start failed; `spec` is what was to be started. */
export type ChildStartError = {
  readonly ok: false;
  readonly kind: 'error';
  readonly reason: ExitReason;
  readonly spec: ChildSpec;
};

/** The child of this id has ended or been stopped, and is still known. */
export type AlreadyPresent = { readonly ok: false; readonly kind: 'already_present' };
/** There is no such child. */
export type NotFound = { readonly ok: false; readonly kind: 'not_found' };
/** The child runs. */
export type Running = { readonly ok: false; readonly kind: 'running' };
/** The child has failed to start and is about to be tried again. */
export type Restarting = { readonly ok: false; readonly kind: 'restarting' };
/** There are as many children as there may be. */
export type MaxChildren = { readonly ok: false; readonly kind: 'max_children' };
/** Done. */
export type Done = { readonly ok: true };

/** A child was started. Its start function said `ignore` where there is no pid: it is known and can be restarted. */
export type ChildStarted<P = unknown> = {
  readonly ok: true;
  readonly pid: Pid<P> | undefined;
  readonly info?: unknown;
};
/** The id belongs to the running child `pid`. */
export type ChildAlreadyStarted = {
  readonly ok: false;
  readonly kind: 'already_started';
  readonly pid: AnyPid;
};

/** What a static supervisor's `startChild` comes to. */
export type StartChildResult<P = unknown> =
  | ChildStarted<P>
  | ChildAlreadyStarted
  | AlreadyPresent
  | ChildStartError
  | InvalidChildSpec;

/** What `restartChild` comes to. */
export type RestartChildResult =
  | ChildStarted
  | NotFound
  | Running
  | Restarting
  | { readonly ok: false; readonly kind: 'error'; readonly reason: ExitReason };

/** What `deleteChild` comes to. */
export type DeleteChildResult = Done | NotFound | Running | Restarting;

/** What `terminateChild` comes to. */
export type TerminateChildResult = Done | NotFound;

/** What `getChildspec` comes to. */
export type GetChildspecResult = { readonly ok: true; readonly spec: ChildSpec } | NotFound;

/** What a dynamic supervisor's `startChild` comes to. */
export type DynamicStartChildResult<P = unknown> =
  | { readonly ok: true; readonly pid: Pid<P>; readonly info?: unknown }
  | StartFailure
  | MaxChildren
  | InvalidChildSpec;

type Common =
  | Call<{ readonly type: 'which_children' }, readonly ChildInfo[]>
  | Call<{ readonly type: 'count_children' }, ChildCounts>;

/** What a static supervisor accepts; the functions of `Supervisor` send these. */
export type SupervisorProtocol = {
  readonly call:
    | Common
    | Call<{ readonly type: 'start_child'; readonly spec: ChildSpec }, StartChildResult>
    | Call<{ readonly type: 'terminate_child'; readonly id: unknown }, TerminateChildResult>
    | Call<{ readonly type: 'restart_child'; readonly id: unknown }, RestartChildResult>
    | Call<{ readonly type: 'delete_child'; readonly id: unknown }, DeleteChildResult>
    | Call<{ readonly type: 'get_childspec'; readonly id: unknown }, GetChildspecResult>;
};

/** What a dynamic supervisor accepts; the functions of `DynamicSupervisor` send these. */
export type DynamicSupervisorProtocol = {
  readonly call:
    | Common
    | Call<{ readonly type: 'start_child'; readonly spec: ChildSpec }, DynamicStartChildResult>
    | Call<{ readonly type: 'terminate_child'; readonly pid: AnyPid }, TerminateChildResult>;
};
