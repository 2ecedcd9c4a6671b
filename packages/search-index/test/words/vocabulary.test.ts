import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Vocabulary } from '../../src/words/vocabulary.js';

/** The definition, by sets. */
const trigramsOf = (word: string): Set<string> => {
  const marked = `_${word}_`;
  return new Set(Array.from({ length: marked.length - 2 }, (_, at) => marked.slice(at, at + 3)));
};
const likenessOf = (one: string, other: string): number => {
  const [own, others] = [trigramsOf(one), trigramsOf(other)];
  return (2 * [...own].filter((trigram) => others.has(trigram)).length) / (own.size + others.size);
};

const word = fc
  .array(fc.constantFrom('a', 'b', 'n', 'z', '0', '9'), { minLength: 1, maxLength: 9 })
  .map((letters) => letters.join(''));
const isNumber = (term: string): boolean => /^\d+$/.test(term);

describe('Vocabulary', () => {
  test('names the terms that share most trigrams with a word, as sets of them would', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 60 }), word, (terms, asked) => {
        const expected = terms
          .filter((term) => term !== asked && !isNumber(term) && !isNumber(asked))
          .map((term) => ({ term, likeness: likenessOf(asked, term) }))
          .filter(({ likeness }) => likeness >= 0.3)
          .sort((a, b) => b.likeness - a.likeness || (a.term < b.term ? -1 : 1))
          .slice(0, 4);
        const vocabulary = new Vocabulary(terms);
        expect(vocabulary.like(asked, 0.3, 4)).toEqual(expected);
        // Nothing of the first look is left for the second.
        expect(vocabulary.like(asked, 0.3, 4)).toEqual(expected);
      }),
    );
  });

  test.each([
    ['größe', 'größer'],
    ['café', 'cafés'],
    ['имя', 'имена'],
    ['データ', 'データー'],
  ])('words of any script can be alike: %s', (asked, like) => {
    expect(new Vocabulary(['bread', like]).like(asked, 0.2, 5).map(({ term }) => term)).toEqual([like]);
  });

  test('says nothing where there is nothing: no terms, no word, none wanted', () => {
    expect(new Vocabulary([]).like('bee', 0, 5)).toEqual([]);
    expect(new Vocabulary(['bee', '']).like('', 0.1, 5)).toEqual([]);
    expect(new Vocabulary(['bees']).like('bee', 0.1, 0)).toEqual([]);
  });

  test('passes over terms that no text of ours has: a million characters cost nothing', () => {
    const long = Array.from({ length: 1_000_000 }, (_, at) =>
      String.fromCharCode(0x4e00 + ((at * 7919) % 20_000)),
    );
    const vocabulary = new Vocabulary([long.join(''), 'beehive']);
    expect(vocabulary.like('beehives', 0.3, 5).map(({ term }) => term)).toEqual(['beehive']);
  });
});
