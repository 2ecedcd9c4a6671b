// Writing and reading archives.
export type { Archive, ArchiveFrame, ReadOptions } from './archive/archive.js';
export type { ArchiveInfo } from './archive/documents.js';
export { findFfmpeg } from './archive/find-ffmpeg.js';
export { type OpenArchiveOptions, openArchive } from './archive/open-archive.js';
export {
  type RecoverArchiveOptions,
  type RecoveredChunk,
  type RecoveryReport,
  recoverArchive,
} from './archive/recover-archive.js';
export { type VerifyArchiveOptions, type VerifyReport, verifyArchive } from './archive/verify-archive.js';
export { writeArchive } from './archive/write-archive.js';
export type { WriteArchiveOptions, WriteProgress } from './archive/write-options.js';
export type { WrittenArchive } from './archive/written-archive.js';
export type { Chunk, JsonObject, JsonValue } from './chunk.js';
// Failures.
export { CodecError } from './codec-error.js';
export { type CodecFailure, type CodecResult, describeFailure, type UnreadableFrame } from './failure.js';
export type { Ffmpeg, LocateOptions } from './ffmpeg/locate.js';
export type { TriedPlace } from './ffmpeg/tried-place.js';
// Frames, for those who bring their own video.
export type { FrameContent, FrameFormat, FramePart } from './frames/frame-content.js';
export { describeFrameFailure, type FrameFailure, type FrameResult } from './frames/frame-failure.js';
// For memvid v1's reader.
export {
  type MemvidVideo,
  splitForMemvid,
  type WriteMemvidOptions,
  writeMemvidVideo,
} from './memvid/write-memvid-video.js';
// Threads.
export { type CodecPool, type CodecPoolOptions, startCodecPool } from './pool/codec-pool.js';
export { inlineRunner, type JobName, type JobOutput, type JobRunner } from './pool/jobs.js';
// Profiles.
export type { Container } from './profiles/container.js';
export type { Profile, ProfileName } from './profiles/profile.js';
export { findProfile, profileNames, profiles } from './profiles/profiles.js';
export type { ErrorCorrection } from './qr/symbol.js';
