import { join } from 'node:path';
import type { Embedder } from '@memvisor/embedding';
import type { SearchResult } from '@memvisor/retriever';
import { Archives, describeArchivesFailure } from '@memvisor/retriever/archives';
import { stopServer } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import type { Collection } from './collection.js';
import {
  type Ask,
  encodeDocuments,
  type Mode,
  measureModes,
  modes,
  type RetrievalResult,
  withArchive,
  withEmbedder,
} from './through-video.js';

/** How alike the rankings of one archive and of several are, in one mode. */
export interface Agreement {
  readonly mode: Mode;
  /** Questions whose first ten chunks are the same, in the same order. */
  readonly sameTopTen: number;
  readonly questions: number;
  /** The largest difference of two scores at the same rank. */
  readonly scoreDifference: number;
}

/** A collection in one archive and the same in several. */
export interface SplitResult {
  readonly whole: readonly RetrievalResult[];
  readonly split: readonly RetrievalResult[];
  readonly agreement: readonly Agreement[];
  readonly chunks: number;
}

const compared = 10;

/** Encodes a collection once into one video and once into several, and asks both the same. */
export const measureSplit = (
  collection: Collection,
  archives: number,
  say: (text: string) => void,
): Promise<SplitResult> =>
  withEmbedder(async (embedder, folder) => {
    const { documents } = collection;
    const video = join(folder, 'whole.mkv');
    say(`encoding ${documents.length} documents, once into one video and once into ${archives} …`);
    const once = embeddingOnce(embedder);
    const { totalChunks } = await encodeDocuments(documents, video, once);
    const parts: string[] = [];
    const startOf = (part: number) => Math.floor((part * documents.length) / archives);
    while (parts.length < archives) {
      const [from, to] = [startOf(parts.length), startOf(parts.length + 1)];
      const part = join(folder, `part-${parts.length}.mkv`);
      await encodeDocuments(documents.slice(from, to), part, once);
      parts.push(part);
    }
    return withArchive(video, embedder, (one) =>
      withArchives(parts, embedder, async (several) => {
        const [ofOne, ofSeveral] = [new Answers(one), new Answers(several)];
        return {
          whole: await measureModes(ofOne.ask, collection, (text) => say(`one archive: ${text}`)),
          split: await measureModes(ofSeveral.ask, collection, (text) =>
            say(`${parts.length} archives: ${text}`),
          ),
          agreement: modes.map((mode) => agreementOf(mode, ofOne, ofSeveral)),
          chunks: totalChunks,
        };
      }),
    );
  });

/** The same texts are encoded twice, and embedding them is most of the work. */
const embeddingOnce = (embedder: Embedder): Embedder => {
  const vectors = new Map<string, Float32Array>();
  return {
    ...embedder,
    embed: async (texts, options) => {
      const fresh = texts.filter((text) => !vectors.has(text));
      const made = fresh.length === 0 ? [] : await embedder.embed(fresh, options);
      for (const [at, vector] of made.entries()) vectors.set(fresh[at] as string, vector);
      return texts.map((text) => vectors.get(text) as Float32Array);
    },
  };
};

/** What was answered to each question, by mode. */
class Answers {
  readonly #ask: Ask;
  readonly #results = new Map<Mode, (readonly SearchResult[])[]>(modes.map((mode) => [mode, []]));

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  readonly ask: Ask = async (question, mode, k) => {
    const results = await this.#ask(question, mode, k);
    this.#results.get(mode)?.push(results.slice(0, compared));
    return results;
  };

  of(mode: Mode): readonly (readonly SearchResult[])[] {
    return this.#results.get(mode) ?? [];
  }
}

const withArchives = async <Result>(
  archives: readonly string[],
  embedder: Embedder,
  measure: (ask: Ask) => Promise<Result>,
): Promise<Result> => {
  const opening = await Archives.startLink({ archives, embedder, cacheSize: 100_000 });
  if (!opening.ok) throw new BenchError(`the archives could not be opened: ${JSON.stringify(opening)}`);
  try {
    return await measure(async (question, mode, k) => {
      const answer = await Archives.search(opening.pid, question, { mode, k });
      if (!answer.ok) throw new BenchError(describeArchivesFailure(answer.failure));
      for (const one of answer.value.archives) if (!one.ok) throw new BenchError(one.message);
      return answer.value.results;
    });
  } finally {
    await stopServer(opening.pid);
  }
};

const agreementOf = (mode: Mode, one: Answers, several: Answers): Agreement => {
  let sameTopTen = 0;
  let scoreDifference = 0;
  for (const [question, whole] of one.of(mode).entries()) {
    const split = several.of(mode)[question] ?? [];
    if (whole.map(placeOf).join('\n') === split.map(placeOf).join('\n')) sameTopTen += 1;
    for (const [at, { score }] of whole.entries()) {
      const difference = Math.abs(score - (split[at]?.score ?? Number.POSITIVE_INFINITY));
      scoreDifference = Math.max(scoreDifference, difference);
    }
  }
  return { mode, sameTopTen, questions: one.of(mode).length, scoreDifference };
};

const placeOf = ({ source, start }: SearchResult): string => `${source} ${start}`;
