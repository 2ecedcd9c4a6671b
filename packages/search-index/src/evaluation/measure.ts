import { meanScores, type RankingScores, scoreRanking } from './ranking.js';

/** A question of a judged collection. */
export type JudgedQuestion<Question> = {
  readonly question: Question;
  /** What is relevant to it, by the same ids that the search gives. */
  readonly relevant: ReadonlySet<string | number>;
};

/** How a search did on a judged collection. */
export type Measured = RankingScores & {
  /** Questions asked; those to which nothing is relevant are left out. */
  readonly questions: number;
  /** How long a question took, in milliseconds. */
  readonly milliseconds: { readonly p50: number; readonly p99: number };
};

/**
 * Asks a search every judged question, one after the other, and scores the first `k` of what it ranks.
 *
 * @param search - gives ids, best first; an id that comes twice counts where it first stands
 * @example
 * const hybrid = await measureSearch(questions, 10, async ({ text, vector }) =>
 *   (await server.search({ text, vector, k: 10 })).map(({ chunk }) => chunk.source));
 */
export const measureSearch = async <Question>(
  questions: Iterable<JudgedQuestion<Question>>,
  k: number,
  search: (question: Question) => readonly (string | number)[] | Promise<readonly (string | number)[]>,
): Promise<Measured> => {
  const scores: RankingScores[] = [];
  const took: number[] = [];
  for (const { question, relevant } of questions) {
    if (relevant.size === 0) continue;
    const from = performance.now();
    const ranked = await search(question);
    took.push(performance.now() - from);
    scores.push(scoreRanking([...new Set(ranked)], relevant, k));
  }
  took.sort((a, b) => a - b);
  const quantile = (share: number): number => took[Math.ceil(share * took.length) - 1] ?? 0;
  return {
    ...meanScores(scores),
    questions: scores.length,
    milliseconds: { p50: quantile(0.5), p99: quantile(0.99) },
  };
};
