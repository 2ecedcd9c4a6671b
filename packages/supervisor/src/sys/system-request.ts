import { CallExit, OptionError } from '../process/errors.js';
import type { ExitReason } from '../process/exit-reason.js';
import { type SystemRequest, Tag } from '../process/messages.js';
import { describeRef, resolve } from '../process/names.js';
import type { AnyRef } from '../process/pid.js';
import type { Process } from '../process/process.js';
import type { System } from '../process/system.js';

/** Default of all functions of `sys`, in milliseconds. */
export const defaultSysTimeoutMs = 5000;

/**
 * Has a process do something between two of its messages, whatever its behaviour. What `run` throws reaches
 * the asker; the process is none the worse for it. A request that has timed out is not carried out later.
 */
export const systemRequest = <Result>(
  system: System,
  ref: AnyRef,
  operation: string,
  timeoutMs: number,
  run: (process: Process) => Result,
): Promise<Result> =>
  new Promise((done, reject) => {
    if (!(timeoutMs >= 0)) throw new OptionError('timeoutMs', timeoutMs, 'milliseconds from 0 to Infinity');
    const process = resolve(system, ref);
    const fail = (failure: ExitReason) => reject(new CallExit(`sys.${operation}`, describeRef(ref), failure));
    if (process === undefined || process.dead) {
      fail('noproc');
      return;
    }
    let over = false;
    const finish = () => {
      over = true;
      clock.clearTimer(timer);
      process.endListeners = process.endListeners?.filter((one) => one !== onEnd);
    };
    const onEnd = (reason: ExitReason) => {
      finish();
      fail(reason);
    };
    const { clock } = process.system;
    const onTimeout = () => {
      finish();
      fail('timeout');
    };
    const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : clock.setTimer(onTimeout, timeoutMs);
    process.endListeners ??= [];
    process.endListeners.push(onEnd);
    const request: SystemRequest = {
      run: () => {
        if (over) return;
        finish();
        try {
          done(run(process));
        } catch (error) {
          reject(error);
        }
      },
    };
    process.deliver(Tag.system, request);
  });
