import { open, rename, rm } from 'node:fs/promises';
import { unfinishedPath } from '@memvisor/supervisor/unfinished';
import { type IndexFailure, IndexOptionError, systemCode } from '../failure.js';
import { faissFileBytes } from './faiss-file.js';
import { memvidConfig } from './memvid-config.js';

/** What goes into memvid v1's index. */
export type MemvidIndexContent = {
  /** The texts; chunk and frame of each are its place in the list. */
  readonly texts: readonly string[];
  /** A vector for each text. */
  readonly vectors: readonly Float32Array[];
  /** Numbers in a vector. */
  readonly dimensions: number;
  /** The model that the vectors come from; memvid embeds questions with its own, `all-MiniLM-L6-v2`. */
  readonly model: string;
};

/** How writing ended; `bytes` of both files. */
export type MemvidIndexWritten =
  | { readonly ok: true; readonly bytes: number }
  | { readonly ok: false; readonly failure: IndexFailure };

/** What memvid calls the index of a video: its name with `_index.json`. */
export const memvidIndexPathOf = (video: string): string => `${video.replace(/\.[^./\\]+$/, '')}_index.json`;

/**
 * Writes memvid v1's index, byte by byte as it does: the JSON file and, under the same name with `.faiss`, the vectors.
 *
 * @param path the JSON file; ends with `.json`
 * @returns The size of both files, or why they were not written; a file that was there before is then untouched.
 * @throws {IndexOptionError} As a rejection, when the path is no `.json` or vectors and texts don't go together.
 */
export const writeMemvidIndex = async (
  { texts, vectors, dimensions, model }: MemvidIndexContent,
  path: string,
): Promise<MemvidIndexWritten> => {
  if (!path.endsWith('.json')) throw new IndexOptionError('path', path, 'a path that ends with .json');
  if (vectors.length !== texts.length)
    throw new IndexOptionError('vectors', `${vectors.length}`, `${texts.length}, one for each text`);
  const odd = vectors.findIndex(({ length }) => length !== dimensions);
  if (odd >= 0) throw new IndexOptionError(`vectors.${odd}`, vectors[odd], `${dimensions} numbers`);
  const data = {
    metadata: texts.map((text, at) => ({ id: at, text, frame: at, length: codePoints(text) })),
    chunk_to_frame: Object.fromEntries(texts.map((_, at) => [at, at])),
    frame_to_chunks: Object.fromEntries(texts.map((_, at) => [at, [at]])),
    config: memvidConfig(model, dimensions),
  };
  const json = Buffer.from(asPythonWritesIt(data), 'latin1');
  const faiss = faissFileBytes(dimensions, vectors);
  const files = await Promise.all(
    [
      { target: path.replace(/\.json$/, '.faiss'), bytes: faiss },
      { target: path, bytes: json },
    ].map(async (file) => ({ ...file, part: await partOf(file.target) })),
  );
  try {
    for (const { part, bytes } of files) await writeSynced(part, bytes);
    for (const { part, target } of files) await rename(part, target);
    return { ok: true, bytes: json.length + faiss.length };
  } catch (error) {
    return { ok: false, failure: { kind: 'not_written', path, code: systemCode(error) } };
  } finally {
    for (const { part } of files) await rm(part, { force: true });
  }
};

/** Python counts characters, not halves of them. */
const codePoints = (text: string): number => {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
};

/** As `json.dump(data, file, indent=2)`: nothing but ASCII. */
const asPythonWritesIt = (data: unknown): string =>
  JSON.stringify(data, null, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const partOf = async (target: string): Promise<string> => `${await unfinishedPath(target)}.part`;

const writeSynced = async (path: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
};
