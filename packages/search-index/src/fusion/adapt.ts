import { lexicalTrust } from './fuse.js';

/** What the first answers by words alone say about a question. */
export type WordEvidence = {
  /** BM25 scores, best first. */
  readonly scores: readonly number[];
  /** What a chunk with all the question's words could reach. */
  readonly ideal: number;
};

/** How much each side of a fusion counts for one question. */
export type Adapted = {
  /** Share of the vectors, from 0 to 1. */
  readonly dense: number;
  /** What the words' part is multiplied by; see {@link lexicalTrust}. */
  readonly trust: number;
  /** Share of the words that the first answers add. */
  readonly feedback: number;
};

/** From the first share of a question's words on the words begin to be sure; at the second they are. */
const [sureFrom, sureAt] = [0.3, 0.8];
/** How much of the vectors' and of the feedback's share a sure answer takes away. */
const [denseTaken, feedbackTaken] = [0.5, 0.7];
/** Which answer must be far behind the best for that one to stand out. */
const farAnswer = 5;
/** What is left of the vectors' share, at least, when one stands out: they order the other answers. */
const leastLevel = 0.25;

/**
 * Fits the shares to a question. Where the best chunk holds nearly all of the question's words, or stands out from the fifth,
 * the words know the answer: vectors and added words could only push it down, and count less. Where the words can't be
 * trusted, whether one stands out means nothing.
 */
export const adapt = (
  { scores, ideal }: WordEvidence,
  { dense, feedback }: { readonly dense: number; readonly feedback: number },
): Adapted => {
  const best = scores[0] ?? 0;
  const trust = lexicalTrust(best, ideal);
  const share = ideal > 0 ? best / ideal : 0;
  const sure = Math.max(0, Math.min(1, (share - sureFrom) / (sureAt - sureFrom)));
  const level = best > 0 ? Math.max(leastLevel, (scores[farAnswer - 1] ?? 0) / best) : 1;
  const kept = (1 - trust * (1 - level)) * (1 - denseTaken * sure);
  return {
    // Only the vectors' part shrinks, so that 0 and 1 stay what they are.
    dense: dense === 1 ? 1 : (dense * kept) / (dense * kept + 1 - dense),
    trust,
    feedback: feedback * (1 - feedbackTaken * sure),
  };
};
