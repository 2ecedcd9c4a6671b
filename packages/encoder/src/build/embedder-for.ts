import { type Embedder, openEmbedder } from '@memvisor/embedding';
import type { CheckedConfig } from '../config/config.js';
import { fail } from './build-error.js';

/** The embedder of the configuration, or one that lives as long as the build. */
export const embedderFor = async (
  { embedding, index }: CheckedConfig,
  cleaning: (() => Promise<unknown>)[],
  { offline = false }: { readonly offline?: boolean } = {},
): Promise<Embedder> => {
  const { module, model, maxSequenceLength, partitions, dimension } = embedding;
  let embedder: Embedder | undefined = module;
  if (embedder === undefined) {
    // No link: an embedder that gives up is a failure of this build, not a crash of the encoder.
    const opened = await openEmbedder({
      background: true,
      offline,
      ...(model === undefined ? {} : { model }),
      ...(maxSequenceLength === undefined ? {} : { windowTokens: maxSequenceLength }),
      ...(partitions === undefined ? {} : { partitions }),
    });
    if (!opened.ok) return fail({ kind: 'embedding', failure: opened.failure });
    embedder = opened.embedder;
    cleaning.push(() => opened.embedder.close());
  }
  const expected = dimension ?? index.embeddingDimensions ?? embedder.dimensions;
  if (expected !== embedder.dimensions)
    fail({ kind: 'dimension_mismatch', expected, actual: embedder.dimensions });
  if (index.reduceTo > embedder.dimensions)
    fail({ kind: 'too_few_dimensions', reduceTo: index.reduceTo, actual: embedder.dimensions });
  return embedder;
};
