import { type ExitReason, isOrderly, isShutdown } from '../process/exit-reason.js';
import type { RestartType, Shutdown } from './child-spec.js';
import type { AutoShutdown } from './flags.js';

/** Whether a child that has ended is started again. */
export const isRestarted = (restart: RestartType, reason: ExitReason): boolean =>
  restart === 'permanent' || (restart === 'transient' && !isOrderly(reason));

/**
 * Whether the supervisor ends because a child has ended for good. `othersRunning`: how many other
 * significant children run or are about to.
 */
export const endsSupervisor = (
  significant: boolean,
  autoShutdown: AutoShutdown,
  othersRunning: number,
): boolean => {
  if (!significant || autoShutdown === 'never') return false;
  return autoShutdown === 'any_significant' || othersRunning === 0;
};

/**
 * Whether a child that was stopped by its supervisor ended as it was asked to. Anything else is reported:
 * a permanent child is expected not to end by itself, not even in good order.
 */
export const isExpectedEnd = (restart: RestartType, shutdown: Shutdown, reason: ExitReason): boolean => {
  if (shutdown === 'brutal_kill' && reason === 'killed') return true;
  if (shutdown !== 'brutal_kill' && reason === 'shutdown') return true;
  if (restart === 'permanent') return false;
  return reason === 'normal' || isShutdown(reason);
};
