import type { EncodedPacket, EncodedPacketSink, Input } from 'mediabunny';
import { type AvcConfig, readAvcConfig } from './annex-b.js';

/** The coded pictures of a video, read one by one from its file. */
export type Packets = {
  /** Set where the video is H.264. */
  readonly avc: AvcConfig | undefined;
  /** Size in pixels, as the container says. */
  readonly width: number;
  readonly height: number;
  /** The picture shown at a frame's time, if it can be decoded by itself; `undefined` for any other. */
  read(frame: number, frameRate: number): Promise<Uint8Array | undefined>;
  /** The very first and the very last picture with their times in seconds, likewise. */
  first(): Promise<TimedPacket | undefined>;
  last(): Promise<TimedPacket | undefined>;
  close(): void;
};

/** A coded picture, and when it is shown. */
export type TimedPacket = { readonly seconds: number; readonly data: Uint8Array };

/** Opens the container; `undefined` for one that can not be read. */
export const openPackets = async (path: string): Promise<Packets | undefined> => {
  // Loaded when a picture is first asked for.
  const { EncodedPacketSink, Input, Logging, LogLevel, MATROSKA, MP4, QTFF, WEBM } = await import(
    './containers.js'
  );
  const { fileSource } = await import('./file-source.js');
  // It warns on the console of codecs that it does not decode, such as PNG in .mov; we decode none with it.
  Logging.level = LogLevel.Errors;
  const input: Input = new Input({
    source: fileSource(path),
    formats: [MP4, QTFF, MATROSKA, WEBM],
  });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) {
      input.dispose();
      return undefined;
    }
    const description = (await track.getDecoderConfig())?.description;
    const avc =
      track.codec === 'avc' && description !== undefined ? readAvcConfig(bytesOf(description)) : undefined;
    const sink: EncodedPacketSink = new EncodedPacketSink(track);
    const packetOf = async (finding: Promise<EncodedPacket | null>): Promise<TimedPacket | undefined> => {
      try {
        const packet = await finding;
        return packet?.type === 'key' ? { seconds: packet.timestamp, data: packet.data } : undefined;
      } catch {
        return undefined;
      }
    };
    return {
      avc,
      width: track.displayWidth,
      height: track.displayHeight,
      // The middle of the frame's time: Matroska rounds times to milliseconds.
      read: async (frame, frameRate) => (await packetOf(sink.getPacket((frame + 0.5) / frameRate)))?.data,
      first: () => packetOf(sink.getFirstPacket()),
      last: () => packetOf(sink.getPacket(Number.POSITIVE_INFINITY)),
      close: () => input.dispose(),
    };
  } catch {
    input.dispose();
    return undefined;
  }
};

const bytesOf = (source: ArrayBufferLike | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
