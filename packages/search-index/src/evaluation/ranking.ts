/** How good one ranking is; each from 0 to 1. */
export type RankingScores = {
  /** Normalised discounted cumulative gain: are the relevant ones at the top? */
  readonly ndcg: number;
  /** The share of all relevant ones that was found. */
  readonly recall: number;
  /** 1 divided by the rank of the first relevant one; 0 when there is none. */
  readonly reciprocalRank: number;
};

/**
 * Scores the first `k` of a ranking against what is relevant (relevant or not; no grades).
 *
 * @example
 * scoreRanking([7, 3, 9], new Set([3]), 10); // => { ndcg: 0.63…, recall: 1, reciprocalRank: 0.5 }
 */
export const scoreRanking = (
  ranked: readonly (string | number)[],
  relevant: ReadonlySet<string | number>,
  k: number,
): RankingScores => {
  let gain = 0;
  let found = 0;
  let first = 0;
  ranked.slice(0, k).forEach((id, at) => {
    if (!relevant.has(id)) return;
    gain += discount(at);
    found += 1;
    if (first === 0) first = at + 1;
  });
  let ideal = 0;
  for (let at = 0; at < Math.min(k, relevant.size); at += 1) ideal += discount(at);
  return {
    ndcg: ideal === 0 ? 0 : gain / ideal,
    recall: relevant.size === 0 ? 0 : found / relevant.size,
    reciprocalRank: first === 0 ? 0 : 1 / first,
  };
};

const discount = (at: number): number => 1 / Math.log2(at + 2);

/** The mean of several questions' scores; all 0 when there are none. */
export const meanScores = (scores: readonly RankingScores[]): RankingScores => {
  const mean = (of: (one: RankingScores) => number): number =>
    scores.length === 0 ? 0 : scores.reduce((sum, one) => sum + of(one), 0) / scores.length;
  return {
    ndcg: mean(({ ndcg }) => ndcg),
    recall: mean(({ recall }) => recall),
    reciprocalRank: mean(({ reciprocalRank }) => reciprocalRank),
  };
};
