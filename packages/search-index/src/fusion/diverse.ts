/** How good a candidate is by itself. */
export type Ranked = { readonly score: number };

/**
 * Chooses the best `k` that are not alike (maximal marginal relevance): each next one is the one whose score, less its
 * likeness to the most similar one already chosen, is highest. Scores are stretched to 0…1 over the candidates first.
 *
 * @param candidates best first
 * @param diversity from 0 (the best `k` as they are) to 1 (likeness alone counts, after the first)
 * @param likeness of two candidates, 1 for the same and 0 for unrelated ones
 */
export const chooseDiverse = <Candidate extends Ranked>(
  candidates: readonly Candidate[],
  k: number,
  diversity: number,
  likeness: (a: Candidate, b: Candidate) => number,
): Candidate[] => {
  const high = candidates[0]?.score ?? 0;
  const low = candidates.at(-1)?.score ?? 0;
  const worth = (score: number): number => (high > low ? (score - low) / (high - low) : 1);
  const left = candidates.map((candidate) => ({ candidate, nearest: 0 }));
  const chosen: Candidate[] = [];
  while (chosen.length < k && left.length > 0) {
    let best = 0;
    let bestValue = Number.NEGATIVE_INFINITY;
    left.forEach(({ candidate, nearest }, at) => {
      const value = (1 - diversity) * worth(candidate.score) - diversity * nearest;
      if (value <= bestValue) return;
      best = at;
      bestValue = value;
    });
    const [taken] = left.splice(best, 1);
    if (taken === undefined) break;
    chosen.push(taken.candidate);
    for (const one of left) one.nearest = Math.max(one.nearest, likeness(one.candidate, taken.candidate));
  }
  return chosen;
};
