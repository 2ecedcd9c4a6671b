import { type CodecPool, describeFailure, splitForMemvid, writeMemvidVideo } from '@memvisor/codec';
import { describeEmbeddingFailure, EmbeddingError, openEmbedder } from '@memvisor/embedding';
import {
  describeIndexFailure,
  memvidIndexPathOf,
  memvidModel,
  writeMemvidIndex,
} from '@memvisor/search-index';
import { CommandFailure } from '../failure.js';
import type { Progress } from '../progress.js';
import type { Source } from './source.js';

export interface ToMemvidOptions {
  readonly out: string;
  readonly model: string | undefined;
  readonly ffmpeg: string | undefined;
  readonly pool: CodecPool;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

type Vectors = {
  readonly vectors: readonly Float32Array[];
  readonly dimensions: number;
  readonly model: string;
};

/** Writes an archive that memvid v1's own reader opens: a video, `_index.json` and `_index.faiss`. */
export const convertToMemvid = async (source: Source, options: ToMemvidOptions) => {
  const { out, ffmpeg, pool, signal, progress } = options;
  const { chunks } = source;
  const pieces = await splitForMemvid(
    chunks.map(({ text }) => text),
    { pool, signal },
  );
  if (!pieces.ok) throw new CommandFailure(describeFailure(pieces.failure));
  const texts = pieces.value.flat();
  const kept = options.model === undefined ? keptVectors(source) : undefined;
  const { vectors, dimensions, model } =
    kept === undefined
      ? await embed(texts, options)
      : {
          ...kept,
          vectors: pieces.value.flatMap((of, at) => of.map(() => kept.vectors[at] as Float32Array)),
        };
  const written = await writeMemvidVideo(texts, {
    path: out,
    pool,
    signal,
    ffmpegPath: ffmpeg,
    onProgress: ({ stage, done, total }) => progress.report(stage, done, total),
  });
  if (!written.ok) throw new CommandFailure(describeFailure(written.failure));
  const index = memvidIndexPathOf(out);
  const saved = await writeMemvidIndex({ texts, vectors, dimensions, model }, index);
  if (!saved.ok) throw new CommandFailure(describeIndexFailure(saved.failure));
  const split = pieces.value.filter(({ length }) => length > 1).length;
  const renumbered = split > 0 || chunks.some(({ id }, at) => id !== at);
  return {
    video: written.value.path,
    index,
    chunks: texts.length,
    frames: written.value.frames,
    framePx: written.value.framePx,
    videoBytes: written.value.videoBytes,
    indexBytes: saved.bytes,
    model,
    renumbered,
    split,
    notices: [
      ...(isMemvids(model)
        ? []
        : [
            `memvid v1 embeds questions with ${memvidModel.name} (${memvidModel.dimensions} numbers); these vectors are ${model}'s (${dimensions}). memvid opens the archive and reads its frames, but can't search it by meaning. For that convert with --model Xenova/${memvidModel.name}, or with a folder that holds that model.`,
          ]),
      ...(split > 0
        ? [`${split} chunks were longer than a frame for memvid v1 and were cut into pieces.`]
        : []),
      ...(renumbered ? ['Chunks are numbered anew: memvid v1 needs ids from 0 on without a gap.'] : []),
      ...(chunks.some(({ meta }) => meta !== undefined)
        ? ['memvid v1 has no place for sources and metadata: they are left out.']
        : []),
    ],
  };
};

/** The vectors of a source that is memvid's itself, where there is one for each chunk: memvid's own are the best for it. */
const keptVectors = ({ memvid, chunks }: Source): Vectors | undefined => {
  if (memvid === undefined || !('flat' in memvid.faiss) || memvid.faiss.flat === undefined) return undefined;
  const { flat, dimensions } = memvid.faiss;
  const byId = new Map(flat.ids.map((id, at) => [id, flat.vectors[at]]));
  const vectors = chunks.flatMap(({ id }) => byId.get(id) ?? []);
  return vectors.length === chunks.length
    ? { vectors, dimensions, model: memvid.model ?? memvidModel.name }
    : undefined;
};

const isMemvids = (model: string): boolean => model === memvidModel.name;

/** Texts that are embedded at a time. */
const batchSize = 64;

const embed = async (
  texts: readonly string[],
  { model, signal, progress }: ToMemvidOptions,
): Promise<Vectors> => {
  const opened = await openEmbedder(model === undefined ? {} : { model });
  if (!opened.ok) throw new CommandFailure(describeEmbeddingFailure(opened.failure));
  const { embedder } = opened;
  try {
    const vectors: Float32Array[] = [];
    for (let first = 0; first < texts.length; first += batchSize) {
      const batch = await embedder.embed(texts.slice(first, first + batchSize), { signal });
      vectors.push(...batch.map(ofUnitLength));
      progress.report('embed', vectors.length, texts.length);
    }
    const { name, dimensions } = embedder.model;
    // memvid's name for it has no owner.
    const own = name.split('/').at(-1) === memvidModel.name ? memvidModel.name : name;
    return { vectors, dimensions, model: own };
  } catch (error) {
    if (error instanceof EmbeddingError) throw new CommandFailure(describeEmbeddingFailure(error.failure));
    if (signal.aborted) throw new CommandFailure('it was cancelled');
    throw error;
  } finally {
    await embedder.close();
  }
};

/** memvid compares by distance, and gives its vectors unit length for that. */
const ofUnitLength = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
};
