import type { SearchSettings } from '../options.js';
import type { SearchHit } from '../search.js';
import type { Scored } from '../top-k.js';
import type { Rounds, SlotRange } from './rounds.js';

/** One of the indexes that are searched as one. */
export type ShardTraits = {
  /** Whether its vectors can be compared with the question's; otherwise its words alone are asked. */
  readonly dense: boolean;
};

/** An answer by its place in the row of all chunks. */
export type Row = Scored & Pick<SearchHit, 'dense' | 'lexical'>;
/** What a mode found, best first. */
export type Ranked = { readonly rows: readonly Row[]; readonly range: SlotRange };
/** One way to search. */
export type Mode = (shards: readonly ShardTraits[], request: SearchSettings) => Rounds<Ranked>;
