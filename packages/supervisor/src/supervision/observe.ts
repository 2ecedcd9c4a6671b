import type { Process } from '../process/process.js';
import type { CheckedSpec } from './check-child-spec.js';
import { DynamicSupervisorState } from './dynamic-supervisor.js';
import { SupervisorState } from './supervisor-state.js';

/** A child as its supervisor knows it. */
export interface SupervisedChild {
  readonly spec: CheckedSpec;
  readonly process: Process | undefined;
  readonly restarting: boolean;
  readonly starts: number;
}

/** A supervisor's children in the order that they start in; `undefined` for what is no supervisor. */
export const supervisedBy = (process: Process): Iterable<SupervisedChild> | undefined => {
  const state = process.data;
  if (state instanceof DynamicSupervisorState) return state.children;
  return state instanceof SupervisorState ? state.children : undefined;
};

/** How many children a supervisor knows. */
export const supervisedCount = (process: Process): number => {
  const state = process.data;
  return state instanceof DynamicSupervisorState || state instanceof SupervisorState
    ? state.children.size
    : 0;
};

/** The child that `process` is to `supervisor`, if it is one. */
export const supervisedAs = (supervisor: Process, process: Process): SupervisedChild | undefined => {
  const state = supervisor.data;
  return state instanceof DynamicSupervisorState || state instanceof SupervisorState
    ? state.children.of(process)
    : undefined;
};
