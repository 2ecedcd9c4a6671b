import type { Chunk } from '../chunks/chunk.js';
import type { IndexFailure } from '../failure.js';
import type { LoadOptions, SaveResult } from '../file/index-file.js';
import type { IndexOptions } from '../options.js';
import type { SearchHit } from '../search.js';
import type { IndexEntry, IndexStats, SearchRequest } from '../search-index.js';
import type { ShardReply, ShardRequest } from '../shards/shard-request.js';

/** How the nearest vectors are found: by faiss, by looking at each, or by whichever is faster. */
export type Backend = 'auto' | 'faiss' | 'exact';

/** What the child is asked. The first is `create` or `load`. */
export type ServerRequest =
  | { readonly type: 'create'; readonly options: IndexOptions; readonly backend: Backend }
  | {
      readonly type: 'load';
      readonly path: string;
      readonly options: LoadOptions;
      readonly backend: Backend;
    }
  | { readonly type: 'add'; readonly entries: readonly IndexEntry[] }
  | { readonly type: 'search'; readonly request: SearchRequest }
  /** A step of a search over several indexes. */
  | { readonly type: 'ask'; readonly request: ShardRequest }
  | { readonly type: 'save'; readonly path: string }
  | { readonly type: 'chunk'; readonly id: number }
  | { readonly type: 'frame'; readonly frame: number }
  | { readonly type: 'stats' };

/** What the child answers. */
export type ServerReply =
  /** `reason` says why faiss does not serve, where it was wanted. */
  | { readonly type: 'opened'; readonly backend: 'faiss' | 'exact'; readonly reason?: string }
  | { readonly type: 'failed'; readonly failure: IndexFailure }
  | { readonly type: 'added'; readonly size: number }
  | { readonly type: 'hits'; readonly hits: SearchHit[] }
  | { readonly type: 'answered'; readonly reply: ShardReply }
  | { readonly type: 'saved'; readonly result: SaveResult }
  | { readonly type: 'chunks'; readonly chunks: Chunk[] }
  | { readonly type: 'stats'; readonly stats: IndexStats }
  /** The caller's mistake, to be thrown on its side. */
  | { readonly type: 'refused'; readonly option: string; readonly value: unknown; readonly expected: string };
