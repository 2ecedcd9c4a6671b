import {
  isAlive,
  type MonitorRef,
  type ProcessInfo,
  type ProcessName,
  processInfo,
  processName,
} from '@memvisor/supervisor';
import { badarg, ErlangError, ErlangThrow, functionClause, RuntimeError } from './elixir-errors.js';
import type { OpContext, Operation } from './exec.js';
import { type Steps, wait } from './generators.js';
import { launch } from './launch.js';
import { monitorTerm } from './monitors.js';
import { isPid, pidTerm, sendTerm, serverRef } from './refs.js';
import { type Json, Raw, Script, sortedByText, type Term, Tuple } from './terms.js';

/** What a message op sends: the script or the term. */
export const payload = (op: OpContext): Term =>
  op.has('script') ? new Script(op.op.script as readonly Json[]) : op.term('msg');

function* spawn(op: OpContext): Steps<Term> {
  const [pid, ref] = yield* launch(op.world, op.op, op.ctx);
  yield* othersRun(op);
  return ref === undefined ? pid : new Tuple(pid, ref);
}

function* sleep({ ctx, op }: OpContext): Steps<Term> {
  // As in OTP, no time to sleep is no time for others.
  if (op.ms !== 0) yield* wait(ctx.sleep(op.ms as number));
  return 'ok';
}

const send = (op: OpContext): Term => {
  const to = op.term('to');
  const message = payload(op);
  sendTerm(op.world, (pid) => op.ctx.send(pid as never, message as never), to);
  return 'ok';
};

function* demonitor(context: OpContext): Steps<Term> {
  const { world, op, ctx } = context;
  const ref = world.refOf(op.ref as string);
  const options = (op.opts ?? []) as readonly string[];
  const flush = options.includes(':flush');
  const found = ctx.demonitor(ref, { flush });
  // OTP looks through the mailbox then, and lets others run before it does.
  if (flush && !found) yield* othersRun(context);
  return options.includes(':info') ? found : true;
}

/** A name that may be registered. */
const registrable = (term: Term): ProcessName<never> => {
  if (typeof term !== 'string' || term === 'undefined') throw functionClause();
  return processName(term);
};

/** The labelled processes among them, sorted. */
const labelled = ({ world }: OpContext, pids: readonly Term[]): Term =>
  new Raw(
    sortedByText(
      pids.filter((pid) => isPid(pid) && world.labelOf(pid) !== undefined).map(world.codec.encode),
    ),
  );

const targets = (monitors: readonly MonitorRef[]): Term[] =>
  monitors.flatMap(({ target }) => (target === undefined ? [] : [target]));

export const processOps: { readonly [op: string]: Operation } = {
  spawn,
  sleep,
  send,
  demonitor,
  trap: ({ ctx, op }) => ctx.trapExit(op.value as boolean),
  link: (op) => {
    op.ctx.link(pidTerm(op.term('to')));
    return true;
  },
  unlink: (op) => {
    op.ctx.unlink(pidTerm(op.term('to')));
    return true;
  },
  monitor: (op) => {
    const ref = monitorTerm(op.ctx, op.world, op.term('to'));
    op.world.bindRef(op.text('as'), ref);
    return ref;
  },
  exit: (op) => {
    op.ctx.exit(pidTerm(op.term('to')), op.world.codec.reason(op.op.reason as Json));
    return true;
  },
  exit_self: (op) => op.ctx.exitSelf(op.world.codec.reason(op.op.reason as Json)),
  raise: (op) => {
    throw new RuntimeError(op.text('message'));
  },
  throw: (op) => {
    throw new ErlangThrow(op.term('value'));
  },
  error: (op) => {
    throw new ErlangError(op.term('reason'));
  },
  *alive(op) {
    yield* endFirst(op);
    return processInfo(pidTerm(op.term('of'))) !== undefined;
  },
  *links(op) {
    const info = yield* infoOf(op);
    return info === undefined ? null : labelled(op, info.links);
  },
  *monitors(op) {
    const info = yield* infoOf(op);
    return info === undefined ? null : labelled(op, targets(info.monitors));
  },
  register_name: (op) => {
    const pid = pidTerm(op.term('pid'));
    op.ctx.register(registrable(op.term('name')), pid as never);
    return true;
  },
  unregister_name: (op) => {
    const name = op.term('name');
    // Unlike `register`, this is Erlang's own function, with Erlang's error.
    if (typeof name !== 'string' || op.world.system.whereis(processName(name)) === undefined) throw badarg();
    op.ctx.unregister(processName(name));
    return true;
  },
  whereis: (op) => {
    const name = op.term('name');
    // A pid is its own answer, dead or alive.
    return isPid(name) ? name : (op.world.system.whereis(serverRef(op.world, name)) ?? null);
  },
};

/** Whoever is ready runs before the acting process goes on, which may bring its end. */
function* othersRun({ ctx }: OpContext): Steps<void> {
  yield* wait(ctx.sleep(0));
}

/**
 * In OTP a question about a process that is ending is a signal to it, and who asks waits for the answer as for a
 * message: the end comes first, and may bring the end of the one who asks.
 */
function* endFirst(op: OpContext): Steps<void> {
  const pid = pidTerm(op.term('of'));
  if (isAlive(pid) || op.world.hasEnded(pid)) return;
  yield* wait(op.world.system.exited(pid));
  yield* othersRun(op);
}

/**
 * A question for links and monitors always is one, unless it is for one's own. The answer is of the moment of the
 * question, which comes before signals that are sent while who asks waits.
 */
function* infoOf(op: OpContext): Steps<ProcessInfo | undefined> {
  const pid = pidTerm(op.term('of'));
  yield* endFirst(op);
  const info = processInfo(pid);
  if (pid !== op.ctx.self && info !== undefined) yield* othersRun(op);
  return info;
}
