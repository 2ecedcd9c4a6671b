import type { Definition } from '../process/behaviour.js';
import { describeReason } from '../process/exit-reason.js';
import type { AnyPid, Pid } from '../process/pid.js';
import type { StartOptions } from '../process/start.js';
import type { System } from '../process/system.js';
import type { FakeClock } from './fake-clock.js';

/** How long a server may take to stop, on the test's clock, before it is killed. */
const shutdownMs = 5000;

const supervised = new WeakMap<System, AnyPid[]>();

/**
 * Starts a server that stops when its system closes, after those that were started later. It is linked to
 * nobody, so its crash doesn't harm the test.
 *
 * @throws {Error} When the server does not start; the message says why.
 */
export const startSupervised = async <P, A>(
  system: System,
  definition: Definition<P, A>,
  args: A,
  options: StartOptions<P> = {},
): Promise<Pid<P>> => {
  const started = await system.start(definition, args, options);
  if (!started.ok) {
    const why = started.kind === 'error' ? describeReason(started.reason) : started.kind;
    throw new Error(`${definition.name} did not start: ${why}`);
  }
  const pids = supervised.get(system) ?? [];
  supervised.set(system, pids);
  pids.push(started.pid);
  return started.pid;
};

/** Stops what {@link startSupervised} started, the last first. */
export const stopSupervised = async (system: System, clock: FakeClock): Promise<void> => {
  for (const pid of supervised.get(system)?.reverse() ?? []) {
    const stopped = system.stop(pid, 'shutdown', shutdownMs).catch(() => undefined);
    const end = clock.now() + shutdownMs;
    await clock.settled();
    while (system.isAlive(pid) && clock.nextAt !== undefined && clock.nextAt <= end)
      await clock.advanceToNext();
    if (system.isAlive(pid)) system.exit(pid, 'kill');
    await stopped;
  }
  supervised.delete(system);
};
