import { describe, expect, test } from '@jest/globals';
import {
  type Call,
  type CallExit,
  type Context,
  defineGenServer,
  Exit,
  type ExitReason,
  noreply,
  ok,
  reply,
  stop,
  stopAndReply,
} from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

type Mortal = {
  readonly call: Call<{ readonly type: 'end' }, string>;
  readonly cast: { readonly type: 'end'; readonly how: () => unknown };
};

const crash = new Error('crash');

/** Starts a server that notes what `terminate` gets. */
const mortal = async ({
  trap = false,
  terminate = () => undefined as unknown,
  call = (): unknown => reply('alive', 'state'),
} = {}) => {
  const kit = createTestSystem();
  const told: ExitReason[] = [];
  const states: string[] = [];
  let parent: Context | undefined;
  const definition = defineGenServer<Mortal, string>({
    name: 'mortal',
    init: (_args, ctx) => {
      ctx.trapExit(trap);
      return ok('state');
    },
    call: { end: call as never },
    cast: { end: ({ how }) => how() as never },
    info: (_message: unknown, state) => noreply(state),
    terminate: (reason, state) => {
      told.push(reason);
      states.push(state);
      return terminate();
    },
  });
  let pid: Awaited<ReturnType<typeof kit.startSupervised<Mortal, void>>> | undefined;
  const starter = kit.system.spawn(async (ctx) => {
    parent = ctx;
    ctx.trapExit(true);
    const started = await ctx.startLink(definition, undefined);
    if (started.ok) pid = started.pid;
    for (;;) await ctx.receive();
  });
  await kit.system.settled();
  return {
    kit,
    told,
    states,
    starter,
    parent: parent as unknown as Context,
    pid: pid as never as NonNullable<typeof pid>,
  };
};

describe('terminate is called', () => {
  test.each<{ what: string; how: () => unknown; reason: ExitReason }>([
    { what: 'a stop result', how: () => stop('done', 'last'), reason: 'done' },
    {
      what: 'an error in a callback',
      how: () => {
        throw crash;
      },
      reason: { kind: 'crash', error: crash },
    },
    {
      what: 'an Exit in a callback',
      how: () => {
        throw new Exit('out');
      },
      reason: 'out',
    },
    { what: 'a rejected promise', how: () => Promise.reject(crash), reason: { kind: 'crash', error: crash } },
    { what: 'a result that is none', how: () => 'odd', reason: { kind: 'bad_return_value', value: 'odd' } },
    ...[-1, Number.NaN].map((timeoutMs) => {
      const result = noreply('new', { timeoutMs });
      return {
        what: `a timeout of ${timeoutMs} ms`,
        how: () => result,
        reason: { kind: 'bad_return_value', value: result },
      };
    }),
  ])('after $what, with its reason, and the process ends with it', async ({ how, reason }) => {
    const { kit, told, pid } = await mortal();
    kit.system.cast(pid, { type: 'end', how });
    await assertDown(pid, reason);
    expect(told).toEqual([reason]);
    await kit.close();
  });

  test('with the new state after a stop result, and with the old one after an error', async () => {
    for (const [how, state] of [
      [() => stop('done', 'new'), 'new'],
      [() => stop('done'), 'state'],
      [
        () => {
          throw crash;
        },
        'state',
      ],
      [() => noreply('new', { timeoutMs: -1 }), 'state'],
    ] as const) {
      const { kit, states, pid } = await mortal();
      kit.system.cast(pid, { type: 'end', how });
      await assertDown(pid);
      expect(states).toEqual([state]);
      await kit.close();
    }
  });

  test('when the parent ends and exits are trapped', async () => {
    const { kit, told, pid, starter } = await mortal({ trap: true });
    kit.system.exit(starter, 'kill');
    await assertDown(pid, 'killed');
    expect(told).toEqual(['killed']);
    await kit.close();
  });

  test('by stop, whether exits are trapped or not', async () => {
    for (const trap of [true, false]) {
      const { kit, told, pid } = await mortal({ trap });
      await kit.system.stop(pid, 'enough');
      expect(told).toEqual(['enough']);
      await kit.close();
    }
  });
});

describe('terminate is not called', () => {
  test('for a signal that the process does not trap', async () => {
    const { kit, told, pid } = await mortal();
    kit.system.exit(pid, 'shutdown');
    await assertDown(pid, 'shutdown');
    expect(told).toEqual([]);
    await kit.close();
  });

  test('for a kill', async () => {
    const { kit, told, pid } = await mortal({ trap: true });
    kit.system.exit(pid, 'kill');
    await assertDown(pid, 'killed');
    expect(told).toEqual([]);
    await kit.close();
  });

  test('for a trapped signal of somebody other than the parent: that is a message', async () => {
    const { kit, told, pid } = await mortal({ trap: true });
    kit.system.spawn((ctx) => ctx.exit(pid, 'shutdown'));
    await kit.system.settled();
    expect(kit.system.isAlive(pid)).toBe(true);
    expect(told).toEqual([]);
    await kit.close();
  });
});

test('what terminate throws becomes the reason', async () => {
  const { kit, pid } = await mortal({
    terminate: () => {
      throw crash;
    },
  });
  kit.system.cast(pid, { type: 'end', how: () => stop('done') });
  await assertDown(pid, { kind: 'crash', error: crash });
  await kit.close();
});

test('what an asynchronous terminate rejects with becomes the reason', async () => {
  const { kit, pid } = await mortal({ terminate: () => Promise.reject(new Exit('worse')) });
  kit.system.cast(pid, { type: 'end', how: () => stop('done') });
  await assertDown(pid, 'worse');
  await kit.close();
});

test('stopAndReply answers after terminate, also when that throws', async () => {
  for (const terminate of [
    () => undefined,
    () => {
      throw crash;
    },
  ]) {
    const { kit, pid } = await mortal({ terminate, call: () => stopAndReply('done', 'bye', 'state') });
    expect(await kit.system.call(pid, { type: 'end' })).toBe('bye');
    await kit.close();
  }
});

test('a stop result to a call without an answer fails the call with the reason', async () => {
  const { kit, pid } = await mortal({ call: () => stop('done') });
  const failure = await kit.system.call(pid, { type: 'end' }).catch((thrown: CallExit) => thrown.failure);
  expect(failure).toBe('done');
  await kit.close();
});

test('a terminate that never returns ends with a kill', async () => {
  const { kit, pid } = await mortal({ terminate: () => new Promise(() => undefined) });
  kit.system.cast(pid, { type: 'end', how: () => stop('done') });
  await kit.system.settled();
  expect(kit.system.isAlive(pid)).toBe(true);
  kit.system.exit(pid, 'kill');
  await assertDown(pid, 'killed');
  await kit.close();
});
