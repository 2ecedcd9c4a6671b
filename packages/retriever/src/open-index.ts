import { type IndexServer, type IndexStats, startIndexServer } from '@memvisor/search-index';
import type { AnyPid } from '@memvisor/supervisor';
import type { RetrieverResult } from './failure.js';

/** An index ready to be asked. It lives in a process of its own that ends with its owner. */
export type OpenIndex = IndexServer;

/** Opens an index for `owner`; refuses vectors of another model than `model`, when one is given. */
export const openIndex = async (
  path: string,
  owner: AnyPid,
  model: string | undefined,
): Promise<RetrieverResult<{ readonly server: OpenIndex; readonly stats: IndexStats }>> => {
  const started = await startIndexServer(
    { load: path, ...(model === undefined ? {} : { model }) },
    { owner },
  );
  if (!started.ok) return { ok: false, failure: { kind: 'index', failure: started.failure } };
  return { ok: true, value: { server: started.server, stats: await started.server.stats() } };
};
