// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import type { Chunk } from './chunks/chunk.js';
import type { ChunkTable } from './chunks/chunk-table.js';
import { allowedSlots } from './chunks/filter.js';
import { adapt } from './fusion/adapt.js';
import { chooseDiverse } from './fusion/diverse.js';
import { fuseMinMax, fuseRanks, fuseZScores, type Pair, type Spread, spreadOf } from './fusion/fuse.js';
import type { IndexSettings, SearchSettings } from './options.js';
import { type Scored, TopK } from './top-k.js';
import { normalised } from './vectors/metric.js';
import type { VectorTable } from './vectors/vector-table.js';
import { scoreBm25 } from './words/bm25.js';
import { idealScore, questionTerms, widened } from './words/feedback.js';
import type { WordIndex } from './words/word-index.js';

/** One answer. */
export type SearchHit = {
  /** From 1. */
  readonly rank: number;
  /** What the answers are ordered by; comparable within one search only. */
  readonly score: number;
  /** The vectors' score by the index's metric, higher is nearer; `null` when they were not asked or there are none. */
  readonly dense: number | null;
  /** BM25 of the question's words; 0 when none of them is in the chunk, `null` when they were not asked. */
  readonly lexical: number | null;
  readonly chunk: Chunk;
};

/** What a search looks into. */
export type Searched = {
  readonly settings: IndexSettings;
  readonly chunks: ChunkTable;
  readonly vectors: VectorTable;
  readonly words: WordIndex;
  /** Finds the nearest slots in another way than by looking at each, such as faiss. */
  readonly nearest?: ((question: Float32Array, k: number) => readonly Scored[]) | undefined;
};

type Allowed = ((slot: number) => boolean) | undefined;

/** How many candidates each side brings to a fusion, at least. */
const candidatesPerSide = 200;
/** How many chunks tell how the vectors' scores spread. Evenly chosen; all, up to this many. */
const spreadSample = 256;

/** With `diversity`: how many candidates there are for each answer, and at least. */
const candidatesPerChoice = 5;
const fewestCandidates = 50;

/** Carries out one search. Filters apply before the best are chosen, never after. */
export const search = (searched: Searched, request: SearchSettings): SearchHit[] => {
  const { chunks } = searched;
  const mask = request.filter && allowedSlots(chunks, request.filter);
  const allowed = mask && ((slot: number) => mask[slot] === 1);
  const { k, diversity } = request;
  const pool = diversity > 0 ? Math.max(candidatesPerChoice * k, fewestCandidates) : k;
  const ranked = modes[request.mode](searched, { ...request, k: pool }, allowed);
  const rows = diversity > 0 ? chooseDiverse(ranked, k, diversity, likenessIn(searched.vectors)) : ranked;
  return rows.map(({ slot, score, dense, lexical }, at) => ({
    rank: at + 1,
    score,
    dense,
    lexical,
    chunk: chunks.at(slot),
  }));
};

/** The cosine of two chunks' first vectors, 0 where it is negative or there are none. */
const likenessIn = (vectors: VectorTable): ((a: Scored, b: Scored) => number) => {
  const directions = new Map<number, Float32Array>();
  const directionOf = (slot: number): Float32Array => {
    const [row, end] = vectors.rowsOf(slot);
    const known = directions.get(slot) ?? (row === end ? new Float32Array(0) : normalised(vectors.row(row)));
    directions.set(slot, known);
    return known;
  };
  return (a, b) => {
    const [first, second] = [directionOf(a.slot), directionOf(b.slot)];
    let cosine = 0;
    for (let at = 0; at < Math.min(first.length, second.length); at += 1) cosine += first[at]! * second[at]!;
    return Math.max(0, cosine);
  };
};

type Row = Scored & Pick<SearchHit, 'dense' | 'lexical'>;
type Mode = (searched: Searched, request: SearchSettings, allowed: Allowed) => Row[];

const lexical: Mode = ({ words, settings }, { text = '', k }, allowed) => {
  const scores = scoreBm25(words, questionTerms(words, text), settings.bm25);
  return topMatches(scores, k, allowed).map((scored) => ({ ...scored, dense: null, lexical: scored.score }));
};

const dense: Mode = (searched, { vector, k }, allowed) =>
  vector === undefined
    ? []
    : nearestSlots(searched, vector, k, allowed).map((scored) => ({
        ...scored,
        dense: scored.score,
        lexical: null,
      }));

const hybrid: Mode = (searched, { text = '', vector, k, fusion }, allowed) => {
  if (vector === undefined) return [];
  const { words, vectors, settings } = searched;
  const { k1 } = settings.bm25;
  const question = questionTerms(words, text);
  const sample = evenSample(words.size);
  const plain = scoreBm25(words, question, settings.bm25);
  const { feedback } = fusion;
  const first = topMatches(plain, Math.max(5, feedback === false ? 0 : feedback.chunks), allowed);
  const evidence = { scores: first.map(({ score }) => score), ideal: idealScore(words, text, k1) };
  const given = { dense: fusion.denseWeight, feedback: feedback === false ? 0 : feedback.weight };
  const fitted = fusion.adapt ? adapt(evidence, given) : { ...given, trust: 1 };
  const wide =
    feedback === false || first.length === 0
      ? plain
      : scoreBm25(
          words,
          widened(words, question, first, { ...feedback, weight: fitted.feedback }),
          settings.bm25,
        );

  const perSide = Math.max(candidatesPerSide, 4 * k);
  const asked = vectors.ask(vector);
  const near = nearestSlots(searched, vector, perSide, allowed, asked);
  const slots = new Set([...near, ...topMatches(wide, perSide, allowed)].map(({ slot }) => slot));
  const known = new Map(near.map(({ slot, score }) => [slot, score]));
  const candidates = [...slots].map((slot) => {
    const score = known.get(slot) ?? asked.score(slot);
    return { slot, dense: Number.isFinite(score) ? score : undefined, lexical: wide[slot]! };
  });

  const fused = fuse(fusion.method, candidates, fitted, () => ({
    dense: spreadOf(sample.map((slot) => asked.roughScore(slot))),
    lexical: spreadOf(sample.map((slot) => wide[slot]!)),
  }));
  const best = new TopK(k);
  candidates.forEach(({ slot }, at) => {
    best.offer(slot, fused[at]!);
  });
  const denseOf = new Map(candidates.map((candidate) => [candidate.slot, candidate.dense]));
  return best
    .ranked()
    .map((scored) => ({ ...scored, dense: denseOf.get(scored.slot) ?? null, lexical: plain[scored.slot]! }));
};

const modes: Record<SearchSettings['mode'], Mode> = { lexical, dense, hybrid };

const fuse = (
  method: SearchSettings['fusion']['method'],
  pairs: readonly Pair[],
  weights: { readonly dense: number; readonly trust: number },
  spreads: () => { readonly dense: Spread; readonly lexical: Spread },
): number[] => {
  switch (method) {
    case 'zscore':
      return fuseZScores(pairs, spreads(), weights);
    case 'minmax':
      return fuseMinMax(pairs, weights);
    case 'rrf':
      return fuseRanks(pairs, weights);
  }
};

/** The best of those that match at all. */
const topMatches = (scores: Float64Array, k: number, allowed: Allowed): Scored[] => {
  const best = new TopK(k);
  for (let slot = 0; slot < scores.length; slot += 1)
    if (scores[slot]! > 0 && (allowed === undefined || allowed(slot))) best.offer(slot, scores[slot]!);
  return best.ranked();
};

const nearestSlots = (
  { vectors, nearest }: Searched,
  question: Float32Array,
  k: number,
  allowed: Allowed,
  asked = vectors.ask(question),
): readonly Scored[] => {
  // faiss can't leave chunks out, and asking it for more and then filtering may find too few.
  if (nearest !== undefined && allowed === undefined) return nearest(question, Math.min(k, vectors.size));
  return asked.nearest(k, allowed);
};

const evenSample = (size: number): number[] =>
  Array.from({ length: Math.min(size, spreadSample) }, (_, at) =>
    Math.floor((at * size) / Math.min(size, spreadSample)),
  );
