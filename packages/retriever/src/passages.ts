import type { SearchResult } from './results.js';

/** A stretch of one source: a readable result, or several whose texts follow one another, as one text. */
export interface Passage extends Pick<SearchResult, 'source' | 'start' | 'end' | 'headings' | 'metadata'> {
  /** From 1. */
  readonly rank: number;
  /** That of its best result. */
  readonly score: number;
  /** What was read from the video; where chunks overlap, once. */
  readonly text: string;
  /** The chunks that it is made of, in the order of the text. */
  readonly chunkIds: readonly number[];
  /** From the first chunk's first line to the last one's last; absent where nobody knows. */
  readonly lines?: readonly [first: number, last: number];
  /** The page that it begins on. */
  readonly page?: number;
  /** Of several archives the one that it is from. */
  readonly archive?: string;
}

/**
 * Joins results that touch or overlap in their source into passages, in the order of each passage's best result. Results
 * without a text are left out. Headings and metadata are those of the passage's first chunk.
 *
 * @example
 * const answer = await search(retriever, 'How is honey made?', { k: 10 });
 * if (answer.ok) for (const { source, text } of passagesOf(answer.value.results)) console.log(source, text);
 */
export const passagesOf = (results: readonly SearchResult[]): Passage[] => {
  const bySource = new Map<string, SearchResult[]>();
  for (const result of results) {
    if (result.text === null) continue;
    const key = JSON.stringify([archiveOf(result) ?? null, result.source]);
    bySource.set(key, [...(bySource.get(key) ?? []), result]);
  }
  const passages: Passage[] = [];
  for (const ofSource of bySource.values()) {
    let open: Passage | undefined;
    for (const result of ofSource.sort((one, other) => one.start - other.start || one.rank - other.rank)) {
      const joined: Passage | undefined = open === undefined ? undefined : join(open, result);
      if (joined === undefined && open !== undefined) passages.push(open);
      open = joined ?? passageOf(result);
    }
    if (open !== undefined) passages.push(open);
  }
  return passages
    .sort((one, other) => one.rank - other.rank)
    .map((passage, at) => ({ ...passage, rank: at + 1 }));
};

/** Results of several archives say which they are from; the same source in two of them is two texts. */
const archiveOf = (result: SearchResult & { readonly archive?: string }): string | undefined =>
  result.archive;

const passageOf = (result: SearchResult): Passage => ({
  rank: result.rank,
  score: result.score,
  source: result.source,
  start: result.start,
  end: result.end,
  text: result.text ?? '',
  chunkIds: [result.chunkId],
  ...(result.lines === undefined ? {} : { lines: result.lines }),
  headings: result.headings,
  ...(result.page === undefined ? {} : { page: result.page }),
  metadata: result.metadata,
  ...archived(archiveOf(result)),
});

const archived = (archive: string | undefined) => (archive === undefined ? {} : { archive });

/** `undefined` where there is a gap, or where the two do not say the same of what they share. */
const join = (passage: Passage, next: SearchResult): Passage | undefined => {
  const text = next.text ?? '';
  const shared = passage.end - next.start;
  const inPassage = passage.text.slice(next.start - passage.start);
  if (shared < 0 || !inPassage.startsWith(text.slice(0, shared))) return undefined;
  const { lines, ...rest } = better(passage, next);
  return {
    ...rest,
    end: Math.max(passage.end, next.end),
    text: passage.text + text.slice(shared),
    ...(lines === undefined || next.lines === undefined
      ? {}
      : { lines: [lines[0], Math.max(lines[1], next.lines[1])] as const }),
  };
};

const better = (passage: Passage, next: SearchResult): Passage => ({
  ...passage,
  rank: Math.min(passage.rank, next.rank),
  score: next.rank < passage.rank ? next.score : passage.score,
  chunkIds: [...passage.chunkIds, next.chunkId],
});
