import { crc32 } from '../bytes/crc32.js';
import type { Chunk } from '../chunk.js';
import { cutIntoParts } from '../frames/cut-parts.js';
import type { FrameContent } from '../frames/frame-content.js';
import { type FrameResult, read } from '../frames/frame-failure.js';
import { writeJsonFrame } from '../frames/json-format.js';
import { type PackedBody, packChunks } from '../frames/pack-chunks.js';
import { readFrame } from '../frames/read-frame.js';
import { drawMemvidFrames, type MemvidFrames } from '../memvid/memvid-frames.js';
import { splitText } from '../memvid/split-text.js';
import { addMember, restoreMembers, type Shard } from '../parity/cauchy.js';
import { fromShard } from '../parity/shards.js';
import { functionPatterns } from '../qr/function-patterns.js';
import { layoutOf, maskOf } from '../qr/layout.js';
import { readPicture } from '../qr/read-picture.js';
import {
  type DrawInput,
  type DrawnBits,
  type DrawnFrame,
  type DrawnPictures,
  drawBits,
  drawFrames,
} from './draw-pictures.js';
import { type PictureBatch, picturesOf } from './picture-batch.js';

export type { DrawnFrame, PictureBatch };

/** A sound frame as it was written. */
export type FramePayload = { readonly frame: number; readonly payload: Uint8Array };

/** What is computed off the main thread: each job is a batch, so that the way there and back costs little. */
export const jobs = {
  /** Builds what every frame needs, so that a thread's first frame need not wait for it. */
  getReady: async (_input: undefined): Promise<void> => {
    layoutOf(40);
    maskOf(40, 0);
    functionPatterns(40);
  },

  /** Compresses chunks into frames that lack only their numbers. */
  packChunks: async (input: {
    readonly chunks: readonly Chunk[];
    readonly capacity: number;
  }): Promise<readonly PackedBody[]> => packChunks(input.chunks, input.capacity),

  /** Compresses what an archive says of itself into frames that lack only their numbers. */
  cutIntoParts: async (input: {
    readonly kind: 'head' | 'tail';
    readonly whole: Uint8Array;
    readonly capacity: number;
  }): Promise<readonly PackedBody[]> => cutIntoParts(input.kind, input.whole, input.capacity),

  /** One JSON frame for each chunk. */
  writeJson: async (input: {
    readonly chunks: readonly Chunk[];
    readonly firstFrame: number;
  }): Promise<readonly Uint8Array[]> =>
    input.chunks.map((chunk, at) => writeJsonFrame(chunk, input.firstFrame + at)),

  /** Makes and draws the QR codes of payloads. */
  drawFrames: async (input: DrawInput): Promise<DrawnPictures> => drawFrames(input),

  /** The same with one bit a pixel. */
  drawBits: async (input: DrawInput): Promise<DrawnBits> => drawBits(input),

  /** Cuts each text into pieces that fit a frame for memvid v1. */
  splitTexts: async (input: { readonly texts: readonly string[] }): Promise<readonly (readonly string[])[]> =>
    input.texts.map(splitText),

  /** Draws frames for memvid v1's reader. */
  drawMemvidFrames: async (input: {
    readonly texts: readonly string[];
    readonly first: number;
  }): Promise<MemvidFrames> => drawMemvidFrames(input.texts, input.first),

  /** The parity frames of groups, without header: check by check, in each the groups in order. */
  makeParity: async (input: {
    /** Member by member, in each the groups in order; one that a group lacks is zeros. */
    readonly shards: Uint8Array;
    readonly groups: number;
    readonly checks: number;
    readonly shardBytes: number;
  }): Promise<readonly Uint8Array[]> => {
    const { shards, groups, checks, shardBytes } = input;
    const parity = Array.from({ length: checks * groups }, () => new Uint8Array(shardBytes));
    for (let at = 0; (at + 1) * shardBytes <= shards.length; at++) {
      const group = at % groups;
      const sums = parity.filter((_, index) => index % groups === group);
      addMember(sums, Math.floor(at / groups), shards.subarray(at * shardBytes, (at + 1) * shardBytes));
    }
    return parity;
  },

  /** What the lost members of a group hold; nothing where too many are lost. */
  restoreFrames: async (input: {
    readonly members: readonly Shard[];
    readonly parity: readonly Shard[];
    readonly lost: readonly number[];
    readonly checks: number;
  }): Promise<readonly FrameResult<FrameContent>[]> =>
    (restoreMembers(input.members, input.parity, input.lost, input.checks) ?? []).map((shard) =>
      readFrame(fromShard(shard) ?? shard),
    ),

  /** Reads pictures whose frames are sound: the number that each says, and its payload. */
  readPayloads: async (batch: PictureBatch): Promise<readonly FrameResult<FramePayload>[]> => {
    const results: FrameResult<FramePayload>[] = [];
    for (const picture of picturesOf(batch))
      results.push(
        await readPicture(picture, (payload) => {
          const content = readFrame(payload);
          return content.ok ? read({ frame: content.value.frame, payload }) : content;
        }),
      );
    return results;
  },

  /** Reads pictures and what their frames hold. */
  readPictures: async (batch: PictureBatch): Promise<readonly FrameResult<FrameContent>[]> => {
    const results: FrameResult<FrameContent>[] = [];
    for (const picture of picturesOf(batch)) results.push(await readPicture(picture, readFrame));
    return results;
  },

  /**
   * Reads pictures and gives the CRC of each payload, to compare with what was written. A picture that is pixel by
   * pixel what was drawn needs no reading: its payload is the one that it was drawn from. The batch's memory comes back.
   */
  checkPictures: async (input: {
    readonly batch: PictureBatch;
    readonly drawn: readonly DrawnFrame[];
  }): Promise<{ readonly results: readonly FrameResult<number>[]; readonly gray: Uint8Array }> => {
    const results: FrameResult<number>[] = [];
    for (const [at, picture] of picturesOf(input.batch).entries()) {
      const drawn = input.drawn[at];
      if (drawn !== undefined && crc32(picture.gray) === drawn.pictureCrc)
        results.push(read(drawn.payloadCrc));
      else
        results.push(
          await readPicture(picture, (payload) => {
            const payloadCrc = crc32(payload);
            // Byte by byte what was drawn: nothing is left to find out.
            if (payloadCrc === drawn?.payloadCrc) return read(payloadCrc);
            const content = readFrame(payload);
            return content.ok ? read(payloadCrc) : content;
          }),
        );
    }
    return { results, gray: input.batch.gray };
  },
};

export type Jobs = typeof jobs;
/** The jobs that a {@link JobRunner} runs. */
export type JobName = keyof Jobs;
export type JobInput<Name extends JobName> = Parameters<Jobs[Name]>[0];
/** What a job gives. */
export type JobOutput<Name extends JobName> = Awaited<ReturnType<Jobs[Name]>>;

/** Where jobs run: a pool of threads, or right here. */
export type JobRunner = {
  /** How many jobs run at once. */
  readonly size: number;
  run<Name extends JobName>(
    name: Name,
    input: JobInput<Name>,
    options?: { readonly signal?: AbortSignal | undefined; readonly transfer?: readonly ArrayBuffer[] },
  ): Promise<JobOutput<Name>>;
};

/** Runs jobs on the calling thread: for a few frames, where a thread would cost more than the work. */
export const inlineRunner: JobRunner = {
  size: 1,
  run: (name, input) => runJob(name, input),
};

export const runJob = <Name extends JobName>(name: Name, input: JobInput<Name>): Promise<JobOutput<Name>> => {
  const job = jobs[name] as (input: JobInput<Name>) => Promise<JobOutput<Name>>;
  return job(input);
};
