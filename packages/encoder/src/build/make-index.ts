import type { WrittenArchive } from '@memvisor/codec';
import type { Embedder } from '@memvisor/embedding';
import { type IndexEntry, type IndexServer, startIndexServer } from '@memvisor/search-index';
import type { AnyPid } from '@memvisor/supervisor';
import type { ArchiveChunk } from '../chunking/place-chunks.js';
import type { CheckedConfig } from '../config/config.js';
import { fail, indexFailure } from './build-error.js';

/** Chunks that are sent to the index's process at a time. */
const batchSize = 500;

export type IndexJob = {
  /** Where to write. */
  readonly path: string;
  /** How it is called in a failure. */
  readonly target: string;
  readonly chunks: readonly ArchiveChunk[];
  readonly vectors: readonly (readonly Float32Array[])[];
  readonly video: WrittenArchive;
  readonly embedder: Embedder;
  readonly settings: CheckedConfig['index'];
};

/** Makes the index in a process of its own and saves it; its size in bytes. */
export const makeIndex = async (
  job: IndexJob,
  signal: AbortSignal,
  owner: AnyPid,
  onAdded: (done: number) => void,
): Promise<number> => {
  const { video, embedder, settings } = job;
  const create = {
    dimensions: embedder.dimensions,
    metric: settings.vectorSearchSpace,
    storage: settings.storage,
    windows: settings.windows,
    model: embedder.model.fingerprint,
    archive: video.archiveId ?? '',
  };
  signal.throwIfAborted();
  // No link: its end is a failure of this build, not a crash of the encoder.
  const started = await startIndexServer({ create }, { owner, link: false, backend: 'exact' });
  if (!started.ok) return fail(indexFailure(started.failure, job.target));
  const { server } = started;
  const stop = () => void server.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await fill(server, job, signal, onAdded);
  } finally {
    signal.removeEventListener('abort', stop);
    await server.stop();
  }
};

const fill = async (
  server: IndexServer,
  job: IndexJob,
  signal: AbortSignal,
  onAdded: (done: number) => void,
): Promise<number> => {
  for (let first = 0; first < job.chunks.length; first += batchSize) {
    signal.throwIfAborted();
    const batch = job.chunks.slice(first, first + batchSize);
    const done = await server.add(batch.map((chunk, i) => entryOf(job, chunk, first + i)));
    onAdded(done);
  }
  const saved = await server.save(job.path);
  return saved.ok ? saved.bytes : fail(indexFailure(saved.failure, job.target));
};

const entryOf = (
  { vectors, video }: IndexJob,
  { text, source = '', start = 0, lines, headings, page, metadata }: ArchiveChunk,
  id: number,
): IndexEntry => ({
  id,
  frame: video.framesOf(id)[0] ?? 0,
  text,
  source,
  offset: start,
  ...(lines === undefined ? {} : { lines }),
  ...(headings === undefined ? {} : { headings }),
  ...(page === undefined ? {} : { page }),
  ...(metadata === undefined ? {} : { metadata }),
  vectors: vectors[id] ?? [],
});
