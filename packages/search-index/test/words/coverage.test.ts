import { describe, expect, test } from '@jest/globals';
import { alikeIn, alikeInAll } from '../../src/words/alike.js';
import { rarity } from '../../src/words/bm25.js';
import { collectionOf, countTerms } from '../../src/words/collection.js';
import { coverageQuestion } from '../../src/words/coverage.js';
import { WordIndex } from '../../src/words/word-index.js';

const indexOf = (...texts: readonly string[]): WordIndex => {
  const words = new WordIndex();
  for (const text of texts) words.add(text, true);
  return words;
};

/** What the terms of a coverage question are worth, without its factor. */
const worthOf = (words: WordIndex, word: string): Map<string, number> => {
  const collection = collectionOf([word], [countTerms(words, [word])], { k1: 1.6, b: 0.75 });
  const { gains, k1 } = coverageQuestion(collection, new Map([[word, 1]]), alikeIn(words, [word], 5));
  return new Map(gains.map(([term, gain]) => [term, gain / (k1 + 1)]));
};

describe('coverageQuestion', () => {
  test('a form of a known word is worth half the square of its likeness, and is as rare as the word at most', () => {
    const worth = worthOf(indexOf('plate', 'plate', 'plates2', 'oven'), 'plate');
    const own = rarity(4, 2);
    // _pl pla lat ate te_ and _pl pla lat ate tes es2 s2_: 4 shared of 5 and 7.
    expect(worth.get('plate')).toBeCloseTo(own, 9);
    expect(worth.get('plates2')).toBeCloseTo(0.5 * (8 / 12) ** 2 * own, 9);
    expect(worth.has('oven')).toBe(false);
  });

  test('a word that the collection does not know is worth what those spelled alike are, by their likeness', () => {
    const worth = worthOf(indexOf('plate', 'plate', 'oven'), 'plaet');
    // _pl pla lae aet et_ and _pl pla lat ate te_: 2 shared of 5 and 5.
    expect([...worth]).toEqual([['plate', expect.closeTo(0.4 * rarity(3, 2), 9)]]);
  });

  test('a word less alike is no form of one that the collection knows', () => {
    expect([...worthOf(indexOf('plaet', 'plate'), 'plaet').keys()]).toEqual(['plaet']);
  });
});

describe('alikeInAll', () => {
  test('is what one index with all chunks says, counts included', () => {
    const texts = ['plates2 plate3', 'plate3 platea', 'plateb platec', 'plate3 oven'];
    const whole = alikeIn(indexOf(...texts), ['plate', 'oven'], 3);
    const parts = [texts.slice(0, 1), texts.slice(1, 3), texts.slice(3)].map((own) =>
      alikeIn(indexOf(...own), ['plate', 'oven'], 3),
    );
    expect(alikeInAll(parts, 2, 3)).toEqual(whole);
    expect(whole[0]?.find(({ term }) => term === 'plate3')?.chunksWith).toBe(3);
  });

  test('without an index there is nothing for any word', () => {
    expect(alikeInAll([], 2, 3)).toEqual([[], []]);
  });
});
