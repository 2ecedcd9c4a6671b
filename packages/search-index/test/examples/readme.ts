import { describeIndexFailure, loadIndex, SearchIndex, saveIndex } from '@memvisor/search-index';

/** The README's example: three texts, their vectors, a file, a question. */
export const example = async (path: string): Promise<string> => {
  const index = new SearchIndex({ dimensions: 3, archive: 'my-video' });
  index.add({ id: 0, frame: 0, text: 'Bees make honey.', vectors: [Float32Array.of(1, 0, 0)] });
  index.add({ id: 1, frame: 0, text: 'Cows give milk.', vectors: [Float32Array.of(0, 1, 0)] });
  index.add({ id: 2, frame: 1, text: 'Spiders weave webs.', vectors: [Float32Array.of(0, 0, 1)] });

  const saved = await saveIndex(index, path);
  if (!saved.ok) return describeIndexFailure(saved.failure);

  const loaded = await loadIndex(path, { archive: 'my-video' });
  if (!loaded.ok) return describeIndexFailure(loaded.failure);

  const [best] = loaded.index.search({ text: 'Who makes honey?', vector: Float32Array.of(0.9, 0.1, 0) });
  return best === undefined ? 'nothing found' : `chunk ${best.chunk.id} in frame ${best.chunk.frame}`;
};
