import type { ChildSpec } from './child-spec.js';
import type { DynamicSupervisorOptions, SupervisorOptions } from './flags.js';

/** What a static supervisor's `init` decides on. Made by {@link supervise}. */
export class SupervisorPlan {
  constructor(
    readonly children: readonly ChildSpec[],
    readonly options: SupervisorOptions,
  ) {}
}

/** What a dynamic supervisor's `init` decides on. Made by {@link superviseDynamic}. */
export class DynamicSupervisorPlan {
  constructor(readonly options: DynamicSupervisorOptions) {}
}

/** From the `init` of {@link defineSupervisor}: start these children, in this order. */
export const supervise = (children: readonly ChildSpec[], options: SupervisorOptions = {}): SupervisorPlan =>
  new SupervisorPlan(children, options);

/** From the `init` of {@link defineDynamicSupervisor}: run with these options. */
export const superviseDynamic = (options: DynamicSupervisorOptions = {}): DynamicSupervisorPlan =>
  new DynamicSupervisorPlan(options);
