import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GraphWriter } from '../../src/default-model/graph.js';

/** Ids of the tiny vocabulary: four special tokens, then the words of {@link words}. */
export const special = { pad: 0, unknown: 1, first: 2, last: 3 } as const;
export const words = [
  'red',
  'green',
  'blue',
  'apple',
  'pear',
  'plum',
  'one',
  'two',
  'three',
  'four',
] as const;
const width = 4;
const rows = 4 + words.length;

/** The vector that the tiny model gives a token: different for each, and easy to add up by hand. */
export const tokenVector = (id: number): number[] => [id, id * id, id % 3, 1];

export type TinyModel = {
  /** Inputs beside `input_ids`. */
  readonly inputs?: readonly ('attention_mask' | 'token_type_ids' | 'position_ids' | 'pixel_values')[];
  /** `sentence` answers the first token's vector as a text's, without a need to pool. */
  readonly output?: 'tokens' | 'sentence';
  /** Further files, as JSON. `null` leaves one out. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly modelName?: string;
};

/** The bytes of a model that looks tokens up in a table: no weights to train, every number known. */
export const tinyOnnx = ({ inputs = ['attention_mask'], output = 'tokens' }: TinyModel = {}): Uint8Array => {
  const graph = new GraphWriter();
  const table = Float32Array.from(Array.from({ length: rows }, (_, id) => tokenVector(id)).flat());
  let states = graph.op('Gather', [graph.floats('table', [rows, width], table), 'input_ids']);
  // Every input takes part, multiplied by zero: a missing one would fail the run.
  for (const name of inputs) {
    const zeros = graph.op('Mul', [graph.op('Cast', [name], { to: 1 }), graph.scalar(0)]);
    states = graph.op('Add', [states, graph.op('Unsqueeze', [zeros, graph.integers(2)])]);
  }
  if (output === 'sentence') {
    const first = graph.op('Slice', [states, graph.integers(0), graph.integers(1), graph.integers(1)]);
    states = graph.op('Squeeze', [first, graph.integers(1)]);
  }
  const name = graph.named(output === 'sentence' ? 'sentence_embedding' : 'last_hidden_state', states);
  return graph.finish({
    name: 'tiny',
    inputs: ['input_ids', ...inputs].map((input) => ({
      name: input,
      type: 'int64',
      dims: ['batch', 'sequence'],
    })),
    outputs: [
      { name, type: 'float', dims: output === 'sentence' ? ['batch', width] : ['batch', 'sequence', width] },
    ],
  });
};

const tokenizerJson = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [special.first], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [special.last], tokens: ['[SEP]'] },
    },
  },
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...words].map((word, id) => [word, id])),
  },
};

/** The files of a tiny model folder by name. */
export const tinyFiles = (model: TinyModel = {}): Map<string, Uint8Array> => {
  const json: Record<string, unknown> = {
    'config.json': { model_type: 'bert', max_position_embeddings: 8, pad_token_id: 0 },
    'tokenizer.json': tokenizerJson,
    ...model.files,
  };
  const files = new Map<string, Uint8Array>([[model.modelName ?? 'model.onnx', tinyOnnx(model)]]);
  for (const [name, value] of Object.entries(json))
    if (value !== null)
      files.set(name, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  return files;
};

/** Writes a tiny model folder; `remove` takes it away. */
export const writeTinyModel = async (
  model: TinyModel = {},
): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'tiny-model-'));
  for (const [name, content] of tinyFiles(model)) {
    const path = join(folder, ...name.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
};
