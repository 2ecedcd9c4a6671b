import { failed } from './answer.js';
import type { ArchiveList } from './archive-list.js';
import type { ArchivesResult } from './failure.js';
import { ArchiveGone, type ArchiveKeeper } from './keeper.js';
import type { ArchivesStats, ChunkAddress } from './results.js';

/** Asks the archive of an address; what is wrong with it is the failure. */
export const readAddressed = async <Value>(
  list: ArchiveList,
  { archive }: ChunkAddress,
  read: (keeper: ArchiveKeeper) => Promise<ArchivesResult<Value>>,
): Promise<ArchivesResult<Value>> => {
  const keeper = list.find(archive);
  if (keeper === undefined) return { ok: false, failure: { kind: 'unknown_archive', archive } };
  const failure = await keeper.ready();
  if (failure !== undefined) return { ok: false, failure: { kind: 'archive', archive, failure } };
  try {
    return await read(keeper);
  } catch (error) {
    if (!(error instanceof ArchiveGone)) throw error;
    return { ok: false, failure: { kind: 'archive', archive, failure: error.failure } };
  }
};

/** All archives in numbers. */
export const statsOf = async (list: ArchiveList, searches: number): Promise<ArchivesStats> => {
  const { keepers, unmatched } = await list.current();
  const known = await Promise.all(
    keepers.map(async (keeper): Promise<ArchivesStats['archives'][number]> => {
      const { archive } = keeper;
      const failure = await keeper.ready();
      if (failure !== undefined) return failed(archive, failure);
      try {
        return { archive, ok: true, ...(await keeper.ask({ type: 'stats' })) };
      } catch (error) {
        if (!(error instanceof ArchiveGone)) throw error;
        return failed(archive, error.failure);
      }
    }),
  );
  const open = known.flatMap((one) => (one.ok ? one : []));
  return {
    archives: [...known, ...unmatched.map((pattern) => failed(pattern, { kind: 'no_match', pattern }))],
    chunks: open.reduce((sum, { index }) => sum + index.chunks, 0),
    frames: open.reduce((sum, { video }) => sum + video.frames, 0),
    searches,
  };
};
