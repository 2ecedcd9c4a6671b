import { access } from 'node:fs/promises';
import { indexPathOf } from '@memvisor/retriever';
import {
  describeIndexFailure,
  describeMemvidProblem,
  findMemvidIndex,
  type MemvidIndex,
  type MemvidIndexResult,
  readMemvidIndex,
} from '@memvisor/search-index';

/**
 * memvid v1's index where it is the one that serves a video: given by name, or beside it while there is none of ours.
 * `undefined` where ours serves, or none.
 */
export const memvidIndexOf = async (
  video: string,
  given: string | undefined,
): Promise<MemvidIndexResult | undefined> => {
  if (given !== undefined) return /\.(json|faiss)$/i.test(given) ? readMemvidIndex(given) : undefined;
  const ours = await access(indexPathOf(video)).then(
    () => true,
    () => false,
  );
  const path = ours ? undefined : await findMemvidIndex(video);
  const read = path === undefined ? undefined : await readMemvidIndex(path);
  // Beside the video there may lie any other JSON file.
  return read?.ok === true ? read : undefined;
};

/** What `info --json` tells of memvid v1's index. */
export interface MemvidIndexInfo {
  readonly kind: 'memvid-v1';
  readonly path: string;
  readonly chunks: number;
  /** What the vectors come from, as the index says. */
  readonly model: string | null;
  /** `null` where the FAISS file can't be read; `problems` then says why. */
  readonly vectors: { readonly count: number; readonly dimensions: number; readonly inner: string } | null;
  /** What in the two files contradicts itself. */
  readonly problems: readonly string[];
}

export const memvidIndexInfo = ({ path, chunks, model, faiss, problems }: MemvidIndex): MemvidIndexInfo => ({
  kind: 'memvid-v1',
  path,
  chunks: chunks.length,
  model: model ?? null,
  vectors:
    'failure' in faiss ? null : { count: faiss.count, dimensions: faiss.dimensions, inner: faiss.inner },
  problems: [
    ...('failure' in faiss ? [describeIndexFailure(faiss.failure)] : []),
    ...problems.map(describeMemvidProblem),
  ],
});
