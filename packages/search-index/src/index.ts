// The index.

// Chunks and filters.
export type { Chunk, ChunkPlace, Metadata, MetadataValue } from './chunks/chunk.js';
export type { ChunkFilter, MetadataRange } from './chunks/filter.js';
// Measuring.
export { type JudgedQuestion, type Measured, measureSearch } from './evaluation/measure.js';
export { meanScores, type RankingScores, scoreRanking } from './evaluation/ranking.js';
export { describeIndexFailure, type IndexFailure, IndexOptionError } from './failure.js';
// Files.
export { type IndexSizesResult, indexSizes } from './file/file-sizes.js';
export {
  type LoadOptions,
  type LoadResult,
  loadIndex,
  type SavedParts,
  type SaveResult,
  saveIndex,
} from './file/index-file.js';
// Fusion, as pure functions.
export {
  type FusionMethod,
  type FusionWeights,
  fuseMinMax,
  fuseRanks,
  fuseZScores,
  lexicalTrust,
  type Pair,
  type Spread,
  spreadOf,
} from './fusion/fuse.js';
// memvid v1's index.
export type { FaissFile } from './memvid/faiss-file.js';
export { memvidModel } from './memvid/memvid-config.js';
export {
  describeMemvidProblem,
  findMemvidIndex,
  type MemvidChunk,
  type MemvidIndex,
  type MemvidIndexResult,
  type MemvidProblem,
  readMemvidIndex,
} from './memvid/read-memvid-index.js';
export {
  type MemvidIndexContent,
  type MemvidIndexWritten,
  memvidIndexPathOf,
  writeMemvidIndex,
} from './memvid/write-memvid-index.js';
export type { FusionOptions, IndexOptions, IndexSettings, SearchMode } from './options.js';
export type { SearchHit } from './search.js';
export { type IndexEntry, type IndexStats, SearchIndex, type SearchRequest } from './search-index.js';
// An index in a process of its own.
export {
  type IndexServer,
  type IndexServerOptions,
  type IndexServerResult,
  type IndexSource,
  startIndexServer,
} from './server/index-server.js';
export type { Backend } from './server/protocol.js';
export type { ShardTraits } from './shards/mode.js';
export type { ShardHit } from './shards/search-rounds.js';
// Several indexes searched as one.
export { type AskedShard, type ShardsAnswer, searchShards } from './shards/search-shards.js';
export type { Candidate, ShardReply, ShardRequest } from './shards/shard-request.js';
// Vectors and words.
export type { Metric } from './vectors/metric.js';
export type { ScaledStorage, VectorStorage } from './vectors/storage.js';
export type { Bm25Options, WordQuestion } from './words/bm25.js';
export type { WordCounts } from './words/collection.js';
export type { FeedbackOptions } from './words/feedback.js';
// An index that is written chunk by chunk, of any size.
export type { Placement } from './writer/index-file-writer.js';
export {
  type AddResult,
  type IndexWriter,
  type IndexWriterResult,
  startIndexWriter,
} from './writer/index-writer.js';
export type { UnplacedEntry } from './writer/protocol.js';
