import { setImmediate } from 'node:timers/promises';
import type { Embedder } from '@memvisor/embedding';
import { type IndexWriter, type SavedParts, startIndexWriter } from '@memvisor/search-index';
import type { AnyPid } from '@memvisor/supervisor';
import type { CheckedConfig } from '../config/config.js';
import { fail, indexFailure } from './build-error.js';

export type IndexJob = {
  /** Where to write. */
  readonly path: string;
  /** How it is called in a failure. */
  readonly target: string;
  readonly embedder: Embedder;
  readonly settings: Pick<CheckedConfig['index'], 'vectorSearchSpace' | 'storage' | 'reduceTo' | 'windows'>;
};

/** Starts the process that writes the index; it ends at the signal, and with its owner. */
export const openIndex = async (
  { path, target, embedder, settings }: IndexJob,
  signal: AbortSignal,
  owner: AnyPid | undefined,
): Promise<IndexWriter> => {
  signal.throwIfAborted();
  const started = await startIndexWriter(
    path,
    {
      dimensions: embedder.dimensions,
      metric: settings.vectorSearchSpace,
      storage: settings.storage,
      reduceTo: settings.reduceTo,
      windows: settings.windows,
      model: embedder.model.fingerprint,
    },
    // No link: its end is a failure of this build, not a crash of the encoder.
    owner === undefined ? {} : { owner, link: false },
  );
  if (!started.ok) return fail(indexFailure(started.failure, target));
  const { writer } = started;
  const stop = () => void writer.stop();
  signal.addEventListener('abort', stop, { once: true });
  return {
    ...writer,
    stop: () => {
      signal.removeEventListener('abort', stop);
      return writer.stop();
    },
  };
};

/** Finishes the index, with the first frame of each chunk. */
export const finishIndex = async (
  writer: IndexWriter,
  { target }: Pick<IndexJob, 'target'>,
  archive: string,
  frames: Uint32Array,
): Promise<{ readonly bytes: number; readonly parts: SavedParts }> => {
  const saved = await writer.finish({ archive, frames });
  return saved.ok ? saved : fail(indexFailure(saved.failure, target));
};

/** Chunks that are placed in one go before others get their turn. */
const slice = 10_000;

/** The first frame of each chunk. */
export const firstFrames = async (
  chunkCount: number,
  framesOf: (chunkId: number) => readonly number[],
): Promise<Uint32Array> => {
  const frames = new Uint32Array(chunkCount);
  for (let id = 0; id < chunkCount; id++) {
    frames[id] = framesOf(id)[0] ?? 0;
    if (id % slice === slice - 1) await setImmediate();
  }
  return frames;
};
