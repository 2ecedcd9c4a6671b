import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MiniSearch from 'minisearch';
import { scoreBm25 } from '../../src/words/bm25.js';
import { questionTerms, widened } from '../../src/words/feedback.js';
import { WordIndex } from '../../src/words/word-index.js';

const vocabulary = 'bee hive honey wing flow plate shock wave mach jet'.split(' ');
const options = { k1: 1.6, b: 0.75 };
const indexOf = (texts: readonly string[]): WordIndex => {
  const words = new WordIndex();
  for (const text of texts) words.add(text);
  return words;
};

describe('scoreBm25', () => {
  test('gives what a MiniSearch of all the texts gives, without its factor for the terms that match', () => {
    const textOf = fc
      .array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 8 })
      .map((list) => list.join(' '));
    fc.assert(
      fc.property(fc.array(textOf, { minLength: 1, maxLength: 30 }), textOf, (texts, question) => {
        const words = indexOf(texts);
        const whole = new MiniSearch({
          fields: ['text'],
          searchOptions: { bm25: { k: 1.6, b: 0.75, d: 0 } },
        });
        whole.addAll(texts.map((text, id) => ({ id, text })));
        const unique = [...new Set(question.split(' '))].join(' ');
        const expected = new Float64Array(texts.length);
        for (const { id, score, queryTerms } of whole.search(unique))
          expected[id] = score / queryTerms.length;

        const asked = new Map([...questionTerms(words, unique).keys()].map((term) => [term, 1]));
        const scores = scoreBm25(words, asked, options);

        scores.forEach((score, slot) => {
          expect(score).toBeCloseTo(expected[slot] ?? Number.NaN, 9);
        });
      }),
    );
  });

  test('the best of very many matching chunks has the score it would have among few', () => {
    const texts = Array.from({ length: 3000 }, (_, at) => (at === 2500 ? 'bee hive' : `bee wing${at % 7}`));
    const words = indexOf(texts);
    const scores = scoreBm25(words, questionTerms(words, 'bee hive'), options);
    const idf = (df: number) => Math.log(1 + (3000 - df + 0.5) / (df + 0.5));
    // Every text has two different words, the average: one occurrence is worth exactly its rarity.
    expect(scores[2500]).toBeCloseTo(idf(3000) + idf(1), 9);
    expect(scores.indexOf(Math.max(...scores))).toBe(2500);
  });

  test('nothing is found in an empty index, or for a question without known words', () => {
    expect([...scoreBm25(new WordIndex(), new Map(), options)]).toEqual([]);
    const words = indexOf(['bee']);
    expect([...scoreBm25(words, questionTerms(words, 'jet'), options)]).toEqual([0]);
  });
});

describe('widened', () => {
  const words = indexOf(['bee honey honey', 'bee honey hive', 'jet wave']);
  const nameOf = (term: number) => words.terms[term];

  test('words of the first answers are added, the most frequent first, and weights add up to 1', () => {
    const question = questionTerms(words, 'bee');
    const first = [
      { slot: 0, score: 2 },
      { slot: 1, score: 1 },
    ];
    const wide = widened(words, question, first, { chunks: 2, terms: 2, weight: 0.5 });
    expect([...wide.keys()].map(nameOf)).toEqual(['bee', 'honei']);
    expect([...wide.values()].reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
  });

  test('without a first answer the question stays', () => {
    const question = questionTerms(words, 'bee');
    expect(widened(words, question, [], { chunks: 5, terms: 9, weight: 0.5 })).toBe(question);
  });
});
