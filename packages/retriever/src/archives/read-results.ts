import type { ShardHit } from '@memvisor/search-index';
import { placeOf } from '../answer.js';
import type { ReadText } from '../results.js';
import { ArchiveGone } from './archive-gone.js';
import type { Ready } from './ready.js';
import type { ArchiveResult } from './results.js';

/** Reads the texts of all hits, those of each archive at once and all archives side by side. */
export const readResults = async (
  hits: readonly ShardHit[],
  from: readonly Ready[],
): Promise<ArchiveResult[]> => {
  const results: ArchiveResult[] = [];
  await Promise.all(
    from.map(async (archive, shard) => {
      const own = hits.filter((hit) => hit.shard === shard);
      if (own.length === 0) return;
      const texts = await textsOf(archive, own);
      for (const [at, { rank, score, dense, lexical, chunk }] of own.entries())
        results[rank - 1] = {
          archive: archive.keeper.archive,
          rank,
          score,
          dense,
          lexical,
          ...placeOf(chunk),
          ...(texts[at] as ReadText),
        };
    }),
  );
  return results;
};

/**
 * A text whose archive is gone meanwhile says so; what was found in the others stands. Where another video has taken the place
 * of the open one, that is let go, and the search finds it ended.
 */
const textsOf = async (
  { keeper, traits }: Ready,
  hits: readonly ShardHit[],
): Promise<readonly ReadText[]> => {
  try {
    const chunks = hits.map(({ chunk }) => chunk);
    const texts = await keeper.askOpened(traits.opened, { type: 'texts', chunks });
    if (texts.some(isReplaced)) await keeper.letGo();
    return texts;
  } catch (error) {
    if (!(error instanceof ArchiveGone)) throw error;
    const { message } = error;
    return hits.map(({ chunk: { frame } }) => ({
      text: null,
      unreadable: { kind: 'archive', frame, reason: message },
    }));
  }
};

const isReplaced = ({ unreadable }: ReadText): boolean =>
  unreadable?.kind === 'video' && unreadable.failure.kind === 'replaced';
