import type { CallOf, Message, ReplyOf } from '@memvisor/supervisor';
import type { RetrieverProtocol } from '../retriever.js';
import { failed } from './answer.js';
import type { ArchiveList } from './archive-list.js';
import type { ArchivesResult } from './failure.js';
import type { ArchivesStats, ChunkAddress } from './results.js';

/** Asks the archive of an address; what is wrong with it is the failure. */
export const askAddressed = async <const Request extends CallOf<RetrieverProtocol>>(
  list: ArchiveList,
  { archive }: ChunkAddress,
  request: Request,
): Promise<ReplyOf<RetrieverProtocol, Request & Message> | ArchivesResult<never>> => {
  const keeper = list.find(archive);
  if (keeper === undefined) return { ok: false, failure: { kind: 'unknown_archive', archive } };
  const asked = await keeper.ask(request);
  return asked.ok
    ? asked.value
    : { ok: false, failure: { kind: 'archive', archive, failure: asked.failure } };
};

/** All archives in numbers. */
export const statsOf = async (list: ArchiveList, searches: number): Promise<ArchivesStats> => {
  const { keepers, unmatched } = await list.current();
  const known = await Promise.all(
    keepers.map(async (keeper): Promise<ArchivesStats['archives'][number]> => {
      const { archive } = keeper;
      const asked = await keeper.ask({ type: 'stats' });
      return asked.ok ? { archive, ok: true, ...asked.value } : failed(archive, asked.failure);
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
