import { expect, test } from '@jest/globals';
import { type Context, realClock } from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

const withProcess = async (body: (ctx: Context) => void) => {
  const kit = createTestSystem();
  const got: unknown[] = [];
  const pid = kit.system.spawn(async (ctx) => {
    body(ctx);
    for (;;) got.push(await ctx.receive());
  });
  await kit.system.settled();
  return { kit, pid, got };
};

test('sendAfter sends at its time', async () => {
  const { kit, got } = await withProcess((ctx) => void ctx.sendAfter(ctx.self, 'ding', 500));
  await kit.clock.advance(499);
  expect(got).toEqual([]);
  await kit.clock.advance(1);
  expect(got).toEqual(['ding']);
  await kit.close();
});

test('cancel tells how much time was left, or nothing when it had fired', async () => {
  const left: (number | undefined)[] = [];
  const { kit, got } = await withProcess((ctx) => {
    const late = ctx.sendAfter(ctx.self, 'late', 500);
    const early = ctx.sendAfter(ctx.self, 'early', 100);
    void ctx.sleep(200).then(() => left.push(late.cancel(), late.cancel(), early.cancel()));
  });
  await kit.clock.advance(1000);
  expect(left).toEqual([300, undefined, undefined]);
  expect(got).toEqual(['early']);
  await kit.close();
});

test('a timer goes with the process that made it', async () => {
  const { kit, pid } = await withProcess((ctx) => void ctx.sendAfter(ctx.self, 'ding', 500));
  kit.system.exit(pid, 'kill');
  expect(kit.clock.pending).toBe(0);
  await assertDown(pid, 'killed');
  await kit.close();
});

test('the real clock waits for longer than Node can in one piece', () => {
  const { setTimeout: original } = globalThis;
  const delays: (number | undefined)[] = [];
  let fire: () => void = () => undefined;
  globalThis.setTimeout = ((callback: () => void, delay?: number) => {
    delays.push(delay);
    fire = callback;
    return original(() => undefined, 0);
  }) as typeof setTimeout;
  try {
    let fired = 0;
    realClock.setTimer(() => fired++, 2 ** 31 + 1000);
    fire();
    expect(fired).toBe(0);
    fire();
    expect(fired).toBe(1);
    expect(delays).toEqual([2 ** 31 - 1, 1001]);
  } finally {
    globalThis.setTimeout = original;
  }
});
