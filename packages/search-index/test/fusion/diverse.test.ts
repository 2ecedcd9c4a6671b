import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseDiverse } from '../../src/fusion/diverse.js';

const letters = [
  { name: 'a1', score: 3 },
  { name: 'a2', score: 2.9 },
  { name: 'b1', score: 2 },
  { name: 'b2', score: 1 },
];
/** Alike are those of the same letter. */
const likeness = (one: { name: string }, other: { name: string }) => (one.name[0] === other.name[0] ? 1 : 0);
const namesOf = (chosen: readonly { name: string }[]) => chosen.map(({ name }) => name);

describe('chooseDiverse', () => {
  test.each([
    [0, ['a1', 'a2', 'b1']],
    [0.3, ['a1', 'a2', 'b1']],
    [0.5, ['a1', 'b1', 'a2']],
    [1, ['a1', 'b1', 'a2']],
  ])('with diversity %d the choice is %j', (diversity, names) => {
    expect(namesOf(chooseDiverse(letters, 3, diversity, likeness))).toEqual(names);
  });

  test('the first is always the best, none comes twice, and there are k or all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -5, max: 5 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 25 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (scores, k, diversity) => {
          const candidates = scores.sort((a, b) => b - a).map((score, at) => ({ score, at }));
          const chosen = chooseDiverse(candidates, k, diversity, (a, b) => ((a.at * b.at) % 3) / 3);
          expect(chosen[0]).toBe(candidates[0]);
          expect(new Set(chosen).size).toBe(Math.min(k, scores.length));
        },
      ),
    );
  });
});
