// Everything about encoders.

// What is built, and how far it has come.
export { buildVideo } from './build/build-video.js';
export type {
  Build,
  BuildContext,
  BuildJob,
  BuildStats,
  CollectedItem,
  TextPieces,
  TextSource,
} from './build/job.js';
export type { BuildProgress, BuildStage } from './build/progress.js';
export { type SizeRatios, type SizeReport, sizeRatios, textSizesOf } from './build/size-report.js';
export type { TextSizes } from './build/text-sizes.js';
// Cutting text.
export { type PlacedChunk, placedChunk } from './chunking/chunk-meta.js';
export { chunkStream, chunkText } from './chunking/chunk-text.js';
export type { Heading, TextPiece } from './chunking/marks.js';
export type { ArchiveChunk, TextOrigin } from './chunking/place-chunks.js';
export type { ChunkingOptions, CutOptions, Markup, TextChunk } from './chunking/text-chunk.js';
// Configuration.
export { type CheckedConfig, checkConfig, type EncoderConfig } from './config/config.js';
export { type BuildOptions, Encoder, type EncoderRef, type RequestOptions } from './encoder/client.js';
export { encoder } from './encoder/encoder.js';
export { type EncoderEvent, subscribeToEncoders } from './encoder/events.js';
export type { EncoderProtocol, EncoderSnapshot, EncoderStateName } from './encoder/messages.js';
export type { Purpose } from './encoder/state.js';
// What can go wrong.
export { describeEncoderFailure, type EncoderFailure, type EncoderResult } from './failure.js';
// From a video alone.
export { type RecoveredMemory, type RecoverMemoryOptions, recoverMemory } from './recover/recover-memory.js';
export {
  EncoderSupervisor,
  type EncoderSupervisorOptions,
  encoderSpec,
  type StartEncoderOptions,
  type StopEncoderResult,
} from './supervisor/encoder-supervisor.js';
