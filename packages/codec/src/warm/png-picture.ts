import type { Picture } from '../qr/picture.js';

const signature = [0x89, 0x50, 0x4e, 0x47];

/** Whether a packet is a PNG, as the lossless profile has them. */
export const isPng = (packet: Uint8Array): boolean => signature.every((byte, at) => packet[at] === byte);

/** The picture in a gray PNG of this size, of one or eight bits a pixel; `undefined` for any other. */
export const pngPicture = async (
  packet: Uint8Array,
  width: number,
  height: number,
): Promise<Picture | undefined> => {
  // Looked at before anything is unpacked: the size is that of the video, and a packet is hardly larger than it.
  const header = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const isOurs =
    header.length < width * height + 4096 &&
    header.length > 33 &&
    header.readUInt32BE(16) === width &&
    header.readUInt32BE(20) === height;
  if (!isOurs) return undefined;
  try {
    // Loaded with the first PNG: it takes 30 ms, and most videos hold none.
    const { decode } = await import('fast-png');
    const { data, depth, channels } = decode(packet);
    if (channels !== 1) return undefined;
    if (depth === 8 && data instanceof Uint8Array) return { width, height, gray: data };
    return depth === 1 ? { width, height, gray: spread(data, width, height) } : undefined;
  } catch {
    return undefined;
  }
};

/** A bit a pixel to a byte a pixel; each row starts with a byte of its own. */
const spread = (bits: ArrayLike<number>, width: number, height: number): Uint8Array => {
  const rowBytes = Math.ceil(width / 8);
  const gray = new Uint8Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const byte = bits[row * rowBytes + (column >> 3)] as number;
      if ((byte >> (7 - (column & 7))) & 1) gray[row * width + column] = 255;
    }
  return gray;
};
