import { openArchive } from '@memvisor/codec';
import type { AnyPid } from '@memvisor/supervisor';
import type { Opened } from './answer.js';
import type { RetrieverResult } from './failure.js';
import { FrameCache } from './frame-cache.js';
import { openIndex } from './open-index.js';
import type { RetrieverSettings } from './options.js';

/** Opens a video and the index beside it, at the same time; both, or neither and the reason. */
export const openAll = async (
  settings: RetrieverSettings,
  owner: AnyPid,
  signal: AbortSignal,
): Promise<RetrieverResult<Opened>> => {
  const { video, index, embedder, cacheSize, ffmpegPath } = settings;
  const [archive, found] = await Promise.all([
    openArchive(video, { signal, ffmpegPath, owner }),
    openIndex(index, video, owner, embedder?.model.fingerprint),
  ]);
  if (!archive.ok) {
    if (found.ok) await found.value.server.stop();
    return { ok: false, failure: { kind: 'video', failure: archive.failure } };
  }
  if (!found.ok) {
    await archive.value.close();
    return found;
  }
  const { server, stats, notice } = found.value;
  const expected = archive.value.info.archiveId ?? '';
  // An index without an archive's id belongs to a format that has none; its chunks are checked one by one.
  if (stats.archive !== '' && stats.archive !== expected) {
    await Promise.all([server.stop(), archive.value.close()]);
    return {
      ok: false,
      failure: {
        kind: 'index',
        failure: { kind: 'wrong_archive', path: index, expected, found: stats.archive },
      },
    };
  }
  return {
    ok: true,
    value: {
      settings,
      archive: archive.value,
      index: server,
      hasVectors: stats.vectors > 0,
      notice,
      cache: new FrameCache(archive.value, cacheSize),
    },
  };
};
