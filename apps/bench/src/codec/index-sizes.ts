import { join } from 'node:path';
import { describeEmbeddingFailure, openEmbedder } from '@memvisor/embedding';
import { describeIndexFailure, type IndexOptions, startIndexWriter } from '@memvisor/search-index';
import { BenchError } from '../benchmark.js';
import { readChunks } from './text.js';

/** What an index of the text takes beside its video, with one way to keep vectors. */
export interface IndexMeasured {
  readonly name: string;
  /** Whether it is what a build does unless told otherwise. */
  readonly isDefault: boolean;
  /** Bytes for each byte of text. */
  readonly perTextByte: number;
  /** Of it the vectors, their reduction included; the rest is words and places. */
  readonly vectorsPerTextByte: number;
}

const ways: readonly Pick<IndexOptions, 'storage' | 'reduceTo'>[] = [
  { storage: 'float32' },
  { storage: 'int8' },
  { storage: 'int6' },
  { storage: 'int4' },
  { storage: 'int8', reduceTo: 176 },
];

/** Embeds a megabyte of the text once, with the default model, and writes an index of it in each way. */
export const measureIndexes = async (
  text: string | undefined,
  characters: number,
  folder: string,
): Promise<IndexMeasured[]> => {
  const chunks = readChunks(text, characters);
  const opened = await openEmbedder();
  if (!opened.ok) throw new BenchError(describeEmbeddingFailure(opened.failure));
  const { embedder } = opened;
  const vectors = await embedder
    .embed(chunks.map((chunk) => chunk.text))
    .finally(async () => embedder.close());
  const entries = chunks.map((chunk, at) => ({
    ...chunk,
    source: 'text.txt',
    offset: at * (1024 - 32),
    vectors: [vectors[at] ?? new Float32Array(embedder.dimensions)],
  }));
  const textBytes = chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.text), 0);
  const measured: IndexMeasured[] = [];
  for (const way of ways) {
    const name = `${way.storage}${way.reduceTo === undefined ? '' : `, ${way.reduceTo} of ${embedder.dimensions} numbers`}`;
    const path = join(folder, `index-${measured.length}.mvx`);
    const started = await startIndexWriter(path, { dimensions: embedder.dimensions, ...way });
    if (!started.ok) throw new BenchError(describeIndexFailure(started.failure));
    const { writer } = started;
    try {
      const added = await writer.add(entries);
      if (!added.ok) throw new BenchError(describeIndexFailure(added.failure));
      // Nine chunks a frame, as in the archives beside it.
      const frames = Uint32Array.from(chunks, (_, at) => 1 + Math.floor(at / 9));
      const saved = await writer.finish({ archive: 'of no video', frames });
      if (!saved.ok) throw new BenchError(describeIndexFailure(saved.failure));
      measured.push({
        name,
        isDefault: way.storage === 'int6' && way.reduceTo === undefined,
        perTextByte: saved.bytes / textBytes,
        vectorsPerTextByte: saved.parts.vectors / textBytes,
      });
    } finally {
      await writer.stop();
    }
  }
  return measured;
};

export const indexRows = (indexes: readonly IndexMeasured[]): string[][] =>
  indexes.length === 0
    ? []
    : [
        ['vectors kept as', 'index per text byte', 'of it vectors'],
        ...indexes.map((one) => [
          one.isDefault ? `${one.name} (default)` : one.name,
          one.perTextByte.toFixed(3),
          one.vectorsPerTextByte.toFixed(3),
        ]),
      ];
