import { describe, expect, test } from '@jest/globals';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { checkConfig, type EncoderConfig } from '../../src/index.js';

describe('checkConfig', () => {
  test('fills in every default', () => {
    expect(checkConfig()).toEqual({
      codec: 'h264',
      format: 'packed',
      qr: {},
      chunking: { chunkSize: 1024, overlap: 32 },
      embedding: { batchSize: 32 },
      index: { vectorSearchSpace: 'cosine', storage: 'int6', reduceTo: 0, windows: 'mean' },
      retrieval: { topK: 5, cacheSize: 1000 },
    });
  });

  test.each([
    [16, 8],
    [63, 31],
    [64, 32],
    [65, 32],
  ])('the overlap of chunks of %i is %i where nothing is said of it', (chunkSize, overlap) => {
    expect(checkConfig({ chunking: { chunkSize } }).chunking).toEqual({ chunkSize, overlap });
  });

  const module = hashEmbedder({ dimensions: 8 });
  test.each<[EncoderConfig]>([
    [{ codec: 'hevc' }],
    [{ chunking: { chunkSize: 16, overlap: 8 } }],
    [{ embedding: { module, dimension: 8 }, index: { embeddingDimensions: 8 } }],
  ])('takes %j', (config) => {
    expect(() => checkConfig(config)).not.toThrow();
  });

  test.each<[string, unknown]>([
    ['codec: expected one of h264, h265, av1, lossless, robust or hevc, got "mpeg"', { codec: 'mpeg' }],
    ["format: expected 'packed' or 'json', got \"zip\"", { format: 'zip' }],
    ['chunking.chunkSize: expected an integer from 16 to 1000000, got 15', { chunking: { chunkSize: 15 } }],
    [
      'chunking.overlap: expected an integer up to half of chunkSize (8), got 9',
      { chunking: { chunkSize: 16, overlap: 9 } },
    ],
    ['chunking.size: expected no option of this name, got 5', { chunking: { size: 5 } }],
    ['speed: expected no option of this name, got 5', { speed: 5 }],
    ['qr.fillColor: expected not to be set: frames are black, got "red"', { qr: { fillColor: 'red' } }],
    ['index.maxElements: expected not to be set: an index has no cap, got 5', { index: { maxElements: 5 } }],
    [
      "index.vectorSearchSpace: expected 'cosine', 'l2' or 'ip', got \"l1\"",
      { index: { vectorSearchSpace: 'l1' } },
    ],
    [
      "embedding.dimension: expected the embedder's dimension (8), got 9",
      { embedding: { module, dimension: 9 } },
    ],
    [
      "index.reduceTo: expected at most the embedding's dimension (8), got 9",
      { embedding: { module }, index: { reduceTo: 9 } },
    ],
    [
      "index.embeddingDimensions: expected the embedding's dimension (8), got 9",
      { embedding: { module }, index: { embeddingDimensions: 9 } },
    ],
    [
      'embedding.module: expected an embedder, as openEmbedder opens it, got {}',
      { embedding: { module: {} } },
    ],
    ['qr: expected an object, got 5', { qr: 5 }],
    ['config: expected an object, got 5', 5],
  ])('%s', (message, config) => {
    expect(() => checkConfig(config as EncoderConfig)).toThrow(message);
  });
});
