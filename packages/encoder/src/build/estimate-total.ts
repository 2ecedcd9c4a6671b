import type { CollectedItem } from './job.js';

/** Bytes of text of all items; `undefined` where a source does not say. */
export const textBytesOf = (items: readonly CollectedItem[]): number | undefined => {
  let sum = 0;
  for (const item of items) {
    if (item.type === 'chunks') for (const { text } of item.chunks) sum += Buffer.byteLength(text);
    else if (item.source.sizeBytes === undefined) return undefined;
    else sum += item.source.sizeBytes;
  }
  return sum;
};

/** How many chunks there will be, if the rest is as what was read; never fewer than there are. */
export const estimateTotal = (chunks: number, bytesRead: number, allBytes: number): number | undefined =>
  chunks === 0 || bytesRead === 0
    ? undefined
    : Math.max(chunks + 1, Math.round((chunks * allBytes) / bytesRead));
