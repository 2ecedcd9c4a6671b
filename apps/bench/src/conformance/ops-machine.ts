import { CallExit, type Definition, Exit, StateMachine } from '@memvisor/supervisor';
import { type EncoderConfig, encoderMachine } from './encoder.js';
import type { OpContext, Operation } from './exec.js';
import { type Steps, wait } from './generators.js';
import { type MachineConfig, tableMachine } from './machine.js';
import { defaultTimeoutMs, inBackground, startOptions, startTerm } from './ops-server.js';
import { request, type Scripted, serverRef } from './refs.js';
import type { Json, Term } from './terms.js';

function* startMachine<Config>(
  op: OpContext,
  definition: Definition<Scripted, Config>,
  config: Config,
): Steps<Term> {
  const options = startOptions(op);
  const started =
    op.op.link === false
      ? op.ctx.start(definition, config, options)
      : op.ctx.startLink(definition, config, options);
  return startTerm(yield* wait(started));
}

const start = (op: OpContext): Steps<Term> => {
  const { world } = op;
  const config: MachineConfig = { world, label: op.text('as'), machine: world.machine(op.text('machine')) };
  return startMachine(op, tableMachine(config), config);
};

const startEncoder = (op: OpContext): Steps<Term> => {
  const config: EncoderConfig = {
    world: op.world,
    label: op.text('as'),
    indexName: (op.op.index_name as string | undefined) ?? 'idx',
    build: op.op.build as Json,
    buildMs: op.millis('build_ms', 0),
  };
  return startMachine(op, encoderMachine, config);
};

function* call(op: OpContext): Steps<Term> {
  const server = serverRef(op.world, op.term('to'));
  const timeoutMs = op.millis('timeout', defaultTimeoutMs);
  return (yield* wait(StateMachine.call(server, request(op.term('msg')), timeoutMs, op.ctx))) as Term;
}

const callAsync = (op: OpContext): Term => {
  const to = op.term('to');
  const message = request(op.term('msg'));
  const timeoutMs = op.millis('timeout', defaultTimeoutMs);
  return inBackground(op, async (ctx) => StateMachine.call(serverRef(op.world, to), message, timeoutMs, ctx));
};

const cast = (op: OpContext): Term => {
  op.ctx.cast(serverRef(op.world, op.term('to')), request(op.term('msg')));
  return 'ok';
};

/** gen_statem's `stop` exits with the bare reason, where GenServer's says which function failed. */
function* stop(op: OpContext): Steps<Term> {
  const server = serverRef(op.world, op.term('to'));
  const reason = op.world.codec.reason(op.op.reason as Json);
  try {
    yield* wait(op.ctx.stop(server, reason, op.millis('timeout', Number.POSITIVE_INFINITY)));
  } catch (thrown) {
    throw thrown instanceof CallExit ? new Exit(thrown.failure) : thrown;
  }
  return 'ok';
}

export const machineOps: { readonly [op: string]: Operation } = {
  sm_start: start,
  sm_call: call,
  sm_call_async: callAsync,
  sm_cast: cast,
  sm_stop: stop,
  encoder_start: startEncoder,
};
