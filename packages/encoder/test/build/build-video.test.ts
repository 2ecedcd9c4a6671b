import { getMaxListeners } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openArchive } from '@memvisor/codec';
import type { Embedder } from '@memvisor/embedding';
import { loadIndex } from '@memvisor/search-index';
import fc from 'fast-check';
import { describeEncoderFailure, Encoder, subscribeToEncoders } from '../../src/index.js';
import { embedder, folder, prose, startEncoder } from './encoders.js';

describe('what goes in comes out', () => {
  test.each(['packed', 'json'] as const)('%s: every chunk, its place and its vector', async (format) => {
    const encoder = await startEncoder({ format, chunking: { chunkSize: 400, overlap: 20 } });
    const pieces = ['# Ships\n\nThey sail. ', '😀 קצר 短い\u0000\n\n', 'And so on. '.repeat(200)];
    await Encoder.addChunks(encoder, [{ text: 'By itself.', metadata: { tag: 'x' } }]);
    await Encoder.addText(encoder, prose, { source: 'prose.txt' });
    await Encoder.addSource(encoder, { source: 'stream.md', text: () => pieces });
    const video = join(folder, 'm.mp4');
    const built = await Encoder.buildVideo(encoder, video);

    if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
    const { value: stats } = built;
    expect((await readdir(folder)).sort()).toEqual(['m.mp4', 'm.mvx']);
    const archive = await openArchive(video);
    const index = await loadIndex(stats.indexPath, {
      archive: stats.archiveId ?? '',
      model: embedder.model.fingerprint,
    });
    if (!archive.ok || !index.ok) throw new Error('not opened');
    expect(index.index.size).toBe(stats.totalChunks);

    const read = new Map<number, string>();
    for await (const frame of archive.value.readAllFrames())
      if (frame.ok)
        for (const chunk of frame.chunks) {
          read.set(chunk.id, chunk.text);
          expect(index.index.chunksOfFrame(frame.frame).map(({ id }) => id)).toContain(chunk.id);
        }
    const texts = (source: string): string => {
      let text = '';
      for (const { id, offset, source: from } of index.index.chunks())
        if (from === source) text = text.slice(0, offset) + read.get(id);
      return text;
    };
    expect(read.get(0)).toBe('By itself.');
    expect(texts('prose.txt')).toBe(prose);
    expect(texts('stream.md')).toBe(pieces.join(''));
    expect(index.index.chunk(0)?.metadata).toEqual({ tag: 'x' });
    expect(index.index.chunk(stats.totalChunks - 1)).toMatchObject({
      source: 'stream.md',
      headings: ['Ships'],
    });
    const [vector] = await embedder.embed([read.get(5) ?? '']);
    const [best] = index.index.search({ mode: 'dense', k: 1, ...(vector === undefined ? {} : { vector }) });
    expect(read.get(best?.chunk.id ?? -1)).toBe(read.get(5));
  });

  test('tells what each stage took, drawing included', async () => {
    const encoder = await startEncoder();
    await Encoder.addText(encoder, prose);
    const built = await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
    const { seconds } = built.value;
    expect(Object.keys(seconds).sort()).toEqual(['chunk', 'embed', 'index', 'qr', 'total', 'video']);
    for (const took of Object.values(seconds)) expect(took).toBeGreaterThan(0);
    expect(seconds.total).toBeGreaterThanOrEqual(seconds.video);
  });

  test('gives the embedder a signal that any number of requests may listen to', async () => {
    const limits: number[] = [];
    const listening: Embedder = {
      ...embedder,
      embed: (texts, options) => {
        if (options?.signal !== undefined) limits.push(getMaxListeners(options.signal));
        return embedder.embed(texts, options);
      },
    };
    const encoder = await startEncoder({ embedding: { module: listening } });
    await Encoder.addText(encoder, prose);
    await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    expect(new Set(limits)).toEqual(new Set([Number.POSITIVE_INFINITY]));
  });

  test('any texts come back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 2000 }), { minLength: 1, maxLength: 8 }),
        async (texts) => {
          const encoder = await startEncoder();
          await Encoder.addChunks(encoder, texts);
          const built = await Encoder.buildVideo(encoder, join(folder, 'p.mkv'));
          const archive = await openArchive(join(folder, 'p.mkv'));
          if (!built.ok || !archive.ok) throw new Error('not built');
          const read: string[] = [];
          for await (const frame of archive.value.readAllFrames())
            if (frame.ok) for (const { id, text } of frame.chunks) read[id] = text;

          expect(read).toEqual(texts);
        },
      ),
      { numRuns: 3 },
    );
  });

  test('the video says what its index needs: sources, places and the model', async () => {
    const encoder = await startEncoder();
    await Encoder.addText(encoder, '# A\n\nB.', { source: 'a.md', metadata: { tag: 'x' } });
    await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    const archive = await openArchive(join(folder, 'm.mp4'));
    if (!archive.ok) throw new Error('not opened');
    const chunks = await archive.value.readChunks([0]);

    expect(archive.value.info.metadata).toMatchObject({
      indexName: 'notes',
      embedding: { model: 'hash', dimensions: 16 },
    });
    expect(chunks.ok && chunks.value[0]?.meta).toEqual({
      source: 'a.md',
      lines: [1, 3],
      headings: ['A'],
      metadata: { tag: 'x' },
    });
  });

  test('progress goes from nothing to all in every stage', async () => {
    const encoder = await startEncoder();
    await Encoder.addText(encoder, prose);
    const seen = new Map<string, { done: number; total: number | undefined }>();
    const unsubscribe = subscribeToEncoders((event) => {
      if (event.type === 'encoder_progress') seen.set(event.stage, { done: event.done, total: event.total });
    });
    const built = await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    unsubscribe();

    if (!built.ok) throw new Error('not built');
    const chunks = { done: built.value.totalChunks, total: built.value.totalChunks };
    const frames = { done: built.value.totalFrames, total: built.value.totalFrames };
    expect(Object.fromEntries(seen)).toEqual({
      chunk: chunks,
      embed: chunks,
      encode: frames,
      verify: frames,
      index: chunks,
    });
  });
});
