import { CommandFailure } from './failure.js';

/** Control characters: escape sequences from a file must not reach the terminal. Tabs and newlines may. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text from outside, made safe to print: control characters and direction overrides show as `\u{…}`. */
export const printable = (text: string): string =>
  text.replace(controls, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** A value as JSON on one line that is as safe to print: the same value to whoever parses it. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    controls,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );

/** The same on one line, cut to `width` characters. */
export const oneLine = (text: string, width: number): string => {
  const line = printable(text.replace(/\s+/g, ' ').trim());
  return line.length <= width ? line : `${line.slice(0, width - 1).trimEnd()}…`;
};

/**
 * The `width` characters of a text in which most of the question's words stand close together, on one line: what a
 * person wants to see of a long text. The text itself is in `--json`.
 */
export const excerpt = (text: string, question: string, width: number): string => {
  const words = new Set(question.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu));
  const found = [...text.matchAll(/[\p{L}\p{N}]{4,}/gu)]
    .filter(([word]) => words.has(word.toLowerCase()))
    .map(({ index }) => index);
  let start = 0;
  let most = 0;
  for (const from of found) {
    const within = found.filter((at) => at >= from && at < from + width * 0.8).length;
    if (within > most) [start, most] = [from, within];
  }
  // A little before the first word, from the beginning of a word on.
  const begin = start < width / 5 ? 0 : text.lastIndexOf(' ', start - width / 10) + 1;
  return `${begin > 0 ? '… ' : ''}${oneLine(text.slice(begin, begin + width * 2), width)}`;
};

/** A number of things for people: `1 frame`, `2 frames`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** Bytes for people: `1.4 MB`; powers of 1,000. */
export const bytes = (count: number): string => {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(count) / 3), units.length);
  const value = count / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[power - 1]}`;
};

/** Seconds for people: `0.4 s`, `1 min 5 s`. */
export const duration = (seconds: number): string =>
  seconds < 60
    ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** Writes to stdout and waits until it is taken: a pipe's reader may be slow, and exit must not cut it off. */
export const print = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => {
      // The reader has gone, as `head` does: nobody is left to tell.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE')
        reject(new CommandFailure(`stdout takes no more: ${error.message}`, 1, { cause: error }));
      else resolve();
    });
  });
