import { describe, expect, test } from '@jest/globals';
import { measureSearch, scoreRanking } from '../../src/index.js';

const second = 1 / Math.log2(3);

describe('scoreRanking', () => {
  test.each<
    [rule: string, ranked: number[], relevant: number[], k: number, scores: [number, number, number]]
  >([
    ['the only relevant one first is perfect', [1, 2], [1], 10, [1, 1, 1]],
    ['second is worth less', [2, 1], [1], 10, [second, 1, 0.5]],
    ['beyond k does not count', [2, 3, 1], [1], 2, [0, 0, 0]],
    ['at k still counts', [2, 1], [1], 2, [second, 1, 0.5]],
    ['the ideal has no more than k places', [1, 2], [1, 2, 3, 4], 2, [1, 0.5, 1]],
    ['one of two', [1, 9], [1, 2], 10, [1 / (1 + second), 0.5, 1]],
    ['nothing found', [], [1], 10, [0, 0, 0]],
    ['nothing relevant', [1], [], 10, [0, 0, 0]],
  ])('%s', (_, ranked, relevant, k, [ndcg, recall, reciprocalRank]) => {
    const scores = scoreRanking(ranked, new Set(relevant), k);
    expect(scores.ndcg).toBeCloseTo(ndcg, 9);
    expect(scores).toMatchObject({ recall, reciprocalRank });
  });
});

describe('measureSearch', () => {
  test('is the mean over the questions that have an answer; of repeats the first counts', async () => {
    const questions = [
      { question: [1, 1], relevant: new Set([1]) },
      { question: [7, 7, 1], relevant: new Set([1]) },
      { question: [1], relevant: new Set<number>() },
    ];
    const measured = await measureSearch(questions, 2, (ranked) => ranked);
    expect(measured).toMatchObject({ questions: 2, recall: 1, reciprocalRank: 0.75 });
    expect(measured.ndcg).toBeCloseTo((1 + second) / 2, 9);
    expect(measured.milliseconds.p99).toBeGreaterThanOrEqual(measured.milliseconds.p50);
  });

  test('without questions all is 0', async () => {
    expect(await measureSearch([], 10, () => [])).toMatchObject({
      questions: 0,
      ndcg: 0,
      milliseconds: { p50: 0 },
    });
  });
});
