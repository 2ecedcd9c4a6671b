import { stat } from 'node:fs/promises';
import { findMemvidIndex, type IndexServer, type IndexStats, startIndexServer } from '@memvisor/search-index';
import type { AnyPid } from '@memvisor/supervisor';
import type { RetrieverResult } from './failure.js';
import { openMemvidIndex } from './open-memvid-index.js';

/** An index ready to be asked. It lives in a process of its own that ends with its owner. */
export type OpenIndex = IndexServer;

/** An index and what it says of itself. */
export type FoundIndex = RetrieverResult<{
  readonly server: OpenIndex;
  readonly stats: IndexStats;
  /** What whoever asks it must know; `undefined` for an index of ours. */
  readonly notice?: string;
}>;

/** Whether the index is one of ours, as far as a look at its name and place can tell. */
export const hasVectorsLikely = async (path: string): Promise<boolean> =>
  !memvidsName.test(path) && (await stat(path).then(Boolean, () => false));

const memvidsName = /\.(json|faiss)$/i;

/**
 * Opens an index for `owner`, which is not linked to it yet: that its process can not be started is a failure and no exit
 * signal. Where there is none of ours, that of memvid v1 beside the video serves.
 */
export const openIndex = async (path: string, video: string, owner: AnyPid): Promise<FoundIndex> => {
  if (memvidsName.test(path)) return openMemvidIndex(path, owner);
  const started = await startIndexServer({ load: path }, { owner, link: false });
  if (started.ok) return { ok: true, value: { server: started.server, stats: await started.server.stats() } };
  if (started.failure.kind === 'not_found') {
    const memvids = await findMemvidIndex(video);
    const found = memvids === undefined ? undefined : await openMemvidIndex(memvids, owner);
    if (found?.ok === true) return found;
    if (memvids !== undefined)
      return { ok: false, failure: { kind: 'index', failure: { ...started.failure, notMemvids: memvids } } };
  }
  return { ok: false, failure: { kind: 'index', failure: started.failure } };
};
