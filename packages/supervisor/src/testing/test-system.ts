import type { Definition } from '../process/behaviour.js';
import { type Logger, silentLogger } from '../process/logger.js';
import type { Pid } from '../process/pid.js';
import type { StartOptions } from '../process/start.js';
import { System } from '../process/system.js';
import { FakeClock } from './fake-clock.js';
import { startSupervised, stopSupervised } from './start-supervised.js';

/** A system of a test's own, on a clock of its own. */
export interface TestSystem extends AsyncDisposable {
  readonly system: System;
  readonly clock: FakeClock;
  /** Starts a server that stops with the test: see {@link startSupervised}. */
  startSupervised<P, A>(definition: Definition<P, A>, args: A, options?: StartOptions<P>): Promise<Pid<P>>;
  /** Stops what `startSupervised` started, the last first, then kills whatever still runs. */
  close(): Promise<void>;
}

/**
 * Makes a system on a {@link FakeClock}. With `await using` it is closed when the test's block ends, also when
 * the test fails; without, call `close`. Crashes are not logged unless a `logger` is given.
 *
 * @example
 * await using test = createTestSystem();
 * const pid = await test.startSupervised(counter, 0);
 * await test.clock.advance(5000);
 */
export const createTestSystem = ({
  logger = silentLogger,
}: {
  readonly logger?: Logger;
} = {}): TestSystem => {
  const clock = new FakeClock();
  const system = new System({ clock, logger });
  clock.attach(system);
  const close = async () => {
    await stopSupervised(system, clock);
    system.close();
    clock.detach(system);
  };
  return {
    system,
    clock,
    startSupervised: (definition, args, options) => startSupervised(system, definition, args, options),
    close,
    [Symbol.asyncDispose]: close,
  };
};
