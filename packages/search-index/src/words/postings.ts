// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
/**
 * Rows of (column, count) pairs, one row after the other. As *forward* postings the rows are chunks and
 * the columns terms; as *inverted* postings the other way round. Within a row columns ascend.
 */
export type Postings = {
  /** Where each row begins in the other two; one more entry than rows. */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  /** How often, and in the highest bit whether the term is in the chunk's opening: {@link timesOf}, {@link isInOpening}. */
  readonly counts: Uint16Array;
};

const openingBit = 0x8000;
/** The most times that a posting can say. */
export const mostTimes = openingBit - 1;

/** How often a term is in a chunk. */
export const timesOf = (count: number): number => count & mostTimes;

/** Whether it is among the first words of a chunk that begins a source. */
export const isInOpening = (count: number): boolean => count >= openingBit;

/** What a posting keeps of both. */
export const countOf = (times: number, inOpening: boolean): number =>
  Math.min(times, mostTimes) + (inOpening ? openingBit : 0);

/** Turns rows into columns by counting: linear, and each row of the result comes out ascending. */
export const transpose = ({ starts, columns, counts }: Postings, columnCount: number): Postings => {
  const turned: Postings = {
    starts: new Uint32Array(columnCount + 1),
    columns: new Uint32Array(columns.length),
    counts: new Uint16Array(columns.length),
  };
  const next = new Uint32Array(columnCount + 1);
  for (let at = 0; at < columns.length; at += 1) next[columns[at]! + 1]! += 1;
  for (let column = 0; column < columnCount; column += 1) next[column + 1]! += next[column]!;
  turned.starts.set(next);
  for (let row = 0; row + 1 < starts.length; row += 1)
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      const to = next[columns[at]!]!;
      next[columns[at]!] = to + 1;
      turned.columns[to] = row;
      turned.counts[to] = counts[at]!;
    }
  return turned;
};

/** A term of a chunk and how often it is there. */
export type WordCount = { readonly term: number; readonly count: number };

/** What some rows of forward postings hold, in the order asked. */
export const wordsInRows = (
  { starts, columns, counts }: Postings,
  slots: readonly number[],
): readonly (readonly WordCount[])[] =>
  slots.map((slot) =>
    Array.from(columns.subarray(starts[slot]!, starts[slot + 1]!), (term, at) => ({
      term,
      count: timesOf(counts[starts[slot]! + at]!),
    })),
  );

/** The same from inverted postings, looking through all: dearer than one look into rows, cheaper than turning all for it. */
export const rowsLookedFor = (
  { starts, columns, counts }: Postings,
  slots: readonly number[],
  chunkCount: number,
): readonly (readonly WordCount[])[] => {
  const wanted = new Uint16Array(chunkCount);
  slots.forEach((slot, at) => {
    wanted[slot] = at + 1;
  });
  const rows: WordCount[][] = slots.map(() => []);
  for (let term = 0; term + 1 < starts.length; term += 1)
    for (let at = starts[term]!; at < starts[term + 1]!; at += 1) {
      const place = wanted[columns[at]!]!;
      if (place > 0) rows[place - 1]!.push({ term, count: timesOf(counts[at]!) });
    }
  return rows;
};
