import { join } from 'node:path';
import { describeEmbeddingFailure, type Embedder, openEmbedder } from '@memvisor/embedding';
import {
  type BuildStats,
  buildVideo,
  checkConfig,
  describeEncoderFailure,
  Encoder,
  encoder,
} from '@memvisor/encoder';
import { describeRetrieverFailure, retriever, type SearchResult, search } from '@memvisor/retriever';
import { type Measured, measureSearch } from '@memvisor/search-index';
import { portsClosed, start, stopServer } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import type { Collection, JudgedDocument, JudgedQuery } from './collection.js';

/** The ways of searching that are compared. */
export const modes = ['dense', 'lexical', 'hybrid'] as const;
/** One of {@link modes}. */
export type Mode = (typeof modes)[number];

/** One way of searching, measured on one collection. */
export type RetrievalResult = Measured & {
  readonly mode: Mode;
  /** Results whose text could not be read from the video. */
  readonly unreadable: number;
};

/** Whatever answers questions: one archive or several. */
export type Ask = (question: string, mode: Mode, k: number) => Promise<readonly SearchResult[]>;

/** Documents are ranked by their best chunk: so many chunks give at least ten documents of a few chunks each. */
const chunksAsked = 60;
/** Ranks that count. */
const depth = 10;

/** A folder and an embedder for as long as something is measured with them. */
export const withEmbedder = async <Result>(
  measure: (embedder: Embedder, folder: string) => Promise<Result>,
): Promise<Result> => {
  const opened = await openEmbedder();
  if (!opened.ok) throw new BenchError(describeEmbeddingFailure(opened.failure));
  return inTemporaryFolder('retrieval', async (folder) => {
    try {
      return await measure(opened.embedder, folder);
    } finally {
      await opened.embedder.close();
      await portsClosed();
    }
  });
};

/** Encodes documents into a video, each a source by its id. */
export const encodeDocuments = async (
  documents: readonly JudgedDocument[],
  video: string,
  embedder: Embedder,
): Promise<BuildStats> => {
  const config = checkConfig({ codec: 'lossless', embedding: { module: embedder } });
  const started = await start(encoder, { indexName: 'collection', config, buildWith: buildVideo });
  if (!started.ok) throw new BenchError('the encoder did not start');
  for (const { id, text } of documents) {
    const added = await Encoder.addText(started.pid, text, { source: id });
    if (!added.ok) throw new BenchError(describeEncoderFailure(added.failure));
  }
  const built = await Encoder.buildVideo(started.pid, video);
  await stopServer(started.pid);
  if (!built.ok) throw new BenchError(describeEncoderFailure(built.failure));
  return built.value;
};

/** Opens one archive for as long as it is asked. */
export const withArchive = async <Result>(
  video: string,
  embedder: Embedder,
  measure: (ask: Ask) => Promise<Result>,
): Promise<Result> => {
  const opening = await start(retriever, { video, embedder, cacheSize: 100_000 });
  if (!opening.ok) throw new BenchError(`the archive could not be opened: ${JSON.stringify(opening)}`);
  try {
    return await measure(async (question, mode, k) => {
      const answer = await search(opening.pid, question, { mode, k });
      if (!answer.ok) throw new BenchError(describeRetrieverFailure(answer.failure));
      return answer.value.results;
    });
  } finally {
    await stopServer(opening.pid);
  }
};

/** Encodes a collection into a video, asks every question in every mode, and scores what the frames give back. */
export const measureThroughVideo = (
  collection: Collection,
  say: (text: string) => void,
): Promise<{ readonly built: BuildStats; readonly results: readonly RetrievalResult[] }> =>
  withEmbedder(async (embedder, folder) => {
    const video = join(folder, 'collection.mkv');
    say(`encoding ${collection.documents.length} documents …`);
    const built = await encodeDocuments(collection.documents, video, embedder);
    return {
      built,
      results: await withArchive(video, embedder, (ask) => measureModes(ask, collection, say)),
    };
  });

/** Asks every question in every mode; a text that is not what went in counts as unreadable, never as found. */
export const measureModes = async (
  ask: Ask,
  { documents, queries }: Collection,
  say: (text: string) => void,
): Promise<RetrievalResult[]> => {
  const texts = new Map(documents.map(({ id, text }) => [id, text]));
  const results: RetrievalResult[] = [];
  for (const mode of modes) {
    say(`asking ${queries.length} questions, ${mode} …`);
    results.push(await measureMode(ask, mode, queries, texts));
  }
  return results;
};

const measureMode = async (
  ask: Ask,
  mode: Mode,
  queries: readonly JudgedQuery[],
  texts: ReadonlyMap<string, string>,
): Promise<RetrievalResult> => {
  let unreadable = 0;
  const measured = await measureSearch(
    queries.map(({ text, relevant }) => ({ question: text, relevant })),
    depth,
    async (question) => {
      const ranked: string[] = [];
      for (const { source, text, start: from } of await ask(question, mode, chunksAsked)) {
        if (text === null || texts.get(source)?.startsWith(text, from) !== true) unreadable++;
        else ranked.push(source);
      }
      return ranked;
    },
  );
  return { mode, ...measured, unreadable };
};
