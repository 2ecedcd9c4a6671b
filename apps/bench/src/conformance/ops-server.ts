import { type Context, Exit, type StartResult } from '@memvisor/supervisor';
import type { OpContext, Operation } from './exec.js';
import { type Steps, wait } from './generators.js';
import { payload } from './ops-process.js';
import { nameOption, request, serverRef } from './refs.js';
import { scriptedServer, serverConfig } from './scripted-server.js';
import { error, type Json, ok, type Term, Tuple } from './terms.js';

export const defaultTimeoutMs = 5000;

/** What `start_link` and its like return. */
export const startTerm = <P>(started: StartResult<P>): Term => {
  if (started.ok)
    return started.info === undefined ? ok(started.pid) : new Tuple('ok', started.pid, started.info as Term);
  switch (started.kind) {
    case 'ignore':
      return 'ignore';
    case 'already_started':
      return error(new Tuple('already_started', started.pid));
    case 'error':
      return error(started.reason);
  }
};

/** The name and init timeout of a start op, where it has them. */
export const startOptions = (op: OpContext) => ({
  ...((op.op.name ?? null) === null ? {} : { name: nameOption(op.world, op.term('name')) }),
  ...(op.has('timeout') ? { timeoutMs: op.op.timeout as number } : {}),
});

function* start(op: OpContext): Steps<Term> {
  const config = serverConfig(op.world, op.text('as'), op.op, false);
  const options = startOptions(op);
  const started =
    op.op.link === false
      ? op.ctx.start(scriptedServer, config, options)
      : op.ctx.startLink(scriptedServer, config, options);
  return startTerm(yield* wait(started));
}

function* call(op: OpContext): Steps<Term> {
  const server = serverRef(op.world, op.term('to'));
  const reply = op.ctx.call(server, request(payload(op)), op.millis('timeout', defaultTimeoutMs));
  return (yield* wait(reply)) as Term;
}

/** Calls from a process of its own, and tells of the reply or the failure as an event. */
export const inBackground = (op: OpContext, ask: (ctx: Context) => Promise<unknown>): Term => {
  const { world } = op;
  const at = op.text('as');
  world.system.spawn(async (ctx) => {
    try {
      const value = (await ask(ctx)) as Term;
      world.emit(at, 'reply', { value: world.codec.encode(value) });
    } catch (thrown) {
      if (!(thrown instanceof Exit)) throw thrown;
      world.emit(at, 'call_exit', { reason: world.codec.encode(thrown.reason) });
    }
  });
  return 'ok';
};

const callAsync = (op: OpContext): Term => {
  const to = op.term('to');
  const message = request(payload(op));
  const timeoutMs = op.millis('timeout', defaultTimeoutMs);
  return inBackground(op, async (ctx) => ctx.call(serverRef(op.world, to), message, timeoutMs));
};

const cast = (op: OpContext): Term => {
  op.ctx.cast(serverRef(op.world, op.term('to')), request(payload(op)));
  return 'ok';
};

function* stop(op: OpContext): Steps<Term> {
  const server = serverRef(op.world, op.term('to'));
  const reason = op.world.codec.reason(op.op.reason as Json);
  yield* wait(op.ctx.stop(server, reason, op.millis('timeout', Number.POSITIVE_INFINITY)));
  return 'ok';
}

export const serverOps: { readonly [op: string]: Operation } = {
  start,
  call,
  call_async: callAsync,
  cast,
  stop,
};
