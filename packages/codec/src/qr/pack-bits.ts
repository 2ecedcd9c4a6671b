/**
 * Packs gray pixels into bits, 1 for the light half, the first pixel in the highest bit: ffmpeg's `monob`, whose rows must be whole bytes.
 *
 * @param gray a multiple of 8 pixels
 */
export const packBits = (gray: Uint8Array, bits: Uint8Array): void => {
  for (let at = 0, pixel = 0; at < bits.length; at++) {
    let byte = 0;
    for (let bit = 128; bit > 0; bit >>= 1) if ((gray[pixel++] as number) >= 128) byte |= bit;
    bits[at] = byte;
  }
};
