import { defaultSystem } from '../../default-system.js';
import { ask, defaultCallTimeoutMs } from '../../process/ask.js';
import type { Context } from '../../process/context.js';
import { LiveProcess } from '../../process/live-process.js';
import type { ServerRef } from '../../process/pid.js';
import type { CallOf, CastOf, Message, Protocol, ReplyOf } from '../../process/protocol.js';
import type { System } from '../../process/system.js';

/** What a client of a state machine uses; `send` is the same for all processes. */
export const StateMachine = {
  /**
   * Sends a request to a state machine and resolves with its reply. As `call`, except that a
   * {@link CallExit} names `gen_statem.call`, as OTP's does. A state machine answers to `call` too.
   *
   * @param server - Whom to ask.
   * @param timeoutMs - Longest wait in milliseconds; default 5,000.
   * @param by - Who asks: a process's context, or the system whose names count. Default: the default system.
   */
  call: <P extends Protocol, const R extends CallOf<P>>(
    server: ServerRef<P>,
    request: R,
    timeoutMs: number = defaultCallTimeoutMs,
    by: System | Context = defaultSystem,
  ): Promise<ReplyOf<P, R & Message>> => {
    const reply =
      by instanceof LiveProcess
        ? by.ask(server, request, timeoutMs, 'gen_statem.call')
        : ask(by as System, server, request, timeoutMs, undefined, 'gen_statem.call');
    return reply as Promise<ReplyOf<P, R & Message>>;
  },

  /**
   * Sends a message that is not answered; as `cast`, from `by`. Never fails: nobody may be there.
   *
   * @param by - Who sends. Default: the default system.
   */
  cast: <P extends Protocol>(
    server: ServerRef<P>,
    message: CastOf<P>,
    by: System | Context = defaultSystem,
  ): void => by.cast(server, message),
};
