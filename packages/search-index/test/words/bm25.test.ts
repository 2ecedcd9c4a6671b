import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import MiniSearch from 'minisearch';
import { scoreBm25, scoreOpenings } from '../../src/words/bm25.js';
import { collectionOf, countTerms, wordQuestion } from '../../src/words/collection.js';
import { questionTerms, telling, widened } from '../../src/words/feedback.js';
import { WordIndex } from '../../src/words/word-index.js';

const vocabulary = 'bee hive honey wing flow plate shock wave mach jet'.split(' ');
const options = { k1: 1.6, b: 0.75 };
const indexOf = (texts: readonly string[]): WordIndex => {
  const words = new WordIndex();
  for (const [at, text] of texts.entries()) words.add(text, at % 2 === 0);
  return words;
};

/** The scores that an index gives a question when it is the whole collection. */
const scoresOf = (words: WordIndex, question: string): Float64Array => {
  const terms = questionTerms(question);
  const names = [...terms.keys()];
  const collection = collectionOf(names, [countTerms(words, names)], options);
  return scoreBm25(words, wordQuestion(collection, terms));
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

        const scores = scoresOf(words, unique);

        scores.forEach((score, slot) => {
          expect(score).toBeCloseTo(expected[slot] ?? Number.NaN, 9);
        });
      }),
    );
  });

  test('the best of very many matching chunks has the score it would have among few', () => {
    const texts = Array.from({ length: 3000 }, (_, at) => (at === 2500 ? 'bee hive' : `bee wing${at % 7}`));
    const words = indexOf(texts);
    const scores = scoresOf(words, 'bee hive');
    const idf = (df: number) => Math.log(1 + (3000 - df + 0.5) / (df + 0.5));
    // Every text has two different words, the average: one occurrence is worth exactly its rarity.
    expect(scores[2500]).toBeCloseTo(idf(3000) + idf(1), 9);
    expect(scores.indexOf(Math.max(...scores))).toBe(2500);
  });

  test('nothing is found in an empty index, or for a question without known words', () => {
    expect([...scoresOf(new WordIndex(), '')]).toEqual([]);
    const words = indexOf(['bee']);
    expect([...scoresOf(words, 'jet')]).toEqual([0]);
  });
});

describe('scoreOpenings', () => {
  test('a term counts in the first words of a chunk that begins a source, once, and nowhere else', () => {
    const words = new WordIndex();
    const late = `${'hive '.repeat(12)}bee`;
    words.add('bee bee wing', true);
    words.add('bee wing', false);
    words.add(late, true);
    words.add('wing jet', true);
    const question = { gains: [['bee', 3] as const, ['wing', 2] as const], averageLength: 2, ...options };

    expect([...scoreOpenings(words, question)]).toEqual([5, 0, 0, 2]);
  });
});

describe('widened', () => {
  const question = questionTerms('bee');
  const first = [
    { score: 2, terms: [['bee', 1] as const, ['honei', 2] as const] },
    { score: 1, terms: [['bee', 1] as const, ['hive', 1] as const, ['honei', 1] as const] },
  ];

  test('words of the first answers are added, the most frequent first, and weights add up to 1', () => {
    const wide = widened(question, first, { chunks: 2, terms: 2, weight: 0.5 }, () => 1);
    expect([...wide.keys()]).toEqual(['bee', 'honei']);
    expect([...wide.values()].reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
  });

  test('equally frequent words are taken in their own order, whoever brings them first', () => {
    const equal = [{ score: 1, terms: [['wing', 1] as const, ['plate', 1] as const, ['shock', 1] as const] }];
    const wide = widened(question, equal, { chunks: 1, terms: 2, weight: 0.5 }, () => 1);
    expect([...wide.keys()]).toEqual(['bee', 'plate', 'shock']);
  });

  test('of two words that are as frequent the rarer is taken', () => {
    const rarityOf = (term: string) => (term === 'bee' ? 9 : 1);
    const wide = widened(new Map(), first.slice(0, 1), { chunks: 1, terms: 1, weight: 1 }, rarityOf);
    expect([...wide.keys()]).toEqual(['bee']);
  });

  test('without a first answer the question stays', () => {
    expect(widened(question, [], { chunks: 5, terms: 9, weight: 0.5 }, () => 1)).toBe(question);
  });
});

describe('telling', () => {
  test.each<[rule: string, scores: readonly number[], chunks: number, kept: number]>([
    ['as many as are asked for', [2, 2, 2], 2, 2],
    ['none that scores so much less that its words would not count', [2, 1.5, 1.3], 9, 2],
    ['none below what all others say', [0, -1], 9, 0],
    ['none of none', [], 9, 0],
  ])('%s', (_, scores, chunks, kept) => {
    expect(
      telling(
        scores.map((score) => ({ score })),
        chunks,
      ),
    ).toHaveLength(kept);
  });
});
