import type { ChildSpec, ChildType, RestartType, Shutdown } from './child-spec.js';
import type { ChildSpecFailure } from './failure.js';
import type { AutoShutdown } from './flags.js';

/** A child spec that has been checked, every default filled in. */
export class CheckedSpec {
  constructor(
    readonly id: unknown,
    /** Forgotten, with all that it holds on to, once a child has started that will not start again. */
    public start: ChildSpec['start'],
    readonly restart: RestartType,
    readonly shutdown: Shutdown,
    readonly type: ChildType,
    readonly significant: boolean,
    readonly modules: readonly string[] | 'dynamic',
  ) {}
}

const none: readonly string[] = [];

const restarts: ReadonlySet<unknown> = new Set([
  'permanent',
  'transient',
  'temporary',
] satisfies RestartType[]);
const isWhole = (value: unknown, from: number): boolean =>
  Number.isInteger(value) && (value as number) >= from;
const isSpec = (spec: unknown): spec is ChildSpec =>
  typeof spec === 'object' && spec !== null && !Array.isArray(spec);

const isShutdown = (value: unknown, from: number): boolean =>
  value === 'infinity' || value === 'brutal_kill' || isWhole(value, from);

const defaultShutdown = (type: ChildType): Shutdown => (type === 'supervisor' ? 'infinity' : 5000);

/** Checks a static supervisor's child, in OTP's order: the first thing that is wrong is named. */
export const checkChildSpec = (spec: unknown, autoShutdown: AutoShutdown): CheckedSpec | ChildSpecFailure => {
  if (spec instanceof CheckedSpec) return spec;
  if (!isSpec(spec)) return { kind: 'invalid_child_spec', value: spec };
  const { restart = 'permanent', type = 'worker', significant = false } = spec;
  const { shutdown = defaultShutdown(type), modules = none } = spec;
  if (!('id' in spec)) return { kind: 'missing_id' };
  if (!('start' in spec)) return { kind: 'missing_start' };
  return (
    checkStart(spec) ??
    checkRestart(restart) ??
    checkSignificant(significant, restart, autoShutdown) ??
    checkType(type) ??
    checkShutdown(shutdown, 0) ??
    checkModules(modules) ??
    new CheckedSpec(spec.id, spec.start, restart, shutdown, type, significant, modules)
  );
};

/**
 * Checks a dynamic supervisor's child as Elixir does: an incomplete spec is reported as a whole, and a
 * shutdown of 0 ms is not allowed.
 */
export const checkDynamicChildSpec = (spec: unknown): CheckedSpec | ChildSpecFailure => {
  if (spec instanceof CheckedSpec) return spec;
  if (!isSpec(spec) || !('id' in spec) || !('start' in spec))
    return { kind: 'invalid_child_spec', value: spec };
  const { restart = 'permanent', type = 'worker' } = spec;
  const { shutdown = defaultShutdown(type), modules = none } = spec;
  return (
    checkStart(spec) ??
    checkRestart(restart) ??
    checkShutdown(shutdown, 1) ??
    checkType(type) ??
    checkDynamicModules(modules) ??
    new CheckedSpec(spec.id, spec.start, restart, shutdown, type, false, modules)
  );
};

const checkStart = ({ start }: ChildSpec): ChildSpecFailure | undefined =>
  typeof start === 'function' ? undefined : { kind: 'invalid_mfa', value: start };

const checkRestart = (restart: unknown): ChildSpecFailure | undefined =>
  restarts.has(restart) ? undefined : { kind: 'invalid_restart_type', value: restart };

const checkSignificant = (
  significant: unknown,
  restart: RestartType,
  autoShutdown: AutoShutdown,
): ChildSpecFailure | undefined => {
  if (significant === true && autoShutdown === 'never')
    return { kind: 'bad_combination', options: { autoShutdown, significant } };
  if (significant === true && restart === 'permanent')
    return { kind: 'bad_combination', options: { restart, significant } };
  return typeof significant === 'boolean' ? undefined : { kind: 'invalid_significant', value: significant };
};

const checkType = (type: unknown): ChildSpecFailure | undefined =>
  type === 'worker' || type === 'supervisor' ? undefined : { kind: 'invalid_child_type', value: type };

const checkShutdown = (shutdown: unknown, from: number): ChildSpecFailure | undefined =>
  isShutdown(shutdown, from) ? undefined : { kind: 'invalid_shutdown', value: shutdown };

const checkModules = (modules: unknown): ChildSpecFailure | undefined => {
  if (modules === 'dynamic') return undefined;
  if (!Array.isArray(modules)) return { kind: 'invalid_modules', value: modules };
  for (const value of modules) if (typeof value !== 'string') return { kind: 'invalid_module', value };
  return undefined;
};

/** Elixir's names the whole list where one of it is wrong. */
const checkDynamicModules = (modules: unknown): ChildSpecFailure | undefined =>
  checkModules(modules) === undefined ? undefined : { kind: 'invalid_modules', value: modules };
