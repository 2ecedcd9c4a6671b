import { describe, expect, test } from '@jest/globals';
import {
  type AnyState,
  actions,
  type Call,
  CallExit,
  defineStateMachine,
  type ExitReason,
  keepState,
  nextState,
  processName,
  type StateEvent,
  StateMachine,
  type Stop,
  startIn,
  stop,
  stopWithReplies,
  UnhandledEventError,
} from '../../src/index.js';
import { createTestSystem } from '../../src/testing/index.js';
import { type Door, door } from './door.js';

describe('a door', () => {
  test('answers by its state, and keeps what a state does not take for later', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(door, '1234');
    const ask = (code: string) => StateMachine.call(pid, { type: 'enter', code }, 60_000, kit.system);

    expect(await ask('0000')).toBe('wrong code');
    expect(await kit.system.call(pid, { type: 'tries' })).toBe(1);
    expect(await ask('1234')).toBe('opened');
    const next = ask('1234');
    await kit.clock.advance(4999);
    expect(await kit.system.call(pid, { type: 'tries' })).toBe(0);
    await kit.clock.advance(1);
    expect(await next).toBe('opened');
  });

  test('a change of state cancels the state timeout', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(door, '1');
    await kit.system.call(pid, { type: 'enter', code: '1' });
    kit.system.cast(pid, { type: 'lock' });
    await kit.clock.settled();

    expect(kit.clock.pending).toBe(0);
  });
});

describe('StateMachine.call', () => {
  test('fails with noproc, under its own operation, where nobody is', async () => {
    await using kit = createTestSystem();
    const nobody = processName<Door>('nobody');
    const failure = await StateMachine.call(nobody, { type: 'tries' }, 10, kit.system).catch(
      (error) => error,
    );

    expect(failure).toBeInstanceOf(CallExit);
    expect(failure.reason).toEqual({ kind: 'call_failed', operation: 'gen_statem.call', reason: 'noproc' });
  });

  test('by a process: is abandoned with it', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(recorder([]), undefined);
    const { promise, resolve } = gateway<unknown>();
    const caller = kit.system.spawn(async (ctx) => {
      await StateMachine.call(pid, { type: 'wait' }, 60_000, ctx).catch(resolve);
    });
    await kit.clock.settled();
    kit.system.exit(caller, 'kill');

    expect(await promise).toMatchObject({ reason: 'killed' });
  });
});

describe('the end of a machine', () => {
  const error = new Error('odd');
  test.each<[string, () => Stop<never>, unknown, ExitReason]>([
    [
      'a thrown error: terminate gets it bare',
      () => {
        throw error;
      },
      error,
      { kind: 'crash', error },
    ],
    ['stop', () => stop('done'), 'done', 'done'],
    [
      'no result: terminate gets the fault bare',
      () => 'junk' as never,
      { kind: 'bad_return_from_state_function', value: 'junk' },
      { kind: 'crash', error: { kind: 'bad_return_from_state_function', value: 'junk' } },
    ],
  ])('%s', async (_what, result, told, ended) => {
    await using kit = createTestSystem();
    const log: unknown[] = [];
    const pid = await kit.startSupervised(recorder(log, result), undefined);
    const gone = kit.system.exited(pid);
    const call = kit.system.call(pid, { type: 'act' }).catch((failure) => failure.failure);

    expect(await gone).toEqual(ended);
    expect(await call).toEqual(ended);
    expect(log).toEqual([['terminate', told, 'a']]);
  });

  test('stopWithReplies answers before terminate runs', async () => {
    await using kit = createTestSystem();
    const log: unknown[] = [];
    const machine = defineStateMachine<Any, AnyState>({
      init: () => startIn({ name: 'a' }),
      handleEvent: (event) =>
        event.type === 'call' ? stopWithReplies('normal', [actions.reply(event.from, 'bye')]) : keepState(),
      terminate: async () => {
        log.push('terminate');
      },
    });
    const pid = await kit.startSupervised(machine, undefined);

    expect(await kit.system.call(pid, { type: 'act' }).then((value) => [value, [...log]])).toEqual([
      'bye',
      ['terminate'],
    ]);
    expect(await kit.system.exited(pid)).toBe('normal');
  });

  test('an event without a handler is a crash that names state and event', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(door, '1');
    const gone = kit.system.exited(pid);
    kit.system.send(pid as never, { type: 'stray' } as never);

    const reason = (await gone) as { readonly error: Error };
    expect(reason.error).toBeInstanceOf(UnhandledEventError);
    expect(reason.error.message).toBe('door: state "locked" has no handler for info "stray"');
  });

  test('an init that throws: the starter hears the bare error', async () => {
    await using kit = createTestSystem();
    const machine = defineStateMachine<Any, AnyState>({
      init: () => {
        throw error;
      },
      handleEvent: () => keepState(),
    });

    expect(await kit.system.start(machine, undefined)).toEqual({ ok: false, kind: 'error', reason: error });
  });

  test('no timer is left when a machine ends', async () => {
    await using kit = createTestSystem();
    const machine = defineStateMachine<Any & { namedTimeout: { name: 'x'; content: undefined } }, AnyState>({
      init: () => startIn({ name: 'a' }, [actions.stateTimeout(1000), actions.namedTimeout('x', 2000)]),
      handleEvent: () => keepState(),
    });
    const pid = await kit.startSupervised(machine, undefined);
    await kit.clock.settled();
    expect(kit.clock.pending).toBe(2);
    kit.system.exit(pid, 'kill');

    expect(kit.clock.pending).toBe(0);
  });
});

describe('asynchronous callbacks', () => {
  test('the next event waits for the promise', async () => {
    await using kit = createTestSystem();
    const log: string[] = [];
    const machine = defineStateMachine<{ cast: { type: 'work'; n: number } }, AnyState>({
      init: async (_args, ctx) => {
        await ctx.sleep(10);
        return startIn({ name: 'a' });
      },
      states: {
        a: {
          cast: {
            work: async ({ n }, state, ctx) => {
              log.push(`begin ${n}`);
              await ctx.sleep(100);
              log.push(`end ${n}`);
              return keepState(state);
            },
          },
        },
      },
    });
    const started = kit.system.start(machine, undefined);
    await kit.clock.advance(10);
    const result = await started;
    if (!result.ok) throw new Error('not started');
    for (const n of [1, 2]) kit.system.cast(result.pid, { type: 'work', n });
    await kit.clock.advance(200);

    expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  test('a machine that is killed while its callback waits does nothing with the result', async () => {
    await using kit = createTestSystem();
    const log: unknown[] = [];
    const machine = defineStateMachine<Any, AnyState>({
      init: () => startIn({ name: 'a' }),
      handleEvent: async (event) => {
        await gate.promise;
        log.push('returned');
        return event.type === 'call'
          ? stopWithReplies('done', [actions.reply(event.from, 'late')])
          : keepState();
      },
      terminate: () => log.push('terminate'),
    });
    const gate = gateway<void>();
    const pid = await kit.startSupervised(machine, undefined);
    const call = kit.system.call(pid, { type: 'act' }).catch((failure) => failure.failure);
    await kit.clock.settled();
    kit.system.exit(pid, 'kill');
    gate.resolve();
    await kit.clock.settled();

    expect(await call).toBe('killed');
    expect(log).toEqual(['returned']);
  });

  test('a machine that inserts events without end lets others run', async () => {
    await using kit = createTestSystem();
    let count = 0;
    const machine = defineStateMachine<{ cast: { type: 'go' }; internal: { type: 'again' } }, AnyState>({
      init: () => startIn({ name: 'a' }),
      handleEvent: () => {
        count++;
        return keepState(undefined, [actions.internal({ type: 'again' })]);
      },
    });
    const pid = await kit.startSupervised(machine, undefined);
    kit.system.cast(pid, { type: 'go' });
    while (count < 5000) await new Promise((resolve) => setTimeout(resolve, 1));
    kit.system.exit(pid, 'kill');

    expect(kit.system.isAlive(pid)).toBe(false);
  });
});

describe('timeouts on their way through the mailbox', () => {
  test('a timeout that was cancelled after it ran out is not handled', async () => {
    await using kit = createTestSystem();
    const log: string[] = [];
    const gate = gateway<void>();
    const machine = defineStateMachine<{ cast: { type: 'go' } }, AnyState>({
      init: () => startIn({ name: 'a' }, [actions.stateTimeout(10)]),
      handleEvent: async (event) => {
        log.push(event.type);
        if (event.type === 'cast') await gate.promise;
        return nextState({ name: 'b' });
      },
    });
    const pid = await kit.startSupervised(machine, undefined);
    kit.system.cast(pid, { type: 'go' });
    await kit.clock.advance(20);
    gate.resolve();
    await kit.clock.advance(20);

    expect(log).toEqual(['cast']);
  });

  test('no timeout is lost to a full mailbox', async () => {
    await using kit = createTestSystem();
    const log: string[] = [];
    const gate = gateway<void>();
    const machine = defineStateMachine<{ cast: { type: 'go' } }, AnyState>({
      init: () => startIn({ name: 'a' }, [actions.stateTimeout(10)]),
      handleEvent: async (event) => {
        log.push(event.type);
        await gate.promise;
        return keepState();
      },
    });
    const mailbox = { capacity: 1, policy: 'dropNewest' } as const;
    const pid = await kit.startSupervised(machine, undefined, { mailbox });
    for (let i = 0; i < 5; i++) {
      kit.system.cast(pid, { type: 'go' });
      await kit.clock.settled();
    }
    await kit.clock.advance(10);
    gate.resolve();
    await kit.clock.settled();

    expect(log).toEqual(['cast', 'cast', 'state_timeout']);
  });
});

type Any = { call: Call<{ type: 'act' }, unknown> | Call<{ type: 'wait' }, unknown> };

/** Answers `act` with what `result` gives, never answers `wait`; logs `terminate`. */
const recorder = (log: unknown[], result: () => Stop<never> = () => stop('normal')) =>
  defineStateMachine<Any, AnyState>({
    name: 'recorder',
    init: () => startIn({ name: 'a' }),
    handleEvent: (event: StateEvent<Any, AnyState>) =>
      event.type === 'call' && event.content.type === 'act' ? result() : keepState(),
    terminate: (reason, state) => log.push(['terminate', reason, state.name]),
  });

/** A promise that the test resolves. */
const gateway = <T>() => {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: (value: T) => open(value) };
};
