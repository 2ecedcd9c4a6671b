import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type EmbedderOptions, openEmbedder, type PartitionedEmbedder } from '../src/index.js';
import { special, type TinyModel, tokenVector, words, writeTinyModel } from './support/tiny-model.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const folderOf = async (model: TinyModel = {}): Promise<string> => {
  const { folder, remove } = await writeTinyModel(model);
  cleanups.push(remove);
  return folder;
};

const open = async (model: TinyModel = {}, options: EmbedderOptions = {}): Promise<PartitionedEmbedder> => {
  const opened = await openEmbedder({ model: await folderOf(model), partitions: 1, ...options });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  cleanups.push(() => opened.embedder.close());
  return opened.embedder;
};

const failureOf = async (model: TinyModel, options: EmbedderOptions = {}) => {
  const opened = await openEmbedder({ model: await folderOf(model), partitions: 1, ...options });
  if (opened.ok) await opened.embedder.close();
  return opened.ok ? undefined : opened.failure;
};

const idOf = (word: (typeof words)[number]): number => 4 + words.indexOf(word);
/** Token vectors of a text as the model sees it: with its special tokens. */
const tokensOf = (...text: (typeof words)[number][]): number[][] =>
  [special.first, ...text.map(idOf), special.last].map(tokenVector);
const meanOf = (vectors: number[][]): number[] =>
  [0, 1, 2, 3].map((i) => vectors.reduce((sum, vector) => sum + (vector[i] ?? 0), 0) / vectors.length);
const unit = (vector: number[]): number[] => vector.map((x) => x / Math.hypot(...vector));
const close = (vector: Float32Array | undefined, expected: number[]): void => {
  expect(vector?.length).toBe(expected.length);
  for (const [i, x] of expected.entries()) expect(vector?.[i]).toBeCloseTo(x, 5);
};

describe('a model folder', () => {
  test('without a pooling file is pooled by the mean, its special tokens included, and normalised', async () => {
    const [vector] = await (await open()).embed(['red apple']);
    close(vector, unit(meanOf(tokensOf('red', 'apple'))));
  });

  test.each([
    ['mean', 'pooling_mode_mean_tokens', meanOf(tokensOf('plum', 'one'))],
    ['cls', 'pooling_mode_cls_token', tokenVector(special.first)],
    ['max', 'pooling_mode_max_tokens', [10, 100, 2, 1]],
  ])('is pooled as 1_Pooling/config.json says: %s', async (_, mode, expected) => {
    const files = {
      '1_Pooling/config.json': { word_embedding_dimension: 4, [mode]: true },
      'modules.json': [
        { type: 'sentence_transformers.models.Transformer' },
        { type: 'sentence_transformers.models.Pooling' },
      ],
    };
    const [vector] = await (await open({ files })).embed(['plum one']);
    close(vector, expected); // modules.json without Normalize: the length stays
  });

  test('whose modules end in Normalize gives vectors of length 1', async () => {
    const files = {
      '1_Pooling/config.json': { pooling_mode: 'cls' },
      'modules.json': [{ type: 'a.Transformer' }, { type: 'a.Pooling' }, { type: 'a.Normalize' }],
    };
    close((await (await open({ files })).embed(['one']))[0], unit(tokenVector(special.first)));
  });

  test('an option wins over what the folder says', async () => {
    const files = { '1_Pooling/config.json': { pooling_mode: 'cls' } };
    const [vector] = await (await open({ files }, { pooling: 'max', normalize: false })).embed(['one plum']);
    close(vector, [10, 100, 2, 1]);
  });

  test('is given each input that it has', async () => {
    const inputs = ['attention_mask', 'token_type_ids', 'position_ids'] as const;
    close((await (await open({ inputs })).embed(['red']))[0], unit(meanOf(tokensOf('red'))));
    close((await (await open({ inputs: [] })).embed(['red']))[0], unit(meanOf(tokensOf('red'))));
  });

  test('with a finished text vector among its outputs is not pooled again', async () => {
    close(
      (await (await open({ output: 'sentence' }, { normalize: false })).embed(['red']))[0],
      tokenVector(special.first),
    );
  });

  test('texts of different length in one batch do not disturb each other', async () => {
    const embedder = await open({}, { batchSize: 8 });
    const texts = ['red', 'one two three four', '', 'apple pear', 'green unknown blue'];
    const together = await embedder.embed(texts);
    for (const [i, text] of texts.entries()) {
      const [alone] = await embedder.embed([text]);
      close(together[i], [...(alone ?? [])]);
    }
  });

  test('a text longer than the window is embedded in overlapping windows, special tokens around each', async () => {
    const embedder = await open(); // 8 positions: 6 words a window, 2 of them shared
    expect(embedder.model).toMatchObject({ windowTokens: 8, overlapTokens: 2 });
    const text = 'red green blue apple pear plum one two three';

    const windows = await embedder.embedWindows(['red', text]);

    expect(windows.map(({ vector: _, ...place }) => place)).toEqual([
      { textIndex: 0, windowIndex: 0, windowCount: 1, tokenStart: 0, tokenEnd: 1 },
      { textIndex: 1, windowIndex: 0, windowCount: 2, tokenStart: 0, tokenEnd: 6 },
      { textIndex: 1, windowIndex: 1, windowCount: 2, tokenStart: 3, tokenEnd: 9 },
    ]);
    const first = unit(meanOf(tokensOf('red', 'green', 'blue', 'apple', 'pear', 'plum')));
    const second = unit(meanOf(tokensOf('apple', 'pear', 'plum', 'one', 'two', 'three')));
    close(windows[1]?.vector, first);
    close(windows[2]?.vector, second);
    close((await embedder.embed([text]))[0], unit(meanOf([first, second])));
  });

  test.each([
    ['sentence_bert_config.json', { 'sentence_bert_config.json': { max_seq_length: 6 } }, 6],
    ['tokenizer_config.json', { 'tokenizer_config.json': { model_max_length: 7 } }, 7],
    ['tokenizer_config.json without a limit', { 'tokenizer_config.json': { model_max_length: 1e30 } }, 8],
    [
      'positions that start at 2',
      { 'config.json': { model_type: 'roberta', max_position_embeddings: 12 } },
      10,
    ],
  ])('takes its window from %s', async (_, files, windowTokens) => {
    expect((await open({ files })).model.windowTokens).toBe(windowTokens);
  });

  test.each([
    [4, 4],
    [8, 8],
    [9, 8],
  ])(
    'asked for windows of %i tokens has windows of %i: no longer than its positions',
    async (windowTokens, actual) => {
      expect((await open({}, { windowTokens })).model.windowTokens).toBe(actual);
    },
  );

  test('has a fingerprint that changes with what decides a vector, and with nothing else', async () => {
    const one = await open();
    const same = await open();
    const otherPooling = await open({}, { pooling: 'max' });
    const otherModel = await open({ inputs: [] });
    const otherBatches = await open({}, { batchSize: 2 });

    expect(same.model.fingerprint).toBe(one.model.fingerprint);
    expect(otherBatches.model.fingerprint).toBe(one.model.fingerprint);
    expect(otherPooling.model.fingerprint).not.toBe(one.model.fingerprint);
    expect(otherModel.model.fingerprint).not.toBe(one.model.fingerprint);
  });

  test.each([
    ['fp16', 'onnx/model_fp16.onnx'],
    ['int8', 'onnx/model_quantized.onnx'],
    ['fp32', 'onnx/model.onnx'],
  ] as const)('in %s runs %s', async (precision, modelName) => {
    expect((await open({ modelName }, { precision })).dimensions).toBe(4);
  });
});

describe('a folder that can’t be used is a failure that names the file', () => {
  test.each<[string, TinyModel, string, string]>([
    ['no config.json', { files: { 'config.json': null } }, 'model_missing', 'config.json'],
    ['no tokenizer.json', { files: { 'tokenizer.json': null } }, 'model_missing', 'tokenizer.json'],
    ['no weights', { modelName: 'other.onnx' }, 'model_missing', 'model.onnx'],
    ['damaged JSON', { files: { 'config.json': '{' } }, 'model_invalid', 'config.json'],
    [
      'a tokenizer of an unknown kind',
      { files: { 'tokenizer.json': { model: { type: 'x' } } } },
      'model_unsupported',
      'tokenizer.json',
    ],
    [
      'two poolings at once',
      {
        files: { '1_Pooling/config.json': { pooling_mode_mean_tokens: true, pooling_mode_cls_token: true } },
      },
      'model_unsupported',
      join('1_Pooling', 'config.json'),
    ],
    ['a layer after pooling', { files: { 'modules.json': [{ type: 'a.Dense' }] } }, 'model_unsupported', ''],
    ['an unknown input', { inputs: ['pixel_values'] }, 'model_unsupported', 'model.onnx'],
  ])('%s', async (_, model, kind, file) => {
    expect(await failureOf(model)).toMatchObject({ kind, path: expect.stringMatching(`${file}$`) });
  });

  test('weights that are no ONNX file', async () => {
    const failure = await failureOf({ modelName: 'other.onnx', files: { 'model.onnx': 'not a model' } });
    expect(failure).toMatchObject({ kind: 'model_invalid', path: expect.stringMatching('model.onnx$') });
  });

  test('a folder that is not there', async () => {
    const opened = await openEmbedder({ model: './does-not-exist' });
    expect(opened).toMatchObject({ ok: false, failure: { kind: 'model_missing' } });
  });
});
