import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Call,
  type CallExit,
  type Context,
  defineGenServer,
  type MailboxLimit,
  noreply,
  ok,
  reply,
  subscribe,
  type TelemetryEvent,
} from '../../src/index.js';
import { Mailbox } from '../../src/process/mailbox.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

test('a mailbox behaves as a list: push, shift, look, remove', () => {
  const command = fc.oneof(
    { weight: 5, arbitrary: fc.nat(9).map((n) => ({ type: 'push', n }) as const) },
    { weight: 3, arbitrary: fc.constant({ type: 'shift' } as const) },
    { weight: 1, arbitrary: fc.nat(9).map((n) => ({ type: 'remove', n }) as const) },
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const mailbox = new Mailbox();
      const model: number[] = [];
      for (const one of commands) {
        if (one.type === 'push') {
          mailbox.push(one.n % 2, one.n);
          model.push(one.n);
        } else if (one.type === 'remove') {
          mailbox.remove((_tag, payload) => payload === one.n);
          model.splice(0, model.length, ...model.filter((n) => n !== one.n));
        } else if (model.length > 0) {
          expect([mailbox.peekTag(), mailbox.peek()]).toEqual([(model[0] as number) % 2, model[0]]);
          expect(mailbox.shift()).toBe(model.shift());
        }
        const seen: unknown[] = [];
        mailbox.forEach((_tag, payload) => {
          seen.push(payload);
        });
        expect(seen).toEqual(model);
        expect(mailbox.length).toBe(model.length);
      }
    }),
  );
});

type Sink = {
  readonly call: Call<{ readonly type: 'seen' }, readonly number[]>;
  readonly cast: { readonly type: 'note'; readonly n: number };
};
const sink = defineGenServer<Sink, readonly number[]>({
  name: 'sink',
  init: () => ok([]),
  call: { seen: (_request, seen) => reply(seen, seen) },
  cast: { note: ({ n }, seen) => noreply([...seen, n]) },
  info: (_message: unknown, seen) => noreply(seen),
});

const listen = () => {
  const events: TelemetryEvent[] = [];
  const unsubscribe = subscribe(
    (event) => events.push(event),
    ['mailbox_overflow', 'mailbox_high_water', 'dead_letter'],
  );
  return { events, [Symbol.dispose]: unsubscribe };
};

describe('a bounded mailbox that is full', () => {
  const fill = async (limit: MailboxLimit) => {
    const kit = createTestSystem();
    const pid = await kit.startSupervised(sink, undefined, { mailbox: limit });
    for (let n = 1; n <= 5; n++) kit.system.cast(pid, { type: 'note', n });
    return { kit, pid };
  };

  test.each([
    ['reject', [1, 2, 3]],
    ['dropNewest', [1, 2, 3]],
    ['dropOldest', [3, 4, 5]],
  ] as const)('%s keeps %j of 1 to 5 with room for 3', async (policy, kept) => {
    using listener = listen();
    const { kit, pid } = await fill({ capacity: 3, policy });
    await kit.system.settled();
    expect(await kit.system.call(pid, { type: 'seen' })).toEqual(kept);
    expect(listener.events.filter(({ type }) => type === 'mailbox_overflow')).toHaveLength(2);
    expect(listener.events.filter(({ type }) => type === 'dead_letter')).toHaveLength(2);
    await kit.close();
  });

  test('a call that is not taken fails with mailbox_full', async () => {
    const { kit, pid } = await fill({ capacity: 3, policy: 'reject' });
    const failure = await kit.system.call(pid, { type: 'seen' }).catch((thrown: CallExit) => thrown.failure);
    expect(failure).toBe('mailbox_full');
    await kit.close();
  });

  test('a waiting call that makes room fails with mailbox_full', async () => {
    const kit = createTestSystem();
    const pid = await kit.startSupervised(sink, undefined, {
      mailbox: { capacity: 1, policy: 'dropOldest' },
    });
    const failure = kit.system.call(pid, { type: 'seen' }).catch((thrown: CallExit) => thrown.failure);
    kit.system.cast(pid, { type: 'note', n: 1 });
    expect(await failure).toBe('mailbox_full');
    await kit.close();
  });

  test.each(['reject', 'dropNewest', 'dropOldest'] as const)(
    'with %s, exit signals and monitor messages still get in',
    async (policy) => {
      const kit = createTestSystem();
      const seen: unknown[] = [];
      const watcher = defineGenServer<{ readonly info: unknown }, null>({
        init: (_args, ctx) => {
          ctx.trapExit(true);
          return ok(null);
        },
        info: (message, state) => {
          seen.push((message as { readonly type?: string }).type ?? message);
          return noreply(state);
        },
      });
      const pid = await kit.startSupervised(watcher, undefined, { mailbox: { capacity: 1, policy } });
      const target = kit.system.spawn(async (ctx: Context) => {
        await ctx.receive();
      });
      const own = pid as unknown as Context;
      own.monitor(target);
      own.link(target);
      kit.system.send(pid, 'first');
      kit.system.exit(target, 'boom');
      kit.system.send(pid, 'last');
      await kit.system.settled();
      expect(seen).toContain('DOWN');
      expect(seen).toContain('EXIT');
      await kit.close();
    },
  );

  test('a bare process counts what it has not received', async () => {
    const kit = createTestSystem();
    const got: unknown[] = [];
    const process = kit.system.spawn(async (ctx) => {
      await ctx.sleep(100);
      for (;;) got.push(await ctx.receive());
    });
    (process as unknown as { limit: MailboxLimit }).limit = { capacity: 2, policy: 'dropOldest' };
    await kit.system.settled();
    for (let n = 1; n <= 5; n++) {
      kit.system.send(process, n);
      await kit.system.settled();
    }
    await kit.clock.advance(100);
    expect(got).toEqual([4, 5]);
    await kit.close();
  });
});

test('without a bound, a long mailbox is reported each time it doubles, from 1,024 messages on', async () => {
  await using kit = createTestSystem();
  using listener = listen();
  const pid = kit.system.spawn(async (ctx) => {
    await ctx.sleep(1000);
  });
  const blocked = await kit.startSupervised(sink, undefined);
  for (let n = 0; n < 5000; n++) kit.system.cast(blocked, { type: 'note', n });
  const lengths = listener.events.flatMap((event) =>
    event.type === 'mailbox_high_water' ? [event.length] : [],
  );
  expect(lengths).toEqual([1024, 2048, 4096]);
  kit.system.exit(pid, 'kill');
  kit.system.exit(blocked, 'kill');
});

describe('a dead letter is published', () => {
  test('for a message to a process that is gone', async () => {
    await using kit = createTestSystem();
    const pid = kit.system.spawn(() => undefined);
    await assertDown(pid);
    using listener = listen();
    kit.system.send(pid, 'too late');
    expect(listener.events).toEqual([{ type: 'dead_letter', pid, message: 'too late', cause: 'not_alive' }]);
  });

  test('for a message that waited when the process ended', async () => {
    await using kit = createTestSystem();
    const pid = await kit.startSupervised(sink, undefined);
    using listener = listen();
    kit.system.cast(pid, { type: 'note', n: 1 });
    kit.system.exit(pid, 'kill');
    expect(listener.events).toEqual([
      { type: 'dead_letter', pid, message: { type: 'note', n: 1 }, cause: 'undelivered' },
    ]);
  });
});
