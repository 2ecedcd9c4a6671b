/** Where a text may be cut, the best first. */
const paragraphEnd = /\n[^\S\n]*\n\s*/g;
const sentenceEnd = /[.!?…](?:["'”’)\]»]*)\s+|[。！？｡][」』”’）]*\s*|\n+/g;
const wordEnd = /\s+/g;

/**
 * The best place to end a chunk: the last paragraph end in `(from, to]` of `text`, else the last sentence or
 * line end, else the last word end, else `to`, moved back where it would cut a character in two. White space
 * belongs to what it follows. Needs one code unit beyond `to` unless the text ends there.
 */
export const bestCut = (text: string, from: number, to: number): number => {
  if (to >= text.length) return text.length;
  const window = text.slice(from, to);
  for (const boundary of [paragraphEnd, sentenceEnd, wordEnd]) {
    const at = lastMatchEnd(boundary, window);
    if (at > 0) return from + at;
  }
  return wholeCharacters(text, to);
};

/** Where the overlap begins: at a word within `[from, to)` of `text`, else at `from` or just after it. */
export const overlapStart = (text: string, from: number, to: number): number => {
  if (from === 0 || from >= to) return from;
  if (/\s/.test(text[from - 1] ?? '') && !/\s/.test(text[from] ?? '')) return from;
  wordEnd.lastIndex = 0;
  const match = wordEnd.exec(text.slice(from, to));
  const at = match === null ? to : from + match.index + match[0].length;
  if (at < to) return at;
  const whole = wholeCharacters(text, from);
  return whole === from ? from : from + 1;
};

/** The end of the last match that begins in `window` and is not the window's own end by chance. */
const lastMatchEnd = (boundary: RegExp, window: string): number => {
  boundary.lastIndex = 0;
  let end = 0;
  for (let match = boundary.exec(window); match !== null; match = boundary.exec(window))
    end = match.index + match[0].length;
  return end;
};

/** `at`, or a little before it where it would part a surrogate pair or a CR from its LF. */
const wholeCharacters = (text: string, at: number): number => {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  const partsPair = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  const partsLine = before === 0x0d && after === 0x0a;
  return partsPair || partsLine ? at - 1 : at;
};
