import { describeReason, type ExitReason } from '../process/exit-reason.js';
import type { Process } from '../process/process.js';
import { type TelemetryEvent, telemetry } from '../telemetry.js';
import type { CheckedSpec } from './check-child-spec.js';
import { isExpectedEnd } from './decisions.js';
import type { RestartIntensity } from './restart-intensity.js';

type Event<Type extends TelemetryEvent['type']> = Extract<TelemetryEvent, { readonly type: Type }>;

/** A child has been stopped; to the logger only when it did not end as it was asked to. */
export const reportStop = (
  supervisor: Process,
  { id, restart, shutdown }: CheckedSpec,
  child: Process,
  began: number,
  forced: boolean,
): void => {
  const reason = child.exitReason;
  if (telemetry.childStop.hasSubscribers) {
    const tookMs = supervisor.system.clock.now() - began;
    const event = {
      type: 'child_stop',
      supervisor,
      childId: id,
      pid: child,
      reason,
      forced,
      tookMs,
    } as const;
    telemetry.childStop.publish(event satisfies Event<'child_stop'>);
  }
  if (isExpectedEnd(restart, shutdown, reason)) return;
  const how = forced
    ? `was killed: it did not stop within ${shutdown} ms`
    : `ended otherwise while it was stopped: ${describeReason(reason)}`;
  report(supervisor, 'shutdown_error', id, reason, `child ${String(id)} ${child} ${how}`);
};

/** A child did not start. */
export const reportStartError = (supervisor: Process, id: unknown, reason: ExitReason): void =>
  report(
    supervisor,
    'start_error',
    id,
    reason,
    `child ${String(id)} did not start: ${describeReason(reason)}`,
  );

/** A child is being started again. */
export const reportRestart = (
  supervisor: Process,
  childId: unknown,
  reason: ExitReason,
  { count, maxRestarts, maxSeconds }: RestartIntensity,
): void => {
  if (!telemetry.restart.hasSubscribers) return;
  telemetry.restart.publish({
    type: 'restart',
    supervisor,
    childId,
    reason,
    restarts: count,
    maxRestarts,
    maxSeconds,
  } satisfies Event<'restart'>);
};

/** The supervisor gives up. */
export const reportGivingUp = (
  supervisor: Process,
  childId: unknown,
  reason: ExitReason,
  { spentBy, maxRestarts, maxSeconds }: RestartIntensity,
): void => {
  if (telemetry.restartIntensityExceeded.hasSubscribers)
    telemetry.restartIntensityExceeded.publish({
      type: 'restart_intensity_exceeded',
      supervisor,
      childId,
      reason,
      spentBy,
      maxRestarts,
      maxSeconds,
    } satisfies Event<'restart_intensity_exceeded'>);
  const budget = `${maxRestarts} restarts in ${maxSeconds} s`;
  const message = `gives up, more than ${budget}: ${tally(spentBy)}; last ${describeReason(reason)}`;
  report(supervisor, 'reached_max_restart_intensity', childId, reason, message, { spentBy });
};

/** `b 3 times, a once`: who spent the budget, the most often first, at most five of them. */
const tally = (spentBy: readonly unknown[]): string => {
  const times = new Map<unknown, number>();
  for (const id of spentBy) times.set(id, (times.get(id) ?? 0) + 1);
  const most = [...times].sort(([, a], [, b]) => b - a);
  const named = most
    .slice(0, 5)
    .map(([id, count]) => `${String(id)} ${count === 1 ? 'once' : `${count} times`}`);
  return most.length > 5 ? `${named.join(', ')} and ${most.length - 5} more` : named.join(', ');
};

/** A message that no supervisor knows. */
export const reportUnknown = (supervisor: Process): void =>
  supervisor.system.logger.warn(
    { pid: supervisor.toString(), label: supervisor.behaviour.label },
    `${supervisor} ${supervisor.behaviour.label} dropped a message: supervisors take requests only`,
  );

const report = (
  supervisor: Process,
  context: string,
  childId: unknown,
  reason: ExitReason,
  message: string,
  more: object = {},
): void => {
  const { label } = supervisor.behaviour;
  supervisor.system.logger.error(
    { pid: supervisor.toString(), label, context, childId, reason, ...more },
    `${supervisor} ${label} ${message}`,
  );
};
