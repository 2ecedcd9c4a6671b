export {
  Archives,
  type ArchivesRef,
  type ArchivesSpecOptions,
  type StartArchivesOptions,
} from './client.js';
export { type Expanded, expandArchives } from './expand.js';
export {
  type ArchiveFailure,
  type ArchiveReport,
  type ArchivesFailure,
  type ArchivesResult,
  describeArchiveFailure,
  describeArchivesFailure,
  describeReport,
} from './failure.js';
export type { ArchivesOptions } from './options.js';
export type {
  ArchiveChunk,
  ArchiveResult,
  ArchivesAnswer,
  ArchivesStats,
  ChunkAddress,
} from './results.js';
export type { ArchivesNotOpened, ArchivesProtocol } from './server.js';
