import {
  type AskedShard,
  IndexOptionError,
  type SearchMode,
  type ShardHit,
  searchShards,
} from '@memvisor/search-index';
import { isAlive } from '@memvisor/supervisor';
import { type SearchOptions, vectorFor, wrongRequest } from '../answer.js';
import { wrongQuestion } from '../question.js';
import { ArchiveGone, whyGone } from './archive-gone.js';
import type { CurrentArchives } from './archive-list.js';
import {
  type ArchiveFailure,
  type ArchiveReport,
  type ArchivesResult,
  describeArchiveFailure,
} from './failure.js';
import type { ArchiveKeeper } from './keeper.js';
import { readResults } from './read-results.js';
import { type Ready, readyOf } from './ready.js';
import type { ArchivesAnswer } from './results.js';
import type { SharedEmbedder } from './shared-embedder.js';

/** Why an archive takes no part, as a report tells it. */
export const failed = (archive: string, failure: ArchiveFailure): ArchiveReport & { readonly ok: false } => ({
  archive,
  ok: false,
  failure,
  message: describeArchiveFailure(failure),
});

/** What is asked of all archives. */
type Question = {
  readonly text: string;
  readonly options: SearchOptions & { readonly k: number };
  readonly mode: SearchMode;
  readonly embedding: SharedEmbedder;
  /** Asks the embedder, once. */
  readonly vector: () => ReturnType<typeof vectorFor>;
};

/**
 * Finds the best chunks of all archives, then reads their texts, and no others, from the videos that hold them. Where an
 * archive's process ends on the way, or its video is replaced, all is asked anew, once: restarted, it may have opened another file, of which nothing
 * holds that was said before.
 */
export const answerTogether = async (
  archives: CurrentArchives,
  embedding: SharedEmbedder,
  text: string,
  options: Question['options'],
): Promise<ArchivesResult<ArchivesAnswer>> => {
  const wrong = wrongQuestion(text);
  if (wrong !== undefined) return wrong;
  const mode = options.mode ?? (embedding.isGiven ? 'hybrid' : 'lexical');
  let asked: ReturnType<typeof vectorFor> | undefined;
  const vector = (): ReturnType<typeof vectorFor> => {
    asked ??= embedding.opened().then((opened) => (opened.ok ? vectorFor(text, mode, opened.value) : opened));
    return asked;
  };
  const question = { text, options, mode, embedding, vector };
  const first = await answerOnce(archives, question);
  return first.hasDied ? (await answerOnce(archives, question)).answer : first.answer;
};

const answerOnce = async (
  { keepers, unmatched }: CurrentArchives,
  { text, options, mode: wanted, embedding, vector }: Question,
): Promise<{ readonly answer: ArchivesResult<ArchivesAnswer>; readonly hasDied: boolean }> => {
  const started = performance.now();
  const [{ ready, absent }] = await Promise.all([
    readyOf(keepers),
    wanted !== 'lexical' && embedding.isAskedFor ? vector() : undefined,
  ]);
  // As for one archive: without any vectors words serve, whatever was asked for.
  const mode = ready.some(({ dense }) => dense) ? wanted : 'lexical';
  const embedded = mode === 'lexical' ? noVector : await vector();
  if (!embedded.ok) return { answer: embedded, hasDied: false };
  const searching = performance.now();
  const reports = new Map<ArchiveKeeper, ArchiveReport>();
  for (const { keeper, failure } of absent) reports.set(keeper, failed(keeper.archive, failure));
  const taking = ready.filter(({ keeper, traits, dense }) => {
    if (mode !== 'dense' || dense) return true;
    reports.set(keeper, failed(keeper.archive, { kind: 'no_vectors', notice: traits.notice }));
    return false;
  });

  let hits: readonly ShardHit[];
  try {
    const found = await searchShards(taking.map(shardOf), {
      ...options,
      text,
      mode,
      ...(embedded.value === undefined ? {} : { vector: embedded.value }),
    });
    hits = found.hits;
    for (const [at, reason] of found.failed) {
      const { keeper } = taking[at] as Ready;
      reports.set(keeper, failed(keeper.archive, whyGone(reason).failure));
    }
  } catch (error) {
    return { answer: wrongRequest(error, options), hasDied: false };
  }
  for (const { keeper, traits } of taking) {
    if (reports.has(keeper)) continue;
    const notice = traits.notice === undefined ? {} : { notice: traits.notice };
    reports.set(keeper, { archive: keeper.archive, ok: true, chunks: traits.chunks, ...notice });
  }
  const reported = [
    ...keepers.flatMap((keeper) => reports.get(keeper) ?? []),
    ...unmatched.map((pattern) => failed(pattern, { kind: 'no_match', pattern })),
  ];
  const hasDied = () => taking.some(({ traits: { opened } }) => !isAlive(opened));
  if (!reported.some(({ ok }) => ok))
    return { answer: { ok: false, failure: { kind: 'no_archive', archives: reported } }, hasDied: hasDied() };
  const found = performance.now();
  const results = await readResults(hits, taking);
  const ended = performance.now();
  const milliseconds = {
    embed: searching - started,
    search: found - searching,
    decode: ended - found,
    total: ended - started,
  };
  const value = { query: text, mode, results, archives: reported, milliseconds };
  return { answer: { ok: true, value }, hasDied: hasDied() };
};

const noVector = { ok: true, value: undefined } as const;

const shardOf = ({ keeper, traits, dense }: Ready): AskedShard => ({
  dense,
  ask: async (request) => {
    const reply = await keeper.askOpened(traits.opened, { type: 'step', request });
    if (reply.ok) return reply.value;
    const { failure } = reply;
    if (failure.kind === 'wrong_request')
      throw new IndexOptionError(failure.option, failure.value, failure.expected);
    throw new ArchiveGone({ kind: 'not_opened', failure });
  },
});
