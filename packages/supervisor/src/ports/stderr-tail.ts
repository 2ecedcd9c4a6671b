import type { Readable } from 'node:stream';

/**
 * Keeps the last `limit` bytes of a stream and reads it to its end, so that a child that floods stderr neither
 * blocks nor grows our memory.
 */
export const keepTail = (stream: Readable, limit: number): (() => string) => {
  let kept: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    // A short copy: a slice would keep the whole 64 KB read alive.
    const end = chunk.length > limit ? Buffer.from(chunk.subarray(chunk.length - limit)) : chunk;
    kept.push(end);
    size += end.length;
    // Joined only now and then, so that many tiny writes cost no quadratic copying.
    if (size >= 2 * limit + 1024) {
      const tail = lastBytes(kept, limit);
      kept = [tail];
      size = tail.length;
    }
  });
  return () => decodeTail(lastBytes(kept, limit));
};

const lastBytes = (chunks: readonly Buffer[], limit: number): Buffer => {
  const all = Buffer.concat(chunks);
  return Buffer.from(all.subarray(Math.max(0, all.length - limit)));
};

/** The cut may fall inside a character: its stray continuation bytes are dropped. */
const decodeTail = (bytes: Buffer): string => {
  let start = 0;
  while (start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
};
