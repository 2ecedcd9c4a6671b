import {
  type Behaviour,
  behaviourOf,
  type Definition,
  type StartFailure,
  type StartResult,
} from '../process/behaviour.js';
import type { Context } from '../process/context.js';
import { type AnyPid, processOf } from '../process/pid.js';
import type { MaybePromise } from '../process/protocol.js';
import { type StartOptions, startProcess } from '../process/start.js';

/**
 * When a child that has ended is started again:
 *
 * - `'permanent'`: always.
 * - `'transient'`: unless it ended in good order, with `'normal'` or a shutdown reason.
 * - `'temporary'`: never; it is forgotten.
 */
export type RestartType = 'permanent' | 'transient' | 'temporary';

/**
 * How a child is stopped:
 *
 * - a number: it is asked with the exit signal `'shutdown'` and killed when it still lives after so many
 *   milliseconds;
 * - `'infinity'`: it is asked, and waited for however long it takes;
 * - `'brutal_kill'`: it is killed at once.
 */
export type Shutdown = number | 'infinity' | 'brutal_kill';

/** What kind of process a child is. */
export type ChildType = 'worker' | 'supervisor';

/** A {@link StartResult} whatever the protocol. */
export type AnyStartResult =
  | { readonly ok: true; readonly pid: AnyPid; readonly info?: unknown }
  | StartFailure;

/**
 * How a supervisor starts, restarts and stops one child.
 *
 * @example
 * const spec: ChildSpec = {
 *   id: 'cache',
 *   start: (ctx) => ctx.startLink(cache, { maxEntries: 1000 }),
 *   restart: 'transient',
 * };
 */
export interface ChildSpec {
  /** Names the child within its supervisor; compared as a Map compares keys. */
  readonly id: unknown;
  /**
   * Starts the child, linked to the supervisor, whose context it gets. A dynamic supervisor's
   * `extraArguments` come after it.
   */
  readonly start: (ctx: Context, ...extra: never[]) => MaybePromise<AnyStartResult>;
  /** Default: `'permanent'`. */
  readonly restart?: RestartType;
  /** Default: 5,000 ms for a worker, `'infinity'` for a supervisor, so that its children have their time. */
  readonly shutdown?: Shutdown;
  /** Default: `'worker'`. */
  readonly type?: ChildType;
  /** Whether its end may shut the supervisor down; see the option `autoShutdown`. Default: `false`. */
  readonly significant?: boolean;
  /** Names of what the child is made of, for observers. Default: none. */
  readonly modules?: readonly string[] | 'dynamic';
}

/** A {@link ChildSpec} whose start function says which protocol the child speaks. */
export interface TypedChildSpec<P> extends ChildSpec {
  readonly start: (ctx: Context, ...extra: never[]) => MaybePromise<StartResult<P>>;
}

/** What {@link childSpec} lets one change: the fields of a spec, and how the process is started. */
export type ChildSpecOverrides<P = unknown> = Partial<Omit<ChildSpec, 'start'>> & StartOptions<P>;

/**
 * The spec of a child that runs `definition` with `args`.
 *
 * The id defaults to the definition's name, the type to what the definition is.
 *
 * @example
 * await startSupervisor([
 *   childSpec(counter, 0),
 *   childSpec(counter, 100, { id: 'second', restart: 'transient' }),
 * ]);
 */
export const childSpec = <P, A>(
  definition: Definition<P, A>,
  args: A,
  overrides?: ChildSpecOverrides<P>,
): TypedChildSpec<P> => {
  const behaviour = definition[behaviourOf];
  // A type has a default only here: a spec written by hand says what it is.
  const type = behaviour.kind.endsWith('supervisor') ? 'supervisor' : 'worker';
  // Without overrides nothing is copied: a dynamic supervisor may be given 100,000 of these in a second.
  if (overrides === undefined)
    return {
      id: definition.name,
      start: (ctx) => startUnder<P>(ctx, behaviour, args),
      type,
      modules: modulesOf(definition.name),
    };
  const { name, timeoutMs, mailbox, ...spec } = overrides as ChildSpecOverrides;
  const options =
    name === undefined && timeoutMs === undefined && mailbox === undefined
      ? undefined
      : ({ name, timeoutMs, mailbox } as StartOptions);
  return {
    id: definition.name,
    type,
    modules: modulesOf(definition.name),
    ...spec,
    start: (ctx) => startUnder<P>(ctx, behaviour, args, options),
  };
};

/** Starts a linked process without a promise where its `init` needs none. */
const startUnder = <P>(
  ctx: Context,
  behaviour: Behaviour,
  args: unknown,
  options?: StartOptions,
): MaybePromise<StartResult<P>> => {
  const parent = processOf(ctx.self);
  const { system } = parent;
  return options === undefined
    ? startProcess<P>(system, behaviour, args, { parent, link: true })
    : startProcess<P>(system, behaviour, args, { ...options, parent, link: true });
};

const modules = new Map<string, readonly string[]>();

/** One list per definition, however many children run it. */
const modulesOf = (name: string): readonly string[] => {
  let list = modules.get(name);
  if (list === undefined) {
    list = Object.freeze([name]);
    modules.set(name, list);
  }
  return list;
};
