import { type AnyPid, exited } from '@memvisor/supervisor';
import type { VideoSource } from '../ffmpeg/read-video.js';
import type { Picture } from '../qr/picture.js';
import { toAnnexB } from './annex-b.js';
import { DecoderPool } from './decoder-pool.js';
import { openPackets, type Packets } from './packets.js';
import { isPng, pngPicture } from './png-picture.js';

/** Decoders that nobody needs for so long are ended; the next picture starts them anew. */
const idleMs = 10_000;

/** How pictures are fetched one by one. */
export type WarmOptions = {
  readonly width: number;
  readonly height: number;
  /** Decoders that run side by side; 0: none, and every picture is `undefined`. */
  readonly decoders: number;
  /** With its end all ends. */
  readonly owner: AnyPid | undefined;
};

/**
 * Single pictures of a video without starting a program for each: a PNG is decoded right here, H.264 by an ffmpeg
 * that keeps running. Nothing is opened or started before the first is asked for.
 */
export class WarmPictures {
  readonly #video: VideoSource;
  readonly #options: WarmOptions;
  #packets: Promise<Packets | undefined> | undefined;
  #pool: Promise<DecoderPool | undefined> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #underWay = 0;
  #closed = false;

  constructor(video: VideoSource, options: WarmOptions) {
    this.#video = video;
    this.#options = options;
    if (options.decoders === 0) this.#closed = true;
    else if (options.owner !== undefined) void exited(options.owner).then(() => this.close());
  }

  /** The picture of a frame; `undefined` where it needs others to be decoded, or for any other reason can not be had. */
  async picture(frame: number): Promise<Picture | undefined> {
    if (this.#closed) return undefined;
    this.#underWay += 1;
    clearTimeout(this.#idle);
    try {
      this.#packets ??= openPackets(this.#video.path, this.#video.frameRate);
      const packets = await this.#packets;
      const packet = await packets?.read(frame);
      if (packets === undefined || packet === undefined) return undefined;
      const { width, height } = this.#options;
      if (isPng(packet)) return pngPicture(packet, width, height);
      const unit = packets.avc === undefined ? undefined : toAnnexB(packet, packets.avc);
      const gray = unit === undefined ? undefined : await this.#decode(unit);
      return gray === undefined ? undefined : { width, height, gray };
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0 && this.#pool !== undefined && !this.#closed)
        this.#idle = setTimeout(() => void this.#stopPool(), idleMs).unref();
    }
  }

  /** Ends the decoders and closes the file. Later pictures are `undefined`. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    const packets = this.#packets;
    this.#packets = undefined;
    await this.#stopPool();
    (await packets)?.close();
  }

  async #decode(unit: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#closed) return undefined;
    const { decoders, width, height } = this.#options;
    this.#pool ??= DecoderPool.start(this.#video.ffmpeg, decoders, width * height);
    return (await this.#pool)?.decode(unit);
  }

  async #stopPool(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await (await pool)?.stop();
  }
}
