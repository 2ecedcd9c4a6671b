import { defaultSystem } from '../default-system.js';
import type { AnyContext, Context } from '../process/context.js';
import { processOf, type ServerRef } from '../process/pid.js';
import type { CallOf, Message, Protocol, ReplyOf } from '../process/protocol.js';
import type { System } from '../process/system.js';

/** Who asks: a process by its context, or a system. Names are looked up there. Default: the default system. */
export type Asker = Pick<Context, 'call'> | Pick<System, 'call'>;
/** Who asks for an end. */
export type Stopper = Pick<Context, 'stop'> | Pick<System, 'stop'>;

/** Where a supervisor is started: where it is said, or where its parent lives, or in the default system. */
export const systemFor = ({
  system,
  parent,
}: {
  readonly system?: System;
  readonly parent?: AnyContext | undefined;
}): System => system ?? (parent === undefined ? defaultSystem : processOf(parent.self).system);

/** Asks a supervisor and waits for as long as it takes it to answer: starting and stopping take their time. */
export const request = <P extends Protocol, const R extends CallOf<P>>(
  supervisor: ServerRef<P>,
  message: R,
  asker: Asker = defaultSystem,
): Promise<ReplyOf<P, R & Message>> =>
  (asker as System).call<P, R>(supervisor, message, Number.POSITIVE_INFINITY);
