// The program of an index server's process: one index, asked through the port. Faults of faiss end here.
import { serveParent } from '@memvisor/supervisor/child';
import { IndexOptionError } from '../failure.js';
import { loadIndex, saveIndex } from '../file/index-file.js';
import { SearchIndex } from '../search-index.js';
import { FaissSearch, loadFaiss } from '../vectors/faiss.js';
import { isScaled } from '../vectors/storage.js';
import type { Backend, ServerReply, ServerRequest } from './protocol.js';

let index: SearchIndex | undefined;

const opened = (): SearchIndex => {
  if (index === undefined) throw new Error('asked before an index was opened');
  return index;
};

const serve = (found: SearchIndex, backend: Backend): ServerReply => {
  // Small integers are scanned faster than faiss searches its floats, and need not be handed over first.
  const wanted = backend === 'faiss' || (backend === 'auto' && !isScaled(found.settings.storage));
  const loaded = wanted ? loadFaiss() : undefined;
  if (backend === 'faiss' && loaded?.ok === false)
    return { type: 'failed', failure: { kind: 'no_faiss', reason: loaded.reason } };
  index = found;
  if (loaded === undefined) return { type: 'opened', backend: 'exact' };
  if (!loaded.ok) return { type: 'opened', backend: 'exact', reason: loaded.reason };
  const faiss = new FaissSearch(loaded.faiss, found.parts.vectors);
  faiss.update();
  found.findNearestBy((question, k) => faiss.nearest(question, k));
  return { type: 'opened', backend: 'faiss' };
};

const answer = async (request: ServerRequest): Promise<ServerReply> => {
  switch (request.type) {
    case 'create':
      return serve(new SearchIndex(request.options), request.backend);
    case 'load': {
      const loaded = await loadIndex(request.path, request.options);
      return loaded.ok ? serve(loaded.index, request.backend) : { type: 'failed', failure: loaded.failure };
    }
    case 'add':
      opened().addAll(request.entries);
      return { type: 'added', size: opened().size };
    case 'search':
      return { type: 'hits', hits: opened().search(request.request) };
    case 'ask':
      return { type: 'answered', reply: opened().answer(request.request) };
    case 'save':
      return { type: 'saved', result: await saveIndex(opened(), request.path) };
    case 'chunk': {
      const chunk = opened().chunk(request.id);
      return { type: 'chunks', chunks: chunk === undefined ? [] : [chunk] };
    }
    case 'frame':
      return { type: 'chunks', chunks: opened().chunksOfFrame(request.frame) };
    case 'stats':
      return { type: 'stats', stats: opened().stats() };
  }
};

serveParent(async (request: ServerRequest): Promise<ServerReply> => {
  try {
    return await answer(request);
  } catch (error) {
    if (!(error instanceof IndexOptionError)) throw error;
    const { option, value, expected } = error;
    return { type: 'refused', option, value, expected };
  }
});
