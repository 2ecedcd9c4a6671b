import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { JsonObject } from '../chunk.js';
import { parseObject } from '../frames/chunk-records.js';
import type { FrameFormat } from '../frames/frame-content.js';

const count = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32);
const object = z.record(z.string(), z.json());

const headSchema = z.object({
  archiveId: z.string().max(64),
  writer: z.string().max(64),
  profile: z.string().max(64),
  frameRate: z.number().positive(),
  metadata: object,
});

const tailSchema = z.object({
  archiveId: z.string().max(64),
  chunks: count,
  textBytes: z.number().int().min(0),
  headFrames: count,
  firstChunkDeltas: z.array(count),
  metadata: object,
});

/** What the first frames of a packed archive say: all that is known before the first chunk. */
export type ArchiveHead = {
  /** Chosen at random for each archive, so that an index knows its video. */
  readonly archiveId: string;
  /** Program and version that wrote it. */
  readonly writer: string;
  readonly profile: string;
  readonly frameRate: number;
  readonly metadata: JsonObject;
};

/** What the last frames of a packed archive say: all that is known after the last chunk. */
export type ArchiveTail = {
  readonly archiveId: string;
  readonly chunks: number;
  /** Bytes of all texts in UTF-8. */
  readonly textBytes: number;
  readonly headFrames: number;
  readonly firstChunkDeltas: readonly number[];
  readonly metadata: JsonObject;
};

/** A fresh archive id: 16 hexadecimal digits. */
export const newArchiveId = (): string => randomBytes(8).toString('hex');

export const writeDocument = (document: ArchiveHead | ArchiveTail): Uint8Array =>
  Buffer.from(JSON.stringify(document), 'utf8');

export const readHead = (bytes: Uint8Array): ArchiveHead | undefined =>
  headSchema.safeParse(parseObject(bytes)).data as ArchiveHead | undefined;

export const readTail = (bytes: Uint8Array): ArchiveTail | undefined =>
  tailSchema.safeParse(parseObject(bytes)).data as ArchiveTail | undefined;

/** Facts about an archive, read from the video alone. */
export type ArchiveInfo = {
  readonly path: string;
  readonly format: FrameFormat;
  /** `packed` only: chosen at random when it was written. */
  readonly archiveId: string | undefined;
  /** `packed` only. */
  readonly profile: string | undefined;
  /** All frames of the video: head, tail and parity frames included. With parity also those that are gone from it. */
  readonly frames: number;
  /** Of them those from which lost frames are computed; 0 in an archive written without `parity`. */
  readonly parityFrames: number;
  /** Chunks; in `json` archives there is one in each frame. `undefined` where the end of the video is lost. */
  readonly chunks: number | undefined;
  /** `packed` only: bytes of all texts in UTF-8. */
  readonly textBytes: number | undefined;
  /** Whether the archive's end is there. Always `true` for `json`, which can not tell. */
  readonly complete: boolean;
  /** Frames per second. */
  readonly frameRate: number;
  /** Width and height of a frame in pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly videoBytes: number;
  /** `packed` only: what the writer gave before and after the chunks, merged. */
  readonly metadata: JsonObject;
};
