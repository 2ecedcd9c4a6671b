import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openArchive } from '@memvisor/codec';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { indexSizes } from '@memvisor/search-index';
import fc from 'fast-check';
import { freshText } from '../../src/build/fresh-text.js';
import { textSizesOf } from '../../src/build/size-report.js';
import { TextMeter } from '../../src/build/text-sizes.js';
import { placeChunk } from '../../src/chunking/place-chunks.js';
import {
  chunkText,
  describeEncoderFailure,
  Encoder,
  EncoderSupervisor,
  sizeRatios,
} from '../../src/index.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sizes-'));
});
afterEach(() => rm(folder, { recursive: true }));

const prose = Array.from({ length: 9000 }, (_, i) => `Sentence ${i} tells of bees and ships.`).join(' ');

describe('freshText', () => {
  test('chunks without what they repeat are the text, whatever it is and however it was cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 16, max: 60 }),
        fc.nat(8),
        (text, chunkSize, overlap) => {
          const chunks = chunkText(text, { chunkSize, overlap }).map((chunk) => placeChunk(chunk, {}));
          expect(chunks.map((chunk, at) => freshText(chunk, chunks[at - 1])).join('')).toBe(text);
        },
      ),
    );
  });

  test.each([
    ['chunks without a place', { text: 'a' }, { text: 'a' }],
    ['another source', { text: 'ab', source: 'x' }, { text: 'b', source: 'y', start: 1 }],
    ['a gap between', { text: 'ab' }, { text: 'cd', start: 3 }],
    ['places of another meaning', { text: 'ab' }, { text: 'xy', start: 1 }],
  ])('%s: all of it is new', (_, before, chunk) => {
    expect(freshText(chunk, before)).toBe(chunk.text);
  });
});

test('a meter gives what gzip and brotli make of the whole text', async () => {
  const meter = new TextMeter();
  for (const chunk of chunkText(prose)) await meter.add(placeChunk(chunk, {}));
  const sizes = await meter.finish();
  const brotli = brotliCompressSync(prose, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });
  expect(sizes.bytes).toBe(prose.length);
  expect(sizes.gzipBytes).toBe(gzipSync(prose).length);
  // Brotli may end its blocks elsewhere where text comes in pieces.
  expect(Math.abs(sizes.brotliBytes - brotli.length)).toBeLessThan(brotli.length * 0.02);
});

test('a build tells what it takes, and the archive says the same of itself', async () => {
  const supervisor = await EncoderSupervisor.startLink();
  if (!supervisor.ok) throw new Error('not started');
  const config = { embedding: { module: hashEmbedder({ dimensions: 16 }) } };
  const started = await EncoderSupervisor.startEncoder(supervisor.pid, { indexName: 'n', config });
  if (!started.ok || started.pid === undefined) throw new Error('not started');
  await Encoder.addText(started.pid, prose, { source: 'a.txt' });
  await Encoder.addSource(started.pid, { source: 'b.txt', text: () => ['Ünder ', 'ice.'] });
  const video = join(folder, 'm.mkv');
  const built = await Encoder.buildVideo(started.pid, video);
  await EncoderSupervisor.stopAllEncoders(supervisor.pid);
  if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
  const { sizes, indexPath } = built.value;

  expect(sizes.text.bytes).toBe(prose.length + Buffer.byteLength('Ünder ice.'));
  expect(sizes.videoBytes).toBe((await stat(video)).size);
  const index = await indexSizes(indexPath);
  expect(index).toEqual({ ok: true, ...sizes.index });
  const { vectors, words, chunks } = sizes.index?.parts ?? { vectors: 0, words: 0, chunks: 0 };
  expect(Math.min(vectors, words, chunks)).toBeGreaterThan(0);
  const archive = await openArchive(video);
  if (!archive.ok) throw new Error('not opened');
  expect(textSizesOf(archive.value.info.metadata)).toEqual(sizes.text);
  await archive.value.close();
  const ratios = sizeRatios(sizes);
  expect(ratios.total).toBeCloseTo(ratios.video + ratios.index, 10);
  expect(ratios.vectors).toBeLessThan(ratios.index);
});
