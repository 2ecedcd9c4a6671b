import { readMemvidIndex, startIndexServer } from '@memvisor/search-index';
import type { AnyPid } from '@memvisor/supervisor';
import type { FoundIndex } from './open-index.js';

/** Chunks that are sent to the index's process at a time. */
const batchSize = 500;

/**
 * Makes an index of memvid v1's: its words at once, from the texts in its JSON file. Its vectors come from another model than
 * ours and are left alone. What is found is read from the video like any other answer.
 */
export const openMemvidIndex = async (path: string, owner: AnyPid): Promise<FoundIndex> => {
  const read = await readMemvidIndex(path);
  if (!read.ok) return { ok: false, failure: { kind: 'index', failure: read.failure } };
  const { chunks, dimensions = 1, model = 'another model' } = read.index;
  const create = { dimensions: Math.max(1, dimensions), model };
  const started = await startIndexServer({ create }, { owner, link: false, backend: 'exact' });
  if (!started.ok) return { ok: false, failure: { kind: 'index', failure: started.failure } };
  const { server } = started;
  // memvid's own ids are places in this list; a list with an id twice has only its first.
  const unique = [...new Map([...chunks].reverse().map((chunk) => [chunk.id, chunk])).values()].reverse();
  for (let first = 0; first < unique.length; first += batchSize)
    await server.add(unique.slice(first, first + batchSize).map((chunk) => ({ ...chunk, vectors: [] })));
  const notice = `This archive is memvid v1's. Its vectors come from ${model}, so only words were searched; converted to an archive of ours it is searched by meaning too.`;
  return { ok: true, value: { server, stats: await server.stats(), notice } };
};
