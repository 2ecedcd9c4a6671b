import type { Picture } from '../qr/picture.js';

/** What a YUV4MPEG stream says of itself. */
export type StreamHeader = { readonly width: number; readonly height: number; readonly frameRate: number };

/** Larger pictures than this are not ours, and would only cost memory. */
const maxPixels = 16 * 1024 * 1024;

/** Reads a header line, or `undefined` if it is none that can be used. */
export const parseHeader = (line: string): StreamHeader | undefined => {
  if (!line.startsWith('YUV4MPEG2 ')) return undefined;
  const field = (letter: string) =>
    line
      .split(' ')
      .find((part) => part.startsWith(letter))
      ?.slice(1) ?? '';
  const [width, height] = [Number(field('W')), Number(field('H'))];
  const [frames, seconds] = field('F').split(':').map(Number);
  const frameRate = (frames ?? 0) / (seconds ?? 1);
  const usable =
    width > 0 && height > 0 && width * height <= maxPixels && Number.isFinite(frameRate) && frameRate > 0;
  return usable && field('C') === 'mono' ? { width, height, frameRate } : undefined;
};

/** Thrown where the stream is not what ffmpeg writes. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
}

/**
 * Cuts a YUV4MPEG stream of gray frames into pictures, however its bytes arrive. A frame that is cut off at the end is
 * left out.
 *
 * @param place memory for the pixels of the next picture; without it each has memory of its own
 */
export async function* readY4m(
  source: AsyncIterable<Uint8Array>,
  place: (pixels: number) => Uint8Array = (pixels) => new Uint8Array(pixels),
): AsyncGenerator<{ readonly header: StreamHeader; readonly picture: Picture }, void, undefined> {
  let header: StreamHeader | undefined;
  let line = '';
  let gray: Uint8Array | undefined;
  let filled = 0;
  for await (const bytes of source) {
    let at = 0;
    while (at < bytes.length) {
      if (gray === undefined || header === undefined) {
        const end = bytes.indexOf(0x0a, at);
        line += Buffer.from(bytes.subarray(at, end === -1 ? bytes.length : end)).toString('latin1');
        if (line.length > 4096) throw new StreamError('a line is too long');
        if (end === -1) break;
        at = end + 1;
        if (header === undefined) {
          header = parseHeader(line);
          if (header === undefined) throw new StreamError(`unusable header: ${line.slice(0, 80)}`);
        } else if (line.startsWith('FRAME')) {
          gray = place(header.width * header.height);
          filled = 0;
        } else throw new StreamError('a frame does not start where it should');
        line = '';
        continue;
      }
      const part = bytes.subarray(at, at + gray.length - filled);
      gray.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === gray.length) {
        yield { header, picture: { width: header.width, height: header.height, gray } };
        gray = undefined;
      }
    }
  }
}
