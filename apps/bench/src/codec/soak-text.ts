import { createCipheriv, createHash } from 'node:crypto';
import type { ErrorCorrection } from '@memvisor/codec';

/** Characters of base64 whose bytes fill a frame of each error correction, and whole frames only. */
const characters: Record<ErrorCorrection, number> = { L: 3800, M: 3000, Q: 2100, H: 1600 };

/**
 * Texts that no compression makes smaller, each filling a frame: always the same for a name and a number, so that they are
 * made again to be compared and nothing has to be kept.
 *
 * @param name whatever tells this run from others
 */
export const soakTexts = (name: string, errorCorrection: ErrorCorrection): ((id: number) => string) => {
  const key = createHash('sha256').update(name).digest().subarray(0, 16);
  const zeros = Buffer.alloc((characters[errorCorrection] * 3) / 4);
  return (id) => {
    const start = Buffer.alloc(16);
    start.writeUInt32BE(id);
    return createCipheriv('aes-128-ctr', key, start).update(zeros).toString('base64');
  };
};
