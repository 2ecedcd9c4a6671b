import { type Context, DownMessage, Exit, type Pid, type ProcessBody } from '@memvisor/supervisor';
import { flushMailbox } from '@memvisor/supervisor/testing';
import { ErlangThrow, encodeRaised, InvalidProgram, Unresolved } from './elixir-errors.js';
import { actorReturns, exec } from './exec.js';
import { drive, type Steps, wait } from './generators.js';
import { note } from './messages.js';
import type { Op } from './program.js';
import type { Json, Term } from './terms.js';
import type { World } from './world.js';

/** An op for an actor to carry out on behalf of `main`, which waits for a {@link Done}. */
class Command {
  constructor(
    readonly op: Op,
    readonly from: Pid,
  ) {}
}

/** The result of a {@link Command}. */
class Done {
  constructor(
    readonly command: Command,
    readonly result: Json,
  ) {}
}

/** What the runner wants of `main`: an op, or its mailbox emptied into events. */
export class Request {
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
  const answer = (result: Json) => ctx.send(command.from, new Done(command, result) as never);
  try {
    const running = drive(actorOp(world, command.op, ctx), ctx.self);
    // No pause where none is needed: what the op brings upon the actor comes after its answer.
    const result = running instanceof Promise ? await running : running;
    if (result === actorReturns) return true;
    answer(world.codec.encode(result));
  } catch (thrown) {
    if (thrown instanceof InvalidProgram) world.fault ??= thrown;
    if (!(thrown instanceof Unresolved)) throw thrown;
    answer({ unresolved: thrown.label });
  }
  return false;
};

/** Ops after which the recorder's actors wait a moment, for signals of what they have started to arrive. */
const starts = new Set(['start', 'sm_start', 'ds_start', 'sup_start']);

function* actorOp(world: World, op: Op, ctx: Context): Steps<Term | typeof actorReturns> {
  const result = yield* exec(world, op, ctx);
  if (starts.has(op.op)) yield* wait(ctx.sleep(world.momentMs));
  return result;
}

/** `main`: traps exits, survives its ops, and looks at its mailbox only when told to. */
export const mainBody =
  (world: World): ProcessBody =>
  async (ctx) => {
    ctx.trapExit(true);
    world.bind('main', ctx.self, false);
    for (;;) {
      const request = (await ctx.receive((message) => message instanceof Request)) as Request;
      if (request.op === 'drain') {
        for (const message of await flushMailbox(ctx)) note(world, 'main', message);
        request.done(null);
      } else request.done(await drive(mainRequest(world, request.op, ctx), ctx.self));
    }
  };

function* mainRequest(world: World, op: Op, ctx: Context): Steps<Json> {
  const { encode } = world.codec;
  const { by = 'main' } = op as { readonly by?: string };
  try {
    if (by !== 'main') return yield* relay(world, world.pidOf(by) as Pid, op, ctx);
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

/** Has an actor carry out the op; one that ends on the way gives its reason instead of a result. */
function* relay(world: World, actor: Pid, op: Op, ctx: Context): Steps<Json> {
  const ref = ctx.monitor(actor);
  const command = new Command(op, ctx.self);
  ctx.send(actor, command as never);
  const answer = yield* wait(
    ctx.receive((message) =>
      message instanceof Done
        ? message.command === command
        : message instanceof DownMessage && message.ref === ref,
    ),
  );
  if (answer instanceof DownMessage) return { died: world.codec.encode(answer.reason) };
  ctx.demonitor(ref, { flush: true });
  return (answer as Done).result;
}
