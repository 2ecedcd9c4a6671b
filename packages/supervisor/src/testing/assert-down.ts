import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import { describeReason, type ExitReason } from '../process/exit-reason.js';
import { type AnyPid, processOf } from '../process/pid.js';

/**
 * Fails unless the process is gone once its system has come to rest, and, where `reason` is given, gone for
 * that reason. Lets no time pass.
 *
 * @returns What it ended with.
 * @throws {AssertionError} When it lives or ended for another reason.
 * @example
 * exit(pid, 'kill');
 * await assertDown(pid, 'killed');
 */
export const assertDown = async (pid: AnyPid, reason?: ExitReason): Promise<ExitReason> => {
  const process = processOf(pid);
  await process.system.settled();
  const name = `${pid} ${process.behaviour.label}`;
  if (!process.dead)
    throw new AssertionError({ message: `expected ${name} to be down, but it is alive`, operator: 'down' });
  const actual = process.exitReason;
  if (reason !== undefined && !isDeepStrictEqual(actual, reason))
    throw new AssertionError({
      message: `expected ${name} to be down with ${describeReason(reason)}, got ${describeReason(actual)}`,
      expected: reason,
      actual,
      operator: 'down',
    });
  return actual;
};
