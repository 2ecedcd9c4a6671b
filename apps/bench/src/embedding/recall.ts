import { describeEmbeddingFailure, openEmbedder } from '@memvisor/embedding';
import { meanScores, scoreRanking } from '@memvisor/search-index';
import { BenchError } from '../benchmark.js';
import type { Collection } from '../retrieval/collection.js';

/** How one precision of the default model finds, vectors alone. */
export interface Found {
  readonly precision: 'fp16' | 'int8';
  /** Share of the ten nearest texts of fp16 that are among its own ten nearest. */
  readonly agreement: number;
  /** Of ten answers; `undefined` where nobody judged. */
  readonly judged: { readonly ndcg: number; readonly recall: number } | undefined;
}

/** Texts, and questions of which it may be known what answers them. */
export type Asked = Pick<Collection, 'documents' | 'queries'>;

/** Ranks all texts for each question with the model in fp16 and in int8. */
export const measureRecall = async ({ documents, queries }: Asked): Promise<Found[]> => {
  const rankings = new Map<Found['precision'], string[][]>();
  for (const precision of ['fp16', 'int8'] as const) {
    const opened = await openEmbedder({ precision });
    if (!opened.ok) throw new BenchError(describeEmbeddingFailure(opened.failure));
    const { embedder } = opened;
    const texts = await embedder.embed(documents.map(({ text }) => text));
    const questions = await embedder.embed(queries.map(({ text }) => text));
    await embedder.close();
    rankings.set(
      precision,
      questions.map((question) =>
        documents
          .map(({ id }, at) => ({ id, score: dot(question, texts[at] ?? new Float32Array(0)) }))
          .sort((a, b) => b.score - a.score)
          .slice(0, 10)
          .map(({ id }) => id),
      ),
    );
  }
  const exact = rankings.get('fp16') ?? [];
  return [...rankings].map(([precision, ranked]) => ({
    precision,
    agreement: meanScores(ranked.map((ids, at) => scoreRanking(ids, new Set(exact[at]), 10))).recall,
    judged: judge(ranked, queries),
  }));
};

const judge = (ranked: readonly string[][], queries: Asked['queries']): Found['judged'] => {
  const scores = queries.flatMap(({ relevant }, at) =>
    relevant.size === 0 ? [] : [scoreRanking(ranked[at] ?? [], relevant, 10)],
  );
  if (scores.length === 0) return undefined;
  const { ndcg, recall } = meanScores(scores);
  return { ndcg, recall };
};

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
