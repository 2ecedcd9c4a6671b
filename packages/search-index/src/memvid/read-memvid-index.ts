import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { type IndexFailure, systemCode } from '../failure.js';
import { type FaissFile, parseFaissFile } from './faiss-file.js';

/** A chunk as memvid v1's index has it. */
export type MemvidChunk = { readonly id: number; readonly text: string; readonly frame: number };

/** The two files that memvid v1 keeps beside a video: a JSON file with every text in full, and a FAISS file. */
export type MemvidIndex = {
  /** The JSON file. The FAISS file has the same name with the extension `.faiss`. */
  readonly path: string;
  /** In the order in which they stand there. */
  readonly chunks: readonly MemvidChunk[];
  /** The model that its vectors come from, as it says. */
  readonly model: string | undefined;
  /** The dimensions that it says they have. */
  readonly dimensions: number | undefined;
  /** The vectors, or why there are none. */
  readonly faiss: FaissFile | { readonly failure: IndexFailure };
  /** What in the files contradicts itself; empty when all is well. */
  readonly problems: readonly MemvidProblem[];
};

/** How reading ended. */
export type MemvidIndexResult =
  | { readonly ok: true; readonly index: MemvidIndex }
  | { readonly ok: false; readonly failure: IndexFailure };

/**
 * What is wrong in memvid v1's index.
 *
 * - `vector_count`: as many vectors as chunks there must be
 * - `vector_dimensions`: the vectors are not as long as the configuration says
 * - `vector_ids`: the ids of the vectors are not those of the chunks
 * - `chunk_id`: memvid finds a chunk by its place in the list, which must be its id
 * - `chunk_frame`: the two tables of frames disagree about a chunk
 */
export type MemvidProblem =
  | { readonly kind: 'vector_count'; readonly vectors: number; readonly chunks: number }
  | { readonly kind: 'vector_dimensions'; readonly found: number; readonly expected: number }
  | { readonly kind: 'vector_ids' }
  | { readonly kind: 'chunk_id'; readonly id: number; readonly place: number }
  | { readonly kind: 'chunk_frame'; readonly id: number };

/** One sentence for people. */
export const describeMemvidProblem = (problem: MemvidProblem): string => {
  switch (problem.kind) {
    case 'vector_count':
      return `the FAISS file has ${problem.vectors} vectors for ${problem.chunks} chunks`;
    case 'vector_dimensions':
      return `the FAISS file has vectors of ${problem.found} numbers; its configuration says ${problem.expected}`;
    case 'vector_ids':
      return 'the ids in the FAISS file are not those of the chunks';
    case 'chunk_id':
      return `chunk ${problem.id} stands at place ${problem.place} of the list, where memvid looks for chunk ${problem.place}`;
    case 'chunk_frame':
      return `the JSON file names two frames for chunk ${problem.id}`;
  } // no default: a new kind without a sentence fails the build
};

const count = z.number().int().min(0).max(0xffff_ffff);
const schema = z.object({
  metadata: z.array(z.object({ id: count, text: z.string(), frame: count })),
  chunk_to_frame: z.record(z.string(), count),
  config: z
    .object({
      embedding: z.object({ model: z.string().optional(), dimension: count.optional() }).optional(),
    })
    .optional(),
});

/** The places where memvid v1's users put the index of a video: beside it, under its name or with `_index`. */
const candidatesOf = (video: string): string[] => {
  const stem = video.replace(/\.[^./\\]+$/, '');
  return [`${stem}_index.json`, `${stem}.json`];
};

/** The JSON file of memvid v1's index that lies beside a video, or `undefined` where there is none. */
export const findMemvidIndex = async (video: string): Promise<string | undefined> => {
  for (const path of candidatesOf(video))
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  return undefined;
};

/**
 * Reads memvid v1's index, both files. Without the FAISS file, or with one that can't be read, the chunks still come.
 *
 * @param path the JSON file, or the FAISS file beside it
 * @returns The index, or a failure where the JSON file is none.
 */
export const readMemvidIndex = async (path: string): Promise<MemvidIndexResult> => {
  const stem = path.replace(/\.(json|faiss)$/i, '');
  const jsonPath = `${stem}.json`;
  const [json, faiss] = await Promise.all([readBytes(jsonPath), readBytes(`${stem}.faiss`)]);
  if ('failure' in json) return { ok: false, failure: json.failure };
  const parsed = schema.safeParse(parseJson(json.bytes));
  if (!parsed.success) return { ok: false, failure: { kind: 'not_an_index', path: jsonPath } };
  const { metadata: chunks, chunk_to_frame: frames, config } = parsed.data;
  const { model, dimension } = config?.embedding ?? {};
  const vectors = 'failure' in faiss ? undefined : parseFaissFile(faiss.bytes);
  const unread: IndexFailure =
    'failure' in faiss ? faiss.failure : { kind: 'not_an_index', path: `${stem}.faiss` };
  return {
    ok: true,
    index: {
      path: jsonPath,
      chunks,
      model,
      dimensions: dimension,
      faiss: vectors ?? { failure: unread },
      problems: [
        ...chunks.flatMap(({ id, frame }, place): MemvidProblem[] => [
          ...(id === place ? [] : [{ kind: 'chunk_id' as const, id, place }]),
          ...(frames[String(id)] === frame ? [] : [{ kind: 'chunk_frame' as const, id }]),
        ]),
        ...(vectors === undefined ? [] : problemsOf(vectors, chunks, dimension)),
      ],
    },
  };
};

const problemsOf = (
  { count: vectors, dimensions, flat }: FaissFile,
  chunks: readonly MemvidChunk[],
  expected: number | undefined,
): MemvidProblem[] => {
  const problems: MemvidProblem[] = [];
  if (vectors !== chunks.length) problems.push({ kind: 'vector_count', vectors, chunks: chunks.length });
  if (expected !== undefined && dimensions !== expected)
    problems.push({ kind: 'vector_dimensions', found: dimensions, expected });
  const ids = new Set(chunks.map(({ id }) => id));
  if (flat !== undefined && vectors === chunks.length && !flat.ids.every((id) => ids.has(id)))
    problems.push({ kind: 'vector_ids' });
  return problems;
};

const readBytes = async (
  path: string,
): Promise<{ readonly bytes: Uint8Array } | { readonly failure: IndexFailure }> => {
  try {
    return { bytes: await readFile(path) };
  } catch (error) {
    const code = systemCode(error);
    return {
      failure: code === 'ENOENT' ? { kind: 'not_found', path } : { kind: 'not_readable', path, code },
    };
  }
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    return undefined;
  }
};
