// Calls that wait for their answer.
import { CallExit, type Context, type System } from '@memvisor/supervisor';
import type { Member, PendingCall } from '../member.js';
import type { Model } from '../model.js';
import { anyEnded, anyWorker, expectSame, type Operation, operation, within } from '../operation.js';
import { pidOf, type World } from '../world.js';

interface Asking {
  readonly server: Member;
  readonly caller: Member | undefined;
  readonly seconds: number;
}

const ask = (
  world: World,
  by: System | Context,
  server: Member,
  number: number,
  timeoutMs: number,
): Promise<void> => {
  world.outcomes.set(number, 'pending');
  return by.call(pidOf(server), { type: 'hold', number }, timeoutMs).then(
    (answer) => void world.outcomes.set(number, answer),
    (error) => {
      const late = error instanceof CallExit && error.failure === 'timeout';
      world.outcomes.set(number, late ? 'timeout' : 'failed');
    },
  );
};

const hold = (model: Model, { server, caller, seconds }: Asking, number: number): void => {
  const call: PendingCall = {
    number,
    server,
    caller,
    deadline: model.startTimer(undefined, seconds, () => model.settle(call, 'timeout')),
    outcome: 'pending',
  };
  model.calls.push(call);
  server.calls.add(call);
  caller?.calls.add(call);
  model.deliver(server);
  if (server.stateTimeout !== undefined) server.postponed.add(call);
};

export const calls: readonly Operation[] = [
  operation<Asking>({
    name: 'call',
    weight: 7,
    choose: (model, { a, b, c }) => {
      const server = anyWorker(model, a);
      const caller = b % 3 === 0 ? undefined : anyWorker(model, b);
      return server && server !== caller ? { server, caller, seconds: 1 + (c % 6) } : undefined;
    },
    run: (asking, model, world) => {
      const { server, caller, seconds } = asking;
      const number = model.number();
      const ms = model.untilSecond(seconds);
      if (caller === undefined) ask(world, world.system, server, number, ms);
      else within(model, world, caller, (ctx) => void ask(world, ctx, server, number, ms));
      hold(model, asking, number);
      return undefined;
    },
    describe: ({ server, caller, seconds }) =>
      `${server.label} ${server.pid} by ${caller === undefined ? 'nobody' : `${caller.label} ${caller.pid}`}, ${seconds} s`,
  }),
  operation<PendingCall>({
    name: 'answer',
    weight: 4,
    choose: (model, { a }) => {
      const call = model.calls[a % Math.max(1, model.calls.length)];
      return call !== undefined && !call.server.postponed.has(call) ? call : undefined;
    },
    run: (call, model, world) => {
      world.tell(call.server, { type: 'release', number: call.number });
      model.deliver(call.server);
      model.settle(call, 'released');
      return undefined;
    },
    describe: ({ server, number }) => `number ${number} of ${server.label} ${server.pid}`,
  }),
  operation<Member>({
    name: 'call the dead',
    weight: 1,
    choose: (model, { a }) => anyEnded(model, a),
    run: (server, model, world) => {
      const number = model.number();
      const asked = ask(world, world.system, server, number, 1000);
      world.system.cast(pidOf(server), { type: 'release', number });
      world.system.send(pidOf(server), { type: 'ping' });
      world.system.exit(pidOf(server), 'boom');
      return async () => {
        await asked;
        expectSame(`call to ${server.label}`, world.outcomes.get(number), 'failed');
        world.outcomes.delete(number);
      };
    },
    describe: ({ label, pid }) => `${label} ${pid}`,
  }),
];
