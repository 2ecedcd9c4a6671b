import type { ArchiveChunk } from '../chunking/place-chunks.js';

/**
 * What a chunk adds to its source: its text without what it repeats of the chunk before. Texts are compared, not only
 * places: chunks that a caller made may have places of another meaning.
 */
export const freshText = (chunk: ArchiveChunk, before: ArchiveChunk | undefined): string => {
  const { text, source = '', start = 0 } = chunk;
  if (before === undefined || source !== (before.source ?? '')) return text;
  const into = start - (before.start ?? 0);
  const shared = before.text.length - into;
  const follows = into > 0 && shared > 0 && before.text.slice(into) === text.slice(0, shared);
  return follows ? text.slice(shared) : text;
};
