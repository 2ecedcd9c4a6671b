import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addMember, restoreMembers } from '../../src/parity/cauchy.js';
import { allFrames, isPlan, membersOf, planParity } from '../../src/parity/plan.js';
import { fromShard, toShard } from '../../src/parity/shards.js';

const bytesOf = (seed: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (Math.imul(seed + 1, 2654435761) >>> (at % 24)) & 0xff);

describe('the members of a group', () => {
  test('come back from any as many checks as are lost, whichever are lost', () => {
    const group = fc.integer({ min: 1, max: 230 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        checks: fc.integer({ min: 1, max: 22 }),
        lost: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: 22 }),
        first: fc.nat(21),
      }),
    );
    fc.assert(
      fc.property(group, ({ count, checks, lost: some, first }) => {
        const lost = some.slice(0, checks);
        const members = Array.from({ length: count }, (_, index) => ({ index, bytes: bytesOf(index, 20) }));
        const parity = Array.from({ length: checks }, () => new Uint8Array(20));
        for (const { index, bytes } of members) addMember(parity, index, bytes);
        // The checks in another order, so that it is not always the first ones that serve.
        const turned = parity.map((_, at) => (at + first) % checks);
        const restored = restoreMembers(
          members.filter(({ index }) => !lost.includes(index)),
          turned.map((index) => ({ index, bytes: parity[index] as Uint8Array })).slice(0, lost.length),
          lost,
          checks,
        );
        expect(restored).toEqual(lost.map((index) => members[index]?.bytes));
      }),
      { numRuns: 40 },
    );
  });

  test('do not come back from fewer', () => {
    expect(restoreMembers([], [{ index: 0, bytes: bytesOf(1, 4) }], [0, 1], 3)).toBeUndefined();
  });
});

describe('a plan', () => {
  test.each([1, 2, 49, 50, 51, 230, 231, 1000, 116_000])(
    'for %d frames has groups that the field can hold',
    (frames) => {
      const plan = planParity(frames);
      expect(isPlan(plan)).toBe(true);
      const members = Array.from({ length: plan.groups }, (_, group) => membersOf(plan, group));
      expect(members.reduce((sum, count) => sum + count, 0)).toBe(frames);
      // A burst of 2 % takes from each group no more than it can lose.
      expect(Math.ceil((allFrames(plan) * 0.02) / plan.groups)).toBeLessThanOrEqual(plan.checks);
      expect(allFrames(plan) / frames).toBeLessThan(frames < 100 ? 4.1 : 1.14);
    },
  );

  test.each([
    { frames: 0, groups: 1, checks: 1 },
    { frames: 10, groups: 0, checks: 1 },
    { frames: 10, groups: 11, checks: 1 },
    { frames: 10, groups: 1, checks: 0 },
    { frames: 250, groups: 1, checks: 7 },
  ])('of %j is none', (plan) => expect(isPlan(plan)).toBe(false));
});

test('a payload comes out of its shard as it went in, and a length beyond the shard is refused', () => {
  for (const length of [0, 1, 10])
    expect(fromShard(toShard(bytesOf(3, length), 12))).toEqual(Buffer.from(bytesOf(3, length)));
  expect(fromShard(Uint8Array.of(0, 3, 1, 2))).toBeUndefined();
});
