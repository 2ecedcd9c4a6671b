import type { ArchiveTraits } from '../retriever.js';
import type { ArchiveFailure } from './failure.js';
import type { ArchiveKeeper } from './keeper.js';

/** An archive that can be asked, and what is known of it. */
export type Ready = {
  readonly keeper: ArchiveKeeper;
  readonly traits: ArchiveTraits;
  /** Whether its vectors can be compared with the question's and the others' scores. */
  readonly dense: boolean;
};

/** An archive that takes no part, and why. */
export type Absent = { readonly keeper: ArchiveKeeper; readonly failure: ArchiveFailure };

/** Opens what is not open, and says which archives can be asked and which can not. */
export const readyOf = async (
  keepers: readonly ArchiveKeeper[],
): Promise<{ readonly ready: readonly Ready[]; readonly absent: readonly Absent[] }> => {
  const asked = await Promise.all(
    keepers.map(async (keeper) => ({ keeper, reply: await keeper.ask({ type: 'traits' }) })),
  );
  return {
    ready: comparable(
      asked.flatMap(({ keeper, reply }) => (reply.ok ? { keeper, traits: reply.value } : [])),
    ),
    absent: asked.flatMap(({ keeper, reply }) => (reply.ok ? [] : { keeper, failure: reply.failure })),
  };
};

/** Scores by two metrics can't be compared: those of the first archive with vectors hold, others are searched by words. */
const comparable = (
  states: readonly { readonly keeper: ArchiveKeeper; readonly traits: ArchiveTraits }[],
): Ready[] => {
  const metric = states.find(({ traits }) => traits.hasVectors)?.traits.metric;
  return states.map(({ keeper, traits }) => {
    if (!traits.hasVectors || traits.metric === metric) return { keeper, traits, dense: traits.hasVectors };
    const notice = `This archive compares vectors by ${traits.metric}, others here by ${metric}, so only words were searched.`;
    return { keeper, traits: { ...traits, notice }, dense: false };
  });
};
