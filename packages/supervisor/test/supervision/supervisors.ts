import { afterEach, beforeEach } from '@jest/globals';
import {
  type ChildSpec,
  type ExitReason,
  type Pid,
  Supervisor,
  type SupervisorOptions,
  type SupervisorProtocol,
  startSupervisor,
} from '../../src/index.js';
import { createTestSystem, type TestSystem } from '../../src/testing/index.js';
import { pidOf, workersWith } from './workers.js';

type SupervisorPid = Pid<SupervisorProtocol>;

/** The system of the test that runs; who imports this file has a new one for each test. */
export let world: TestSystem;
/** What happened to the workers of {@link spec}. */
export let log: string[];
export let spec: ReturnType<typeof workersWith>;
beforeEach(() => {
  world = createTestSystem();
  log = [];
  spec = workersWith(log);
});
afterEach(() => world.close());

/** A supervisor of these children that must have started. */
export const started = async (
  children: readonly ChildSpec[],
  options: SupervisorOptions = {},
): Promise<SupervisorPid> => pidOf(await startSupervisor(children, { system: world.system, ...options }));

/** id and status of each child, the last one first. */
export const statuses = async (sup: SupervisorPid): Promise<readonly string[]> =>
  (await Supervisor.whichChildren(sup)).map(({ id, status }) => `${String(id)} ${status}`);

/** The pid of a child that must be there. */
export const child = async (sup: SupervisorPid, id: unknown) => {
  const found = (await Supervisor.whichChildren(sup)).find((one) => one.id === id)?.pid;
  if (found === undefined) throw new Error(`no child ${String(id)}`);
  return found;
};

/** Ends a child from outside, and waits for what its supervisor does. */
export const crash = async (sup: SupervisorPid, id: unknown, reason: ExitReason = 'kill'): Promise<void> => {
  world.system.exit(await child(sup, id), reason);
  await world.clock.settled();
};
