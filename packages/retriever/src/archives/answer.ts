import type { Embedder } from '@memvisor/embedding';
import { type AskedShard, IndexOptionError, type ShardHit, searchShards } from '@memvisor/search-index';
import { placeOf, type SearchOptions, vectorFor, wrongRequest } from '../answer.js';
import type { ReadText } from '../results.js';
import type { ArchiveTraits } from '../retriever.js';
import type { CurrentArchives } from './archive-list.js';
import {
  type ArchiveFailure,
  type ArchiveReport,
  type ArchivesResult,
  describeArchiveFailure,
} from './failure.js';
import { ArchiveGone, type ArchiveKeeper } from './keeper.js';
import type { ArchiveResult, ArchivesAnswer } from './results.js';

/** Why an archive takes no part, as a report tells it. */
export const failed = (archive: string, failure: ArchiveFailure): ArchiveReport & { readonly ok: false } => ({
  archive,
  ok: false,
  failure,
  message: describeArchiveFailure(failure),
});

/** An archive that can be asked, and what is known of it. */
type Ready = { readonly keeper: ArchiveKeeper; readonly traits: ArchiveTraits; readonly dense: boolean };

/** Finds the best chunks of all archives, then reads their texts, and no others, from the videos that hold them. */
export const answerTogether = async (
  { keepers, unmatched }: CurrentArchives,
  embedder: Embedder | undefined,
  query: string,
  options: SearchOptions & { readonly k: number },
): Promise<ArchivesResult<ArchivesAnswer>> => {
  const started = performance.now();
  const wanted = options.mode ?? (embedder === undefined ? 'lexical' : 'hybrid');
  const [asked, states] = await Promise.all([
    vectorFor(query, wanted, embedder),
    Promise.all(keepers.map(readyOrNot)),
  ]);
  if (!asked.ok) return asked;
  const embedded = performance.now();
  const reports = new Map<ArchiveKeeper, ArchiveReport>();
  const ready = comparable(states.filter((state) => 'traits' in state));
  for (const state of states)
    if (!('traits' in state)) reports.set(state.keeper, failed(state.keeper.archive, state.failure));
  // As for one archive: without any vectors words serve, whatever was asked for.
  const mode = ready.some(({ dense }) => dense) ? wanted : 'lexical';
  const taking = ready.filter(({ keeper, traits, dense }) => {
    if (mode !== 'dense' || dense) return true;
    reports.set(keeper, failed(keeper.archive, { kind: 'no_vectors', notice: traits.notice }));
    return false;
  });

  let hits: readonly ShardHit[];
  try {
    const found = await searchShards(taking.map(shardOf), {
      ...options,
      text: query,
      mode,
      ...(asked.value === undefined ? {} : { vector: asked.value }),
    });
    hits = found.hits;
    for (const [at, reason] of found.failed) {
      const { keeper } = taking[at] as Ready;
      if (!(reason instanceof ArchiveGone)) throw reason;
      reports.set(keeper, failed(keeper.archive, reason.failure));
    }
  } catch (error) {
    return wrongRequest(error);
  }
  for (const { keeper, traits } of taking) {
    if (reports.has(keeper)) continue;
    const notice = traits.notice === undefined ? {} : { notice: traits.notice };
    reports.set(keeper, { archive: keeper.archive, ok: true, chunks: traits.chunks, ...notice });
  }
  const archives = [
    ...keepers.flatMap((keeper) => reports.get(keeper) ?? []),
    ...unmatched.map((pattern) => failed(pattern, { kind: 'no_match', pattern })),
  ];
  if (!archives.some(({ ok }) => ok)) return { ok: false, failure: { kind: 'no_archive', archives } };
  const found = performance.now();
  const results = await readResults(hits, taking);
  const ended = performance.now();
  const milliseconds = {
    embed: embedded - started,
    search: found - embedded,
    decode: ended - found,
    total: ended - started,
  };
  return { ok: true, value: { query, mode, results, archives, milliseconds } };
};

const readyOrNot = async (
  keeper: ArchiveKeeper,
): Promise<
  | { readonly keeper: ArchiveKeeper; readonly traits: ArchiveTraits }
  | { readonly keeper: ArchiveKeeper; readonly failure: ArchiveFailure }
> => {
  const failure = await keeper.ready();
  if (failure !== undefined) return { keeper, failure };
  try {
    return { keeper, traits: await keeper.ask({ type: 'traits' }) };
  } catch (error) {
    if (error instanceof ArchiveGone) return { keeper, failure: error.failure };
    throw error;
  }
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

const shardOf = ({ keeper, dense }: Ready): AskedShard => ({
  dense,
  ask: async (request) => {
    const reply = await keeper.ask({ type: 'step', request });
    if (reply.ok) return reply.value;
    const { failure } = reply;
    if (failure.kind === 'wrong_request')
      throw new IndexOptionError(failure.option, failure.value, failure.expected);
    throw new ArchiveGone({ kind: 'not_opened', failure });
  },
});

/** Reads the texts of all hits, those of each archive at once and all archives side by side. */
const readResults = async (hits: readonly ShardHit[], from: readonly Ready[]): Promise<ArchiveResult[]> => {
  const results: ArchiveResult[] = [];
  await Promise.all(
    from.map(async ({ keeper }, shard) => {
      const own = hits.filter((hit) => hit.shard === shard);
      if (own.length === 0) return;
      const texts = await textsOf(keeper, own);
      for (const [at, { rank, score, dense, lexical, chunk }] of own.entries())
        results[rank - 1] = {
          archive: keeper.archive,
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

/** A text whose archive is gone meanwhile says so; what was found in the others stands. */
const textsOf = async (keeper: ArchiveKeeper, hits: readonly ShardHit[]): Promise<readonly ReadText[]> => {
  try {
    return await keeper.ask({ type: 'texts', chunks: hits.map(({ chunk }) => chunk) });
  } catch (error) {
    if (!(error instanceof ArchiveGone)) throw error;
    const { message } = error;
    return hits.map(({ chunk: { frame } }) => ({
      text: null,
      unreadable: { kind: 'archive', frame, reason: message },
    }));
  }
};
