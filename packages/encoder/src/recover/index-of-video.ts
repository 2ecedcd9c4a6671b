import { BuildError, fail } from '../build/build-error.js';
import { embedderFor } from '../build/embedder-for.js';
import { IndexFeed } from '../build/index-feed.js';
import { finishIndex, openIndex } from '../build/open-index.js';
import type { ProgressMeter } from '../build/progress.js';
import { stage } from '../build/staging.js';
import { checkConfig } from '../config/config.js';
import type { EncoderFailure } from '../failure.js';
import { type DescribedBuild, describedIndex } from './described-build.js';
import type { RecoverMemoryOptions } from './recover-memory.js';

/** What is to be done in the end, the last first. */
export type Cleaning = (() => Promise<unknown>)[];

/** The default model, or `owner/name`, which may have been downloaded before: no path, whatever a video says. */
const mayBeHere = /^(use-lite|\w[\w.-]*\/\w[\w.-]*)$/;

const isUnreachable = (failure: EncoderFailure): boolean =>
  failure.kind === 'embedding' && failure.failure.kind === 'hub_unreachable';

/** Opens the index that belongs to a video, fed with its chunks and published when it is finished. */
export const openIndexFeed = async (
  target: string,
  described: DescribedBuild,
  { embedding = {}, owner }: RecoverMemoryOptions,
  means: {
    readonly signal: AbortSignal;
    readonly cleaning: Cleaning;
    readonly meter: ProgressMeter;
    readonly onFailed: (error: unknown) => void;
  },
) => {
  const { signal, cleaning, meter, onFailed } = means;
  const { model, fingerprint } = described;
  const isSaid = embedding.module !== undefined || embedding.model !== undefined || model === undefined;
  const index = describedIndex(described);
  if (!isSaid && !mayBeHere.test(model)) fail({ kind: 'model_not_here', path: described.path, model });
  const config = checkConfig({
    embedding: isSaid ? embedding : { ...embedding, model },
    index: { ...index, reduceTo: 0 },
  });
  const staging = await stage(target);
  cleaning.push(staging.discard);
  const embedder = await embedderFor(config, cleaning, { offline: !isSaid }).catch(
    (error: unknown): never => {
      const isAway = error instanceof BuildError && isUnreachable(error.failure);
      if (!isSaid && isAway) fail({ kind: 'model_not_here', path: described.path, model });
      throw error;
    },
  );
  // Another model's vectors may be shorter than those of the one that the video was built with were to become.
  const reduceTo = index.reduceTo > embedder.dimensions ? 0 : index.reduceTo;
  const job = { path: staging.path, target, embedder, settings: { ...config.index, reduceTo } };
  const writer = await openIndex(job, signal, owner);
  cleaning.push(writer.stop);
  let count = 0;
  for (const name of ['embed', 'index'] as const) meter.begin(name, undefined);
  const feed = new IndexFeed({
    embedder,
    writer: Promise.resolve(writer),
    target,
    batchSize: config.embedding.batchSize,
    windows: config.index.windows,
    signal,
    onEmbedded: (done) => meter.count('embed', done, undefined),
    onIndexed: (done) => {
      count = done;
      meter.count('index', done, undefined);
    },
    onFailed,
  });
  return {
    feed,
    path: target,
    model: embedder.model.name,
    isSameModel: embedder.model.fingerprint === fingerprint,
    /** Finishes and publishes; the index's size. */
    finish: async (archive: string, frames: Uint32Array): Promise<number> => {
      const { bytes } = await finishIndex(writer, job, archive, frames);
      for (const name of ['embed', 'index'] as const) meter.count(name, count, count);
      signal.throwIfAborted();
      await staging.publish();
      return bytes;
    },
  };
};
