import { type Context, Exit, type ProcessBody } from '@memvisor/supervisor';
import { flushMailbox } from '@memvisor/supervisor/testing';
import { ErlangThrow, encodeRaised, InvalidProgram, Unresolved } from './elixir-errors.js';
import { actorReturns, exec } from './exec.js';
import { drive, type Steps } from './generators.js';
import { note } from './messages.js';
import type { Op } from './program.js';
import type { Json } from './terms.js';
import type { World } from './world.js';

/** An op for a process to carry out; `done` gets its result. */
export class Command {
  readonly result: Promise<Json>;
  done: (result: Json) => void = () => undefined;
  constructor(readonly op: Op | 'drain') {
    this.result = new Promise((resolve) => {
      this.done = resolve;
    });
  }
}

/** A bare process that carries out ops and turns every other message into an event. */
export const actorBody =
  (world: World, label: string, trap: boolean, up: () => void): ProcessBody =>
  async (ctx) => {
    if (trap) ctx.trapExit(true);
    world.bind(label, ctx.self);
    up();
    for (;;) {
      const message = await ctx.receive();
      if (!(message instanceof Command)) note(world, label, message);
      else if (await actorCommand(world, message, ctx)) return;
    }
  };

/** Whether the op has the actor's function return. Errors end the actor. */
const actorCommand = async (world: World, command: Command, ctx: Context): Promise<boolean> => {
  const op = command.op as Op;
  try {
    const running = drive(exec(world, op, ctx), ctx.self);
    // No pause where none is needed: what the op brings upon the actor comes after its answer.
    const result = running instanceof Promise ? await running : running;
    if (result === actorReturns) return true;
    command.done(world.codec.encode(result));
  } catch (thrown) {
    if (thrown instanceof InvalidProgram) world.fault ??= thrown;
    if (!(thrown instanceof Unresolved)) throw thrown;
    command.done({ unresolved: thrown.label });
  }
  return false;
};

/** `main`: traps exits, survives its ops, and looks at its mailbox only when told to. */
export const mainBody =
  (world: World): ProcessBody =>
  async (ctx) => {
    ctx.trapExit(true);
    world.bind('main', ctx.self, false);
    for (;;) {
      const command = (await ctx.receive((message) => message instanceof Command)) as Command;
      if (command.op === 'drain') {
        for (const message of await flushMailbox(ctx)) note(world, 'main', message);
        command.done(null);
      } else command.done(await drive(mainCommand(world, command.op, ctx), ctx.self));
    }
  };

function* mainCommand(world: World, op: Op, ctx: Context): Steps<Json> {
  const { encode } = world.codec;
  try {
    const result = yield* exec(world, op, ctx);
    return encode(result === actorReturns ? 'o_return' : result);
  } catch (thrown) {
    if (thrown instanceof InvalidProgram) world.fault ??= thrown;
    if (thrown instanceof Unresolved) return { unresolved: thrown.label };
    if (thrown instanceof ErlangThrow) return { throw: encode(thrown.value) };
    if (thrown instanceof Exit) return { exit: encode(thrown.reason) };
    return { raise: encodeRaised(thrown, encode) };
  }
}
