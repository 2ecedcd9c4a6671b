import { describe, expect, test } from '@jest/globals';
import {
  type Context,
  DownMessage,
  defineGenServer,
  ExitMessage,
  type ExitReason,
  NoProcessError,
  noreply,
  ok,
  type Pid,
  processInfo,
} from '../../src/index.js';
import { assertDown, createTestSystem, flushMailbox } from '../../src/testing/index.js';

const idle = async (ctx: Context) => {
  await ctx.receive();
};
/** A process whose context a test uses from outside, with what it received. */
const puppet = async (system: ReturnType<typeof createTestSystem>['system'], trap = false) => {
  let ctx: Context | undefined;
  const pid = system.spawn(async (own) => {
    ctx = own;
    own.trapExit(trap);
    // Never returns; its mailbox is read by `flushMailbox`.
    await new Promise(() => undefined);
  });
  await system.settled();
  return { pid, ctx: ctx as unknown as Context };
};

describe('an exit signal', () => {
  test.each<{ reason: ExitReason; trap: boolean; outcome: 'ends' | 'message' | 'nothing'; end?: ExitReason }>(
    [
      { reason: 'boom', trap: false, outcome: 'ends', end: 'boom' },
      { reason: 'boom', trap: true, outcome: 'message' },
      { reason: 'shutdown', trap: false, outcome: 'ends', end: 'shutdown' },
      { reason: 'shutdown', trap: true, outcome: 'message' },
      { reason: 'normal', trap: false, outcome: 'nothing' },
      { reason: 'normal', trap: true, outcome: 'message' },
      { reason: 'kill', trap: false, outcome: 'ends', end: 'killed' },
      { reason: 'kill', trap: true, outcome: 'ends', end: 'killed' },
      { reason: 'killed', trap: false, outcome: 'ends', end: 'killed' },
      { reason: 'killed', trap: true, outcome: 'message' },
    ],
  )('$reason to a process that traps exits: $trap → $outcome', async ({ reason, trap, outcome, end }) => {
    await using kit = createTestSystem();
    const sender = await puppet(kit.system);
    const target = await puppet(kit.system, trap);
    sender.ctx.exit(target.pid, reason);
    await kit.system.settled();
    if (outcome === 'ends') await assertDown(target.pid, end);
    else {
      const messages = await flushMailbox(target.ctx);
      expect(messages).toEqual(outcome === 'message' ? [new ExitMessage(sender.pid, reason)] : []);
    }
  });

  test('normal, sent by a process to itself, ends it', async () => {
    await using kit = createTestSystem();
    const pid = kit.system.spawn((ctx) => ctx.exit(ctx.self, 'normal'));
    await assertDown(pid, 'normal');
  });

  test('to a process that is gone does nothing', async () => {
    await using kit = createTestSystem();
    const pid = kit.system.spawn(() => undefined);
    await assertDown(pid);
    kit.system.exit(pid, 'kill');
    await assertDown(pid, 'normal');
  });

  test('that comes back by a link lets the sender finish what it is doing', async () => {
    await using kit = createTestSystem();
    const witness = await puppet(kit.system);
    const victim = kit.system.spawn(idle);
    const sender = kit.system.spawn((ctx) => {
      ctx.link(victim);
      ctx.exit(victim, 'boom');
      ctx.send(witness.pid, 'still here');
    });
    await kit.system.settled();
    expect(await flushMailbox(witness.ctx)).toEqual(['still here']);
    await assertDown(victim, 'boom');
    await kit.system.settled();
    expect(kit.system.isAlive(sender)).toBe(false);
  });
});

describe('a link', () => {
  const end = async (reason: ExitReason, trap: boolean) => {
    const kit = createTestSystem();
    const one = await puppet(kit.system);
    const other = await puppet(kit.system, trap);
    one.ctx.link(other.pid);
    kit.system.exit(one.pid, reason);
    await kit.system.settled();
    return { kit, one, other };
  };

  test.each<ExitReason>(['boom', 'shutdown', 'killed'])('passes %s on', async (reason) => {
    const { kit, other } = await end(reason, false);
    await assertDown(other.pid, reason);
    await kit.close();
  });

  test('passes a kill on as killed, which can be trapped', async () => {
    const { kit, one, other } = await end('kill', true);
    expect(await flushMailbox(other.ctx)).toEqual([new ExitMessage(one.pid, 'killed')]);
    await kit.close();
  });

  test('passes an end on in turn: who was ready before it handles its message first', async () => {
    await using kit = createTestSystem();
    const handled: unknown[] = [];
    const server = defineGenServer<{ info: string }, null>({
      init: () => ok(null),
      info: (message, state) => {
        handled.push(message);
        return noreply(state);
      },
    });
    const [first, second] = [await puppet(kit.system), await kit.startSupervised(server, undefined)];
    first.ctx.link(second);
    // Its first message takes longest, maybe as long as a turn may.
    kit.system.send(second, 'warm');
    await kit.system.settled();
    kit.system.send(second, 'before');
    kit.system.exit(first.pid, 'boom');
    kit.system.send(second, 'after');
    await assertDown(second, 'boom');
    // 'after' is handled in the same slice, unless the machine stands still in between.
    expect(handled.slice(0, 2)).toEqual(['warm', 'before']);
    expect(handled.slice(2)).toEqual(['after'].slice(0, handled.length - 2));
  });

  test('passes an end on before monitors tell of it', async () => {
    await using kit = createTestSystem();
    const ended = await puppet(kit.system);
    const [both, trapping] = [await puppet(kit.system), await puppet(kit.system, true)];
    for (const { ctx } of [both, trapping]) {
      ctx.monitor(ended.pid);
      ctx.link(ended.pid);
    }
    kit.system.exit(ended.pid, 'boom');
    await assertDown(both.pid, 'boom');
    expect(await flushMailbox(trapping.ctx)).toEqual([
      new ExitMessage(ended.pid, 'boom'),
      expect.any(DownMessage),
    ]);
  });

  test('does not disturb a process that does not trap when the other is done', async () => {
    await using kit = createTestSystem();
    const { ctx, pid } = await puppet(kit.system);
    const other = ctx.spawnLink(() => undefined);
    await assertDown(other, 'normal');
    expect(kit.system.isAlive(pid)).toBe(true);
    expect(processInfo(pid)?.links).toEqual([]);
  });

  test('holds once however often it is made, and goes with one unlink', async () => {
    await using kit = createTestSystem();
    const one = await puppet(kit.system);
    const other = await puppet(kit.system);
    one.ctx.link(other.pid);
    other.ctx.link(one.pid);
    expect(processInfo(one.pid)?.links).toEqual([other.pid]);
    one.ctx.unlink(other.pid);
    expect(processInfo(other.pid)?.links).toEqual([]);
    kit.system.exit(one.pid, 'boom');
    await kit.system.settled();
    expect(kit.system.isAlive(other.pid)).toBe(true);
  });

  test('to a dead process is an error, or a message for one that traps exits', async () => {
    await using kit = createTestSystem();
    const dead = kit.system.spawn(() => undefined);
    await assertDown(dead);
    const plain = await puppet(kit.system);
    expect(() => plain.ctx.link(dead)).toThrow(NoProcessError);
    const trapping = await puppet(kit.system, true);
    trapping.ctx.link(dead);
    expect(await flushMailbox(trapping.ctx)).toEqual([new ExitMessage(dead, 'noproc')]);
  });

  test('of a hundred thousand processes in a row passes on without a deep stack', async () => {
    await using kit = createTestSystem();
    let first: Pid | undefined;
    let last: Context | undefined;
    for (let i = 0; i < 100_000; i++) {
      const before = last;
      const pid = kit.system.spawn((ctx) => {
        last = ctx;
        return new Promise(() => undefined);
      });
      first ??= pid;
      if (i % 1000 === 0 || before === undefined) await kit.system.settled();
    }
    let previous: Pid | undefined;
    for (const pid of kit.system.processes()) {
      // Linked by hand: the contexts are the processes.
      if (previous !== undefined) (pid as unknown as Context).link(previous);
      previous = pid;
    }
    kit.system.exit(first as Pid, 'boom');
    await kit.system.settled();
    expect(kit.system.processCount).toBe(0);
  });
});

describe('a monitor', () => {
  test('tells of the end once, with its reason, and does not disturb', async () => {
    await using kit = createTestSystem();
    const watcher = await puppet(kit.system);
    const target = kit.system.spawn(idle);
    const ref = watcher.ctx.monitor(target);
    kit.system.exit(target, 'boom');
    await kit.system.settled();
    expect(await flushMailbox(watcher.ctx)).toEqual([new DownMessage(ref, target, 'boom')]);
    expect(processInfo(watcher.pid)?.monitors).toEqual([]);
  });

  test.each(['init', 'info'])(
    'of a dead process, made in %s, tells of it after the messages that are handled before a pause',
    async (where) => {
      await using kit = createTestSystem();
      const dead = kit.system.spawn(() => undefined);
      await assertDown(dead);
      const seen: unknown[] = [];
      const watch = (ctx: Context<{ info: unknown }>) => {
        ctx.monitor(dead);
        ctx.send(ctx.self, 'first');
      };
      const server = defineGenServer<{ info: unknown }, null>({
        init: (_args, ctx) => {
          if (where === 'init') watch(ctx);
          return ok(null);
        },
        info: (message, state, ctx) => {
          if (message === 'watch') watch(ctx);
          else seen.push(message instanceof DownMessage ? message.reason : message);
          if (message === 'first') ctx.send(ctx.self, 'second');
          return noreply(state);
        },
      });
      const pid = await kit.startSupervised(server, undefined);
      if (where === 'info') kit.system.send(pid, 'watch');
      await kit.system.settled();
      expect(seen).toEqual(['first', 'second', 'noproc']);
    },
  );

  test('of a dead process tells noproc at once', async () => {
    await using kit = createTestSystem();
    const watcher = await puppet(kit.system);
    const target = kit.system.spawn(() => undefined);
    await assertDown(target);
    const ref = watcher.ctx.monitor(target);
    expect(await flushMailbox(watcher.ctx)).toEqual([new DownMessage(ref, target, 'noproc')]);
  });

  test('each of several on the same process tells by itself', async () => {
    await using kit = createTestSystem();
    const watcher = await puppet(kit.system);
    const target = kit.system.spawn(idle);
    watcher.ctx.monitor(target);
    watcher.ctx.monitor(target);
    kit.system.exit(target, 'boom');
    await kit.system.settled();
    expect(await flushMailbox(watcher.ctx)).toHaveLength(2);
  });

  test('taken back does not tell; the answer is whether it was still watching', async () => {
    await using kit = createTestSystem();
    const watcher = await puppet(kit.system);
    const target = kit.system.spawn(idle);
    const ref = watcher.ctx.monitor(target);
    expect(watcher.ctx.demonitor(ref)).toBe(true);
    expect(watcher.ctx.demonitor(ref)).toBe(false);
    kit.system.exit(target, 'boom');
    expect(await flushMailbox(watcher.ctx)).toEqual([]);
  });

  test('taken back with flush removes the message that waits, and only that one', async () => {
    await using kit = createTestSystem();
    const watcher = await puppet(kit.system);
    const target = kit.system.spawn(idle);
    const ref = watcher.ctx.monitor(target);
    kit.system.exit(target, 'boom');
    await kit.system.settled();
    kit.system.send(watcher.pid, 'other');
    expect(watcher.ctx.demonitor(ref, { flush: true })).toBe(false);
    expect(await flushMailbox(watcher.ctx)).toEqual(['other']);
  });

  test('goes with the watcher', async () => {
    await using kit = createTestSystem();
    const target = await puppet(kit.system);
    const watcher = target.ctx.spawn(async (ctx) => {
      ctx.monitor(target.pid);
      await ctx.receive();
    });
    await kit.system.settled();
    kit.system.exit(watcher, 'boom');
    kit.system.exit(target.pid, 'boom');
    await assertDown(target.pid, 'boom');
  });
});
