import type { IndexFailure } from '../failure.js';
import type { SaveResult } from '../file/index-file.js';
import type { IndexSettings } from '../options.js';
import type { IndexEntry } from '../search-index.js';
import type { Placement } from './index-file-writer.js';

/** A chunk whose frame is not known yet. */
export type UnplacedEntry = Omit<IndexEntry, 'frame'>;

/** What the child is asked. The first is `create`, the last `finish`. */
export type WriterRequest =
  | { readonly type: 'create'; readonly settings: IndexSettings; readonly path: string }
  | { readonly type: 'add'; readonly entries: readonly UnplacedEntry[] }
  | { readonly type: 'finish'; readonly placement: Placement };

/** What the child answers. */
export type WriterReply =
  | { readonly type: 'added'; readonly size: number }
  | { readonly type: 'saved'; readonly result: SaveResult & { readonly ok: true } }
  | { readonly type: 'failed'; readonly failure: IndexFailure }
  /** The caller's mistake, to be thrown on its side. */
  | { readonly type: 'refused'; readonly option: string; readonly value: unknown; readonly expected: string };
