import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/workspace.mjs';

export const codec = await import('../../packages/codec/dist/src/index.js');
export const index = await import('../../packages/search-index/dist/src/index.js');

/** An archive for memvid v1 with all kinds of chunks: licence texts, the longest that fit, the shortest, other scripts. */
export const writeSample = async (folder) => {
  const fixture = join(root, 'packages/search-index/test/fixtures/memvid-v1/memory.json');
  const licences = JSON.parse(readFileSync(fixture, 'utf8')).metadata.map(({ text }) => text);
  // Does not compress: its pieces fill frames to the last byte that we allow.
  const noise = randomBytes(8000).toString('base64');
  const split = await codec.splitForMemvid([...licences, noise, 'a', 'ünïcödé 日本語 𝄞']);
  if (!split.ok) throw new Error(codec.describeFailure(split.failure));
  const texts = split.value.flat();
  const video = join(folder, 'sample.mp4');
  const written = await codec.writeMemvidVideo(texts, { path: video });
  if (!written.ok) throw new Error(codec.describeFailure(written.failure));
  const vectors = texts.map((_, at) =>
    Float32Array.from({ length: 384 }, (_, axis) => (axis === at % 384 ? 1 : 0)),
  );
  const saved = await index.writeMemvidIndex(
    { texts, vectors, dimensions: 384, model: index.memvidModel.name },
    index.memvidIndexPathOf(video),
  );
  if (!saved.ok) throw new Error(index.describeIndexFailure(saved.failure));
  return video;
};
