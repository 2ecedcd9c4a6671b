import { citationOf } from './citation.js';
import type { Unreadable } from './failure.js';
import { type Passage, passagesOf } from './passages.js';
import type { SearchResult } from './results.js';

/** How a context is put together. */
export interface ContextOptions {
  /** Most tokens that the context's text may have: from 16. Default 2,000. */
  readonly maxTokens?: number;
  /**
   * Counts the tokens of a text as the model does that is to read it. Default: a third of the bytes in UTF-8, rounded
   * up, which is more than today's models count for prose (English has some 4 bytes a token).
   */
  readonly countTokens?: (text: string) => number;
}

/** Texts for a language model to answer from, each under its citation. */
export interface AnswerContext {
  /** Each passage as `[1] notes/bees.md:12-20 › Honey`, a newline and its text; passages are a blank line apart. */
  readonly text: string;
  /** Tokens of `text`, never more than `maxTokens`. */
  readonly tokens: number;
  /** The passages in it, best first; the number in brackets is the `rank`. */
  readonly passages: readonly Passage[];
  /** Whether the last of them was cut to fit. */
  readonly cut: boolean;
  /** Passages that were found and had no room. */
  readonly leftOut: number;
  /** Results whose texts could not be read from the video. */
  readonly unreadable: readonly Unreadable[];
}

/** A third of the bytes: an upper estimate. */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text, 'utf8') / 3);

/** Fewer tokens than this are no context, and of a passage not worth a cut. */
export const leastTokens = 16;

/** Takes passages, best first, as long as they fit; the first that does not is cut, at a space if it can be, and ends it. */
export const contextOf = (
  results: readonly SearchResult[],
  { maxTokens = 2000, countTokens = estimateTokens }: ContextOptions,
): AnswerContext => {
  const all = passagesOf(results);
  const taken: Passage[] = [];
  let text = '';
  let cut = false;
  for (const passage of all) {
    const before = text === '' ? '' : `${text}\n\n`;
    const withPassage = (own: Passage) => `${before}[${own.rank}] ${oneLine(citationOf(own))}\n${own.text}`;
    if (countTokens(withPassage(passage)) <= maxTokens) {
      text = withPassage(passage);
      taken.push(passage);
      continue;
    }
    const part = longestThat(
      passage.text,
      (own) => countTokens(withPassage(beginningOf(passage, own))) <= maxTokens,
    );
    if (countTokens(part) >= leastTokens) {
      const own = beginningOf(passage, part);
      text = withPassage(own);
      taken.push(own);
      cut = true;
    }
    break;
  }
  return {
    text,
    tokens: countTokens(text),
    passages: taken,
    cut,
    leftOut: all.length - taken.length,
    unreadable: results.flatMap(({ unreadable }) => unreadable ?? []),
  };
};

/** A source or a heading must not begin a line that looks like something else. */
const oneLine = (citation: string): string => citation.replace(/\p{Cc}+/gu, ' ');

/** A passage of which there is no more than this text, and the lines that this is on. */
const beginningOf = ({ lines, ...passage }: Passage, text: string): Passage => ({
  ...passage,
  text,
  end: passage.start + text.length,
  ...(lines === undefined
    ? {}
    : { lines: [lines[0], Math.min(lines[1], lines[0] + text.split('\n').length - 1)] as const }),
});

/** Further back, or in the first half, no space is looked for: not all scripts have any between words. */
const longestWord = 64;

/** The longest beginning of a text that fits, ending before a space where there is one near, else at a whole character. */
const longestThat = (text: string, fits: (part: string) => boolean): string => {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(text.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  const from = Math.max(low >> 1, low - longestWord);
  const space = text.slice(from, low + 1).search(/\s\S*$/);
  return text.slice(0, space > 0 ? from + space : wholeCharacters(text, low)).trimEnd();
};

/** `at`, or a little before it where it would part what people see as one character. */
const wholeCharacters = (text: string, at: number): number => {
  const from = Math.max(0, at - longestWord);
  const around = new Intl.Segmenter().segment(text.slice(from, at + longestWord));
  return from + (around.containing(at - from)?.index ?? at - from);
};
