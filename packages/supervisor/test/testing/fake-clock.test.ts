import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OptionError } from '../../src/index.js';
import { createTestSystem, FakeClock } from '../../src/testing/index.js';

test('timers run in the order of their time, equal times in the order they were made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 20 }), async (delays) => {
      const clock = new FakeClock();
      const ran: number[] = [];
      delays.forEach((delay, i) => {
        clock.setTimer(() => ran.push(i), delay);
      });
      await clock.advance(5);
      const expected = delays
        .map((delay, i) => ({ delay, i }))
        .sort((a, b) => a.delay - b.delay || a.i - b.i);
      expect(ran).toEqual(expected.map(({ i }) => i));
      expect(clock.pending).toBe(0);
    }),
  );
});

test('a timer runs exactly when its time has come, and not a millisecond before', async () => {
  const clock = new FakeClock();
  let ran = 0;
  clock.setTimer(() => ran++, 100);
  await clock.advance(99);
  expect(ran).toBe(0);
  await clock.advance(1);
  expect(ran).toBe(1);
});

test('while a timer runs, the clock shows its time', async () => {
  const clock = new FakeClock();
  const seen: number[] = [];
  clock.setTimer(() => seen.push(clock.now()), 10);
  clock.setTimer(() => seen.push(clock.now()), 30);
  await clock.advance(50);
  expect(seen).toEqual([10, 30]);
  expect(clock.now()).toBe(50);
});

test('a cleared timer does not run', async () => {
  const clock = new FakeClock();
  const timer = clock.setTimer(() => expect(true).toBe(false), 10);
  clock.clearTimer(timer);
  clock.clearTimer(timer);
  await clock.advance(20);
  expect(clock.nextAt).toBeUndefined();
});

test('what a process does in answer to a timer happens before the next timer', async () => {
  await using kit = createTestSystem();
  const { system, clock } = kit;
  const log: string[] = [];
  const other = system.spawn(async (ctx) => {
    for (;;) log.push(`${await ctx.receive()} at ${clock.now()}`);
  });
  system.spawn(async (ctx) => {
    await ctx.sleep(10);
    ctx.send(other, 'first');
    // Made while the clock moves, and still due within the same move.
    await ctx.sleep(10);
    ctx.send(other, 'second');
  });
  await clock.advance(100);
  expect(log).toEqual(['first at 10', 'second at 20']);
});

test('advanceToNext goes to the next timer, wherever it is', async () => {
  const clock = new FakeClock();
  clock.setTimer(() => undefined, 5000);
  expect(await clock.advanceToNext()).toBe(true);
  expect(clock.now()).toBe(5000);
  expect(await clock.advanceToNext()).toBe(false);
});

test('time does not run backwards', async () => {
  await expect(new FakeClock().advance(-1)).rejects.toThrow(OptionError);
});
