import type { AnyPid } from '@memvisor/supervisor';
import type { TextPiece } from '../chunking/marks.js';
import type { ArchiveChunk, TextOrigin } from '../chunking/place-chunks.js';
import type { CheckedConfig } from '../config/config.js';
import type { EncoderResult } from '../failure.js';
import type { BuildProgress } from './progress.js';
import type { SizeReport } from './size-report.js';

/** The pieces of a text: plain, or with the heading or page that begins with them. */
export type TextPieces = AsyncIterable<string | TextPiece> | Iterable<string | TextPiece>;

/** A text that is read while the video is built. */
export type TextSource = TextOrigin & {
  /** Its pieces, in order; or what opens them. What it throws ends the build with `source_unreadable`. */
  readonly text: TextPieces | (() => TextPieces);
  /** Its size in UTF-8, where that is known: progress can then estimate totals. @defaultValue unknown */
  readonly sizeBytes?: number | undefined;
};

/** What an encoder has collected, in the order of adding. */
export type CollectedItem =
  | { readonly type: 'chunks'; readonly chunks: readonly ArchiveChunk[] }
  | { readonly type: 'source'; readonly source: TextSource };

/** One build, as data. */
export type BuildJob = {
  readonly indexName: string;
  readonly items: readonly CollectedItem[];
  /** Chunks in `items`, those of sources not counted. */
  readonly chunkCount: number;
  readonly outputPath: string;
  readonly indexPath: string;
  readonly config: CheckedConfig;
};

/** What was built. */
export type BuildStats = {
  readonly indexName: string;
  readonly outputPath: string;
  readonly indexPath: string;
  readonly totalChunks: number;
  /** All frames of the video, head and tail included. */
  readonly totalFrames: number;
  /** Bytes of the chunks' texts in UTF-8, overlaps counted twice. */
  readonly textBytes: number;
  readonly videoBytes: number;
  readonly indexBytes: number;
  /** What all of it takes, beside what the text takes by itself. */
  readonly sizes: SizeReport;
  /** As in the video and the index; `undefined` for the `json` format. */
  readonly archiveId: string | undefined;
  /** The embedding model. */
  readonly model: string;
  /** What it took, in seconds. The stages overlap: only `total` is what one waits for. */
  readonly seconds: {
    readonly total: number;
    /** Reading and cutting the sources. */
    readonly chunk: number;
    /** From the first text handed to the model until the last vector. */
    readonly embed: number;
    /** Making and drawing the QR codes, summed over the threads that do it: can be more than passed on the clock. */
    readonly qr: number;
    /** From the first frame until the video was complete and read back. */
    readonly video: number;
    /** Finishing the index, once every frame is known. */
    readonly index: number;
  };
};

/** What a build works with. */
export type BuildContext = {
  /** Fires when the build shall end: it was cancelled, or its process is gone. */
  readonly signal: AbortSignal;
  /** The build's process: whatever the build starts ends with it. */
  readonly owner: AnyPid;
  /** Tells of progress. */
  readonly report: (progress: BuildProgress) => void;
};

/**
 * Builds a video and its index. An expected failure is a value; what it throws is a bug, and ends the encoder.
 * When it settles, everything it started has ended, and nothing half-written is left.
 */
export type Build = (job: BuildJob, context: BuildContext) => Promise<EncoderResult<BuildStats>>;
