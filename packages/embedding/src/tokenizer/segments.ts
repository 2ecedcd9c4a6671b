/** Characters given to a tokenizer at once: the library fails on a million, and memory grows with them. */
const segmentLength = 50_000;
const searchBack = 1_000;

/**
 * Cuts a very long text for tokenizing: at the last space before the limit, which is left out as tokenizers
 * begin a text as they begin a word; without one at the limit, never inside a surrogate pair.
 */
export const segments = (text: string, limit = segmentLength): string[] => {
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > limit) {
    const space = text.lastIndexOf(' ', start + limit);
    if (space > start && space > start + limit - searchBack) {
      parts.push(text.slice(start, space));
      start = space + 1;
    } else {
      const code = text.charCodeAt(start + limit - 1);
      const end = start + limit - (code >= 0xd800 && code <= 0xdbff && limit > 1 ? 1 : 0);
      parts.push(text.slice(start, end));
      start = end;
    }
  }
  parts.push(text.slice(start));
  return parts;
};
