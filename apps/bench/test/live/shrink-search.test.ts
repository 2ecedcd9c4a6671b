import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/conformance/terms.js';
import { smallestDiffering } from '../../src/live/shrink-search.js';

/** Programs that are lists of numbers. */
const programOf = (ops: readonly number[]): { readonly program: JsonObject } => ({ program: { ops } });
const opsOf = (program: JsonObject): readonly number[] => program.ops as readonly number[];
/** All that lack one op. */
const smaller = (program: JsonObject): readonly JsonObject[] =>
  opsOf(program).map((_, i) => ({ ops: opsOf(program).filter((_op, at) => at !== i) }));

type Differs = (ops: readonly number[]) => boolean;
const has =
  (...wanted: readonly number[]): Differs =>
  (ops) =>
    wanted.every((one) => ops.includes(one));

const search = async ({
  differs,
  seems = differs,
  looks = Number.POSITIVE_INFINITY,
  length = 30,
}: {
  readonly differs: Differs;
  /** What the quick look says. */
  readonly seems?: Differs;
  /** Quick looks that there is time for. */
  readonly looks?: number;
  /** Ops of the first program. */
  readonly length?: number;
}) => {
  const asked: string[] = [];
  let careful = 0;
  let quick = 0;
  const { found, finished } = await smallestDiffering(programOf(Array.from({ length }, (_, i) => i)), {
    smaller,
    likely: async (programs) => {
      quick++;
      asked.push(...programs.map((program) => JSON.stringify(program)));
      return programs.find((program) => seems(opsOf(program)));
    },
    confirmed: async (program) => {
      careful++;
      return differs(opsOf(program)) ? { program } : undefined;
    },
    timeUp: () => quick >= looks,
  });
  return { ops: opsOf(found.program), finished, asked, careful };
};

describe('a search for a smaller program that differs', () => {
  test('ends at one of which nothing can be left out', async () => {
    expect(await search({ differs: has(3, 28) })).toMatchObject({ ops: [3, 28], finished: true });
  });

  test('looks with care at the last one alone, where the quick look is right', async () => {
    expect(await search({ differs: has(3, 28) })).toMatchObject({ careful: 1 });
  });

  test('asks about no program twice', async () => {
    const { asked } = await search({ differs: has(3, 28) });
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('passes over what only seems to differ', async () => {
    expect(await search({ differs: has(3, 28), seems: has(28) })).toMatchObject({
      ops: [3, 28],
      finished: true,
    });
  });

  test('stays with the first where nothing smaller seems to differ', async () => {
    const { ops, careful, finished } = await search({ differs: has(3), seems: () => false });
    expect([ops.length, careful, finished]).toEqual([30, 0, true]);
  });

  test('has the smallest so far when the time is up, and says that it was', async () => {
    const { ops, finished } = await search({ differs: has(3, 28), looks: 20 });
    expect([ops.length, finished]).toEqual([10, false]);
  });

  test('looks back by halves where what only seemed to differ led on', async () => {
    const { ops, careful } = await search({ differs: has(3, 28), seems: (ops) => ops.length > 0, looks: 29 });
    // 0, 1 and 2 were left out first, and then 3, without which it does not differ.
    expect([ops.length, ops[0]]).toEqual([27, 3]);
    expect(careful).toBeLessThan(10);
  });

  test('stays with the first where nothing on the way differs', async () => {
    const { ops, finished } = await search({ differs: () => false, seems: has(3) });
    expect([ops.length, finished]).toEqual([30, true]);
  });

  test('goes another way where the first way leads to nothing that differs', async () => {
    // Without 0 it only seems to differ.
    const { ops, finished } = await search({
      differs: has(0, 1),
      seems: (list) => list.includes(1) && list.length > 2,
    });
    expect([ops.length, finished, has(0, 1)(ops)]).toEqual([3, true, true]);
  });
});
