import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFailure, type WrittenArchive, writeArchive } from '@memvisor/codec';
import type { Embedder } from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { SearchIndex, saveIndex } from '@memvisor/search-index';

export const texts = [
  'Bees make honey out of nectar and store it in combs of wax.',
  'Cows give milk, from which butter and cheese are made.',
  'The lighthouse keeper climbs three hundred steps every evening.',
  'Glaciers move a few centimetres a day and carve whole valleys.',
  'A violin has four strings, tuned in fifths.',
  'Der Bäcker steht um drei Uhr auf. 🥐 \u0000 日本語のテキスト',
];

export interface TestArchive {
  readonly video: string;
  readonly index: string;
  readonly folder: string;
  readonly embedder: Embedder;
  readonly written: WrittenArchive;
}

export const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'retriever-'));

/** Writes an archive of `contents` the way an encoder does, with a deterministic embedder. */
export const writeTestArchive = async (
  folder: string,
  {
    name = 'memory',
    contents = texts,
    sources = contents.map((_, id) => `text-${id}.txt`),
    places = [],
    profile = 'lossless',
    embedder = hashEmbedder(),
  }: {
    readonly name?: string;
    readonly contents?: readonly string[];
    readonly sources?: readonly string[];
    readonly places?: readonly { readonly offset: number; readonly lines: readonly [number, number] }[];
    readonly profile?: 'lossless' | 'h264';
    readonly embedder?: Embedder;
  } = {},
): Promise<TestArchive> => {
  const video = join(folder, `${name}.mkv`);
  const index = join(folder, `${name}.mvx`);
  const written = await writeArchive(
    contents.map((text, id) => ({ id, text })),
    { path: video, profile, metadata: { embedding: { model: 'hash' } } },
  );
  if (!written.ok) throw new Error(describeFailure(written.failure));
  const { archiveId = '', framesOf } = written.value;
  const search = new SearchIndex({
    dimensions: embedder.dimensions,
    model: embedder.model.fingerprint,
    archive: archiveId,
  });
  const vectors = await embedder.embed(contents);
  for (const [id, text] of contents.entries()) {
    const vector = vectors[id];
    if (vector === undefined) throw new Error('a text without a vector');
    search.add({
      id,
      frame: framesOf(id)[0] ?? 0,
      source: sources[id] ?? '',
      text,
      vectors: [vector],
      lines: [id + 1, id + 2] as const,
      headings: ['Texts'],
      page: id + 1,
      metadata: { line: id + 1 },
      ...places[id],
    });
  }
  const saved = await saveIndex(search, index);
  if (!saved.ok) throw new Error('the index was not saved');
  return { video, index, folder, embedder, written: written.value };
};

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
