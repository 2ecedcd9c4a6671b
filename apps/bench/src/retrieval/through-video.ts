import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEmbeddingFailure, openEmbedder } from '@memvisor/embedding';
import {
  type BuildStats,
  buildVideo,
  checkConfig,
  describeEncoderFailure,
  Encoder,
  encoder,
} from '@memvisor/encoder';
import { describeRetrieverFailure, type RetrieverProtocol, retriever, search } from '@memvisor/retriever';
import { type Measured, measureSearch } from '@memvisor/search-index';
import { type Pid, portsClosed, start, stopServer } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import type { Collection, JudgedQuery } from './collection.js';

/** The ways of searching that are compared. */
export const modes = ['dense', 'lexical', 'hybrid'] as const;

/** One way of searching, measured on one collection. */
export type RetrievalResult = Measured & {
  readonly mode: (typeof modes)[number];
  /** Results whose text could not be read from the video. */
  readonly unreadable: number;
};

/** Documents are ranked by their best chunk: so many chunks give at least ten documents of a few chunks each. */
const chunksAsked = 60;
/** Ranks that count. */
const depth = 10;

/** Encodes a collection into a video, asks every question in every mode, and scores what the frames give back. */
export const measureThroughVideo = async (
  { documents, queries }: Collection,
  say: (text: string) => void,
): Promise<{ readonly built: BuildStats; readonly results: readonly RetrievalResult[] }> => {
  const folder = await mkdtemp(join(tmpdir(), 'memvisor-retrieval-'));
  const opened = await openEmbedder();
  if (!opened.ok) throw new BenchError(describeEmbeddingFailure(opened.failure));
  const { embedder } = opened;
  let reader: Pid<RetrieverProtocol> | undefined;
  try {
    const config = checkConfig({ codec: 'lossless', embedding: { module: embedder } });
    const started = await start(encoder, { indexName: 'collection', config, buildWith: buildVideo });
    if (!started.ok) throw new BenchError('the encoder did not start');
    for (const { id, text } of documents) {
      const added = await Encoder.addText(started.pid, text, { source: id });
      if (!added.ok) throw new BenchError(describeEncoderFailure(added.failure));
    }
    say(`encoding ${documents.length} documents …`);
    const video = join(folder, 'collection.mkv');
    const built = await Encoder.buildVideo(started.pid, video);
    await stopServer(started.pid);
    if (!built.ok) throw new BenchError(describeEncoderFailure(built.failure));

    const opening = await start(retriever, { video, embedder, cacheSize: 100_000 });
    if (!opening.ok) throw new BenchError(`the archive could not be opened: ${JSON.stringify(opening)}`);
    reader = opening.pid;
    const texts = new Map(documents.map(({ id, text }) => [id, text]));
    const results: RetrievalResult[] = [];
    for (const mode of modes) {
      say(`asking ${queries.length} questions, ${mode} …`);
      results.push(await measureMode(reader, mode, queries, texts));
    }
    return { built: built.value, results };
  } finally {
    if (reader !== undefined) await stopServer(reader);
    await embedder.close();
    await portsClosed();
    await rm(folder, { recursive: true, force: true });
  }
};

const measureMode = async (
  reader: Pid<RetrieverProtocol>,
  mode: (typeof modes)[number],
  queries: readonly JudgedQuery[],
  texts: ReadonlyMap<string, string>,
): Promise<RetrievalResult> => {
  let unreadable = 0;
  const measured = await measureSearch(
    queries.map(({ text, relevant }) => ({ question: text, relevant })),
    depth,
    async (question) => {
      const answer = await search(reader, question, { mode, k: chunksAsked });
      if (!answer.ok) throw new BenchError(describeRetrieverFailure(answer.failure));
      const ranked: string[] = [];
      for (const { source, text, start } of answer.value.results) {
        // A text that the video does not hold as it went in must not count as found.
        if (text === null || texts.get(source)?.startsWith(text, start) !== true) unreadable++;
        else ranked.push(source);
      }
      return ranked;
    },
  );
  return { mode, ...measured, unreadable };
};
