/** What both sides say about one candidate; `undefined` where a side can't say anything. */
export type Pair = {
  readonly dense: number | undefined;
  readonly lexical: number | undefined;
  /** How much of what the question's words can be worth is in its opening, from 0 to 1. @defaultValue `0` */
  readonly opening?: number;
  /** How well its words, and words spelled alike, cover the question. @defaultValue `0` */
  readonly coverage?: number;
};

/** A side of a pair. */
type Side = 'dense' | 'lexical';

/** Mean and standard deviation of one side's scores over the whole collection. */
export type Spread = { readonly mean: number; readonly deviation: number };

/** How each kind of score spreads. */
export type Spreads = {
  readonly dense: Spread;
  readonly lexical: Spread;
  /** Needed only where coverage has a weight. */
  readonly coverage?: Spread;
};

/**
 * How the two sides become one score.
 *
 * - `zscore`: each side's scores as standard deviations above its mean over the whole collection, added; the words' part with
 *   how well they cover the question and what of them is in a text's opening.
 * - `minmax`: each side's scores over the candidates, stretched to 0…1, added.
 * - `rrf`: reciprocal ranks, added; how much better one candidate is than the next does not count.
 */
export type FusionMethod = 'zscore' | 'minmax' | 'rrf';

/** How much each side counts. */
export type FusionWeights = {
  /** From 0 (words alone) to 1 (vectors alone). */
  readonly dense: number;
  /** From 0 to 1: how far the words can be trusted for this question; see {@link lexicalTrust}. */
  readonly trust: number;
  /** Standard deviations that an opening with all of the question's words is worth. @defaultValue `0` */
  readonly opening?: number;
  /** How much coverage counts beside the words' score, which counts 1. @defaultValue `0` */
  readonly coverage?: number;
};

/** Scores in standard deviations; where all are equal, none says anything. */
export const standardised = (score: number, { mean, deviation }: Spread): number =>
  deviation > 0 ? (score - mean) / deviation : 0;

/** Mean and standard deviation of some scores; those that are not finite don't count. */
export const spreadOf = (scores: Iterable<number>): Spread => {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let shift = 0;
  for (const score of scores) {
    if (!Number.isFinite(score)) continue;
    // Sums of differences from the first one: with large scores close together the squares would drown them.
    if (count === 0) shift = score;
    count += 1;
    sum += score - shift;
    squares += (score - shift) ** 2;
  }
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  return { mean: shift + mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
};

/** From this share of a question's words on, keyword scores count in full. Measured: see the package's README. */
const fullTrustFrom = 0.3;

/**
 * How far keyword scores can be trusted for a question: its best chunk's score as a share of what a
 * chunk with all the question's words could reach, squared. A question in other words than the text's
 * matches by accident (a "long" here, a "first" there), and then the vectors know better.
 */
export const lexicalTrust = (bestScore: number, idealScore: number): number =>
  idealScore > 0 ? Math.min(1, (bestScore / idealScore / fullTrustFrom) ** 2) : 0;

/** Where nothing is known, nothing is above or below the mean. */
const unknownSpread: Spread = { mean: 0, deviation: 0 };

/** Standardised scores, added. A side that can't say anything about a candidate gives it the mean of its side. */
export const fuseZScores = (
  pairs: readonly Pair[],
  { coverage: coverages = unknownSpread, ...spreads }: Spreads,
  { dense, trust, opening = 0, coverage = 0 }: FusionWeights,
): number[] =>
  pairs.map(
    (pair) =>
      dense * (pair.dense === undefined ? 0 : standardised(pair.dense, spreads.dense)) +
      (1 - dense) *
        trust *
        ((pair.lexical === undefined ? 0 : standardised(pair.lexical, spreads.lexical)) +
          coverage * standardised(pair.coverage ?? 0, coverages) +
          opening * (pair.opening ?? 0)),
  );

/** Scores stretched to 0…1 over the candidates, added. Unknown is 0, the worst. */
export const fuseMinMax = (pairs: readonly Pair[], { dense, trust }: FusionWeights): number[] => {
  const stretch = (side: Side): ((pair: Pair) => number) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const { [side]: score } of pairs) {
      if (score === undefined) continue;
      low = Math.min(low, score);
      high = Math.max(high, score);
    }
    return ({ [side]: score }) => (score === undefined || high <= low ? 0 : (score - low) / (high - low));
  };
  const denseShare = stretch('dense');
  const lexicalShare = stretch('lexical');
  return pairs.map((pair) => dense * denseShare(pair) + (1 - dense) * trust * lexicalShare(pair));
};

/** Cormack's constant: how little the very first ranks stand out. */
const rankOffset = 60;

/** Reciprocal ranks, added; equal scores share a rank. A keyword score of 0 or an unknown score has no rank. */
export const fuseRanks = (pairs: readonly Pair[], { dense, trust }: FusionWeights): number[] => {
  const ranks = (side: Side): ((pair: Pair) => number) => {
    const counts = (score: number | undefined): score is number =>
      score !== undefined && (side === 'dense' || score > 0);
    const ordered = pairs
      .map((pair) => pair[side])
      .filter(counts)
      .sort((a, b) => b - a);
    const rankOf = new Map<number, number>();
    ordered.forEach((score, at) => {
      if (!rankOf.has(score)) rankOf.set(score, at + 1);
    });
    return ({ [side]: score }) => {
      const rank = counts(score) ? rankOf.get(score) : undefined;
      return rank === undefined ? 0 : 1 / (rankOffset + rank);
    };
  };
  const denseShare = ranks('dense');
  const lexicalShare = ranks('lexical');
  return pairs.map((pair) => dense * denseShare(pair) + (1 - dense) * trust * lexicalShare(pair));
};
