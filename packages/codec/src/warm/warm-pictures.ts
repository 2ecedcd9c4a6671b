import { type AnyPid, exited } from '@memvisor/supervisor';
import type { Ffmpeg } from '../ffmpeg/locate.js';
import type { Picture } from '../qr/picture.js';
import { toAnnexB } from './annex-b.js';
import { DecoderPool } from './decoder-pool.js';
import type { Packets } from './packets.js';
import { isPng, pngPicture } from './png-picture.js';
import type { Decoded } from './warm-decoder.js';

/** Decoders that nobody needs for so long are ended; the next picture starts them anew. */
const idleMs = 10_000;

/** Decoders that died more often than their supervisor bears are done without for so long, then tried again. */
const restMs = 10_000;

/** A frame that a decoder got stuck over, as over damaged ones, is read the long way for so long: the next would get stuck, too. */
const stuckMs = 60_000;
/** As many of them are remembered. */
const mostStuck = 10_000;

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
  readonly #ffmpeg: Ffmpeg;
  readonly #options: WarmOptions;
  readonly #open: () => Promise<Packets | undefined>;
  #packets: Promise<Packets | undefined> | undefined;
  #pool: Promise<DecoderPool | undefined> | undefined;
  #gaveUpAt: number | undefined;
  /** Frames that a decoder got stuck over, and when. */
  readonly #stuck = new Map<number, number>();
  #idle: NodeJS.Timeout | undefined;
  #underWay = 0;
  #closed = false;

  /** @param packets the open container, which is closed with this, or how to open it */
  constructor(ffmpeg: Ffmpeg, options: WarmOptions, packets: Packets | (() => Promise<Packets | undefined>)) {
    this.#ffmpeg = ffmpeg;
    this.#options = options;
    this.#open = typeof packets === 'function' ? packets : async () => packets;
    if (typeof packets !== 'function') this.#packets = Promise.resolve(packets);
    if (options.decoders === 0) this.#closed = true;
    else if (options.owner !== undefined) void exited(options.owner).then(() => this.close());
  }

  /** Starts the decoders, if this video needs any, before there is a picture for them. */
  async start(): Promise<void> {
    if (!this.#closed && (await this.#packets)?.avc !== undefined) await this.#startPool();
  }

  /** The picture of a frame; `undefined` where it needs others to be decoded, or for any other reason can not be had. */
  async picture(frame: number, frameRate: number): Promise<Picture | undefined> {
    if (this.#closed) return undefined;
    const stuckAt = this.#stuck.get(frame);
    if (stuckAt !== undefined && performance.now() - stuckAt < stuckMs) return undefined;
    this.#packets ??= this.#open();
    const packet = await (await this.#packets)?.read(frame, frameRate);
    if (packet === undefined) return undefined;
    const picture = await this.#pictureOf(packet);
    if (picture !== 'stuck') return picture;
    if (this.#stuck.size >= mostStuck) this.#stuck.clear();
    this.#stuck.set(frame, performance.now());
    return undefined;
  }

  /** The picture that a packet holds, or `undefined`. */
  async decode(packet: Uint8Array): Promise<Picture | undefined> {
    const picture = await this.#pictureOf(packet);
    return picture === 'stuck' ? undefined : picture;
  }

  async #pictureOf(packet: Uint8Array): Promise<Picture | 'stuck' | undefined> {
    if (this.#closed) return undefined;
    const { width, height } = this.#options;
    if (isPng(packet)) return pngPicture(packet, width, height);
    const avc = (await this.#packets)?.avc;
    const unit = avc === undefined ? undefined : toAnnexB(packet, avc);
    const gray = unit === undefined ? undefined : await this.#decode(unit);
    return gray instanceof Uint8Array ? { width, height, gray } : gray;
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

  async #decode(unit: Uint8Array): Promise<Decoded> {
    if (this.#closed) return undefined;
    this.#underWay += 1;
    clearTimeout(this.#idle);
    try {
      const pool = await this.#startPool();
      const gray = await pool?.decode(unit);
      if (!(gray instanceof Uint8Array) && pool?.gaveUp === true) this.#gaveUpAt ??= performance.now();
      return gray;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0 && !this.#closed)
        this.#idle = setTimeout(() => void this.#stopPool(), idleMs).unref();
    }
  }

  async #startPool(): Promise<DecoderPool | undefined> {
    if (this.#closed) return undefined;
    if (this.#gaveUpAt !== undefined && performance.now() - this.#gaveUpAt >= restMs) await this.#stopPool();
    const { decoders, width, height } = this.#options;
    this.#pool ??= DecoderPool.start(this.#ffmpeg, decoders, width * height);
    return this.#pool;
  }

  async #stopPool(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#gaveUpAt = undefined;
    await (await pool)?.stop();
  }
}
