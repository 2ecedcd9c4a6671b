import { lexicalTrust } from './fuse.js';

/** What the first answers by words alone say about a question. */
export type WordEvidence = {
  /** BM25 scores, best first. */
  readonly scores: readonly number[];
  /** What a chunk with all the question's words could reach. */
  readonly ideal: number;
  /** How many different words of the question are in the collection. */
  readonly terms: number;
  /** Which share of the question the best chunk covers, with words spelled alike. @defaultValue `0` */
  readonly covered?: number;
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

/** From the first share of a question's words on one text may be what is looked for; at the second it is. */
const [sureFrom, sureAt] = [0.45, 0.75];
/** A question of so few words may be a mere topic, however well a text fits; one of so many is about one text. */
const [topicUpTo, textFrom] = [2, 4];
/** What is covered with words spelled alike is trusted like half as much of the words themselves. */
const trustInAlike = 0.5;
/** Which answer must be far behind the best for that one to stand out. */
const farAnswer = 5;
/** How much of the vectors' share one that stands out may take, and what is left at least. */
const [takenByStanding, leastLevel] = [0.5, 0.25];
/** From so many standard deviations on the vectors recognise an answer. */
const recognisedAt = 1.5;

const ramp = (value: number, from: number, to: number): number =>
  Math.max(0, Math.min(1, (value - from) / (to - from)));

/**
 * Fits the shares to a question. Where the best chunk holds nearly all of its words, and these are more than a topic, one
 * text is looked for, and words of the first answers could only draw others above it. Where the best stands out from the
 * fifth, the words know the answer, and vectors count less. Where the words can't be trusted, whether one stands out means nothing.
 */
export const adapt = (
  { scores, ideal, terms, covered = 0 }: WordEvidence,
  { dense, feedback }: { readonly dense: number; readonly feedback: number },
): Adapted => {
  const best = scores[0] ?? 0;
  const share = ideal > 0 ? best / ideal : 0;
  const trust = lexicalTrust(Math.max(share, trustInAlike * covered), 1);
  const sure = ramp(share, sureFrom, sureAt) * ramp(terms, topicUpTo, textFrom);
  const level = best > 0 ? Math.max(leastLevel, (scores[farAnswer - 1] ?? 0) / best) : 1;
  const kept = 1 - takenByStanding * trust * (1 - level);
  return {
    // Only the vectors' part shrinks, so that 0 and 1 stay what they are.
    dense: dense === 1 ? 1 : (dense * kept) / (dense * kept + 1 - dense),
    trust,
    feedback: feedback * (1 - sure),
  };
};

/**
 * How far the first answer's words may be added, by how many standard deviations the vectors set it apart: words of an answer
 * that the vectors know nothing of lead astray. All, where the vectors can't say.
 */
export const recognised = (deviations: number | undefined): number =>
  deviations === undefined ? 1 : ramp(deviations, 0, recognisedAt);
